"""Incidents with what their documents say of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from meoktong.queries.counted import FIELDS, Count, Counted, by_label, chunks, counted, total
from meoktong.store import Store
from meoktong.store.schema import Annotation, AnnotationLabel, Document, LabelEvidence
from meoktong.store.schema_incidents import Incident, IncidentDocument
from meoktong.store.views import BACKGROUND, MAIN

MOMENTS = ("outage_start", "outage_end")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An outage of one provider, and how many documents tell mainly of it."""

    id: str  # YYYY-MM-DD-provider; it does not change when more documents come
    provider: str  # a service of the catalog
    started_at: datetime | None  # UTC, as most stories state it
    started_precision: str | None
    ended_at: datetime | None
    ended_precision: str | None
    count: Count
    labels: Mapping[str, Mapping[str, Count]]  # field -> label -> documents that state it, most first
    first_report_at: datetime | None  # earliest publication of a document mainly about it
    first_report_precision: str | None
    documents: Sequence[str]  # ids given by the importer, or addresses
    background: Sequence[str]  # the same of documents that recall it beside another outage

    @property
    def duration_minutes(self) -> int | None:
        """From start to end; None unless both are known to the minute."""
        if (
            self.started_at is None
            or self.ended_at is None
            or {self.started_precision, self.ended_precision} != {"minute"}
        ):
            return None
        return round((self.ended_at - self.started_at).total_seconds() / 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one document says of an incident: of a moment, or of a label, with the sentence that says so."""

    field: str  # outage_start, outage_end, or a key of FIELDS
    value: str  # ISO 8601 on Korea's clock, or a catalog id
    sentence: str
    url: str
    source: str
    title: str
    published_at: datetime | None
    published_precision: str | None
    story_id: int


def incidents(store: Store, *, service: str | None = None) -> list[Told]:
    """All incidents, the earliest first, those without a start last; with `service` those that interrupted it.

    Documents that a correction has since made irrelevant no longer count; an incident without any is left out.
    """
    with store.reading() as connection:
        documents = {document.document_id: document for document in counted(connection)}
        members = _members(connection)
        names = _names(connection, members)
        rows = connection.execute(select(Incident).order_by(Incident.started_at.nulls_last(), Incident.id)).all()
    found = [_told(row, members[row.id], documents, names) for row in rows]
    return [
        told
        for told in found
        if told.count.documents and (service is None or service in told.labels["services_affected"])
    ]


def statements(store: Store, incident_id: str) -> list[Statement]:
    """Everything that the documents mainly about the incident say of it, by field, value and publication.

    Empty when there is no such incident.
    """
    label, evidence, member = AnnotationLabel, LabelEvidence, IncidentDocument
    with store.reading() as connection:
        ids = connection.scalars(
            select(member.document_id)
            .join(Incident, Incident.id == member.incident_id)
            .where(Incident.slug == incident_id, member.role == MAIN)
        ).all()
        documents = [d for d in counted(connection) if d.document_id in set(ids)]
        by_annotation = {d.annotation_id: d for d in documents}
        found = []
        for chunk in chunks(sorted(by_annotation)):
            rows = connection.execute(
                select(label.annotation_id, label.field, label.label, evidence.sentence)
                .join(evidence, evidence.label_id == label.id)
                .join(Annotation, Annotation.id == label.annotation_id)
                .where(label.annotation_id.in_(chunk), label.field.in_([*MOMENTS, *FIELDS]))
                .order_by(label.id, evidence.id)
            )
            found += [_statement(by_annotation[row.annotation_id], row) for row in rows]
    order = (*MOMENTS, *FIELDS)
    return sorted(
        found,
        key=lambda s: (order.index(s.field), s.value, s.published_at is None, str(s.published_at), s.url, s.sentence),
    )


def _statement(document: Counted, row: Any) -> Statement:
    return Statement(
        field=row.field,
        value=row.label,
        sentence=row.sentence,
        url=document.url,
        source=document.source,
        title=document.title,
        published_at=document.published_at,
        published_precision=document.published_precision,
        story_id=document.story_id,
    )


def _members(connection: Connection) -> dict[int, dict[str, list[int]]]:
    found: dict[int, dict[str, list[int]]] = defaultdict(lambda: {MAIN: [], BACKGROUND: []})
    row = IncidentDocument
    rows = connection.execute(select(row.incident_id, row.role, row.document_id).order_by(row.document_id))
    for incident_id, role, document_id in rows:
        found[incident_id][role].append(document_id)
    return found


def _names(connection: Connection, members: Mapping[int, Mapping[str, Sequence[int]]]) -> dict[int, str]:
    """What the documents are called outside: the importer's id, or the address."""
    wanted = sorted({each for roles in members.values() for found in roles.values() for each in found})
    names: dict[int, str] = {}
    for chunk in chunks(wanted):
        rows = connection.execute(select(Document.id, Document.external_id, Document.url).where(Document.id.in_(chunk)))
        names |= {row.id: row.external_id or row.url for row in rows}
    return names


def _told(
    row: Any, members: Mapping[str, Sequence[int]], documents: Mapping[int, Counted], names: Mapping[int, str]
) -> Told:
    main = [documents[each] for each in members[MAIN] if each in documents]
    first = min((d for d in main if d.published_at), key=lambda d: (d.published_at, d.document_id), default=None)
    return Told(
        id=row.slug,
        provider=row.provider,
        started_at=row.started_at,
        started_precision=row.started_precision,
        ended_at=row.ended_at,
        ended_precision=row.ended_precision,
        count=total(main),
        labels={field: by_label(main, field) for field in FIELDS},
        first_report_at=first.published_at if first else None,
        first_report_precision=first.published_precision if first else None,
        documents=[names[d.document_id] for d in main],
        background=[names[each] for each in members[BACKGROUND] if each in documents],
    )
