"""A site on loopback, and `meoktong crawl` on it in a process of its own."""

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from sqlalchemy import select, update

from meoktong.store import connect
from meoktong.store.schema import RunUrl, Source, Url
from meoktong.times import now

OUTAGE = (
    "카카오톡이 15일 오후 3시부터 먹통이 되면서 골목 식당들이 주문을 받지 못했다.",
    "서울 마포구에서 분식집을 하는 한 사장은 '점심 장사를 통째로 날렸다'고 말했다.",
    "카카오는 데이터센터 화재로 서비스 장애가 났다며 복구하고 있다고 밝혔다.",
)
OTHER = (
    "서울시는 내년 봄까지 한강 공원 세 곳에 나무 이천 그루를 새로 심겠다고 16일 밝혔다.",
    "시 관계자는 시민 의견을 들어 느티나무와 벚나무를 고르게 심을 계획이라고 설명했다.",
)
FAST = {
    "AUTOTHROTTLE_ENABLED": "false",
    "DOWNLOAD_DELAY": "0",
    "DOWNLOAD_TIMEOUT": "1",
    "RETRY_TIMES": "1",
    "RETRY_BACKOFF": "0.05",
    "DOWNLOAD_MAXSIZE": "100000",
}
LONG_AGO = "2022-10-16T10:00:00+09:00"
_PROGRESS = re.compile(r"^[0-9]+ of [0-9]+ sources done, [0-9]+ of [0-9]+ pages\n", re.MULTILINE)

Page = bytes | Callable[["Handler"], None]


def article(title: str, *paragraphs: str, published: str = LONG_AGO) -> bytes:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{title}">'
        f'<meta property="article:published_time" content="{published}"></head>'
        f'<body><h1>{title}</h1><div id="article-body" itemprop="articleBody">{body}</div></body></html>'
    ).encode()


def outage(number: int = 1, published: str = LONG_AGO) -> bytes:
    """An article that tells of an outage; each `number` is another."""
    return article(f"카카오톡 먹통 {number}보", f"{number}번째 소식이다.", *OUTAGE, published=published)


class Site(ThreadingHTTPServer):
    """Serves `pages`, a path each: bytes, or a function that answers. `asked` has what was asked, and when."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages: dict[str, Page] = {}
        self.asked: list[tuple[str, dict[str, str], float]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"

    def feed(self, *links: str | tuple[str, datetime]) -> str:
        """Serve a feed of paths or whole addresses, with their times; its address."""
        items = []
        for entry in links:
            link, moment = entry if isinstance(entry, tuple) else (entry, None)
            stamp = f"<pubDate>{format_datetime(moment)}</pubDate>" if moment else ""
            items.append(f"<item><link>{link if ':' in link else self.url + link}</link>{stamp}</item>")
        self.pages["/feed.xml"] = (
            f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{"".join(items)}</channel></rss>'
        ).encode()
        return f"{self.url}/feed.xml"

    def page(self, path: str) -> Page | None:
        return self.pages.get(path)

    def times(self, path: str) -> list[float]:
        return [at for asked, _, at in self.asked if asked == path]

    def paths(self) -> list[str]:
        return [path for path, _, _ in self.asked]


class Handler(BaseHTTPRequestHandler):
    server: Site
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers), time.monotonic()))
        page = self.server.page(self.path)
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


def answers(status: int, body: bytes = b"", **headers: str) -> Page:
    return lambda handler: handler.answer(status, body, **headers)


def cached(body: bytes, etag: str) -> Page:
    """A page that answers 304 without a body, and without repeating its ETag, to whoever has it."""

    def answer(handler: Handler) -> None:
        if handler.headers.get("If-None-Match") == etag:
            handler.answer(304)
        else:
            handler.answer(200, body, etag=etag)

    return answer


@contextlib.contextmanager
def serving() -> Iterator[Site]:
    with Site() as site, running(site):
        yield site


@contextlib.contextmanager
def running(server: Site) -> Iterator[None]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


def start(
    database: str,
    *arguments: str,
    private: bool = True,
    program: Sequence[str] = ("-m", "meoktong"),
    form: str = "json",
    cwd: Path | None = None,
    keys: Mapping[str, str] | None = None,
    **settings: str,
) -> "subprocess.Popen[str]":
    """`meoktong crawl` in a hurry, as a process; allowed to reach loopback if `private`. `keys` are of search APIs."""
    words = [word for name, value in {**FAST, **settings}.items() for word in ("-s", f"{name}={value}")]
    return subprocess.Popen(
        [
            *(sys.executable, "-W", "error", *program, "crawl", "--database", database, "--format", form),
            *(["--allow-private"] if private else []),
            *words,
            *arguments,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env=os.environ | {"MEOKTONG_CONTACT": "test@example.org", "MEOKTONG_WORKERS": "1", **(keys or {})},
    )


def finish(process: "subprocess.Popen[str]") -> tuple[int, dict[str, Any], str]:
    """A process's status, the one row that it printed, and its standard error without the progress of a slow run."""
    out, errors = process.communicate(timeout=100)
    assert out, errors
    return process.returncode, json.loads(out)[0], _PROGRESS.sub("", errors)


def crawl(database: str, *arguments: str, **options: Any) -> tuple[int, dict[str, Any], str]:
    """Start and finish."""
    return finish(start(database, *arguments, **options))


def outcomes(database: str, home: str) -> dict[str, list[str]]:
    """The outcomes of each page, one a run, as the database has them; pages of `home` by their path."""
    found: dict[str, list[str]] = {}
    query = select(Url.url, RunUrl.outcome).join(RunUrl, RunUrl.url_id == Url.id).order_by(RunUrl.run_id)
    with connect(database) as store, store.reading() as connection:
        for url, outcome in connection.execute(query):
            found.setdefault(url.removeprefix(home), []).append(outcome)
    return found


def expire_lease(database: str) -> None:
    """As if 90 seconds had passed since the process that held the source was killed."""
    with connect(database) as store, store.writing() as connection:
        connection.execute(update(Source).values(lock_expires_at=now()))


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited for a minute"
        time.sleep(0.02)
