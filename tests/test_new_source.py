"""`meoktong new-source`: a written spider reads what generic extraction reads, in three markups."""

import importlib.util
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from loopback import OUTAGE, Site, article, serving
from test_import import call

from meoktong.models import Document
from spiders.base import SourceSpider
from spiders.extract import examine
from spiders.propose import FIELDS

BODY = "".join(f"<p>{line}</p>" for line in OUTAGE)
MENU = "<ul class='menu'>" + "".join(f"<li><a href='/{n}'>메뉴 {n}</a></li>" for n in range(20)) + "</ul>"
HEAD = '<!doctype html><html><head><meta charset="utf-8">'

# everything machine-readable
TOLD = f"""{HEAD}<title>골목 식당의 하루 - 골목일보</title><meta property="og:site_name" content="골목일보">
<link rel="alternate" type="application/rss+xml" href="/rss.xml"><meta property="og:type" content="article">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "골목 식당의 하루",
"datePublished": "2022-10-16T10:20:00+09:00", "author": {{"@type": "Person", "name": "김골목"}}}}</script></head>
<body>{MENU}<h1>골목 식당의 하루</h1><div class="article_txt" id="articleText">{BODY}</div>{MENU}</body></html>"""

# nothing but visible text, and an element that is none
VISIBLE = f"""{HEAD}<title>멈춘 주문, 빈 가게</title></head><body>{MENU}<div class="view_head">
<h2 class="view_tit">멈춘 주문, 빈 가게</h2>
<p,><p class="view_date">입력 2022.10.16 10:20 수정 2022.10.16 11:30</p></p,>
<span class="reporter_name">박시장 기자</span></div><section class="view_body">{BODY}</section>
<div class="footer">{MENU}</div></body></html>"""

# a board in tables
BOARD = f"""{HEAD}<title>톡 주문이 안 들어와요</title></head><body>{MENU}
<table class="board_view"><tr><td class="subject">
<strong class="title">톡 주문이 안 들어와요</strong></td></tr><tr><td><span class="nickname">분식집</span>
<span class="date">2022-10-16 10:20</span></td></tr><tr><td class="board_content">{BODY}</td></tr>
</table></body></html>"""

PAGES = {
    "told": (TOLD, "https://told.example/news/1", "news"),
    "visible": (VISIBLE, "https://visible.example/news/1", "news"),
    "shop_board": (BOARD, "https://shop.example/board/free/1", "boards"),
}


def load(path: Path) -> type[SourceSpider]:
    spec = importlib.util.spec_from_file_location(f"written_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (spider,) = [value for value in vars(module).values() if getattr(value, "__module__", "") == module.__name__]
    found: type[SourceSpider] = spider
    return found


def fields(document: Document) -> dict[str, Any]:
    return {name: getattr(document, name) for name in FIELDS}


@pytest.mark.parametrize("slug", list(PAGES))
def test_the_written_spider_reads_what_generic_extraction_reads(tmp_path: Path, slug: str) -> None:
    markup, url, folder = PAGES[slug]
    (tmp_path / "saved.html").write_text(markup, encoding="utf-8")
    project = tmp_path / "project"  # not where Python is started: its `spiders` must stay the installed one
    done = call("new-source", "saved.html", "--url", url, "--slug", slug, "--into", project, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    spider = load(project / "spiders" / folder / f"{slug}.py")
    (pages,) = (project / "tests" / "pages" / slug).iterdir()
    meta = json.loads((pages / "meta.json").read_text(encoding="utf-8"))
    assert meta["url"] == url
    body = (pages / "page.html").read_bytes()
    assert body == markup.encode()
    at = datetime.fromisoformat(meta["crawled_at"])
    generic, own = examine(None, url, body, fetched_at=at), examine(spider, url, body, fetched_at=at)
    assert fields(own) == fields(generic)
    assert own.text.split("\n") == list(OUTAGE)
    assert own.published_at is not None
    assert own.author
    assert (own.source, spider.name, own.kind) == (slug, slug, generic.kind)
    for value in (own.title, own.author):
        assert value in done.stdout
    again = call("new-source", "saved.html", "--url", url, "--slug", slug, "--into", project, cwd=tmp_path)
    assert again.returncode == 1
    assert "is there already" in again.stderr


def test_what_the_page_tells_itself_needs_no_selector(tmp_path: Path) -> None:
    (tmp_path / "saved.html").write_text(TOLD, encoding="utf-8")
    url = "https://told.example/news/1"
    call("new-source", "saved.html", "--url", url, "--slug", "told", "--into", tmp_path, cwd=tmp_path)
    spider = load(tmp_path / "spiders" / "news" / "told.py")
    (layout,) = spider.PAGES
    assert (layout.title, layout.published, layout.author, layout.body) == (None, None, None, "#articleText")
    assert spider.FEEDS == ("https://told.example/rss.xml",)
    assert spider.SOURCE.name_ko == "골목일보"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as server:
        yield server


def fetch(cwd: Path, url: str, *options: str) -> Any:
    return call("new-source", url, "--slug", "paper", "--into", cwd, "-s", "DOWNLOAD_DELAY=0", *options, cwd=cwd)


def test_a_page_is_fetched_as_a_crawl_would(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/1": article("멈춘 가게", *OUTAGE), "/robots.txt": b"User-agent: *\nDisallow: /secret\n"}
    done = fetch(tmp_path, f"{site.url}/1", "--allow-private")
    assert done.returncode == 0, done.stdout + done.stderr
    assert site.paths() == ["/robots.txt", "/1"]
    (tmp_path / "b").mkdir()
    refused = fetch(tmp_path / "b", f"{site.url}/secret", "--allow-private")
    assert (refused.returncode, "robots.txt forbids" in refused.stderr) == (1, True)
    assert "/secret" not in site.paths()
    assert list((tmp_path / "b").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("saved.html", "--slug", "new"), "a saved page needs --url"),
        (("saved.html", "--slug", "hani", "--url", "https://a.example/1"), "is a source already"),
        (("saved.html", "--slug", "new", "--url", "https://www.hani.co.kr/1"), "belongs to the source hani"),
        (("saved.html", "--slug", "Neu!", "--url", "https://a.example/1"), "lower-case"),
    ],
)
def test_what_cannot_be_is_a_usage_error(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    (tmp_path / "saved.html").write_text(TOLD, encoding="utf-8")
    done = call("new-source", *arguments, "--into", tmp_path, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["saved.html"]


def test_a_page_without_an_article_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "saved.html").write_text("<html><body><ul><li>menu</ul></body></html>", encoding="utf-8")
    done = call(
        *("new-source", "saved.html", "--url", "https://a.example/", "--slug", "new", "--into", tmp_path), cwd=tmp_path
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("meoktong: not-article")
