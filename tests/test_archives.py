"""Files that are crawls of others: WARC records, BIG KINDS sheets, spreadsheets as people save them."""

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import brotli
import pytest
from openpyxl import Workbook
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from meoktong.errors import MeoktongError, Rejected
from meoktong.files import read_file
from meoktong.models import Document, Extent, Outcome
from meoktong.times import iso_kst
from spiders.archives.bigkinds import read_bigkinds
from spiders.archives.sheets import read_sheet
from spiders.archives.warc import read_warc

PAGES = Path(__file__).parent / "pages"
KHAN = (PAGES / "khan" / "2026-01" / "page.html").read_bytes()
KHAN_URL = "https://www.khan.co.kr/article/202601061540001/"


def warc(*records: tuple[str, bytes, str, str], packed: bool = True) -> bytes:
    return written(*records, packed=packed)[0]


def written(*records: tuple[str, bytes, str, str], packed: bool = True) -> tuple[bytes, set[int]]:
    """A WARC file, and where its records end: gzip's lengths differ each time, because every record has a new id."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("a.warc.gz", {"software": "test"}))
    ends = {out.tell()}
    for url, body, status, kind in records:
        headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
        date_header = {"WARC-Date": "2026-01-06T09:00:00Z"}
        record = writer.create_warc_record(
            url, "response", payload=io.BytesIO(body), http_headers=headers, warc_headers_dict=date_header
        )
        writer.write_record(record)
        ends.add(out.tell())
    return out.getvalue(), ends


@pytest.mark.parametrize("packed", [True, False])
def test_a_recorded_page_gives_what_a_crawl_gives(packed: bool) -> None:
    [(url, document)] = read_warc(io.BytesIO(warc((KHAN_URL, KHAN, "200 OK", "text/html"), packed=packed)))
    assert url == KHAN_URL
    assert isinstance(document, Document)
    assert document.source == "khan"
    assert document.published_at is not None
    assert iso_kst(document.published_at) == "2026-01-06T15:40:00+09:00"


def test_only_pages_of_known_or_korean_hosts_are_parsed() -> None:
    records = (
        ("https://news.example.com/1", KHAN, "200 OK", "text/html"),
        (KHAN_URL, b"moved", "301 Moved", "text/html"),
        (KHAN_URL, b"{}", "200 OK", "application/json"),
        ("https://small.example.kr/", b"<html><body><p>x</p></body></html>", "200 OK", "text/html; charset=utf-8"),
    )
    [(url, rejected)] = read_warc(io.BytesIO(warc(*records)))
    assert url == "https://small.example.kr/"
    assert isinstance(rejected, Rejected)
    assert rejected.outcome is Outcome.NOT_ARTICLE


def test_an_address_that_is_none_ends_no_import() -> None:
    records = (("http://[bad.kr/", KHAN, "200 OK", "text/html"), (KHAN_URL, KHAN, "200 OK", "text/html"))
    assert [url for url, _ in read_warc(io.BytesIO(warc(*records)))] == [KHAN_URL]


def encoded(body: bytes, encoding: str, **fields: str) -> list[tuple[str, Document | Rejected]]:
    """What is read of a page that was recorded as it was sent."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html"), ("Content-Encoding", encoding)], "HTTP/1.1")
    details = {"WARC-Date": "2026-01-06T09:00:00Z", **{name.replace("_", "-"): value for name, value in fields.items()}}
    record = writer.create_warc_record(
        KHAN_URL, "response", payload=io.BytesIO(body), http_headers=headers, warc_headers_dict=details
    )
    writer.write_record(record)
    return list(read_warc(io.BytesIO(out.getvalue())))


