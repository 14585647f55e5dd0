"""`meoktong claims`: what merchants reported to a damage report centre."""

from dataclasses import asdict
from typing import Any

import click

from meoktong.claims import Question
from meoktong.cli._exits import Exit
from meoktong.cli._options import database_option, format_option, print_rows

COLUMNS = ("by", "answer", "label", "claims", "percent", "stated", "total", "median")
ALL, NONE = "전체", "무응답"


@click.group()
def command() -> None:
    """Claims of damage, imported with `meoktong import claims`."""


@command.command(epilog="\b\nExample:\n  meoktong claims tally\n  meoktong claims tally --by service --format csv")
@click.option(
    "--by",
    type=click.Choice([question.value for question in Question]),
    multiple=True,
    help="Only by this; repeatable.  [default: all four]",
)
@click.option("--source", metavar="SLUG", help="Only the claims of one import.")
@database_option
@format_option
def tally(by: tuple[str, ...], source: str | None, database: str, form: str) -> int:
    """Count claims by trade, region, service and damage, as a report centre publishes them.

    Percentages are of all claims; a claim may give several services and damages, so they can add up to more than 100.
    Amounts are of the claims that state one.

    JSON keys and CSV columns: by, answer (the catalog's name, or the words of the claim), label (the catalog's id),
    claims, percent, stated (claims with an amount), total and median (won). Exit status: 0 done, 3 no claims.
    """
    from meoktong.queries.claims import everything  # slow, and --help must be fast
    from meoktong.queries.claims import tally as count
    from meoktong.store import connect

    chosen = [Question(word) for word in by] or list(Question)
    with connect(database, create=False) as store, store.reading() as connection:
        whole = everything(connection, source)
        rows = [{"by": "all", **asdict(whole), "answer": ALL}]
        for question in chosen:
            rows += [{"by": question.value, **asdict(group)} for group in count(connection, question, source)]
    for row in rows:
        row["answer"] = row["answer"] or NONE
    if form == "table":
        rows = [_readable(row) for row in rows]
    print_rows(rows, form, columns=COLUMNS, title=f"{whole.claims} claims")
    return Exit.DONE if whole.claims else Exit.NOTHING_NEW


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    money = {key: None if row[key] is None else f"{row[key]:,.0f}" for key in ("total", "median")}
    return {**row, **money, "percent": f"{row['percent']:.1f}"}
