"""`meoktong search`: documents that hold given words."""

from typing import TYPE_CHECKING

import click

from meoktong.cli._options import database_option, filter_options, format_option, print_rows, tell_freshness
from meoktong.times import iso_kst

if TYPE_CHECKING:
    from meoktong.queries.filters import Filters

COLUMNS = (
    "document_id", "url", "source", "source_name", "kind", "title", "published_at", "published_precision",
    "outage", "story_id", "in_title", "excerpt",
)  # fmt: skip
NARROW = ("id", "published", "source", "what")


@click.command(
    epilog="\b\nExample:\n"
    '  meoktong search "카카오톡 먹통"\n'
    "  meoktong search '결제 안 됨 -주차 OR \"카드 단말기\"' --service kt --from 2021-10-25 --to 2021-10-31\n"
    "  meoktong search 환불 --damage compensation_dispute --format json | jq -r '.[].url'"
)
@click.argument("query", nargs=-1, required=True)
@filter_options()
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, metavar="N")
@database_option
@format_option
def command(*, query: tuple[str, ...], filters: "Filters", limit: int, database: str, form: str) -> None:
    """Find documents by words in their title or text.

    Spaces, particles and endings do not matter: 결제가 안 돼요, 결제안됨 and 안 되는 결제 find the same. A document
    must hold every word. "Quotes" keep a phrase as it stands, -word leaves out the documents that hold it, OR stands
    between alternatives, and -- goes before a query that begins with -.

    Documents with all the words in the title come first, then the newest. Of the text an excerpt is shown, with the
    words marked 【so】; `meoktong show` has the rest.

    JSON keys and CSV columns: document_id, url, source, source_name, kind, title, published_at, published_precision,
    outage, story_id, in_title, excerpt.
    """
    from meoktong.queries.search import search
    from meoktong.store import connect
    from nlp.words import query as parse  # loads the analyser

    with connect(database, create=False) as store:
        found = search(store, parse(" ".join(query)), filters, limit=limit)
        tell_freshness(store)
    if form != "table":
        rows = [{name: getattr(hit, name) for name in COLUMNS} for hit in found.hits]
        rows = [{**row, "published_at": row["published_at"] and iso_kst(row["published_at"])} for row in rows]
        print_rows(rows, form, columns=COLUMNS)
        return
    rows = [
        {
            "id": hit.document_id,
            "published": f"{hit.published_at:%Y-%m-%d}" if hit.published_at else "",
            "source": hit.source,
            "what": f"{hit.title}\n{hit.excerpt}",
        }
        for hit in found.hits
    ]
    shown = f", the first {len(rows)} shown" if len(rows) < found.documents else ""
    click.echo(f"{found.documents:,} documents, {found.stories:,} stories, {found.incidents:,} incidents{shown}")
    print_rows(rows, form, columns=NARROW)
