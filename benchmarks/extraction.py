"""What comes out of every page, by its source's own selectors and, as if nobody had described the site, by guessing.

    python benchmarks/extraction.py [--saved ../shared/pages]

Reads the project's pages (tests/pages) or a folder of saved ones (page.html.gz beside gold.json), prints one line a
page and the share of right values of each field: title, time to the minute, author, first and last words of the body.
"""

import argparse
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from meoktong.errors import Rejected
from meoktong.times import iso_kst
from spiders.base import SourceSpider, spider_for
from spiders.extract import examine

PAGES = Path(__file__).parents[1] / "tests" / "pages"
FIELDS = ("title", "time", "author", "start", "end")
WORDS = 60  # characters of a body's ends that are compared


@dataclass(frozen=True)
class Saved:
    """A page and the values it holds; several may be right."""

    name: str
    url: str
    html: bytes
    fetched_at: datetime | None
    title: str
    times: set[str | None]
    authors: set[str | None]
    start: str
    end: str
    optional: tuple[str, ...] = ()  # lines (captions, tags) that a body may hold or not


def own_pages() -> Iterator[Saved]:
    """The pages of tests/pages; relative times of posts are resolved against the time in meta.json."""
    for golden in sorted(PAGES.glob("*/*/expected.json")):
        meta, expected = (json.loads((golden.parent / f).read_text("utf-8")) for f in ("meta.json", golden.name))
        plain = golden.with_name("page.html")
        html = plain.read_bytes() if plain.is_file() else gzip.decompress(golden.with_name("page.html.gz").read_bytes())
        body = normal("\n".join(expected["text"]))
        yield Saved(
            name=f"{golden.parts[-3]} {golden.parts[-2]}",
            url=meta["url"],
            html=html,
            fetched_at=datetime.fromisoformat(meta["crawled_at"]),
            title=expected["title"],
            times={expected["published_at"] and expected["published_at"][:16]},
            authors={expected["author"]},
            start=body[:WORDS],
            end=body[-WORDS:],
        )


def saved_pages(folder: Path) -> Iterator[Saved]:
    """The pages below `folder` that have a gold.json."""
    for gold in sorted(folder.glob("*/gold.json")):
        told: dict[str, Any] = json.loads(gold.read_text("utf-8"))
        yield Saved(
            name=gold.parent.name,
            url=told["url"],
            html=gzip.decompress(gold.with_name("page.html.gz").read_bytes()),
            fetched_at=None,
            title=told["title"],
            times={time and time[:16] for time in (told["published"], *(told.get("published_also_ok") or ()))},
            authors={told["author"], *(told.get("authors_also_ok") or ())},
            start=normal(told["body_start"])[:WORDS],
            end=normal(told["body_end"])[-WORDS:],
            optional=tuple(told.get("may") or ()),
        )


def normal(text: str) -> str:
    """With single spaces."""
    return " ".join(text.split())


def hits(saved: Saved, spider: type[SourceSpider] | None) -> list[bool]:
    """Whether each field comes out right."""
    try:
        document = examine(spider, saved.url, saved.html, fetched_at=saved.fetched_at)
    except Rejected:
        return [False] * len(FIELDS)
    text = normal(document.text)
    for line in saved.optional:
        text = normal(text.replace(normal(line), ""))
    time = iso_kst(document.published_at)[:16] if document.published_at else None
    return [
        document.title == saved.title,
        time in saved.times,
        document.author in saved.authors,
        text.startswith(saved.start),
        text.endswith(saved.end),
    ]


def main() -> None:
    """Extract, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--saved", type=Path, help="a folder of saved pages")
    arguments = parser.parse_args()
    table = Table("page", *FIELDS, *(f"{field}?" for field in FIELDS), caption="? guessed")
    rows = []
    for saved in saved_pages(arguments.saved) if arguments.saved else own_pages():
        rows.append([*hits(saved, spider_for(saved.url)), *hits(saved, None)])
        table.add_row(saved.name, *("yes" if hit else "NO" for hit in rows[-1]))
    if not rows:
        parser.error(f"no pages in {arguments.saved}")
    table.add_section()
    table.add_row(f"{len(rows)} pages", *(f"{sum(column) / len(rows):.2f}" for column in zip(*rows, strict=True)))
    Console(width=130).print(table)


if __name__ == "__main__":
    main()
