"""One document with all that is known of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from meoktong import models
from meoktong.store import Store
from meoktong.store.annotate import read_annotations
from meoktong.store.labels import labels_of
from meoktong.store.schema import (
    Annotation,
    CrawlRun,
    Document,
    DocumentStory,
    DocumentVersion,
    RunUrl,
    Source,
    Story,
    Url,
)
from meoktong.store.schema_incidents import Incident, IncidentDocument
from meoktong.times import to_kst

BEGINNING = 120  # characters of a text that are shown without its being asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A text as it stood when it was fetched. `text` and `comments` are None unless they were asked for."""

    number: int
    fetched_at: datetime
    modified_at: datetime | None
    title: str
    characters: int
    beginning: str
    text: str | None
    comments: Sequence[Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place in the newest text that earned a label."""

    field: str
    label: str
    part: str
    start: int
    end: int
    sentence: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """An amount in the newest text: won, percent, minutes or a count."""

    kind: str
    value: float
    high: float | None
    surface: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one tagger or person said of one version."""

    version: int
    current: bool
    relevant: bool
    tagger_version: str
    catalog_hash: str
    analyser: str
    tagged_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A document of the same story, itself included."""

    document_id: int
    url: str
    source: str
    published_at: datetime | None
    canonical: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """An incident that it tells of."""

    incident: str
    role: str  # main or background


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How its address ended in one run."""

    run: int
    at: datetime
    outcome: str
    detail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A document. Times are on Korea's clock."""

    document_id: int
    url: str
    source: str
    source_name: str
    kind: str
    extent: str
    external_id: str | None
    title: str
    author: str | None
    published_at: datetime | None
    published_precision: str | None
    published_origin: str | None
    published_reason: str | None
    modified_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    relevant: bool
    status: str
    story_id: int
    versions: tuple[Version, ...]
    labels: tuple[Place, ...]
    quantities: tuple[Amount, ...]
    readings: tuple[Reading, ...]
    story: tuple[Copy, ...]
    incidents: tuple[Membership, ...]
    outcomes: tuple[Ended, ...]


def show(store: Store, wanted: str, *, with_text: bool = False) -> Shown | None:
    """The document with this row id or address; None when there is none. Raises StoreError."""
    with store.reading() as connection:
        row = connection.execute(
            select(Document, Source.slug, Source.name, Annotation.id.label("annotation_id"))
            .join(Source, Source.id == Document.source_id)
            .join(Annotation, Annotation.document_id == Document.id)
            .where(Annotation.current, _named(wanted))
        ).one_or_none()
        return row and _shown(connection, row, with_text)


def as_read(store: Store, wanted: str) -> tuple[str, str, models.Annotation] | None:
    """Title and text of the document with this row id or address, and what counts of it; None when there is none."""
    with store.reading() as connection:
        row = connection.execute(
            select(DocumentVersion.title, DocumentVersion.text, Annotation.id)
            .join(Annotation, Annotation.version_id == DocumentVersion.id)
            .join(Document, Document.id == Annotation.document_id)
            .where(Annotation.current, _named(wanted))
        ).one_or_none()
        return row and (row.title, row.text, read_annotations(connection, [row.id])[row.id])


def _named(wanted: str) -> ColumnElement[bool]:
    by_id = wanted.isascii() and wanted.isdigit() and len(wanted) < 10
    return Document.id == int(wanted) if by_id else Document.url == wanted


def _shown(connection: Connection, row: Any, with_text: bool) -> Shown:
    annotation = read_annotations(connection, [row.annotation_id])[row.annotation_id]
    story = _story(connection, row.id)
    return Shown(
        document_id=row.id,
        source=row.slug,
        source_name=row.name,
        **{name: getattr(row, name) for name in ("url", "kind", "extent", "external_id", "title", "author")},
        **{name: getattr(row, name) for name in ("published_precision", "published_origin", "published_reason")},
        published_at=row.published_at and _kst(row.published_at),
        modified_at=row.modified_at and _kst(row.modified_at),
        first_seen_at=_kst(row.first_seen_at),
        last_seen_at=_kst(row.last_seen_at),
        relevant=annotation.relevant,
        status=annotation.status.id if annotation.status else "unstated",
        story_id=story[0],
        versions=_versions(connection, row.id, with_text),
        labels=tuple(
            Place(
                field=field,
                label=label,
                part=place.part,
                start=place.start,
                end=place.end,
                sentence=place.sentence,
                rule=place.rule,
            )
            for (field, label), places in labels_of(annotation).items()
            for place in places
        ),
        quantities=tuple(
            Amount(kind=q.kind, value=q.value, high=q.high, surface=q.text, sentence=q.evidence.sentence)
            for q in annotation.quantities
        ),
        readings=_readings(connection, row.id),
        story=story[1],
        incidents=_incidents(connection, row.id),
        outcomes=_outcomes(connection, row.url),
    )


def _versions(connection: Connection, document_id: int, with_text: bool) -> tuple[Version, ...]:
    rows = connection.execute(
        select(DocumentVersion).where(DocumentVersion.document_id == document_id).order_by(DocumentVersion.number)
    )
    return tuple(
        Version(
            number=row.number,
            fetched_at=_kst(row.fetched_at),
            modified_at=row.modified_at and _kst(row.modified_at),
            title=row.title,
            characters=len(row.text),
            beginning=row.text[:BEGINNING] + ("…" if len(row.text) > BEGINNING else ""),
            text=row.text if with_text else None,
            comments=row.comments if with_text else None,
        )
        for row in rows
    )


def _readings(connection: Connection, document_id: int) -> tuple[Reading, ...]:
    rows = connection.execute(
        select(
            DocumentVersion.number.label("version"),
            Annotation.current,
            Annotation.relevant,
            Annotation.tagger_version,
            Annotation.catalog_hash,
            Annotation.analyser,
            Annotation.tagged_at,
        )
        .join(DocumentVersion, DocumentVersion.id == Annotation.version_id)
        .where(Annotation.document_id == document_id)
        .order_by(Annotation.id)
    )
    return tuple(Reading(**{**row, "tagged_at": _kst(row["tagged_at"])}) for row in rows.mappings())


def _story(connection: Connection, document_id: int) -> tuple[int, tuple[Copy, ...]]:
    """Its story's id, and the documents of it, the earliest published first."""
    ours = select(DocumentStory.story_id).where(DocumentStory.document_id == document_id).scalar_subquery()
    rows = connection.execute(
        select(
            Story.id.label("story_id"),
            Story.canonical_document_id,
            Document.id.label("document_id"),
            Document.url,
            Document.published_at,
            Source.slug.label("source"),
        )
        .join(DocumentStory, DocumentStory.story_id == Story.id)
        .join(Document, Document.id == DocumentStory.document_id)
        .join(Source, Source.id == Document.source_id)
        .where(Story.id == ours)
        .order_by(Document.published_at.nulls_last(), Document.id)
    ).all()
    copies = tuple(
        Copy(
            document_id=row.document_id,
            url=row.url,
            source=row.source,
            published_at=row.published_at and _kst(row.published_at),
            canonical=row.document_id == row.canonical_document_id,
        )
        for row in rows
    )
    return (rows[0].story_id if rows else document_id), copies


def _incidents(connection: Connection, document_id: int) -> tuple[Membership, ...]:
    rows = connection.execute(
        select(Incident.slug, IncidentDocument.role)
        .join(Incident, Incident.id == IncidentDocument.incident_id)
        .where(IncidentDocument.document_id == document_id)
        .order_by(Incident.slug)
    )
    return tuple(Membership(incident=row.slug, role=row.role) for row in rows)


def _outcomes(connection: Connection, url: str) -> tuple[Ended, ...]:
    rows = connection.execute(
        select(RunUrl)
        .join(Url, Url.id == RunUrl.url_id)
        .join(CrawlRun, CrawlRun.id == RunUrl.run_id)
        .where(Url.url == url)
        .order_by(CrawlRun.id)
    )
    return tuple(Ended(run=row.run_id, at=_kst(row.at), outcome=row.outcome, detail=row.detail) for row in rows)


def _kst(moment: datetime) -> datetime:
    return to_kst(moment).replace(microsecond=0)
