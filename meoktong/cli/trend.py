"""`meoktong trend`: outages over time."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click
import msgspec

from meoktong.cli._options import database_option, days_options, format_option, known_option, print_rows

if TYPE_CHECKING:
    from meoktong.queries.trend import Trend

COUNTS = ("documents", "news", "posts", "stories", "incidents", "authors", "loss", "claimed", "compensation")
BEFORE = ("period", "first_day", "days", "covered_days", "finished")
AFTER = ("collected", "value", "per_1000", "estimate", "low", "high")
LABEL = ("label", "ko", "en")
GROUPS = ("service", "provider", "damage", "industry", "source", "cause")
MEASURES = ("documents", "stories", "incidents", "amount")


@click.command(
    epilog="\b\nExample:\n"
    "  meoktong trend\n"
    "  meoktong trend --by month --group damage --service baemin --format csv > baemin.csv\n"
    "  meoktong trend --by day --from 2022-10-15 --to 2022-10-31 --measure amount --industry food_service"
)
@click.option("--by", type=click.Choice(["day", "week", "month"]), default="week", show_default=True)
@click.option("--group", type=click.Choice(GROUPS), help="A row for each of a period's labels instead of one for all.")
@click.option(
    "--measure", type=click.Choice(MEASURES), default="documents", show_default=True, help="What `value` is of."
)
@known_option("service", "Only documents that say this service was interrupted.")
@known_option("provider", "Only documents that say one of its services was interrupted.")
@known_option("damage", "Only documents that tell of this damage.")
@known_option("cause", "Only documents that state this cause.")
@known_option("industry", "Only documents that tell of this trade's harm.")
@click.option("--source", metavar="SLUG", help="Only documents of this source.")
@days_options()
@database_option
@format_option
def command(
    *,
    by: str,
    group: str | None,
    measure: str,
    since: datetime | None,
    until: datetime | None,
    database: str,
    form: str,
    **labels: str | None,
) -> None:
    """Documents, stories, incidents and money by day, week or month.

    A document counts in the period of its publication; docs/report.md says what else counts. A period in which no
    source was looked at has no numbers: a gap, not a zero. One that the last run did not reach the end of is not
    finished; the table marks it with *.

    `per_1000` is `value` for a thousand documents collected in the period, whatever they tell of: a new source changes
    it little. `estimate` is `value` corrected for the tagger's errors, with a 95 % interval from `low` to `high`; it
    needs `meoktong evaluate --keep`. At most two of --group and the labels can be combined.

    JSON keys: question, rows, trust (the measurements behind the estimates), freshness. Keys of a row and CSV columns:
    period, first_day, days, covered_days, finished, with --group also label, ko, en; then documents, news, posts,
    stories, incidents, authors, loss, claimed, compensation (won), collected, value, per_1000, estimate, low, high.
    """
    from meoktong.queries.counting import By
    from meoktong.queries.freshness import sentence
    from meoktong.queries.trend import Measure, trend
    from meoktong.store import connect

    where = {field: label for field, label in labels.items() if label is not None}
    if len(where) + (group is not None) > 2:
        raise click.UsageError("at most two of --group and the labels can be combined; for more see meoktong sql")
    with connect(database, create=False) as store:
        found = trend(
            store,
            By(by),
            group=group,
            where=where,
            measure=Measure(measure),
            since=since.date() if since else None,
            until=until.date() if until else None,
        )
    if form == "table":
        _print_table(found)
    elif form == "csv":
        print_rows(_rows(found), form, columns=(*BEFORE, *(LABEL if group else ()), *COUNTS, *AFTER))
    else:
        whole = {"question": found.question, "rows": _rows(found), "trust": found.trust, "freshness": found.freshness}
        click.echo(msgspec.json.format(msgspec.json.encode(whole)).decode())
    if form != "json":
        click.echo(sentence(found.freshness), err=True)
        if found.points and not found.trust:
            click.echo("no intervals: this tagger was not measured, see meoktong evaluate --keep", err=True)


def _rows(found: "Trend") -> list[dict[str, Any]]:
    rows = []
    for point in found.points:
        estimate = point.estimate
        row = {name: getattr(point, name) for name in (*BEFORE, *COUNTS, *AFTER[:3])}
        if found.question.group:
            row |= {name: getattr(point, name) for name in LABEL}
        row["estimate"] = estimate.value if estimate else None
        rows.append(row | {name: getattr(estimate, name) if estimate else None for name in ("low", "high")})
    return rows


def _print_table(found: "Trend") -> None:
    group, amount = found.question.group, found.question.measure == "amount"
    rows = _rows(found)
    for row in rows:
        row["period"] += "" if row["finished"] else " *"
        row["covered"] = f"{row['covered_days']}/{row['days']}"
        row["95 %"] = f"{row['low']:g} to {row['high']:g}" if row["estimate"] is not None else None
    sums = COUNTS[-3:] if amount else ()
    columns = (*("documents", "stories", "incidents", "authors"), *sums, "collected")
    judged = () if amount else ("per_1000", *(("estimate", "95 %") if found.trust else ()))
    print_rows(rows, "table", columns=("period", "covered", *(("ko",) if group else ()), *columns, *judged))
