"""`meoktong incidents`: the outages that documents tell of."""

from typing import Any

import click

from meoktong.cli._options import database_option, format_option, known_option, print_rows, tell_freshness

COLUMNS = (
    "id",
    "provider",
    "state",
    "confirmed_by",
    "provisional",
    "severity",
    "services",
    "failing_services",
    "dragged_along_services",
    "blamed_services",
    "start",
    "start_precision",
    "start_sources",
    "start_conflicts",
    "end",
    "end_precision",
    "end_sources",
    "end_conflicts",
    "end_derived",
    "duration_minutes",
    "duration_basis",
    "duration_sources",
    "duration_conflicts",
    "causes",
    "damages",
    "industries",
    "claims_received",
    "loss_stated_won",
    "loss_claimed_won",
    "compensation_won",
    "first_report",
    "detection_delay_minutes",
    "documents",
    "background_documents",
    "stories",
    "authors",
    "sources",
)
SHOWN = ("id", "state", "severity", "start", "end", "minutes", "failing", "dragged", "causes", "docs", "sources")
FEW = 2  # labels of a field, or other lengths, in the table


@click.command(
    epilog="\b\nExample:\n  meoktong incidents\n  meoktong incidents --service kakaotalk --format json > incidents.json"
)
@known_option("service", "Only incidents that interrupted this service.")
@database_option
@format_option
def command(*, service: str | None, database: str, form: str) -> None:
    """Outages, each with its provider, services, time, causes and documents; docs/incidents.md tells how they are made.

    Imports, crawls and retags keep them up to date. Times are on Korea's clock; one known only to the day has no hour.
    An incident is suspected (a burst), detected (documents tell of it) or confirmed (by a person), and provisional
    until 14 days after its first report, marked ~ in the table.

    JSON keys and CSV columns: id, provider, state, confirmed_by, provisional, severity, services (all interrupted),
    failing_services (the provider's), dragged_along_services (others'), blamed_services (named with a cause, not
    interrupted), start, start_precision, start_sources (independent ones that agree), start_conflicts (other times
    stated), the same of end, end_derived (nobody states it: start and length), duration_minutes (the one that most
    sources tell), duration_basis (times: from start to end; stated; at_least), duration_sources, duration_conflicts
    (other lengths told, in minutes), causes,
    damages, industries, claims_received, loss_stated_won, loss_claimed_won, compensation_won (as most sources state
    them), first_report, detection_delay_minutes (from start to first report), documents (mainly about it: the
    importer's id or the address), background_documents (that recall it), stories (copies counted once), authors
    (different posters), sources (independent ones). In CSV, lists are joined by spaces.
    """
    from meoktong.cli._incidents import row_of
    from meoktong.queries.incidents import incidents
    from meoktong.store import connect

    with connect(database, create=False) as store:
        rows = [row_of(told) for told in incidents(store, service=service)]
        tell_freshness(store)
    if form == "csv":
        rows = [{k: " ".join(map(str, v)) if isinstance(v, list) else v for k, v in row.items()} for row in rows]
    if form != "table":
        print_rows(rows, form, columns=COLUMNS)
        return
    for row in rows:
        row |= {
            "state": f"{row['state']}{'~' if row['provisional'] else ''}",
            "end": f"{row['end']} derived" if row["end_derived"] else row["end"],
            "minutes": _minutes(row),
            "failing": _few(row["failing_services"]),
            "dragged": _few(row["dragged_along_services"]),
            "causes": _few(row["causes"]),
            "docs": len(row["documents"]),
        }
    print_rows(rows, form, columns=SHOWN)


def _minutes(row: dict[str, Any]) -> str | None:
    if row["duration_minutes"] is None:
        return None
    others = ", ".join(map(str, row["duration_conflicts"][:FEW]))
    lower = "≥" if row["duration_basis"] == "at_least" else ""
    return f"{lower}{row['duration_minutes']}" + (f" (or {others})" if others else "")


def _few(labels: list[str]) -> str:
    more = len(labels) - FEW
    return " ".join(labels[:FEW]) + (f" +{more}" if more > 0 else "")
