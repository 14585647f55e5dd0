"""`meoktong corrections`: what counts otherwise than it did."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from meoktong.cli._options import database_option, format_option, moment_option, print_rows, tell_freshness, week_option
from meoktong.times import iso_kst

if TYPE_CHECKING:
    from meoktong.queries.weeks import Week

COLUMNS = ("why", "at", "by", "url", "source", "title", "published_at", "lost", "gained")
SHORT = ("why", "at", "by", "url", "title", "lost", "gained")


@click.command(
    epilog="\b\nExample:\n"
    "  meoktong corrections --since 2026-11-01\n"
    "  meoktong corrections --since 2026-11-01T09:00 --week 2026-W43 --format json"
)
@moment_option("since", "Changes after this time, such as a report's.", required=True)
@week_option("Only documents published in this week, and decisions on incidents of such.")
@database_option
@format_option
def command(*, since: datetime, week: "Week | None", database: str, form: str) -> None:
    """The register of corrections: documents that count otherwise since a report was made, and why.

    `why` is person (somebody coded it), changed (its text or date did), retagged (a newer tagger read it), added (it
    was not known then), or incident (`meoktong curate`: each decision stays listed, also one that a later one
    overrules). `lost` and `gained` are the labels. `meoktong report weekly --as-of` gives the report itself again.

    JSON keys: why, at, by (who, or the tagger's version), url (of an incident: its id), source, title (of an incident:
    confirm, merge or split, and the other incident), published_at, lost, gained.
    """
    from meoktong.queries.corrections import corrections
    from meoktong.store import connect

    with connect(database, create=False) as store:
        bounds = (week.start, week.end) if week else (None, None)
        found = corrections(store, since, first=bounds[0], end=bounds[1])
        tell_freshness(store)
    rows = [
        {
            **{name: getattr(each, name) for name in ("why", "by", "url", "source", "title")},
            "at": iso_kst(each.at),
            "published_at": iso_kst(each.published_at) if each.published_at else None,
            "lost": list(each.lost) if form == "json" else " ".join(each.lost),
            "gained": list(each.gained) if form == "json" else " ".join(each.gained),
        }
        for each in found
    ]
    columns = SHORT if form == "table" else COLUMNS
    print_rows(rows, form, columns=columns, title=f"{len(rows)} corrections since {iso_kst(since)}")