@pytest.mark.parametrize(
    ("encoding", "pack"), [("br", brotli.compress), ("br", bytes), ("gzip", gzip.compress), ("deflate", zlib.compress)]
)
def test_a_page_recorded_as_it_was_sent_or_only_labelled_so(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    [(_, document)] = encoded(pack(KHAN), encoding)
    assert isinstance(document, Document)
    assert document.source == "khan"


def test_a_page_that_unpacks_without_end_or_was_recorded_in_part_is_too_large() -> None:
    for found in (encoded(brotli.compress(b"a" * 50_000_000), "br"), encoded(KHAN, "gzip", WARC_Truncated="length")):
        [(_, rejected)] = found
        assert isinstance(rejected, Rejected)
        assert rejected.outcome is Outcome.TOO_LARGE


def test_of_a_record_that_is_longer_than_it_says_nothing_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    whole = warc(*[(f"{KHAN_URL}{n}", KHAN, "200 OK", "text/html") for n in range(3)], packed=False)
    at = whole.index(b"Content-Length: ", whole.index(f"{KHAN_URL}1".encode())) + len(b"Content-Length: ")
    length = whole[at : whole.index(b"\r\n", at)]
    shorter = str(int(length) - 200).encode()
    entries = read_warc(io.BytesIO(whole[:at] + shorter + whole[at + len(length) :]))
    assert next(entries)[0] == f"{KHAN_URL}0"
    with pytest.raises(MeoktongError, match="longer than it says"):
        next(entries)
    assert not capsys.readouterr().err


@pytest.mark.parametrize("body", [b"PK\x03\x04 no archive", gzip.compress(b"x" * 100, mtime=0)])
def test_a_file_that_is_no_warc_is_named_as_such(body: bytes) -> None:
    with pytest.raises(MeoktongError, match="no sound WARC record"):
        list(read_warc(io.BytesIO(body)))


def test_a_truncated_file_keeps_what_came_before() -> None:
    whole = warc(*[(f"{KHAN_URL}{n}", KHAN, "200 OK", "text/html") for n in range(5)])
    found = []

    def read() -> Iterator[object]:
        for entry in read_warc(io.BytesIO(whole[: int(len(whole) * 0.7)])):
            found.append(entry)
            yield entry

    with pytest.raises(MeoktongError, match="ends too early"):
        list(read())
    assert found


@pytest.mark.parametrize("packed", [True, False])
def test_wherever_a_file_is_cut_it_is_noticed(packed: bool) -> None:
    page = b"<html><body><p>x</p></body></html>"
    records = [(f"https://small.example.kr/{n}", page, "200 OK", "text/html") for n in range(3)]
    whole, ends = written(*records, packed=packed)  # a cut between two records leaves a sound file
    for cut in set(range(8, len(whole))) - ends:
        if not whole[:cut].endswith(b"\r\n\r\n"):
            with pytest.raises(MeoktongError):
                list(read_warc(io.BytesIO(whole[:cut])))


HEADER = "뉴스 식별자,일자,언론사,기고자,제목,본문,URL,분석제외 여부"


def bigkinds(path: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8-sig") -> Path:
    path.write_bytes("\n".join((header, *rows)).encode(encoding))
    return path


def test_a_bigkinds_body_of_200_characters_is_an_excerpt(tmp_path: Path) -> None:
    long, url = "가" * 198 + "  ", "http://www.khan.co.kr/article/1?utm_source=x"
    path = bigkinds(
        tmp_path / "a.csv",
        f"01100101.20221016,20221016,경향신문,홍길동 기자,카톡 먹통,{long},{url},",
        "01100101.20221017,20221017,동네신문,,짧은 글,짧다.,,",
        "01100101.20221018,20221018,동네신문,,부고,짧다.,,예외",
        "01100101.20221019,어제,동네신문,,날짜,짧다.,,",
    )
    (place, first), (_, second), (_, excluded), (_, undated) = read_file(path, read_bigkinds)
    assert place == "row 2"
    assert isinstance(first, Document)
    assert (first.url, first.source, first.author, first.extent) == (
        "https://www.khan.co.kr/article/1",
        "khan",
        "홍길동",
        Extent.EXCERPT,
    )
    assert isinstance(second, Document)
    assert (second.url, second.source, second.extent) == ("urn:bigkinds:01100101.20221017", "동네신문", Extent.FULL)
    assert isinstance(excluded, Rejected)
    assert excluded.outcome is Outcome.DUPLICATE
    assert isinstance(undated, Rejected)
    assert undated.outcome is Outcome.BAD_DATE


def test_another_sheet_is_no_bigkinds_sheet(tmp_path: Path) -> None:
    with pytest.raises(MeoktongError, match="뉴스 식별자"):
        list(read_file(bigkinds(tmp_path / "a.csv", "1,2", header="번호,금액"), read_bigkinds))


@pytest.mark.parametrize(
    ("encoding", "separator"), [("utf-8-sig", ","), ("cp949", ","), ("utf-16", "\t"), ("cp949", ";")]
)
def test_csv_as_korean_programs_write_it(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"\n이름 {separator}펲\n\n가게{separator}1\n끝이 빈 줄\n".encode(encoding))
    assert list(read_file(path, read_sheet)) == [
        (4, {"이름": "가게", "펲": "1"}),
        (5, {"이름": "끝이 빈 줄", "펲": ""}),
    ]


def test_a_workbook_keeps_dates_numbers_and_row_numbers(tmp_path: Path) -> None:
    book = Workbook()
    day, minute = date(2022, 10, 16), datetime(2022, 10, 16, 9, 30)  # noqa: DTZ001  # a workbook knows no zones
    for cells in (["접수일", "시각", "금액"], [None, None, None], [day, minute, 3e6]):
        book.active.append(cells)
    book.save(tmp_path / "a.xlsx")
    assert list(read_file(tmp_path / "a.xlsx", read_sheet)) == [
        (3, {"접수일": "2022-10-16", "시각": "2022-10-16T09:30", "금액": "3000000"})
    ]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.xlsx", b"PK\x03\x04 cut off"),
        (
            "d.csv",
            b'a,b\n"1,' + b"2" * 140_000,
        ),  # a quotation mark that is never closed ("a.csv", b"\x00\x01"), ("b.csv", b""), ("c.csv", b"a,a\n1,2"),
    ],
)
def test_what_is_no_sheet_is_one_clear_line(tmp_path: Path, name: str, body: bytes) -> None:
    (tmp_path / name).write_bytes(body)
    with pytest.raises(MeoktongError, match=name):
        list(read_file(tmp_path / name, read_sheet))
