"""`meoktong import`: documents from a file."""

import sys
from pathlib import Path

import click

from meoktong.cli._exits import Exit
from meoktong.cli._options import database_option, format_option, print_rows
from meoktong.settings import Settings

COLUMNS = ("outcome", "lines")


@click.group()
def command() -> None:
    """Store documents from a file, as if they had been crawled."""


@command.command(
    epilog="\b\nExample:\n"
    "  meoktong import jsonl articles.jsonl\n"
    "  meoktong import jsonl archive-2022.jsonl.gz --source archive"
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", metavar="SLUG", default="import", show_default=True, help="The source to file them under.")
@database_option
@format_option
@click.pass_obj
def jsonl(settings: Settings, file: Path, source: str, database: str, form: str) -> int:
    """Import JSON Lines: one object a line with title and text, and url or id.

    Optional are kind (news or post) and published ("2022-10-17T14:12", "2022-10-17", or null; Korea's clock unless it
    has an offset); further keys are ignored. A line that is no such object is counted, named and left out. Importing
    a file again changes nothing; Ctrl-C leaves nothing half-stored, and importing again completes it.

    JSON keys: outcome, lines. Exit status: 0 done, 3 nothing new, 4 some lines were at fault, 5 all were, 75 another
    run holds the source, 130 interrupted.
    """
    from meoktong.store import connect  # noqa: PLC0415  # slow, and --help must be fast
    from pipelines.imports import import_jsonl  # noqa: PLC0415

    size = file.stat().st_size
    with (
        connect(database) as store,
        click.progressbar(length=size, label=file.name, file=sys.stderr) as bar,
    ):
        imported = import_jsonl(store, file, source, settings, lambda position: bar.update(position - bar.pos))
    for fault in imported.faults:
        click.echo(f"{fault.outcome}: {fault.detail} ({fault.url})", err=True)
    if imported.at_fault > len(imported.faults):
        click.echo(f"and {imported.at_fault - len(imported.faults)} more", err=True)
    rows = [{"outcome": outcome.value, "lines": count} for outcome, count in sorted(imported.outcomes.items())]
    print_rows(rows, form, columns=COLUMNS, title=f"{imported.outcomes.total()} lines of {file.name}")
    if imported.at_fault:
        return Exit.ALL_FAILED if imported.at_fault == imported.outcomes.total() else Exit.PARTLY_FAILED
    return Exit.DONE if imported.stored else Exit.NOTHING_NEW
