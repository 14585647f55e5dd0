"""Every page in tests/pages/<source>/<layout>/ gives what its expected.json says, for ever.

A layout's folder holds page.html or page.html.gz, meta.json {url, crawled_at} and expected.json. A missing
expected.json is written once and the test fails, so that somebody reads it before it counts.
"""

import gzip
import json
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from meoktong.errors import Rejected
from meoktong.models import Document, Outcome
from meoktong.times import KST, iso_kst
from spiders.base import SourceSpider, all_sources, spider_for
from spiders.extract import examine
from spiders.lists import parse_list

PAGES = Path(__file__).parent / "pages"
FOLDERS = sorted(path.parent for path in PAGES.glob("*/*/meta.json"))
SHARED = Path(__file__).parents[2] / "shared" / "pages"
MAY_BE_EMPTY = {"modified_at", "comments", "published_reason", "author"}


def read_page(folder: Path) -> bytes:
    plain = folder / "page.html"
    return plain.read_bytes() if plain.is_file() else gzip.decompress((folder / "page.html.gz").read_bytes())


def summary(document: Document) -> dict[str, Any]:
    return {
        "url": document.url,
        "kind": document.kind,
        "title": document.title,
        "published_at": iso_kst(document.published_at) if document.published_at else None,
        "published_reason": document.published_reason,
        "modified_at": iso_kst(document.modified_at) if document.modified_at else None,
        "author": document.author,
        "text": document.text.split("\n"),
        "comments": [
            [c.author, iso_kst(c.published_at) if c.published_at else None, c.text] for c in document.comments
        ],
    }


def name_of(folder: Path) -> str:
    return f"{folder.parent.name}-{folder.name}"


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_a_page_gives_what_is_expected(folder: Path) -> None:
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    spider = spider_for(meta["url"])
    assert spider is not None
    assert spider.name == folder.parent.name
    found = summary(
        examine(spider, meta["url"], read_page(folder), fetched_at=datetime.fromisoformat(meta["crawled_at"]))
    )
    golden = folder / "expected.json"
    if not golden.is_file():
        golden.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{golden} was missing and is written now: read it, correct it, run again")
    expected = json.loads(golden.read_text(encoding="utf-8"))
    assert found == expected
    empty = {key for key, value in expected.items() if value in (None, [], "", [""])}
    allowed = MAY_BE_EMPTY | set(meta.get("may_be_empty", ()))
    assert empty <= allowed, "an expected value is empty: say so in meta.json's may_be_empty if that is right"


@pytest.mark.parametrize("spider", [s for s in all_sources().values() if not s.replay], ids=lambda s: s.name)
def test_every_layout_of_every_source_has_a_page(spider: type[SourceSpider]) -> None:
    pages = [folder for folder in FOLDERS if folder.parent.name == spider.name]
    assert len(pages) >= len(spider.PAGES)


def normal(text: str | None) -> str:
    return " ".join((text or "").split())


def shared_pages() -> list[Path]:
    return sorted(path.parent for path in SHARED.glob("*/gold.json")) if SHARED.is_dir() else []


@pytest.mark.skipif(not SHARED.is_dir(), reason="the saved pages in ../shared/pages are not here")
@pytest.mark.parametrize("folder", shared_pages(), ids=lambda folder: folder.name)
def test_a_saved_page_of_the_real_site(folder: Path) -> None:
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    document = examine(spider_for(gold["url"]), gold["url"], gzip.decompress((folder / "page.html.gz").read_bytes()))
    assert document.title == gold["title"]
    published = iso_kst(document.published_at)[:16] if document.published_at else None
    assert published in [(t or "")[:16] for t in (gold["published"], *(gold.get("published_also_ok") or []))]
    assert document.author in (gold["author"], *(gold.get("authors_also_ok") or []))
    text = normal(document.text)
    for line in gold.get("may") or []:  # captions and tags that may stay or go
        text = normal(text.replace(normal(line), ""))
    assert text.startswith(normal(gold["body_start"])[:60])
    assert text.endswith(normal(gold["body_end"])[-60:])
    assert [line for line in gold.get("must_not") or [] if normal(line) in text] == []


@pytest.mark.skipif(not SHARED.is_dir(), reason="the saved pages in ../shared/pages are not here")
@pytest.mark.parametrize(
    ("name", "fresh", "promoted"),
    [("fmkorea", 20, ()), ("ruliweb", 28, ("101318", "101187")), ("ppomppu", 20, ("681601",))],
)
def test_a_saved_list_of_a_real_board(name: str, fresh: int, promoted: tuple[str, ...]) -> None:
    (folder,) = (SHARED / "lists").glob(f"{name}_*")
    url = json.loads((folder / "gold.json").read_text(encoding="utf-8"))["url"]
    spider = all_sources()[name]
    listing = replace(spider.LISTS[0], link=re.sub(r"id=\w+", "id=ppomppu", spider.LISTS[0].link))
    read = datetime(2026, 2, 4, 23, tzinfo=KST)
    found = parse_list(
        listing, gzip.decompress((folder / "page.html.gz").read_bytes()), url, spider.SOURCE, fetched_at=read
    )
    assert len(found) == fresh
    assert all(row.title and row.published_at for row in found)
    assert not [row.url for row in found if promoted and row.url.endswith(promoted)]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the saved pages in ../shared/pages are not here")
@pytest.mark.parametrize("name", ["js_challenge", "security_page_decoded"])
def test_a_saved_wall_is_blocked(name: str) -> None:
    with pytest.raises(Rejected) as caught:
        examine(None, "https://www.fmkorea.com/1", (SHARED / "blocked" / f"fmkorea_{name}.html").read_bytes())
    assert caught.value.outcome is Outcome.BLOCKED
