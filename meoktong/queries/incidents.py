"""Incidents with what their documents say of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain
from typing import Any

from sqlalchemy import Connection, select

from meoktong import catalog
from meoktong.models import Precision
from meoktong.queries.counted import FIELDS, Count, Counted, by_label, chunks, counted_among, total, voices
from meoktong.queries.lengths import DERIVED, STATED, Length, length
from meoktong.queries.stated import DURATION, UNITS, Stated, settled, stated
from meoktong.store import Store
from meoktong.store.schema import AnnotationLabel, Document, LabelEvidence
from meoktong.store.schema_incidents import AccountRow, AlertRow, Incident, IncidentDocument
from meoktong.store.views import BACKGROUND, MAIN
from meoktong.times import now, to_kst

PROVISIONAL = timedelta(days=14)  # after the first report


class State(StrEnum):
    """How sure it is that there was an outage."""

    SUSPECTED = "suspected"  # a burst, no document tells of it yet
    DETECTED = "detected"  # documents tell of it
    CONFIRMED = "confirmed"  # by a person


class Part(StrEnum):
    """What a service has to do with an incident."""

    FAILING = "failing"  # of the provider whose failure it is
    DRAGGED = "dragged_along"  # another's, interrupted with it
    BLAMED = "blamed"  # not interrupted, but named where a cause is given


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A time as most stories state it; `against` are those that cannot be true at once, with their sources."""

    at: datetime
    precision: str
    sources: int  # independent ones that state it, or its day
    against: Sequence[tuple[datetime, str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An outage of one provider, and how many documents tell mainly of it."""

    id: str  # YYYY-MM-DD-provider; it does not change when more documents come
    provider: str  # a service of the catalog
    state: State
    confirmed_by: str | None
    provisional: bool
    severity: float | None
    start: Agreed | None
    end: Agreed | None
    end_derived: bool  # nobody states the end: it is the start and the length
    length: Length | None
    count: Count
    sources: int  # independent ones; one poster is one
    services: Mapping[Part, Sequence[str]]
    labels: Mapping[str, Mapping[str, Count]]  # field -> label -> documents that state it, most first
    totals: Mapping[str, Stated]  # claims received and sums of money, by field
    first_report_at: datetime | None  # earliest publication of a document mainly about it
    first_report_precision: str | None
    documents: Sequence[str]  # ids given by the importer, or addresses
    background: Sequence[str]  # the same of documents that recall it beside another outage

    @property
    def duration_minutes(self) -> int | None:
        """The length that stands."""
        return self.length.minutes if self.length else None

    @property
    def detection_delay_minutes(self) -> int | None:
        """From the start to the first report; None unless both are known to the minute and in this order."""
        if self.start is None or self.first_report_at is None or self.first_report_at < self.start.at:
            return None
        if not self.start.precision == self.first_report_precision == Precision.MINUTE:
            return None
        return round((self.first_report_at - self.start.at).total_seconds() / 60)


def incidents(store: Store, *, service: str | None = None, at: datetime | None = None) -> list[Told]:
    """All incidents, the earliest first, those without a start last; with `service` those that interrupted it.

    One whose documents a correction has since made irrelevant is left out, unless a person confirmed it. `at`
    (default: now) decides which are provisional. Raises StoreError.
    """
    with store.reading() as connection:
        members = _members(connection)
        documents = {d.document_id: d for d in counted_among(connection, set(chain(*_by_role(members, MAIN))))}
        names = _names(connection, set(chain(*_by_role(members, MAIN), *_by_role(members, BACKGROUND))))
        moments = _moments(connection, list(documents))
        blamed = _blamed(connection, list(documents.values()))
        amounts: dict[int, list[Stated]] = defaultdict(list)
        for each in stated(connection, list(documents.values())):
            amounts[each.document.document_id].append(each)
        rows = connection.execute(select(Incident).order_by(Incident.started_at.nulls_last(), Incident.id)).all()
        suspected = set(connection.scalars(select(AlertRow.incident_id)))
    facts = _Facts(documents, names, moments, blamed, amounts)
    found = [_told(row, members[row.id], facts, at or now()) for row in rows]
    return [
        told
        for row, told in zip(rows, found, strict=True)
        if (told.documents or told.state == State.CONFIRMED or row.id in suspected)
        and (service is None or service in told.labels["services_affected"])
    ]


@dataclass(frozen=True, slots=True)
class _Facts:
    """By document."""

    documents: Mapping[int, Counted]
    names: Mapping[int, str]
    moments: Mapping[int, Any]
    blamed: Mapping[int, frozenset[str]]
    amounts: Mapping[int, Sequence[Stated]]


def part_of(service: str, provider: str) -> Part:
    """What an interrupted service has to do with an outage of `provider`."""
    return Part.FAILING if catalog.provider_of(service) == provider else Part.DRAGGED


def _members(connection: Connection) -> dict[int, dict[str, list[int]]]:
    found: dict[int, dict[str, list[int]]] = defaultdict(lambda: {MAIN: [], BACKGROUND: []})
    row = IncidentDocument
    rows = connection.execute(select(row.incident_id, row.role, row.document_id).order_by(row.document_id))
    for incident_id, role, document_id in rows:
        found[incident_id][role].append(document_id)
    return found


def _by_role(members: Mapping[int, Mapping[str, Sequence[int]]], role: str) -> Iterable[Sequence[int]]:
    return (roles[role] for roles in members.values())


def _names(connection: Connection, documents: Iterable[int]) -> dict[int, str]:
    """What the documents are called outside: the importer's id, or the address."""
    names: dict[int, str] = {}
    for chunk in chunks(sorted(documents)):
        rows = connection.execute(select(Document.id, Document.external_id, Document.url).where(Document.id.in_(chunk)))
        names |= {row.id: row.external_id or row.url for row in rows}
    return names


def _moments(connection: Connection, documents: Sequence[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    row = AccountRow
    columns = (row.document_id, row.started_at, row.started_precision, row.ended_at, row.ended_precision)
    for chunk in chunks(documents):
        found |= {e.document_id: e for e in connection.execute(select(*columns).where(row.document_id.in_(chunk)))}
    return found


def _blamed(connection: Connection, documents: Sequence[Counted]) -> dict[int, frozenset[str]]:
    """Services that a document names, but not as interrupted, in a sentence that gives a cause."""
    by_annotation = {d.annotation_id: d.document_id for d in documents}
    said: dict[str, dict[int, set[tuple[str, str]]]] = {
        field: defaultdict(set) for field in ("services_mentioned", "causes")
    }
    label, evidence = AnnotationLabel, LabelEvidence
    for chunk in chunks(list(by_annotation)):
        rows = connection.execute(
            select(label.annotation_id, label.field, label.label, evidence.sentence)
            .join(evidence, evidence.label_id == label.id)
            .where(label.annotation_id.in_(chunk), label.field.in_(list(said)))
        )
        for row in rows:
            said[row.field][by_annotation[row.annotation_id]].add((row.label, row.sentence))
    causes = {document: {sentence for _, sentence in found} for document, found in said["causes"].items()}
    return {
        document: frozenset(service for service, sentence in found if sentence in causes.get(document, ()))
        for document, found in said["services_mentioned"].items()
    }


def _told(row: Any, members: Mapping[str, Sequence[int]], facts: _Facts, at: datetime) -> Told:
    main = [facts.documents[each] for each in members[MAIN] if each in facts.documents]
    labels = {field: by_label(main, field) for field in FIELDS}
    amounts = [each for d in main for each in facts.amounts.get(d.document_id, ())]
    totals = {field: most for field in UNITS if field != DURATION and (most := settled(amounts, field))}
    lasting = _length(row, main, facts.moments, amounts)
    state = State.DETECTED if main else State.SUSPECTED
    return Told(
        id=row.slug,
        provider=row.provider,
        state=State.CONFIRMED if row.confirmed_by is not None else state,
        confirmed_by=row.confirmed_by,
        provisional=row.first_report_at is None or at < row.first_report_at + PROVISIONAL,
        severity=row.severity,
        start=_agreed(row, "started", main, facts.moments),
        end=_agreed(row, "ended", main, facts.moments, lasting),
        end_derived=row.ended_basis == DERIVED,
        length=lasting,
        count=total(main),
        sources=voices(main),
        services=_services(row.provider, main, facts.blamed),
        labels=labels,
        totals=totals,
        first_report_at=row.first_report_at,
        first_report_precision=row.first_report_precision,
        documents=[facts.names[d.document_id] for d in main],
        background=[facts.names[each] for each in members[BACKGROUND]],
    )


def _length(row: Any, main: Sequence[Counted], moments: Mapping[int, Any], amounts: Sequence[Stated]) -> Length | None:
    start = (row.started_at, row.started_precision) if row.started_at else None
    end = (row.ended_at, row.ended_precision) if row.ended_basis == STATED else None
    ending = [
        d
        for d in main
        if end and (found := moments.get(d.document_id)) and (found.ended_at, found.ended_precision) == end
    ]
    return length(start, end, ending, amounts)


def _agreed(
    row: Any, name: str, main: Sequence[Counted], moments: Mapping[int, Any], lasting: Length | None = None
) -> Agreed | None:
    """`lasting` is the length that an end may be derived from; then who states that agrees."""
    at, precision = getattr(row, f"{name}_at"), getattr(row, f"{name}_precision")
    if at is None:
        return None
    if lasting and row.ended_basis == DERIVED:
        return Agreed(at=at, precision=precision, sources=lasting.sources, against=())
    stating: dict[tuple[datetime, str], list[Counted]] = defaultdict(list)
    agreeing = []
    for document in main:
        found = moments.get(document.document_id)
        said, how = getattr(found, f"{name}_at", None), getattr(found, f"{name}_precision", None)
        if said is None or how is None:
            continue
        same_day = to_kst(said).date() == to_kst(at).date()
        if (said, how) == (at, precision) or (same_day and Precision.DAY in (how, precision)):
            agreeing.append(document)
        else:
            stating[said, how].append(document)
    against = sorted((said, how, voices(found)) for (said, how), found in stating.items())
    return Agreed(at=at, precision=precision, sources=voices(agreeing), against=against)


def _services(provider: str, main: Sequence[Counted], blamed: Mapping[int, frozenset[str]]) -> dict[Part, list[str]]:
    """The interrupted services by their part, most documents first; then those that are only blamed."""
    found: dict[Part, list[str]] = {part: [] for part in Part}
    interrupted = by_label(main, "services_affected")
    for service in interrupted:
        found[part_of(service, provider)].append(service)
    found[Part.BLAMED] = sorted({s for d in main for s in blamed.get(d.document_id, ())} - interrupted.keys())
    return found
