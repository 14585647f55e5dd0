"""Who names which service when: what a burst is made of, whether or not a document tells of an outage."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from meoktong.models import Kind, Precision
from meoktong.store.schema import Annotation, AnnotationLabel, Document, DocumentStory, Source
from meoktong.store.schema_incidents import AlertRow, Incident

HOUR = timedelta(hours=1)
FIELDS = ("services_affected", "services_mentioned")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One document that names a service."""

    service: str
    published_at: datetime
    story_id: int
    source: str
    teller: str  # a poster's hash, else the source
    url: str
    title: str


def mentions(connection: Connection, since: datetime, until: datetime) -> list[Mention]:
    """All of documents published in [since, until) by a time known to the minute, the earliest first."""
    label = AnnotationLabel
    rows = connection.execute(
        select(
            label.label,
            Document.published_at,
            func.coalesce(DocumentStory.story_id, Document.id).label("story_id"),
            Document.kind,
            Document.author,
            Source.slug,
            Document.url,
            Document.title,
        )
        .join(Annotation, Annotation.id == label.annotation_id)
        .join(Document, Document.id == Annotation.document_id)
        .join(Source, Source.id == Document.source_id)
        .outerjoin(DocumentStory, DocumentStory.document_id == Document.id)
        .where(
            Annotation.current,
            label.field.in_(FIELDS),
            Document.published_at >= since,
            Document.published_at < until,
            Document.published_precision == Precision.MINUTE,
        )
        .order_by(Document.published_at, Document.id, label.label)
    )
    return [
        Mention(
            service=row.label,
            source=row.slug,
            published_at=row.published_at,
            story_id=row.story_id,
            teller=row.author if row.kind == Kind.POST and row.author else row.slug,
            url=row.url,
            title=row.title,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A burst about one service. `documents` are those of its first hour."""

    id: int
    incident: str
    service: str
    first_hour: datetime
    voices: int
    expected: float
    probability: float
    documents: Sequence[Mention]


def alerts(connection: Connection, *conditions: ColumnElement[bool]) -> list[Alert]:
    """Those that meet `conditions` on AlertRow and Incident, the oldest first."""
    row = AlertRow
    rows = connection.execute(
        select(row, Incident.slug)
        .join(Incident, Incident.id == row.incident_id)
        .where(*conditions)
        .order_by(row.first_hour, row.id)
    ).all()
    return [
        Alert(
            id=each.id,
            incident=each.slug,
            service=each.service,
            first_hour=each.first_hour,
            voices=each.voices,
            expected=each.expected,
            probability=each.probability,
            documents=[
                mention
                for mention in mentions(connection, each.first_hour, each.first_hour + HOUR)
                if mention.service == each.service
            ],
        )
        for each in rows
    ]


def by_service_and_hour(found: Iterable[Mention]) -> dict[str, dict[datetime, list[Mention]]]:
    """`found` by service and the beginning of the hour."""
    hours: dict[str, dict[datetime, list[Mention]]] = defaultdict(lambda: defaultdict(list))
    for each in found:
        hours[each.service][each.published_at.replace(minute=0, second=0, microsecond=0)].append(each)
    return hours


def voices_by_hour(hours: Mapping[datetime, Sequence[Mention]]) -> dict[datetime, int]:
    """Independent voices in each hour: no more than the stories, nor than the newspapers and posters."""
    return {
        hour: min(len({m.story_id for m in found}), len({m.teller for m in found})) for hour, found in hours.items()
    }


def hours_of(days: Iterable[datetime]) -> set[datetime]:
    """The 24 hours that begin at each of `days`."""
    return {day + hour * HOUR for day in days for hour in range(24)}
