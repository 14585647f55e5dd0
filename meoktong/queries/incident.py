"""Everything that documents say of one incident, each with the sentence that says so."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from meoktong.models import Precision
from meoktong.queries.counted import Counted, chunks, counted_among
from meoktong.queries.incidents import Part, part_of
from meoktong.queries.lengths import DERIVED, Basis, alike
from meoktong.queries.mentions import Alert, alerts
from meoktong.queries.stated import DURATION, UNITS, is_at_least, stated
from meoktong.store import Store
from meoktong.store.schema import AnnotationLabel, LabelEvidence
from meoktong.store.schema_incidents import AccountRow, Incident, IncidentDocument
from meoktong.store.views import MAIN
from meoktong.times import iso_kst

START, END, RECOVERY, FIRST = "outage_start", "outage_end", "recovery", "first_report"
LASTED, DERIVED_END = "start_to_end", "derived_end"  # minutes by the times of one document; an end that nobody states
GUESSED = ("status.past_tense", "status.post")  # rules that read a status off the tense or kind of a text alone
Time = tuple[datetime | None, str | None]  # with its precision
NO_TIME: Time = (None, None)
TIMES = (START, END, DERIVED_END)
LENGTHS = (LASTED, DURATION, Basis.AT_LEAST)  # a length that is only a lower bound is the last
ORDER = (
    *TIMES,
    *LENGTHS,
    *(field for field in UNITS if field != DURATION),
    FIRST,
    *Part,
    RECOVERY,
    "damages",
    "causes",
    "industries",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one document says: `field` is one of ORDER."""

    field: str
    # a time on Korea's clock, or only a day; a catalog id; ongoing, partial, recovered; an amount in its unit
    value: str
    service: str | None  # of a recovery: the one that the sentence names
    at: datetime | None  # of a recovery: the time that the document states; None: only that of publication is known
    at_precision: str | None
    stands: bool | None  # of a time or length: whether it is, or agrees with, what meoktong incidents gives
    sentence: str
    document: Counted


def statements(store: Store, slug: str) -> list[Statement]:
    """All that the documents mainly about the incident say, by field in ORDER, value, and publication.

    A recovery timeline is by service and time. Empty when there is no such incident. Raises StoreError.
    """
    with store.reading() as connection:
        incident = connection.execute(select(Incident).where(Incident.slug == slug)).first()
        found = [] if incident is None else list(_statements(connection, _members(connection, slug), incident))
    return sorted(found, key=_order)


def bursts(store: Store, slug: str) -> list[Alert]:
    """The alerts that opened or belong to the incident, the oldest first. Raises StoreError."""
    with store.reading() as connection:
        return alerts(connection, Incident.slug == slug)


def _members(connection: Connection, slug: str) -> list[Counted]:
    """The outage documents mainly about an incident, the earliest first."""
    row = IncidentDocument
    ids = connection.scalars(
        select(row.document_id)
        .join(Incident, Incident.id == row.incident_id)
        .where(Incident.slug == slug, row.role == MAIN)
    ).all()
    return sorted(counted_among(connection, ids), key=lambda d: (d.published_at is None, str(d.published_at), d.url))


def _order(said: Statement) -> tuple[Any, ...]:
    document = said.document
    published = document.published_at.isoformat() if document.published_at else "9"
    place = ORDER.index(said.field)
    if said.field == RECOVERY:
        return place, said.service or "", said.at.isoformat() if said.at else published, document.url
    if said.field in (*LENGTHS, *UNITS):
        return place, f"{float(said.value.split('-')[0]):020.1f}", published, document.url, said.sentence
    return place, said.value, published, document.url, said.sentence


def _statements(connection: Connection, documents: Sequence[Counted], incident: Any) -> Iterator[Statement]:
    for said in _said(connection, documents, incident):
        yield replace(said, stands=_stands(said, incident))


def _stands(said: Statement, incident: Any) -> bool | None:
    if said.field in TIMES:
        name = "started" if said.field == START else "ended"
        at = getattr(incident, f"{name}_at")
        taken = "" if at is None else _known(iso_kst(at), getattr(incident, f"{name}_precision"))
        return bool(taken) and (taken.startswith(said.value) or said.value.startswith(taken))  # a day and an hour of it
    if said.field in LENGTHS:
        told, bound = incident.duration_minutes, incident.duration_basis == Basis.AT_LEAST
        minutes = round(float(said.value.split("-")[0]))
        return told is not None and (said.field == Basis.AT_LEAST) == bound and alike(told, minutes)
    return None


