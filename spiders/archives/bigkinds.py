"""Spreadsheets that researchers download from BIG KINDS, the Korea Press Foundation's archive of news."""

from collections.abc import Iterator
from typing import BinaryIO

from meoktong.errors import MeoktongError, Rejected
from meoktong.files import Entry
from meoktong.models import Document, Extent, Kind, Outcome
from spiders.archives.sheets import Row, read_sheet
from spiders.authors import people
from spiders.base import address, spider_for
from spiders.dates import parse_machine

COLUMNS = ("뉴스 식별자", "일자", "언론사", "기고자", "제목", "본문", "URL")
EXCLUDED = "분석제외 여부"  # BIG KINDS' own mark of duplicates, obituaries and the like
CUT = 200 - 10  # BIG KINDS cuts a body after 200 characters; blanks at the cut are lost on the way


def read_bigkinds(stream: BinaryIO) -> Iterator[Entry]:
    """Every row as (row number, document or Rejected). Bodies of 200 characters are excerpts, dates are days.

    Rows that BIG KINDS excludes from analysis are rejected as duplicates. Raises MeoktongError when a column is
    missing: the file is another kind of sheet.
    """
    for number, row in read_sheet(stream):
        missing = [name for name in COLUMNS if name not in row]
        if missing:
            raise MeoktongError(f"no BIG KINDS sheet: it lacks the column {', '.join(missing)}")
        try:
            yield f"row {number}", _document(row)
        except Rejected as error:
            yield f"row {number}", error


def _document(row: Row) -> Document:
    if row.get(EXCLUDED):
        raise Rejected(Outcome.DUPLICATE, f"{EXCLUDED}: {row[EXCLUDED]}")
    identifier, text = row["뉴스 식별자"], row["본문"]
    if not identifier or not row["제목"]:
        raise Rejected(Outcome.INVALID, "no 뉴스 식별자 or no 제목")
    published = parse_machine(row["일자"])
    if published is None:
        raise Rejected(Outcome.BAD_DATE, f"일자 {row['일자']!r} is not YYYYMMDD")
    url = f"urn:bigkinds:{identifier}"
    source = row["언론사"] or "bigkinds"
    if row["URL"].startswith(("http://", "https://")):
        url = address(row["URL"])
        spider = spider_for(url)
        source = spider.name if spider else source
    return Document(
        url=url,
        source=source,
        kind=Kind.NEWS,
        title=row["제목"],
        text=text,
        published_at=published.at,
        published_precision=published.precision,
        published_origin="import",
        author=people([row["기고자"]], (row["언론사"],)),
        external_id=identifier,
        extent=Extent.EXCERPT if len(text) >= CUT else Extent.FULL,
    )
