"""`meoktong import`: documents from a file."""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from meoktong.cli._exits import Exit
from meoktong.cli._import_claims import claims
from meoktong.cli._options import database_option, format_option, print_rows
from meoktong.models import Outcome
from meoktong.settings import Settings

if TYPE_CHECKING:
    from meoktong.files import Entry
    from pipelines.imports import Imported

COLUMNS = ("outcome", "entries")
OURS = (Outcome.FAILED,)
OF_A_LIST = (Outcome.INVALID, Outcome.BAD_DATE, Outcome.NO_TEXT, *OURS)  # whoever made the list can correct them

file_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def command() -> None:
    """Store documents from a file, as if they had been crawled.

    Importing a file again changes nothing; Ctrl-C leaves nothing half-stored, and importing again completes it. Of a
    damaged file, what came before the damage is stored.
    """


command.add_command(claims)


@command.command(
    epilog="\b\nExample:\n"
    "  meoktong import jsonl articles.jsonl\n"
    "  meoktong import jsonl archive-2022.jsonl.gz --source archive"
)
@file_argument
@click.option("--source", metavar="SLUG", default="import", show_default=True, help="The source to file them under.")
@database_option
@format_option
@click.pass_obj
def jsonl(settings: Settings, file: Path, source: str, database: str, form: str) -> int:
    """Import JSON Lines: one object a line with title and text, and url or id.

    Optional are kind (news or post) and published ("2022-10-17T14:12", "2022-10-17", or null; Korea's clock unless it
    has an offset); further keys are ignored. A line that is no such object is counted, named and left out.

    JSON keys: outcome, entries. Exit status: 0 done, 3 nothing new, 4 some lines were at fault, 5 all were, 75 another
    run holds the source, 130 interrupted.
    """
    from meoktong.jsonl import read_stream  # --help must be fast

    read = partial(read_stream, source=source, packed=file.suffix == ".gz")
    return _import(settings, file, read, source, OF_A_LIST, database, form)


@command.command(
    epilog="\b\nExample:\n"
    "  meoktong import warc CC-NEWS-20221016-00123.warc.gz\n"
    "  meoktong crawl hani --warc hani.warc.gz && meoktong import warc hani.warc.gz"
)
@file_argument
@click.option("--source", metavar="SLUG", default="warc", show_default=True, help="The source of the run.")
@database_option
@format_option
@click.pass_obj
def warc(settings: Settings, file: Path, source: str, database: str, form: str) -> int:
    """Import the pages of a WARC file, gzipped or not: CC-NEWS, or what `meoktong crawl --warc` recorded.

    Pages of described sources and of .kr hosts are read as in a crawl, the others are skipped. Each is filed under its
    own source (hani for www.hani.co.kr; an undescribed site under its host's name); --source only names the run.

    JSON keys: outcome, entries. Exit status: 0 done, 3 nothing new, 4 some pages failed by a fault of ours, 5 all did,
    75 another run holds the source, 130 interrupted.
    """
    from spiders.archives.warc import read_warc  # --help must be fast

    return _import(settings, file, read_warc, source, OURS, database, form)


@command.command(epilog="\b\nExample:\n  meoktong import bigkinds NewsResult_20221015-20221023.xlsx")
@file_argument
@click.option("--source", metavar="SLUG", default="bigkinds", show_default=True, help="The source of the run.")
@database_option
@format_option
@click.pass_obj
def bigkinds(settings: Settings, file: Path, source: str, database: str, form: str) -> int:
    """Import a sheet (XLSX or CSV) downloaded from BIG KINDS, the Korea Press Foundation's archive of news.

    Each article is filed under its paper; --source only names the run. BIG KINDS cuts a body at 200 characters: such
    an excerpt never replaces the full text of an article that is stored already.

    JSON keys: outcome, entries. Exit status: 0 done, 3 nothing new, 4 some rows were at fault, 5 all were, 75 another
    run holds the source, 130 interrupted.
    """
    from spiders.archives.bigkinds import read_bigkinds  # --help must be fast

    return _import(settings, file, read_bigkinds, source, OF_A_LIST, database, form)


def _import(
    settings: Settings,
    file: Path,
    read: "Callable[[BinaryIO], Iterator[Entry]]",
    slug: str,
    faults: tuple[Outcome, ...],
    database: str,
    form: str,
) -> int:
    from meoktong.files import read_file  # slow, and --help must be fast
    from meoktong.store import connect
    from meoktong.store.runs import name_sources
    from pipelines.imports import Origin, import_documents
    from spiders.base import all_sources

    with (
        connect(database) as store,
        click.progressbar(length=file.stat().st_size, label=file.name, file=sys.stderr) as bar,
    ):
        entries = read_file(file, read, lambda position: bar.update(position - bar.pos))
        try:
            imported = import_documents(store, Origin(slug=slug, file=file.name, faults=faults), entries, settings)
        finally:
            name_sources(store, {slug: spider.SOURCE.name_ko for slug, spider in all_sources().items()})
    _report(imported, file, form)
    if imported.at_fault:
        return Exit.ALL_FAILED if imported.at_fault == imported.outcomes.total() else Exit.PARTLY_FAILED
    return Exit.DONE if imported.stored else Exit.NOTHING_NEW


def _report(imported: "Imported", file: Path, form: str) -> None:
    for fault in imported.faults:
        click.echo(f"{fault.outcome}: {fault.detail} ({fault.url})", err=True)
    if imported.at_fault > len(imported.faults):
        click.echo(f"and {imported.at_fault - len(imported.faults)} more", err=True)
    rows = [{"outcome": outcome.value, "entries": count} for outcome, count in sorted(imported.outcomes.items())]
    print_rows(rows, form, columns=COLUMNS, title=f"{imported.outcomes.total()} entries of {file.name}")
