"""WARC files (CC-NEWS, or what `crawl --warc` recorded): the same extraction as in a crawl, one record at a time.

Only pages of described sources and of .kr hosts are parsed: CC-NEWS holds the whole world's news, and parsing costs
a thousand times what skipping does.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from meoktong.errors import MeoktongError, Rejected
from meoktong.models import Document, Outcome
from spiders.base import spider_for
from spiders.extract import extract

LARGEST = 10 << 20  # bytes of a page, as in a crawl
_PAGES = ("text/html", "application/xhtml+xml")

Entry = tuple[str, Document | Rejected]


def read_warc(stream: BinaryIO) -> Iterator[Entry]:
    """Every page worth parsing in a WARC file, gzipped or not, as (address, document or Rejected).

    Holds one record in memory. Raises MeoktongError when the file is no WARC file, or from where it is damaged.
    """
    url = None
    try:
        for record in ArchiveIterator(stream):
            if record.rec_type == "response" and _is_wanted(record):
                url, found = _read(record)
                if record.raw_stream.limit > 0:  # warcio takes a file's sudden end for its end
                    raise MeoktongError(f"the file ends within {url}: is it downloaded completely?")
                yield url, found
    except (ArchiveLoadFailed, EOFError) as error:
        raise MeoktongError(f"no sound WARC record after {url or 'the start'}: {error}") from None


def _is_wanted(record: ArcWarcRecord) -> bool:
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    host = urlsplit(url).hostname or ""
    headers = record.http_headers
    if headers is None or headers.get_statuscode() != "200" or not (host.endswith(".kr") or spider_for(url)):
        return False
    return (headers.get_header("Content-Type") or "").lower().startswith(_PAGES)


def _read(record: ArcWarcRecord) -> Entry:
    url = record.rec_headers.get_header("WARC-Target-URI")
    body = record.content_stream().read(LARGEST + 1)
    if len(body) > LARGEST:
        return url, Rejected(Outcome.TOO_LARGE, f"more than {LARGEST >> 20} MB")
    fetched_at = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
    try:
        kind = record.http_headers.get_header("Content-Type")
        return url, extract(spider_for(url), url, body, kind, fetched_at=fetched_at)
    except Rejected as error:
        return url, error
    except ValueError as error:  # an address that only an archive could have
        return url, Rejected(Outcome.INVALID, str(error))
