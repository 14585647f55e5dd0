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

import brotli
import msgspec
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from meoktong.errors import MeoktongError, Rejected
from meoktong.files import Entry
from meoktong.models import Document, Listed, Outcome
from spiders.base import all_sources, completed, spider_for
from spiders.extract import extract
from spiders.urls import host_of

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
    url, held = None, None  # a record is known to be whole when the next one begins
    try:
        for record in _records(stream):
            if held is not None:
                yield held
            held = None
            url = record.rec_headers.get_header("WARC-Target-URI") or url
            found = _read(record) if _is_wanted(record) else None
            _check_end(record)
            held = found
    except (ArchiveLoadFailed, EOFError, zlib.error, OSError) as error:
        if held is not None and not isinstance(error, _LongRecord):
            yield held
        reason = "".join(filter(str.isprintable, str(error)))[:120]  # the library quotes bytes of the file
        raise MeoktongError(f"no sound WARC record after {url or 'the start'}: {reason}") from None
    if held is not None:
        yield held


class _LongRecord(ArchiveLoadFailed):  # type: ignore[misc]
    """A record goes on behind its end."""


class _Iterator(ArchiveIterator):  # type: ignore[misc]
    """The library's, which would print a warning about a record that goes on behind its end, and read on."""

    INC_RECORD = ""


def _records(stream: BinaryIO) -> Iterator[ArcWarcRecord]:
    """The records; raises where warcio would take a file's sudden end, within its headers, for its end."""
    packed = stream.read(len(GZIP)) == GZIP
    whole = packed or stream.seek(0, io.SEEK_END) < len(END)
    if not whole:
        stream.seek(-len(END), io.SEEK_END)
        whole = stream.read() == END
    stream.seek(0)
    records = _Iterator(_Unpacked(fileobj=stream) if packed else stream)
    try:
        for record in records:
            if records.err_count:
                break
            yield record
    except AttributeError:
        raise ArchiveLoadFailed("a record without an address") from None
    except ArchiveLoadFailed:
        if not records.err_count:
            raise
    if records.err_count:
        raise _LongRecord("the record is longer than it says")
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
    if record.rec_type != "response" or headers is None or headers.get_statuscode() != "200":
        return False
    if record.rec_headers.get_header(SOURCE_FIELD):
        return record.rec_headers.get_header(LISTED_FIELD) is not None  # the others are listings and robots.txt
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    if not (host_of(url).partition(":")[0].endswith(".kr") or spider_for(url)):
        return False
    return (headers.get_header("Content-Type") or "").lower().startswith(_PAGES)


def _read(record: ArcWarcRecord) -> Entry:
    url = record.rec_headers.get_header("WARC-Target-URI")
    if cut := record.rec_headers.get_header("WARC-Truncated"):
        return url, Rejected(Outcome.TOO_LARGE, f"recorded in part ({cut})")
    body = _payload(record)
    if len(body) > LARGEST:
        return url, Rejected(Outcome.TOO_LARGE, f"more than {LARGEST >> 20} MB")
    try:
        return url, _document(record, url, body)
    except Rejected as error:
        return url, error
    except ValueError as error:  # an address or date that only an archive could have
        return url, Rejected(Outcome.INVALID, str(error))


def _payload(record: ArcWarcRecord) -> bytes:
    """The page, unpacked, up to one byte more than the largest. Archives keep the labels of what they have unpacked."""
    labels = record.http_headers
    if (labels.get_header("Content-Encoding") or "").strip().lower() != "br":
        return bytes(record.content_stream().read(LARGEST + 1))
    labels.remove_header("Content-Encoding")  # the library's own reader fails with today's brotli
    packed = bytes(record.content_stream().read(LARGEST + 1))
    try:
        return bytes(brotli.Decompressor().process(packed, output_buffer_limit=LARGEST + 1))
    except brotli.error:
        return packed


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
