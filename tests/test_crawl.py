"""`meoktong crawl`, end to end: a loopback site, the command in a process of its own, a real database."""

import contextlib
import gzip
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from meoktong.models import Outcome

OUTAGE = (
    "카카오톡이 15일 오후 3시부터 먹통이 되면서 골목 식당들이 주문을 받지 못했다.",
    "서울 마포구에서 분식집을 하는 한 사장은 '점심 장사를 통째로 날렸다'고 말했다.",
    "배달 주문이 끊겨 매출이 절반으로 줄었다고 했다.",
    "카카오는 데이터센터 화재로 서비스 장애가 났다며 복구하고 있다고 밝혔다.",
)
OTHER = (
    "서울시는 내년 봄까지 한강 공원 세 곳에 나무 이천 그루를 새로 심겠다고 16일 밝혔다.",
    "시 관계자는 시민 의견을 들어 느티나무와 벚나무를 고르게 심을 계획이라고 설명했다.",
)


def article(title: str, *paragraphs: str, published: str | None = "2022-10-16T10:00:00+09:00") -> bytes:
    stamp = f'<meta property="article:published_time" content="{published}">' if published else ""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{title}">{stamp}</head>'
        f'<body><h1>{title}</h1><div id="article-body" itemprop="articleBody">{body}</div></body></html>'
    ).encode()


