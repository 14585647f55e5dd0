"""`meoktong review`: people code a sample; what they say counts, and measures the tagger."""

from functools import partial
from pathlib import Path

import click

from meoktong.cli._exits import Exit
from meoktong.cli._options import database_option, format_option, print_rows
from meoktong.errors import Rejected
from meoktong.models import Annotation
from meoktong.times import now, to_kst

AGREEMENT = ("field", "label", "alpha")


@click.group()
def command() -> None:
    """Documents for people to code: draw a sample, read it back, compare coders."""


@command.command(
    epilog="\b\nExample:\n  meoktong review export sample.xlsx --size 200\n"
    "  meoktong review export second.xlsx --sample review-2026-11-25     the same documents for another coder"
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--size", type=click.IntRange(1), default=100, show_default=True, help="Documents, about.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed draws the same documents.")
@click.option("--sample", metavar="NAME", help="Its name; a known one is exported again.  [default: review-<today>]")
@click.option("--prefilled", is_flag=True, help="Show what the machine says. Quicker, but coders follow it.")
@database_option
def export(file: Path, size: int, seed: int, sample: str | None, prefilled: bool, database: str) -> int:
    """Draw documents at random and write them to a workbook, with empty columns for the codes.

    Six in ten tell of an outage by what is current, four were dropped, so that the relevance filter's recall is
    measured too. Fill in `relevant` (yes, no) and the codes of the second sheet, several separated by spaces.
    """
    from meoktong.reports.review import default_sample, write_sheet  # --help must be fast
    from meoktong.reports.sheets import LONGEST
    from meoktong.store import connect
    from meoktong.store.review import draw

    if not file.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {file.parent}", param_hint="FILE")
    name = sample or default_sample(to_kst(now()))
    with connect(database, create=False) as store:
        drawn = draw(store, name, size, seed)
    if not drawn:
        click.echo("meoktong: the database holds no documents to draw from", err=True)
        return Exit.ERROR
    write_sheet(file, drawn, prefilled=prefilled)
    for document_id in (d.document_id for d in drawn if len(d.text) > LONGEST):
        click.echo(
            f"document {document_id}: a cell holds {LONGEST:,} characters, the rest is cut; "
            f"`meoktong show {document_id} --with-text` has all",
            err=True,
        )
    click.echo(f"{file}: {len(drawn)} documents of the sample {name}")
    return Exit.DONE


@command.command("import", epilog="\b\nExample:\n  meoktong review import sample.xlsx --coder kim")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--coder", metavar="NAME", required=True, help="Who coded it.")
@database_option
def import_(file: Path, coder: str, database: str) -> int:
    """Read a person's codes back; they win over the machine's in every query, and stay beside them.

    Rows without `relevant` are left open. A row with a wrong code, or of a document that a row above codes, is named
    by its number and left out, the others count. Importing again replaces what the same coder said. Exit status: 0
    done, 3 no row was coded, 4 some rows were wrong, 5 all.
    """
    from meoktong.catalog import catalog_hash  # --help must be fast
    from meoktong.derived import refresh
    from meoktong.files import read_file
    from meoktong.reports.review import NEEDED, read_row
    from meoktong.store import connect
    from meoktong.store.review import save_codings
    from spiders.archives.sheets import read_sheet

    coded: dict[int, Annotation] = {}
    rows: dict[int, int] = {}  # by document
    wrong = 0
    with connect(database, create=False) as store:
        for number, row in read_file(file, partial(read_sheet, needed=NEEDED)):
            try:
                found, fault = read_row(row, catalog_hash()), None
            except Rejected as error:
                found, fault = None, error.detail
            if found and found[0] in rows:
                fault = f"document {found[0]} is coded in row {rows[found[0]]}"
            if fault:
                click.echo(f"row {number}: {fault}", err=True)
                wrong += 1
            elif found:
                rows[found[0]] = number
                coded[found[0]] = found[1]
        unknown = save_codings(store, coder, coded)
        refresh(store)
    for document_id in unknown:
        click.echo(f"document {document_id} is in no sample of this database", err=True)
    kept = len(coded) - len(unknown)
    click.echo(f"{kept} documents coded by {coder}, {wrong + len(unknown)} rows left out")
    if wrong or unknown:
        return Exit.PARTLY_FAILED if kept else Exit.ALL_FAILED
    return Exit.DONE if kept else Exit.NOTHING_NEW


@command.command(epilog="\b\nExample:\n  meoktong review agreement --format csv")
@database_option
@format_option
def agreement(database: str, form: str) -> None:
    """Krippendorff's alpha for each label over the documents that two or more people coded.

    JSON keys: field, label, alpha (null where all agreed on every document).
    """
    from meoktong.coded import coded  # --help must be fast
    from meoktong.measure import alphas
    from meoktong.store import connect
    from meoktong.store.review import codings

    with connect(database, create=False) as store:
        said = [(coding.document_id, coding.coder, coded(coding.person)) for coding in codings(store)]
    found = alphas(said)
    rows = [
        dict(zip(AGREEMENT, (*label, None if alpha is None else round(alpha, 3)), strict=True))
        for label, alpha in found.items()
    ]
    print_rows(rows, form, columns=AGREEMENT, title=f"{len({coder for _, coder, _ in said})} coders")
