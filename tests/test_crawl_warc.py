"""`meoktong crawl --warc`, and what was recorded imported again."""

import gzip
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from loopback import Handler, Site, answers, article, crawl, outage, serving
from sqlalchemy import select
from test_import import call, table
from warcio.archiveiterator import ArchiveIterator

from meoktong.store import connect
from meoktong.store.schema import Document, DocumentVersion, Source
from meoktong.times import now


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as server:
        yield server


def packed(body: bytes) -> Any:
    def answer(handler: Handler) -> None:
        handler.answer(200, gzip.compress(body), content_encoding="gzip")

    return answer


def chunked(body: bytes) -> Any:
    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for start in range(0, len(body), 100):
            piece = body[start : start + 100]
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        handler.wfile.write(b"0\r\n\r\n")

    return answer


def documents(url: str) -> set[tuple[Any, ...]]:
    """All that is stored of each document but for when it was fetched."""
    query = (
        select(
            Source.slug,
            Document.url,
            Document.kind,
            Document.author,
            Document.published_at,
            Document.published_precision,
            Document.published_origin,
            DocumentVersion.content_hash,
        )
        .select_from(Document)
        .join(Source)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
    )
    with connect(url) as store, store.reading() as connection:
        return {tuple(row) for row in connection.execute(query)}


def test_a_recorded_crawl_imports_to_the_same_documents(site: Site, tmp_path: Path) -> None:
    undated = article("카카오톡 먹통, 시각 없음", "카카오톡이 먹통이 되어 주문을 받지 못했다. " * 4).replace(
        b'<meta property="article:published_time" content="2022-10-16T10:00:00+09:00">', b""
    )
    site.pages |= {
        "/plain": outage(1),
        "/packed": packed(outage(2)),
        "/chunked": chunked(outage(3)),
        "/moved": answers(301, location="/target"),
        "/target": outage(4),
        "/undated": undated,
        "/menu": b"<html><body><ul><li>menu</ul></body></html>",
        "/gone": answers(410),
        "/robots.txt": b"User-agent: *\nDisallow: /secret\n",
    }
    paths = ("/plain", "/packed", "/chunked", "/moved", "/menu", "/gone", "/secret")
    feed = site.feed(*paths, ("/undated", now() - timedelta(hours=1)))
    first, second = f"sqlite:///{tmp_path}/crawled.db", f"sqlite:///{tmp_path}/imported.db"
    file = tmp_path / "recorded.warc.gz"
    status, row, errors = crawl(first, "--feed", feed, "--warc", str(file))
    assert (status, row["outcomes"]) == (0, {"stored": 5, "not-article": 1, "gone": 1, "robots": 1}), errors
    assert [path.name for path in tmp_path.glob("*.part")] == []
    done = call("import", "warc", file, "--database", second, "--format", "json", cwd=tmp_path)
    assert (done.returncode, table(done)) == (0, {"stored": 5, "not-article": 1}), done.stderr
    assert documents(second) == documents(first)
    assert len(documents(first)) == 5


def test_everything_that_was_fetched_is_recorded_with_its_request(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/1": packed(outage(1)), "/2": answers(301, location="/3"), "/3": outage(3)}
    file = tmp_path / "recorded.warc.gz"
    crawl(f"sqlite:///{tmp_path}/a.db", "--feed", site.feed("/1", "/2"), "--warc", str(file))
    kinds: dict[str, list[tuple[str, str]]] = {}
    with file.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            path = (record.rec_headers.get_header("WARC-Target-URI") or "").removeprefix(site.url)
            line = record.http_headers.statusline if record.http_headers else ""
            kinds.setdefault(record.rec_type, []).append((path, line))
            if record.rec_type == "request":
                assert record.http_headers.get_header("Accept-Language")
                assert record.http_headers.get_header("User-Agent").startswith("meoktong/")
                assert record.http_headers.get_header("Host") == site.url.removeprefix("http://")
            if path == "/1" and record.rec_type == "response":
                assert record.raw_stream.read(2) == b"\x1f\x8b"  # as it came over the wire
    assert len(kinds["warcinfo"]) == 1
    answered = {"/robots.txt": "404 Not Found", "/feed.xml": "200 OK", "/1": "200 OK", "/2": "301 Moved Permanently"}
    assert dict(kinds["response"]) == {**answered, "/3": "200 OK"}
    assert sorted(path for path, _ in kinds["request"]) == sorted(site.paths())


def test_a_recording_replaces_no_file(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "recorded.warc.gz"
    file.write_bytes(b"precious")
    done = call(
        *("crawl", "--feed", site.feed("/1"), "--warc", file, "--allow-private"),
        *("--database", f"sqlite:///{tmp_path}/a.db"),
        cwd=tmp_path,
    )
    assert done.returncode == 1
    assert f"meoktong: {file}: is there already" in done.stderr
    assert "Traceback" not in done.stderr
    assert file.read_bytes() == b"precious"
    assert site.paths() == []
