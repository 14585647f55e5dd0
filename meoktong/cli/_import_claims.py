"""`meoktong import claims`: the sheet of a damage report centre."""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from meoktong.claims import Claim, ClaimSheet, Question, read_mapping
from meoktong.cli._exits import Exit
from meoktong.cli._options import database_option, format_option, print_rows
from meoktong.errors import MeoktongError, Rejected
from meoktong.models import Outcome, Precision
from meoktong.settings import Settings
from meoktong.times import iso_kst

if TYPE_CHECKING:
    from pipelines.claims import ImportedClaims

COLUMNS = ("outcome", "claims")
SHOWN = 10  # rows of a dry run
TOLD = 20  # bad rows named on standard error
Rows = Iterable[tuple[int, Claim | Rejected]]


@click.command(
    epilog="\b\nExample:\n"
    "  meoktong import claims claims.xlsx --mapping claims.toml --dry-run\n"
    "  meoktong import claims claims.xlsx --mapping claims.toml --errors bad-rows.csv"
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    "mapping_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="TOML file that says which column is what; docs/claims.md explains it.",
)
@click.option("--source", metavar="SLUG", default="claims", show_default=True, help="The source to file them under.")
@click.option("--dry-run", is_flag=True, help="Show the first rows as they would be stored; store nothing.")
@click.option("--errors", type=click.Path(dir_okay=False, path_type=Path), help="Write the bad rows to this CSV file.")
@database_option
@format_option
@click.pass_obj
def claims(
    settings: Settings,
    *,
    file: Path,
    mapping_file: Path,
    source: str,
    dry_run: bool,
    errors: Path | None,
    database: str,
    form: str,
) -> int:
    """Import a sheet (CSV or XLSX) of claims: one row a merchant, with region, trade, services, damages, amount, text.

    Services, damages and trades are recognised by the catalog's words, or by what the mapping says of an answer. What
    a merchant wrote is masked and stored as a post, tagged like any other. Importing again updates what has changed.

    JSON keys: outcome, claims; of a dry run: row, key, reported, amount (won), region, trade, service, damage, text.
    Exit status: 0 done, 3 nothing new, 4 some rows were bad, 5 all were, 75 another run holds the source,
    130 interrupted.
    """
    from meoktong.files import read_file  # slow, and --help must be fast
    from nlp.answers import Recogniser
    from spiders.archives.claims import read_claims

    mapping = read_mapping(mapping_file)
    rows = read_file(file, partial(read_claims, mapping=mapping, recognise=Recogniser(settings.analyser)))
    if dry_run:
        return _show(rows, errors, form)
    done = _store(settings, database, source, file, mapping, rows)
    _report_bad(done.wrong, errors)
    counted = Counter(done.claims)
    counted.update(rejected.outcome for _, rejected in done.wrong)
    print_rows(
        [{"outcome": outcome.value, "claims": count} for outcome, count in sorted(counted.items())],
        form,
        columns=COLUMNS,
        title=f"{counted.total()} rows of {file.name}",
    )
    brought = done.claims[Outcome.STORED] + done.claims[Outcome.UPDATED] + done.posts.stored
    return _status(len(done.wrong), counted.total(), brought)


def _store(
    settings: Settings, database: str, source: str, file: Path, mapping: ClaimSheet, rows: Rows
) -> "ImportedClaims":
    from meoktong.store import connect
    from pipelines.claims import import_claims
    from pipelines.imports import Origin

    faults = (Outcome.INVALID, Outcome.BAD_DATE, Outcome.DUPLICATE, Outcome.FAILED)
    with connect(database) as store:
        return import_claims(store, Origin(slug=source, file=file.name, faults=faults), mapping.title, rows, settings)


def _show(rows: Rows, errors: Path | None, form: str) -> int:
    """The first claims as they would be stored, and the answers that nobody knows."""
    from pipelines.claims import protected

    shown: list[dict[str, Any]] = []
    unknown: Counter[tuple[Question, str]] = Counter()
    wrong: list[tuple[int, Rejected]] = []
    count = 0
    for number, found in rows:
        count += 1
        if isinstance(found, Rejected):
            wrong.append((number, found))
            continue
        claim = protected(found, b"dry run")
        unknown.update((a.question, a.raw) for a in claim.answers if not a.label and a.question is not Question.REGION)
        if len(shown) < SHOWN:
            shown.append(_row(number, claim))
    _report_bad(wrong, errors)
    for (question, raw), times in unknown.most_common(TOLD):
        click.echo(f"{question}: {raw!r} is unknown, {times} times; [values.{question}] can map it", err=True)
    columns = ("row", "key", "reported", "amount", *Question, "text")
    print_rows(shown, form, columns=columns, title=f"{count} rows; nothing is stored")
    return _status(len(wrong), count, count)


def _row(number: int, claim: Claim) -> dict[str, Any]:
    said: dict[str, list[str]] = {question: [] for question in Question}
    for answer in claim.answers:
        said[answer.question].append(f"{answer.raw} = {answer.label}" if answer.label else answer.raw)
    return {
        "row": number,
        "key": claim.key,
        "reported": _when(claim),
        "amount": claim.amount,
        **{question: ", ".join(answers) for question, answers in said.items()},
        "text": claim.text,
    }


def _when(claim: Claim) -> str | None:
    if claim.reported_at is None:
        return None
    return iso_kst(claim.reported_at)[: 10 if claim.reported_precision is Precision.DAY else 16]


def _report_bad(wrong: Sequence[tuple[int, Rejected]], errors: Path | None) -> None:
    from pipelines.privacy import protect_reason

    for number, rejected in wrong[:TOLD]:
        click.echo(f"row {number}: {protect_reason(rejected.detail)}", err=True)
    if len(wrong) > TOLD:
        click.echo(f"and {len(wrong) - TOLD} more", err=True)
    if errors is None:
        return
    try:
        with errors.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(("row", "outcome", "problem"))
            writer.writerows(
                (number, rejected.outcome.value, protect_reason(rejected.detail)) for number, rejected in wrong
            )
    except OSError as error:
        raise MeoktongError(f"{errors}: {error.strerror}") from None


def _status(wrong: int, rows: int, brought: int) -> int:
    if wrong:
        return Exit.ALL_FAILED if wrong == rows else Exit.PARTLY_FAILED
    return Exit.DONE if brought else Exit.NOTHING_NEW
