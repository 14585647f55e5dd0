"""`meoktong check`: does a source's description still fit its live pages?"""

from typing import TYPE_CHECKING, Any

import click

from meoktong.cli._exits import Exit
from meoktong.cli._options import database_option, format_option, print_rows
from meoktong.cli._scrapy import fetch_options, scrapy_settings
from meoktong.models import Document, Kind
from meoktong.settings import Settings
from meoktong.times import iso_kst

if TYPE_CHECKING:
    from meoktong.crawl.look import Look
    from spiders.base import SourceSpider

PAGES = 3  # live pages at most: one without a byline or a text may be an exception
COLUMNS = ("source", "listed", "url", "title", "date", "author", "body", "verdict")


@click.command(epilog="\b\nExample:\n  meoktong check hani chosun\n  meoktong check clien --format json")
@click.argument("slugs", nargs=-1, required=True, metavar="SLUG...")
@fetch_options
@database_option
@format_option
@click.pass_obj
def command(
    settings: Settings,
    *,
    slugs: tuple[str, ...],
    allow_private: bool,
    overrides: tuple[str, ...],
    database: str,
    form: str,
) -> int:
    """Read a listing and a live page of each source as a crawl would, and store no document.

    A source fits when its listing names pages and one of up to three has every field: title, date, body, and of a
    newspaper whose layout names an author, the author. That day is noted; `meoktong sources` shows it as `checked`.

    JSON keys: source, listed (pages that its listings name), url, title, date, author, body (characters) of the page
    that was read, verdict (`fits`, or what is missing). Exit status: 0 all fit, 4 some do not, 5 none does.
    """
    from meoktong.crawl.look import look  # Scrapy is slow to import, and --help must be fast
    from meoktong.crawl.runner import Options, Target
    from meoktong.store import connect
    from meoktong.store.runs import mark_verified
    from spiders.base import all_sources

    sources = all_sources()
    unknown = [slug for slug in slugs if slug not in sources]
    if unknown:
        raise click.BadParameter(f"no source {', '.join(unknown)}; there are: {', '.join(sources)}", param_hint="SLUG")
    chosen = [sources[slug] for slug in dict.fromkeys(slugs)]

    def enough(seen: "Look") -> bool:
        return len(seen.pages) >= PAGES or bool(_best(seen) and not _missing(sources[seen.source], _best(seen)))

    options = Options(allow_private=allow_private, scrapy=scrapy_settings(overrides))
    looks = look([Target(spider=spider) for spider in chosen], enough, settings=settings, options=options)
    rows = [_row(spider, seen) for spider, seen in zip(chosen, looks, strict=True)]
    fitting = [spider for spider, row in zip(chosen, rows, strict=True) if row["verdict"] == "fits"]
    if fitting:
        with connect(database) as store:
            for spider in fitting:
                mark_verified(store, spider.name, name=spider.SOURCE.name_ko, kind=spider.kind)
    print_rows(rows, form, columns=COLUMNS)
    if len(fitting) == len(chosen):
        return Exit.DONE
    return Exit.PARTLY_FAILED if fitting else Exit.ALL_FAILED


def _row(spider: "type[SourceSpider]", seen: "Look") -> dict[str, Any]:
    document = _best(seen)
    row: dict[str, Any] = {"source": seen.source, "listed": seen.listed}
    if document is None:
        told = [f"{page.url}: {page.found}" for page in seen.pages if not isinstance(page.found, Document)]
        return {**row, "verdict": "; ".join([*seen.faults, *told]) or "its listings name no page"}
    missing = _missing(spider, document)
    return {
        **row,
        "url": document.url,
        "title": document.title,
        "date": iso_kst(document.published_at)[:16] if document.published_at else None,
        "author": document.author if document.kind is Kind.NEWS else None,  # a poster's name is nobody's business
        "body": len(document.text),
        "verdict": f"no {', no '.join(missing)}" if missing else "fits",
    }


def _best(seen: "Look") -> Document | None:
    """Of the pages that were read, the document with the most fields."""
    documents = [page.found for page in seen.pages if isinstance(page.found, Document)]
    return max(documents, key=lambda d: (d.published_at is not None, d.author is not None), default=None)


def _missing(spider: "type[SourceSpider]", document: Document | None) -> list[str]:
    if document is None:
        return ["page"]
    fields: dict[str, Any] = {"title": document.title, "date": document.published_at, "body": document.text}
    layout = spider.PAGES[0] if spider.PAGES else None
    if spider.kind is Kind.NEWS and layout and (layout.author or (layout.inline and layout.inline.author)):
        fields["author"] = document.author
    return [name for name, value in fields.items() if not value]