class Site(ThreadingHTTPServer):
    """A site on loopback: `pages` maps a path to bytes, or to a function that answers; `asked` is what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages: dict[str, bytes | Callable[[Handler], None]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"

    def feed(self, *links: str, published: str | None = None) -> None:
        """Serve a feed that lists `links`: paths of this site or whole addresses."""
        stamp = f"<pubDate>{published}</pubDate>" if published else ""
        items = "".join(
            f"<item><title>기사</title><link>{link if ':' in link else self.url + link}</link>{stamp}</item>"
            for link in links
        )
        self.pages["/feed.xml"] = (
            f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{items}</channel></rss>'
        ).encode()

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


class Handler(BaseHTTPRequestHandler):
    server: Site
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        page = self.server.pages.get(self.path)
        if page is None:
            self.answer(404, b"no such page")
        elif callable(page):
            page(self)
        else:
            self.answer(200, page)

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"content_type": "text/html", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # a client that gave up
            super().handle()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


def answers(status: int, body: bytes = b"", **headers: str) -> Callable[[Handler], None]:
    return lambda handler: handler.answer(status, body, **headers)


@contextlib.contextmanager
def serving() -> Iterator[Site]:
    with Site() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as server:
        yield server


@pytest.fixture
def closed() -> Iterator[Site]:
    with serving() as server:
        yield server


FAST = (
    "AUTOTHROTTLE_ENABLED=false",
    "DOWNLOAD_DELAY=0",
    "DOWNLOAD_TIMEOUT=1",
    "RETRY_TIMES=1",
    "RETRY_BACKOFF=0.05",
    "DOWNLOAD_MAXSIZE=100000",
)


ENVIRONMENT = os.environ | {"MEOKTONG_CONTACT": "test@example.org"}


def crawl(database: str, *arguments: str, wait: float = 100) -> tuple[int, list[dict[str, Any]], str]:
    """Run the command; its status, its rows, its standard error."""
    done = subprocess.run(
        command(database, *arguments), capture_output=True, text=True, timeout=wait, check=False, env=ENVIRONMENT
    )
    rows = json.loads(done.stdout) if done.stdout.startswith("[") else []
    return done.returncode, rows, done.stderr


def command(database: str, *arguments: str) -> list[str]:
    settings = [word for setting in FAST for word in ("-s", setting)]
    return [
        *(sys.executable, "-W", "error", "-m", "meoktong", "crawl", "--database", database, "--format", "json"),
        *(*settings, *arguments),
    ]


def test_every_page_has_one_outcome_and_they_add_up(site: Site, closed: Site, database: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}/nobody"
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    site.pages["/robots.txt"] = b"User-agent: *\nDisallow: /secret\n"
    closed.pages["/robots.txt"] = answers(503)
    expected: dict[str, tuple[Outcome, Any]] = {
        "/outage": (Outcome.STORED, article("카카오톡 먹통에 식당들 주문 끊겨", *OUTAGE)),
        "/other": (Outcome.OFF_TOPIC, article("한강 공원에 나무 이천 그루", *OTHER)),
        "/tomorrow": (Outcome.BAD_DATE, article("내일의 먹통", *reversed(OUTAGE), published=tomorrow)),
        "/empty": (Outcome.NO_TEXT, article("사진만 있는 기사")),
        "/menu": (Outcome.NOT_ARTICLE, b"<html><body><ul><li>menu</ul></body></html>"),
        "/garbled": (Outcome.BAD_ENCODING, b"<html><body>" + bytes(range(128, 256)) * 40 + b"</body></html>"),
        "/login": (Outcome.BLOCKED, answers(401)),
        "/forbidden": (Outcome.BLOCKED, answers(403)),
        "/often": (Outcome.BLOCKED, answers(429)),
        "/wall": (Outcome.BLOCKED, b"<html><head><title>Just a moment...</title></head><body>wait</body></html>"),
        "/wall503": (Outcome.BLOCKED, answers(503, b"<html><title>Just a moment...</title><body>wait</body></html>")),
        "/gone": (Outcome.GONE, answers(410)),
        "/missing": (Outcome.GONE, None),
        "/broken": (Outcome.HTTP_ERROR, answers(500)),
        "/ftp": (Outcome.HTTP_ERROR, answers(302, location="ftp://127.0.0.1/x")),
        "/slow": (Outcome.TIMEOUT, lambda handler: time.sleep(1.5)),
        "/loop": (Outcome.REDIRECT_LOOP, answers(302, location="/loop")),
        "/large": (Outcome.TOO_LARGE, article("큰 기사", "글" * 50_000)),
        "/endless": (Outcome.TOO_LARGE, endless),
        "/bomb": (Outcome.TOO_LARGE, answers(200, gzip.compress(bytes(1_000_000)), content_encoding="gzip")),
        "/secret/1": (Outcome.ROBOTS, article("비밀", *OUTAGE)),
        "/hangup": (Outcome.UNREACHABLE, lambda handler: handler.connection.shutdown(socket.SHUT_RDWR)),
        nobody: (Outcome.ROBOTS_UNREACHABLE, None),
        f"{closed.url}/x": (Outcome.ROBOTS_UNREACHABLE, None),
    }
    site.pages |= {path: page for path, (_, page) in expected.items() if page is not None}
    site.feed(*expected, "/outage", "/outage?utm_source=rss", "ftp://127.0.0.1/file")
    status, (row,), errors = crawl(database, "--allow-private", "--feed", f"{site.url}/feed.xml")
    assert status == 0, errors
    assert stored_outcomes(database, site.url) == {path: [str(outcome)] for path, (outcome, _) in expected.items()}
    assert row["outcomes"] == Counter(str(outcome) for outcome, _ in expected.values())
    assert row["discovered"] == len(expected)
    assert "/secret/1" not in site.paths()
    assert closed.paths() == ["/robots.txt"] * 2
    assert all(re.match(r"meoktong/\S+ \(\+test@example.org\)$", headers["User-Agent"]) for _, headers in site.asked)


def endless(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    with contextlib.suppress(OSError):
        for _ in range(1000):
            handler.wfile.write(b"x" * 10_000)


def stored_outcomes(database: str, home: str) -> dict[str, list[str]]:
    """The outcomes of each page, one a run, as the database has them; pages of `home` by their path."""
    with sqlite3.connect(database.removeprefix("sqlite:///")) as connection:
        rows = connection.execute(
            "SELECT url, run_urls.outcome FROM run_urls JOIN urls ON urls.id = url_id ORDER BY run_id"
        ).fetchall()
    found: dict[str, list[str]] = {}
    for url, outcome in rows:
        found.setdefault(url.removeprefix(home), []).append(outcome)
    return found


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/meoktong.db"
