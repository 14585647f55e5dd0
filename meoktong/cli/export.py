"""`meoktong export`: the database as files for other programs."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from meoktong.cli._options import database_option, filter_options

if TYPE_CHECKING:
    from meoktong.queries.filters import Filters


@click.command(
    epilog="\b\nExample:\n"
    "  meoktong export --to outages --format parquet\n"
    "  meoktong export --to kakao --format csv --service kakaotalk --from 2022-10-15 --until 2022-12-31\n"
    "  duckdb -c \"SELECT status, count(*) FROM 'outages/outage_documents.parquet' GROUP BY status\""
)
@click.option(
    "--to",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A new folder, or an empty one.",
)
@click.option("--format", "form", required=True, type=click.Choice(["csv", "parquet", "xlsx", "jsonl"]))
@click.option("--with-text", is_flag=True, help="Full texts too, in a table document_texts.")
@filter_options(last="--until")
@database_option
def command(*, folder: Path, form: str, with_text: bool, filters: "Filters", database: str) -> None:
    """Write the database into the folder DIR: a file for each view of docs/schema.md, and datapackage.json.

    datapackage.json (Frictionless Data Package) explains every column and says what was asked for, who may use it how,
    which tagger read the documents, and how fresh they are. Of the documents' texts there are only the titles and the
    sentences that earned a label. The same database gives the same bytes. DIR appears when all of it is written.

    --to is the folder here, so the last day is --until.

    CSV is for programs and safe in spreadsheets: text that one would take for a formula has an apostrophe before it.
    """
    from rich.console import Console
    from rich.progress import Progress, TextColumn, TimeElapsedColumn

    from meoktong.queries.export import export
    from meoktong.queries.freshness import sentence
    from meoktong.reports.export import write_export
    from meoktong.reports.formats import Format
    from meoktong.store import connect

    shown = Progress(
        TextColumn("{task.description}"), TextColumn("{task.completed:,} rows"), TimeElapsedColumn(),
        console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty(),
    )  # fmt: skip
    with connect(database, create=False) as store, store.reading() as connection, shown:
        task = shown.add_task("", total=None)
        found = export(connection, filters, with_text=with_text)
        counts = write_export(
            found,
            lambda table: table.batches(connection),
            folder,
            Format(form),
            lambda table, rows: shown.update(task, description=table, advance=rows),
        )
    for table, rows in counts.items():
        click.echo(f"{table}: {rows:,} rows", err=True)
    click.echo(sentence(found.freshness), err=True)
    click.echo(f"wrote {folder}", err=True)