def _said(connection: Connection, documents: Sequence[Counted], incident: Any) -> Iterator[Statement]:
    if documents and documents[0].published_at:
        first = _known(iso_kst(documents[0].published_at), documents[0].published_precision)
        yield _statement(documents[0], FIRST, first, documents[0].title)
    evidence = _evidence(connection, [d.annotation_id for d in documents])
    times = _times(connection, [d.document_id for d in documents])
    for document in documents:
        said = evidence[document.annotation_id]
        stated_times = times.get(document.document_id, {})
        for (field, value), sentences in said.items():
            if name := _field(field, value, incident.provider):
                for sentence in sentences:
                    yield _statement(document, name, _known(value, stated_times.get(name, NO_TIME)[1]), sentence)
        causes = {s for (field, _), found in said.items() if field == "causes" for s in found}
        for (field, value), sentences in said.items():
            if field == "services_mentioned":
                for sentence in causes.intersection(sentences):
                    yield _statement(document, Part.BLAMED, value, sentence)
        yield from _recoveries(document, said, stated_times.get(END, NO_TIME))
        yield from _lasted(document, said, stated_times)
    yield from _amounts(connection, documents, incident)


def _amounts(connection: Connection, documents: Sequence[Counted], incident: Any) -> Iterator[Statement]:
    for each in stated(connection, documents):
        value = f"{each.value:g}" if each.value < 1_000_000 else f"{each.value:.0f}"
        high = "" if each.high is None else f"-{each.high:.0f}"
        field = Basis.AT_LEAST if each.field == DURATION and is_at_least(each) else each.field
        yield _statement(each.document, field, value + high, each.sentence)
        stands = field == DURATION and alike(round(each.value), incident.duration_minutes or 0)
        if stands and incident.ended_basis == DERIVED:
            end = _known(iso_kst(incident.ended_at), incident.ended_precision)
            yield _statement(each.document, DERIVED_END, end, each.sentence)


def _field(field: str, value: str, provider: str) -> str | None:
    if field == "services_affected":
        return part_of(value, provider)
    return field if field in ORDER else None


def _lasted(
    document: Counted, said: Mapping[tuple[str, str], Sequence[str]], times: Mapping[str, Time]
) -> Iterator[Statement]:
    """The minutes from start to end, where the document states both to the minute."""
    (start, how), (end, how_end) = times.get(START, NO_TIME), times.get(END, NO_TIME)
    if start and end and how == how_end == Precision.MINUTE:
        minutes = f"{(end - start).total_seconds() / 60:.0f}"
        for sentence in (s for (field, _), found in said.items() if field == END for s in found):
            yield _statement(document, LASTED, minutes, sentence)


def _recoveries(document: Counted, said: Mapping[tuple[str, str], Sequence[str]], end: Time) -> Iterator[Statement]:
    """What the document says of how far things are, for each service that the sentence names.

    That an outage is told in the past tense counts as recovered elsewhere, but nobody says so.
    A document that names one interrupted service speaks of that; where the sentence names none of several, nobody
    can say of which.
    """
    services = {value: sentences for (field, value), sentences in said.items() if field == "services_affected"}
    ending = {s for (field, _), found in said.items() if field == END for s in found}
    for (field, value), sentences in said.items():
        if field != "status":
            continue
        for sentence in sentences:
            named = [service for service, found in services.items() if sentence in found]
            at = end if sentence in ending else NO_TIME
            several: list[str | None] = [*named] or ([*services] if len(services) == 1 else [None])
            for service in several:
                yield _statement(document, RECOVERY, value, sentence, service=service, at=at)


def _statement(
    document: Counted,
    field: str,
    value: str,
    sentence: str,
    *,
    service: str | None = None,
    at: Time = NO_TIME,
) -> Statement:
    moment, precision = at
    return Statement(
        field=field,
        value=value,
        service=service,
        at=moment,
        at_precision=precision,
        stands=None,
        sentence=sentence,
        document=document,
    )


def _evidence(connection: Connection, annotation_ids: Sequence[int]) -> dict[int, dict[tuple[str, str], list[str]]]:
    """The different sentences of each label, by annotation and (field, label)."""
    found: dict[int, dict[tuple[str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    label, evidence = AnnotationLabel, LabelEvidence
    for chunk in chunks(annotation_ids):
        rows = connection.execute(
            select(label.annotation_id, label.field, label.label, evidence.sentence)
            .join(evidence, evidence.label_id == label.id)
            .where(label.annotation_id.in_(chunk), evidence.rule.not_in(GUESSED))
            .order_by(label.id, evidence.id)
        )
        for row in rows:
            sentences = found[row.annotation_id][row.field, row.label]
            if row.sentence not in sentences:
                sentences.append(row.sentence)
    return found


def _times(connection: Connection, documents: Sequence[int]) -> dict[int, dict[str, Time]]:
    """When the outage began and ended by each document."""
    found: dict[int, dict[str, Time]] = {}
    row = AccountRow
    columns = (row.document_id, row.started_at, row.started_precision, row.ended_at, row.ended_precision)
    for chunk in chunks(documents):
        found |= {
            each.document_id: {
                START: (each.started_at, each.started_precision),
                END: (each.ended_at, each.ended_precision),
            }
            for each in connection.execute(select(*columns).where(row.document_id.in_(chunk)))
        }
    return found


def _known(moment: str, precision: str | None) -> str:
    """As much of an ISO time as is known."""
    return moment[: len("2022-10-15")] if precision == Precision.DAY else moment
