"""Documents as JSON Lines: {id, url, kind, title, published, text}, one object a line, UTF-8.

`published` is "2022-10-17T14:12" or "2022-10-17" on Korea's clock, an ISO time with an offset, or null.
"""

import gzip
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import BinaryIO

import msgspec

from meoktong.errors import Rejected
from meoktong.files import Entry
from meoktong.models import Document, Kind, Outcome, Precision
from meoktong.times import KST, YEARS, midnight_kst

NO_DATE = "the imported record has no date"
BOM = b"\xef\xbb\xbf"
TIME_FORM = f"YYYY-MM-DD[THH:MM] of {YEARS[0]} to {YEARS[-1]}"  # what `parse_published` takes


class Line(msgspec.Struct, kw_only=True):
    """What a line must hold; further keys (a gold file has many) are allowed and ignored."""

    title: str
    text: str
    kind: Kind = Kind.NEWS
    id: str | None = None
    url: str | None = None
    published: str | None = None


def read(lines: Iterable[bytes], source: str) -> Iterator[tuple[int, Document | Rejected]]:
    """Each non-empty line as (line number, document), or (line number, Rejected) saying what is wrong with it.

    A line without url gets the address `urn:meoktong:<source>:<id>`; one with neither is rejected.
    """
    decoder = msgspec.json.Decoder(Line)
    for number, raw in enumerate(lines, start=1):
        if not raw.strip():
            continue
        try:
            yield number, _document(decoder.decode(raw.removeprefix(BOM) if number == 1 else raw), source)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            yield number, Rejected(Outcome.INVALID, str(error))
        except Rejected as error:
            yield number, error


def read_stream(stream: BinaryIO, source: str, *, packed: bool) -> Iterator[Entry]:
    """Each non-empty line of a file, gzipped if `packed`, as ("line 3", document or Rejected); see `read`."""
    with gzip.open(stream) if packed else stream as lines:
        for number, found in read(lines, source):
            yield f"line {number}", found


def parse_published(value: str) -> tuple[datetime, Precision]:
    """A time with its precision; one without offset is Korea's. Raises ValueError, also for years not in YEARS."""
    if int(value[:4]) not in YEARS:
        raise ValueError(f"no time of today: {value}")
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return midnight_kst(date.fromisoformat(value)), Precision.DAY
    moment = datetime.fromisoformat(value)
    return (moment if moment.tzinfo else moment.replace(tzinfo=KST)), Precision.MINUTE


def _document(line: Line, source: str) -> Document:
    if line.url is None and line.id is None:
        raise Rejected(Outcome.INVALID, "neither url nor id")
    published, precision = None, None
    if line.published is not None:
        try:
            published, precision = parse_published(line.published)
        except ValueError:
            raise Rejected(Outcome.BAD_DATE, f"published {line.published!r} is not {TIME_FORM}") from None
    return Document(
        url=line.url or f"urn:meoktong:{source}:{line.id}",
        source=source,
        kind=line.kind,
        title=line.title,
        text=line.text,
        published_at=published,
        published_precision=precision,
        published_origin="import" if published else None,
        published_reason=None if published else NO_DATE,
        external_id=line.id,
    )
