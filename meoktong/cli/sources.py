"""`meoktong sources`: what is crawled, on what evidence, and how it is doing."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import click

from meoktong.cli._options import database_option, format_option, print_rows
from meoktong.times import to_kst

COLUMNS = (
    "source", "name", "kind", "evidence", "last_success", "last_status", "volume", "floor", "ceiling",
    "title", "date", "author", "body", "flags",
)  # fmt: skip

NARROW = ("source", "kind", "evidence", "last success", "pages/day", "% title date author body", "flags")


@click.command(
    epilog="\b\nExample:\n  meoktong sources\n  meoktong sources --format json | jq '.[] | select(.flags != \"\")'"
)
@database_option
@format_option
def command(database: str, form: str) -> int:
    """List every source: evidence, last success, volume against its floor and ceiling, fields filled, flags.

    JSON keys: source, name, kind, evidence (the month in which a real page was seen; `unverified` when its selectors
    are only reported by others and no `meoktong check` has read a live page; other words for search APIs and closed
    communities), last_success, last_status, volume (pages
    in the last 24 hours of crawling), floor, ceiling, title, date, author, body (percent of the documents of its last
    five runs that have the field), flags (below floor, above ceiling, drift of a field, the last run's fault).
    """
    from meoktong.queries.sources import source_health  # slow to import, and --help must be fast
    from meoktong.store import connect
    from spiders.base import all_sources

    with connect(database) as store, store.reading() as connection:
        health = source_health(connection)
    rows = [
        _row(spider, health.get(slug)) for slug, spider in all_sources().items() if not spider.replay or slug in health
    ]
    title = f"{len(rows)} sources"
    if form == "table":
        print_rows([_narrow(row) for row in rows], form, columns=NARROW, title=title)
    else:
        print_rows(rows, form, columns=COLUMNS)
    return 0


def _narrow(row: dict[str, Any]) -> dict[str, Any]:
    """A row for a terminal: what belongs together in one cell."""
    shares = [row.get(field) for field in ("title", "date", "author", "body")]
    return {
        "source": f"{row['source']} {row['name']}",
        "kind": row["kind"],
        "evidence": row["evidence"],
        "last success": row.get("last_success"),
        "pages/day": f"{row.get('volume', '-')} ({row['floor']}-{row['ceiling']})",
        "% title date author body": " ".join("-" if share is None else str(share) for share in shares),
        "flags": row["flags"],
    }


def _row(spider: Any, health: Any) -> dict[str, Any]:
    expect = spider.EXPECT
    row = {
        "source": spider.name,
        "name": spider.SOURCE.name_ko,
        "kind": spider.kind.value,
        "evidence": _evidence(spider, health.verified_at if health else None),
        "floor": expect.floor,
        "ceiling": expect.ceiling,
        "flags": "no keys" if spider.unready() else "",
    }
    if health is None:
        return row
    shares = {field: None if share is None else round(100 * share) for field, share in health.shares.items()}
    return {
        **row,
        **shares,
        "last_success": _day(health.last_success),
        "last_status": health.last_status,
        "volume": health.volume,
        "flags": ", ".join(filter(None, (row["flags"], *_flags(expect, health)))),
    }


def _evidence(spider: Any, verified_at: datetime | None) -> str:
    from spiders.search import SearchSpider

    if spider.CLOSED:
        return "closed: snippets only"
    if issubclass(spider, SearchSpider):
        return "documented API"
    if verified_at:
        return f"checked {_day(verified_at)}"
    newest = spider.PAGES[0] if spider.PAGES else None
    return "unverified" if newest is None or newest.reported else f"seen {newest.seen}"


def _flags(expect: Any, health: Any) -> Iterator[str]:
    if health.last_status is None:  # an import brought its documents; it was never crawled
        return
    if health.last_status == "failed":
        yield f"last run failed: {health.last_message}"
    if health.volume < expect.floor and not expect.quiet:
        yield "below floor"
    if health.volume > expect.ceiling:
        yield "above ceiling"
    yield from (f"drift: {field}" for field in health.drifted)


def _day(moment: datetime | None) -> str | None:
    return to_kst(moment).strftime("%Y-%m-%d %H:%M") if moment else None
