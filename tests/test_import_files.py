"""`meoktong import warc` and `bigkinds`: each document under its own source, as a crawl would have stored it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from making import tagged
from openpyxl import Workbook
from sqlalchemy import select
from test_archives import HEADER, KHAN, KHAN_URL, warc
from test_import import OUTAGE, call, table

from meoktong.models import Extent, Kind, Outcome
from meoktong.queries.funnel import outcomes
from meoktong.store import Store, connect
from meoktong.store.runs import RunStatus, finish, start_run
from meoktong.store.schema import CrawlRun, Document, DocumentVersion, Source
from meoktong.store.write import write

HTML = "text/html; charset=utf-8"


def page(title: str, text: str) -> bytes:
    return (
        f'<html><head><title>{title}</title><meta property="og:type" content="article">'
        f'<meta property="article:published_time" content="2022-10-16T10:00:00+09:00"></head>'
        f'<body><h1>{title}</h1><div itemprop="articleBody"><p>{text}</p></div></body></html>'
    ).encode()


RECORDS = (
    (KHAN_URL, KHAN, "200 OK", "text/html"),
    ("https://small.example.kr/1", page("카톡 먹통에 식당 울상", OUTAGE * 3), "200 OK", HTML),
    ("https://small.example.kr/menu", b"<html><body><ul><li>menu</ul></body></html>", "200 OK", HTML),
    ("https://paper.example.com/1", page("카톡 먹통", OUTAGE * 3), "200 OK", HTML),
)


def sources(url: str) -> list[tuple[str, str, str, str]]:
    """(slug, name, kind, address) of every document."""
    query = select(Source.slug, Source.name, Source.kind, Document.url).join(Document).order_by(Source.slug)
    with connect(url) as store, store.reading() as connection:
        return [tuple(row) for row in connection.execute(query)]


def test_pages_of_a_warc_file_belong_to_their_papers_and_the_run_to_the_import(
    tmp_path: Path, database_url: str
) -> None:
    path = tmp_path / "news.warc.gz"
    path.write_bytes(warc(*RECORDS))
    command = ("import", "warc", path, "--source", "cc-news", "--database", database_url, "--format", "json")
    done = call(*command, cwd=tmp_path)
    assert (done.returncode, table(done)) == (0, {"stored": 2, "not-article": 1}), done.stderr
    assert sources(database_url) == [
        ("khan", "경향신문", "news", KHAN_URL.rstrip("/")),
        ("small.example.kr", "small.example.kr", "news", "https://small.example.kr/1"),
    ]
    with connect(database_url) as store:
        assert outcomes(store, "source") == {"cc-news": {Outcome.STORED: 2, Outcome.NOT_ARTICLE: 1}}
    again = call(*command, cwd=tmp_path)
    assert (again.returncode, table(again)) == (3, {"unchanged": 2, "not-article": 1})


def test_of_a_damaged_warc_file_what_came_before_is_stored(tmp_path: Path, database_url: str) -> None:
    many = [
        (f"https://small.example.kr/{n}", page(f"카톡 먹통 {n}", OUTAGE * 3 + str(n)), "200 OK", HTML) for n in range(9)
    ]
    whole = warc(*many)
    path = tmp_path / "cut.warc.gz"
    path.write_bytes(whole[: int(len(whole) * 0.7)])
    done = call("import", "warc", path, "--database", database_url, cwd=tmp_path)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"meoktong: {path}: ")
    assert "Traceback" not in done.stderr
    stored = len(sources(database_url))
    assert 4 <= stored <= 7
    with connect(database_url) as store, store.reading() as connection:
        run = connection.execute(select(CrawlRun.status, CrawlRun.message)).one()
    assert (run.status, f"meoktong: {run.message}") == ("failed", last)
    path.write_bytes(whole)
    assert table(call("import", "warc", path, "--database", database_url, "--format", "json", cwd=tmp_path)) == {
        "unchanged": stored,
        "stored": 9 - stored,
    }


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_bigkinds_sheet(tmp_path: Path, database_url: str, form: str) -> None:
    rows = [
        [
            "01100101.1",
            "20221016",
            "경향신문",
            "홍길동 기자",
            "카톡 먹통",
            OUTAGE,
            "https://www.khan.co.kr/article/1",
            "",
        ],
        ["01100101.2", "20221016", "동네신문", "", "동네 가게들 카톡 먹통", OUTAGE, "", ""],
        ["01100101.3", "20221016", "동네신문", "", "부고", "짧다.", "", "예외"],
        ["01100101.4", "어제", "동네신문", "", "날짜", "짧다.", "", ""],
    ]
    path = tmp_path / f"NewsResult.{form}"
    if form == "csv":
        path.write_text("\n".join(",".join(row) for row in [HEADER.split(","), *rows]), encoding="utf-8-sig")
    else:
        book = Workbook()
        for row in [HEADER.split(","), *rows]:
            book.active.append(row)
        book.save(path)
    done = call("import", "bigkinds", path, "--database", database_url, "--format", "json", cwd=tmp_path)
    assert (done.returncode, table(done)) == (4, {"stored": 2, "duplicate": 1, "bad-date": 1})
    assert "bad-date: row 5: 일자 '어제'" in done.stderr
    assert sources(database_url) == [
        ("khan", "경향신문", "news", "https://www.khan.co.kr/article/1"),
        ("동네신문", "동네신문", "news", "urn:bigkinds:01100101.2"),
    ]


def test_another_sheet_is_refused_in_one_line(tmp_path: Path, sqlite_url: str) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text("번호,금액\n1,2\n", encoding="utf-8")
    done = call("import", "bigkinds", path, "--database", sqlite_url, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"meoktong: {path}: no BIG KINDS sheet: it lacks the column")


def test_an_excerpt_or_an_older_recording_never_replaces_what_is_stored(store: Store) -> None:
    seen = datetime(2026, 11, 1, tzinfo=UTC)

    def keep(**changes: object) -> Outcome:
        run = start_run(store, "example", options={})
        (outcome,) = write(store, run, [tagged(**changes)])
        finish(store, run, RunStatus.DONE)
        return outcome

    assert keep(text="온전한 글이다.", fetched_at=seen) is Outcome.STORED
    assert keep(text="온전", fetched_at=None, extent=Extent.EXCERPT) is Outcome.UNCHANGED
    assert keep(text="옛 글이다.", fetched_at=seen - timedelta(days=9)) is Outcome.UNCHANGED
    with store.reading() as connection:
        assert connection.scalars(select(DocumentVersion.text)).all() == ["온전한 글이다."]
        assert connection.scalars(select(Document.last_seen_at)).all() == [seen]
    assert keep(text="고친 글이다.", fetched_at=seen + timedelta(days=1)) is Outcome.UPDATED


def test_a_new_source_is_of_its_documents_kind(store: Store) -> None:
    run = start_run(store, "archive", options={})
    items = [tagged("https://a.example/1", source="a"), tagged("https://b.example/1", source="b", kind=Kind.POST)]
    write(store, run, items)
    with store.reading() as connection:
        query = select(Source.slug, Source.kind).order_by(Source.slug)
        found = [tuple(row) for row in connection.execute(query)]
    assert found == [("a", "news"), ("archive", "import"), ("b", "post")]
