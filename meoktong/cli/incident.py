"""`meoktong incident`: one outage, and who says what of it."""

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import click

from meoktong.cli._options import database_option, format_option, print_rows, tell_freshness

if TYPE_CHECKING:
    from meoktong.queries.incident import Statement

COLUMNS = (
    "field",
    "value",
    "stands",
    "service",
    "at",
    "documents",
    "sources",
    "sentence",
    "url",
    "source",
    "published",
)
SHOWN = ("field", "value", "stands", "service", "at", "sources", "sentence", "url")
STANDS = {True: "yes", False: "no", None: None}


@click.command(
    epilog="\b\nExample:\n  meoktong incident 2022-10-15-kakao\n  meoktong incident 2021-10-25-kt --format csv > kt.csv"
)
@click.argument("incident_id", metavar="ID")
@click.option("--all", "every", is_flag=True, help="Every sentence, not one for each value.")
@database_option
@format_option
def command(*, incident_id: str, every: bool, database: str, form: str) -> None:
    """What documents say of the incident ID, each with a sentence; `meoktong curate` changes what belongs to it.

    Times; services that failed, were dragged along or only blamed; recoveries by service and time; damages, causes and
    trades; lengths, claims received and sums of money in their role. Where documents contradict each other, each value
    stands with the number of independent sources that state it. Of times and lengths those are marked that agree with
    what `meoktong incidents` gives; docs/incidents.md has the rules.

    JSON keys and CSV columns: field (outage_start, outage_end, derived_end; start_to_end, duration and at_least in
    minutes; claims_received, loss_stated, loss_claimed, compensation, first_report, failing, dragged_along, blamed,
    recovery, damages, causes, industries, burst), value, stands (of a time or length: whether it agrees), service and
    at (of a recovery: which one, and the time of the end that is stated, else of the publication; of a burst: its first
    hour), documents and sources (how many state this), sentence (of a first report or burst: the title), url, source,
    published. The sentence is the earliest published one, or with --all every one.
    """
    from meoktong.cli._incidents import moment
    from meoktong.incidents.decisions import find
    from meoktong.queries.counted import voices
    from meoktong.queries.incident import FIRST, RECOVERY, TIMES, bursts, statements
    from meoktong.store import connect

    with connect(database, create=False) as store:
        with store.reading() as connection:
            find(connection, incident_id)
        found = statements(store, incident_id)
        alerts = bursts(store, incident_id)
        tell_freshness(store)
    if not found and not alerts:
        raise click.ClickException(f"{incident_id}: no outage document tells of it any more")
    alike: dict[tuple[str, ...], list[Statement]] = defaultdict(list)
    for said in found:
        alike[said.field, said.value, said.service or ""].append(said)
    rows: list[dict[str, Any]] = []
    for same in alike.values():
        documents = {said.document.document_id: said.document for said in same}
        for said in same if every else same[:1]:
            published = moment(said.document.published_at, said.document.published_precision)
            at = moment(said.at, said.at_precision) or published if said.field == RECOVERY else None
            rows.append(
                {
                    "field": said.field,
                    "value": said.value[:16] if form == "table" and said.field in (*TIMES, FIRST) else said.value,
                    "stands": STANDS[said.stands] if form == "table" else said.stands,
                    "service": said.service,
                    "at": at,
                    "documents": len(documents),
                    "sources": voices(documents.values()),
                    "sentence": said.sentence,
                    "url": said.document.url,
                    "source": said.document.source,
                    "published": published,
                }
            )
    for alert in alerts:
        rows += [
            {
                "field": "burst",
                "value": f"{alert.voices} voices, {alert.expected:.2f} expected",
                "service": alert.service,
                "at": moment(alert.first_hour, None),
                "documents": len(alert.documents),
                "sources": alert.voices,
                "sentence": mention.title,
                "url": mention.url,
                "source": mention.source,
                "published": moment(mention.published_at, None),
            }
            for mention in (alert.documents if every else alert.documents[:1])
        ]
    print_rows(rows, form, columns=SHOWN if form == "table" else COLUMNS, title=incident_id)
