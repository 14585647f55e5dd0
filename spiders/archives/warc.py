"""WARC files (CC-NEWS, or what `crawl --warc` recorded): the same extraction as in a crawl, one record at a time.

Only pages of described sources and of .kr hosts are parsed: CC-NEWS holds the whole world's news, and parsing costs
a thousand times what skipping does.
"""

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO
from urllib.parse import urlsplit

import msgspec
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from meoktong.errors import MeoktongError, Rejected
from meoktong.files import Entry
from meoktong.models import Document, Listed, Outcome
from spiders.base import all_sources, completed, spider_for
from spiders.extract import extract

LARGEST = 10 << 20  # bytes of a page, as in a crawl
SOURCE_FIELD = "Meoktong-Source"  # in the headers of what we recorded: the source that was crawled
LISTED_FIELD = "Meoktong-Listed"  # of a page: what its listing said, a `Listed` as JSON
GZIP = b"\x1f\x8b"
END = b"\r\n\r\n"  # of every record
CUT = "the file ends too early; is it downloaded completely?"
_PAGES = ("text/html", "application/xhtml+xml")


def read_warc(stream: BinaryIO) -> Iterator[Entry]:
    """Every page worth parsing in a WARC file, gzipped or not, as (address, document or Rejected).

    Holds one record in memory. Raises MeoktongError when the file is no WARC file, or from where it is damaged.
    """
    url = None
    try:
        for record in _records(stream):
            url = record.rec_headers.get_header("WARC-Target-URI") or url
            found = _read(record) if _is_wanted(record) else None
            _check_end(record)
            if found is not None:
                yield found
    except (ArchiveLoadFailed, EOFError, zlib.error, OSError) as error:
        raise MeoktongError(f"no sound WARC record after {url or 'the start'}: {error}") from None


def _records(stream: BinaryIO) -> Iterator[ArcWarcRecord]:
    """The records; raises where warcio would take a file's sudden end, within its headers, for its end."""
    packed = stream.read(len(GZIP)) == GZIP
    whole = packed or stream.seek(0, io.SEEK_END) < len(END)
    if not whole:
        stream.seek(-len(END), io.SEEK_END)
        whole = stream.read() == END
    stream.seek(0)
    records = ArchiveIterator(_Unpacked(fileobj=stream) if packed else stream)
    try:
        yield from records
    except AttributeError:
        raise ArchiveLoadFailed("a record without an address") from None
    if not whole:
        raise EOFError(CUT)


def _check_end(record: ArcWarcRecord) -> None:
    record.raw_stream.read()
    if not record.rec_headers.get_header("Content-Length") or record.raw_stream.limit > 0:
        raise EOFError(CUT)


class _Unpacked(gzip.GzipFile):
    """A gzipped file. Unlike warcio's own it checks what it unpacks; EOFError, to warcio, is a file's normal end."""

    def read(self, size: int | None = -1) -> bytes:
        """As GzipFile does, but for a file that ends too early."""
        try:
            return super().read1(size or -1)  # what is there, so that a record before the damage comes out
        except EOFError:
            raise OSError(CUT) from None


def _is_wanted(record: ArcWarcRecord) -> bool:
    headers = record.http_headers
    if headers is None or headers.get_statuscode() != "200":
        return False
    if record.rec_headers.get_header(SOURCE_FIELD):
        return record.rec_headers.get_header(LISTED_FIELD) is not None  # the others are listings and robots.txt
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    if not ((urlsplit(url).hostname or "").endswith(".kr") or spider_for(url)):
        return False
    return (headers.get_header("Content-Type") or "").lower().startswith(_PAGES)


def _read(record: ArcWarcRecord) -> Entry:
    url = record.rec_headers.get_header("WARC-Target-URI")
    body = record.content_stream().read(LARGEST + 1)
    if len(body) > LARGEST:
        return url, Rejected(Outcome.TOO_LARGE, f"more than {LARGEST >> 20} MB")
    try:
        return url, _document(record, url, body)
    except Rejected as error:
        return url, error
    except ValueError as error:  # an address or date that only an archive could have
        return url, Rejected(Outcome.INVALID, str(error))


def _document(record: ArcWarcRecord, url: str, body: bytes) -> Document:
    """The document on a recorded page; of our own recordings the very one that the crawl stored."""
    field = record.rec_headers.get_header
    kind = record.http_headers.get_header("Content-Type")
    fetched_at = datetime.fromisoformat(field("WARC-Date") or "")
    if not field(LISTED_FIELD):
        return extract(spider_for(url), url, body, kind, fetched_at=fetched_at)
    listed = msgspec.json.decode(field(LISTED_FIELD), type=Listed)
    document = extract(spider_for(listed.url), listed.url, body, kind, fetched_at=fetched_at)
    slug = field(SOURCE_FIELD)
    source = document.source if slug in all_sources() else slug  # of an undescribed site: what its feed was crawled as
    return completed(replace(document, url=listed.url, source=source), listed)
