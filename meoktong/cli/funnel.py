"""`meoktong funnel`: from discovered to stored, and what was dropped why."""

from typing import TYPE_CHECKING, Any

import click

from meoktong.cli._options import database_option, format_option, print_rows, tell_freshness
from meoktong.funnel import REACHED, Stage, funnel
from meoktong.models import Outcome

if TYPE_CHECKING:
    from meoktong.queries.funnel import By

STAGES = tuple(stage.name.lower() for stage in Stage)
DROPPED = tuple(outcome.value for outcome, stage in REACHED.items() if stage < Stage.STORED)


@click.command(epilog="\b\nExample:\n  meoktong funnel\n  meoktong funnel --by day --format csv > funnel.csv")
@click.option("--by", type=click.Choice(["source", "day"]), default="source", show_default=True)
@database_option
@format_option
def command(by: "By", database: str, form: str) -> None:
    """How many pages were discovered, fetched, extracted, relevant and stored, and why the others were dropped.

    Each run counts its pages once; `day` is the day in Korea on which the run began. In every row `discovered` is
    `stored` plus all that was dropped. docs/outcomes.md explains the words.

    JSON keys and CSV columns: source or day, discovered, fetched, extracted, relevant, stored, and one for each reason.
    """
    from meoktong.queries.funnel import outcomes  # slow, and --help must be fast
    from meoktong.store import connect

    with connect(database, create=False) as store:
        rows = [{by: group, **_row(counts)} for group, counts in outcomes(store, by).items()]
        tell_freshness(store)
    print_rows(rows, form, columns=(by, *STAGES, *(["dropped"] if form == "table" else DROPPED)))


def _row(counts: dict[Outcome, int]) -> dict[str, Any]:
    result = funnel(counts)
    dropped = {word: result.dropped.get(Outcome(word), 0) for word in DROPPED}
    return {
        **{stage.name.lower(): pages for stage, pages in result.stages.items()},
        **dropped,
        "dropped": ", ".join(f"{word} {pages}" for word, pages in dropped.items() if pages),
    }
