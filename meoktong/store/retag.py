"""Documents that a newer tagger has not read yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select

from meoktong.models import Annotation, Document, Kind, Precision
from meoktong.store.annotate import Reading, read_annotations, write_annotations
from meoktong.store.connection import Store
from meoktong.store.schema import Annotation as AnnotationRow
from meoktong.store.schema import Document as DocumentRow
from meoktong.store.schema import DocumentVersion, Source
from meoktong.times import now


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Which tagger, with which words."""

    tagger_version: str
    catalog_hash: str
    analyser: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """The documents meant: all, or those that meet every condition given."""

    source: str | None = None
    kind: Kind | None = None
    since: datetime | None = None  # published at or after
    until: datetime | None = None  # published before
    relevant: bool | None = None  # by what is current now


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """A document whose newest version this tagger has not read, with what is said of it now."""

    document_id: int
    version_id: int
    document: Document
    current: Annotation


def count_stale(store: Store, stamp: Stamp, which: Which) -> int:
    """How many documents are still to be read."""
    with store.reading() as connection:
        return connection.scalars(select(func.count()).select_from(_stale(stamp, which).subquery())).one()


def next_ids(store: Store, stamp: Stamp, which: Which, *, after: int, limit: int) -> list[int]:
    """The ids of at most `limit` of them, the lowest above `after`."""
    stale = _stale(stamp, which).with_only_columns(DocumentRow.id, maintain_column_froms=True)
    with store.reading() as connection:
        return list(connection.scalars(stale.where(DocumentRow.id > after).order_by(DocumentRow.id).limit(limit)))


def read_stale(store: Store, stamp: Stamp, which: Which, ids: Sequence[int]) -> list[Stale]:
    """Those of the documents with `ids` that are still to be read, by id."""
    with store.reading() as connection:
        rows = connection.execute(_stale(stamp, which).where(DocumentRow.id.in_(ids)).order_by(DocumentRow.id)).all()
        current = read_annotations(connection, [row.annotation_id for row in rows])
    return [
        Stale(
            document_id=row.id,
            version_id=row.version_id,
            document=_document(row),
            current=current[row.annotation_id],
        )
        for row in rows
    ]


def write_readings(store: Store, readings: Sequence[Reading]) -> int:
    """Keep what the tagger said, but of versions that are still the newest; how many these were."""
    with store.writing() as connection:
        newest = _newest(connection, [reading.version_id for reading in readings])
        kept = [reading for reading in readings if reading.version_id in newest]
        write_annotations(connection, kept, now())
    return len(kept)


def _newest(connection: Connection, version_ids: Sequence[int]) -> frozenset[int]:
    return frozenset(
        connection.scalars(
            select(DocumentVersion.id)
            .join(DocumentRow, DocumentRow.id == DocumentVersion.document_id)
            .where(DocumentVersion.id.in_(version_ids), DocumentVersion.number == DocumentRow.version)
        )
    )


def _stale(stamp: Stamp, which: Which) -> Any:
    read = select(AnnotationRow.id).where(
        AnnotationRow.version_id == DocumentVersion.id,
        AnnotationRow.tagger_version == stamp.tagger_version,
        AnnotationRow.catalog_hash == stamp.catalog_hash,
        AnnotationRow.analyser == stamp.analyser,
    )
    current = select(AnnotationRow.id, AnnotationRow.document_id, AnnotationRow.relevant).where(AnnotationRow.current)
    said = current.subquery()
    return (
        select(
            DocumentRow.id,
            DocumentRow.url,
            DocumentRow.kind,
            DocumentRow.published_at,
            DocumentRow.published_precision,
            DocumentRow.published_reason,
            Source.slug,
            DocumentVersion.id.label("version_id"),
            DocumentVersion.title,
            DocumentVersion.text,
            said.c.id.label("annotation_id"),
        )
        .join(Source, Source.id == DocumentRow.source_id)
        .join(
            DocumentVersion,
            and_(DocumentVersion.document_id == DocumentRow.id, DocumentVersion.number == DocumentRow.version),
        )
        .join(said, said.c.document_id == DocumentRow.id)
        .where(~read.exists(), *_conditions(which, said.c.relevant))
    )


def _conditions(which: Which, relevant: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    given = {
        Source.slug == which.source: which.source,
        DocumentRow.kind == which.kind: which.kind,
        relevant == which.relevant: which.relevant,
    }
    conditions = [condition for condition, value in given.items() if value is not None]
    if which.since is not None:
        conditions.append(DocumentRow.published_at >= which.since)
    if which.until is not None:
        conditions.append(DocumentRow.published_at < which.until)
    return conditions


def _document(row: Row[Any]) -> Document:
    return Document(
        url=row.url,
        source=row.slug,
        kind=Kind(row.kind),
        title=row.title,
        text=row.text,
        published_at=row.published_at,
        published_precision=Precision(row.published_precision) if row.published_precision else None,
        published_reason=row.published_reason,
    )
