"""`meoktong trend`: outage documents over time."""

from datetime import datetime
from typing import Any

import click

from meoktong.cli._options import database_option, format_option, known_option, print_rows

COLUMNS = ("period", "first_day", "days", "covered_days")
COUNTS = ("documents", "news", "posts", "stories", "authors")
FIELDS = {"service": "services_affected", "damage": "damages", "cause": "causes", "industry": "industries"}


@click.command(
    epilog="\b\nExample:\n"
    "  meoktong trend\n"
    "  meoktong trend --by month --of damage --service baemin --format csv > baemin.csv\n"
    "  meoktong trend --by day --since 2022-10-15 --until 2022-10-31 --industry food_service"
)
@click.option("--by", type=click.Choice(["day", "week", "month"]), default="week", show_default=True)
@click.option("--of", type=click.Choice(list(FIELDS)), help="A row for each label of a period instead of one for all.")
@known_option("service", "Only documents that say this service was interrupted.")
@known_option("damage", "Only documents that tell of this damage.")
@known_option("cause", "Only documents that state this cause.")
@known_option("industry", "Only documents that tell of this trade's harm.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="First day in Korea.  [default: of the oldest document]",
)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Last day in Korea.  [default: of the newest document]",
)
@database_option
@format_option
def command(
    *, by: str, of: str | None, since: datetime | None, until: datetime | None, database: str, form: str, **wanted: Any
) -> None:
    """How many documents told of outages, by day, week or month.

    A document counts in the period of its publication; docs/report.md says what else counts. A period without any
    material has no numbers: a gap, not a zero. A period of which only some days are covered says so.

    JSON keys and CSV columns: period, first_day, days, covered_days, with --of also label, ko, en; then documents,
    news, posts, stories, authors.
    """
    from meoktong.queries.counted import Counted
    from meoktong.queries.trend import By, trend
    from meoktong.store import connect

    if since and until and since > until:
        raise click.UsageError("--since is later than --until")
    labels = [(FIELDS[name], label) for name, label in wanted.items() if label is not None]

    def keep(document: Counted) -> bool:
        return all(label in document.labels[field] for field, label in labels)

    with connect(database) as store:
        points = trend(
            store,
            By(by),
            field=FIELDS[of] if of else None,
            keep=keep,
            since=since.date() if since else None,
            until=until.date() if until else None,
        )
    rows = [
        {
            **{name: getattr(point, name) for name in (*COLUMNS, "label", "ko", "en")},
            **{name: getattr(point.count, name) if point.count else None for name in COUNTS},
        }
        for point in points
    ]
    if form == "table":
        columns = ("period", "covered_days", *(("ko",) if of else ()), *COUNTS)
    else:
        columns = (*COLUMNS, *(("label", "ko", "en") if of else ()), *COUNTS)
    print_rows(rows, form, columns=columns)
