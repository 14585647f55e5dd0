"""`meoktong check`: live pages by the crawl's path, nothing stored but the day."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from test_import import call

from meoktong.demo.server import Answer, Site, serving
from meoktong.demo.sites import SECOND, Board, Newspaper
from meoktong.store import connect
from meoktong.store.schema import CrawlRun, Document, Source, Url
from spiders.replay.replay_board import ReplayBoard
from spiders.replay.replay_news import ReplayNews

NEWS, BOARD = ReplayNews.SOURCE.hosts[0], ReplayBoard.SOURCE.hosts[0]
FAST = ("DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=false", "HTTPPROXY_ENABLED=true", "RETRY_TIMES=0")


class Changed:
    """A site whose answers were rebuilt since somebody described it."""

    def __init__(self, site: Site, change: Callable[[str, Answer], Answer]) -> None:
        self._site = site
        self._change = change
        self.asked: list[str] = []

    def get(self, path: str, query: Mapping[str, str]) -> Answer:
        self.asked.append(path)
        return self._change(path, self._site.get(path, query))


def check(
    cwd: Path, url: str, sites: Mapping[str, Site], *slugs: str, private: bool = True
) -> tuple[int, list[dict[str, Any]], str]:
    settings = [word for setting in FAST for word in ("-s", setting)]
    with serving(sites) as proxy:
        done = call(
            *("check", *slugs, *settings, "--database", url, "--format", "json"),
            *(["--allow-private"] if private else []),
            cwd=cwd,
            http_proxy=proxy,
            no_proxy="",
            MEOKTONG_CONTACT="test@example.org",
        )
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout or "[]"), done.stderr


def test_sources_that_fit_are_marked_and_nothing_is_stored(tmp_path: Path, database_url: str) -> None:
    news = Changed(Newspaper(SECOND), lambda path, answer: answer)
    status, rows, errors = check(
        tmp_path, database_url, {NEWS: news, BOARD: Board(SECOND)}, "replay_news", "replay_board"
    )
    assert status == 0, errors
    assert [(row["source"], row["verdict"]) for row in rows] == [("replay_news", "fits"), ("replay_board", "fits")]
    for row in rows:
        assert row["listed"] > 0
        assert row["title"]
        assert row["date"]
        assert row["body"] > 0
    assert rows[0]["author"]
    assert rows[1]["author"] is None
    assert news.asked[0] == "/robots.txt"
    assert len(news.asked) <= 5  # robots.txt, one listing, at most three pages
    with connect(database_url) as store, store.reading() as connection:
        assert dict(connection.execute(select(Source.slug, Source.name)).all()) == {
            "replay_news": ReplayNews.SOURCE.name_ko,
            "replay_board": ReplayBoard.SOURCE.name_ko,
        }
        assert None not in connection.scalars(select(Source.verified_at)).all()
        for table in (Document, CrawlRun, Url):
            assert connection.scalar(select(func.count()).select_from(table)) == 0


@pytest.mark.parametrize(
    ("renamed", "verdict"),
    [
        ((b"article-view-content-div", b"og:type", b"published_time"), "not-article"),
        ((b"infomation", b"published_time", b"datePublished", b"pubDate", b"lastmod", "입력".encode()), "no date"),
    ],
)
def test_a_changed_layout_is_told_and_not_marked(
    tmp_path: Path, sqlite_url: str, renamed: tuple[bytes, ...], verdict: str
) -> None:
    def change(path: str, answer: Answer) -> Answer:
        body = answer.body
        for name in renamed:
            body = body.replace(name, b"rebuilt")
        return Answer(body=body, content_type=answer.content_type)

    sites = {NEWS: Changed(Newspaper(SECOND), change), BOARD: Board(SECOND)}
    status, rows, _ = check(tmp_path, sqlite_url, sites, "replay_news", "replay_board")
    assert (status, rows[1]["verdict"]) == (4, "fits")
    assert verdict in rows[0]["verdict"]
    with connect(sqlite_url) as store, store.reading() as connection:
        assert connection.scalars(select(Source.slug)).all() == ["replay_board"]


def test_a_forbidden_listing_is_not_read(tmp_path: Path, sqlite_url: str) -> None:
    def change(path: str, answer: Answer) -> Answer:
        return Answer(body=b"User-agent: *\nDisallow: /\n") if path == "/robots.txt" else answer

    news = Changed(Newspaper(SECOND), change)
    status, rows, _ = check(tmp_path, sqlite_url, {NEWS: news}, "replay_news")
    assert (status, news.asked) == (5, ["/robots.txt"])
    assert "robots.txt forbids" in rows[0]["verdict"]
    assert not (tmp_path / "meoktong.db").exists()


def test_an_unknown_source_is_a_usage_error(tmp_path: Path, sqlite_url: str) -> None:
    done = call("check", "nobody", "--database", sqlite_url, cwd=tmp_path)
    assert done.returncode == 2
    assert "no source nobody" in done.stderr
    assert list(tmp_path.iterdir()) == []
