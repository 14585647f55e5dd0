"""`meoktong incidents`: the outages that documents tell of."""

from typing import Any

import click

from meoktong.cli._options import database_option, format_option, known_option, print_rows

COLUMNS = (
    "id",
    "provider",
    "services",
    "start",
    "end",
    "duration_minutes",
    "causes",
    "damages",
    "documents",
    "background_documents",
    "stories",
    "authors",
    "first_report",
)
SHOWN = ("id", "start", "end", "minutes", "services", "causes", "docs", "stories")
FEW = 2  # labels of a field in the table


@click.command(
    epilog="\b\nExample:\n  meoktong incidents\n  meoktong incidents --service kakaotalk --format json > incidents.json"
)
@known_option("service", "Only incidents that interrupted this service.")
@database_option
@format_option
def command(*, service: str | None, database: str, form: str) -> None:
    """Outages, each with its provider, services, time, causes and documents; docs/incidents.md tells how they are made.

    Imports, crawls and retags keep them up to date. Times are on Korea's clock; one known only to the day has no hour.
    A duration needs both ends to the minute.

    JSON keys and CSV columns: id, provider, services, start, end, duration_minutes, causes, damages, documents (mainly
    about it: the importer's id or the address), background_documents (that recall it), stories (copies counted once),
    authors (different posters), first_report. In CSV, lists are joined by spaces.
    """
    from meoktong.cli._incidents import moment
    from meoktong.queries.incidents import incidents
    from meoktong.store import connect

    with connect(database) as store:
        found = incidents(store, service=service)
    rows: list[dict[str, Any]] = []
    for told in found:
        services, causes, damages = (list(told.labels[f]) for f in ("services_affected", "causes", "damages"))
        rows.append(
            {
                "id": told.id,
                "provider": told.provider,
                "services": services,
                "start": moment(told.started_at, told.started_precision),
                "end": moment(told.ended_at, told.ended_precision),
                "duration_minutes": told.duration_minutes,
                "causes": causes,
                "damages": damages,
                "documents": list(told.documents),
                "background_documents": list(told.background),
                "stories": told.count.stories,
                "authors": told.count.authors,
                "first_report": moment(told.first_report_at, told.first_report_precision),
            }
        )
    if form == "json":
        print_rows(rows, form, columns=COLUMNS)
        return
    if form == "csv":
        flat = [{k: " ".join(v) if isinstance(v, list) else v for k, v in row.items()} for row in rows]
        print_rows(flat, form, columns=COLUMNS)
        return
    for row in rows:
        row |= {"minutes": row["duration_minutes"], "docs": len(row["documents"])}
        row |= {name: _few(row[name]) for name in ("services", "causes")}
    print_rows(rows, form, columns=SHOWN)


def _few(labels: list[str]) -> str:
    more = len(labels) - FEW
    return " ".join(labels[:FEW]) + (f" +{more}" if more > 0 else "")
