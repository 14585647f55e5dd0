"""Which documents a question is about."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, select

from meoktong.errors import MeoktongError
from meoktong.queries.documents import outage_documents
from meoktong.store.schema import AnnotationLabel, Document, Source
from meoktong.times import midnight_kst


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which documents; None is all. Days are Korea's, both within."""

    service: str | None = None  # said to be interrupted
    damage: str | None = None  # told of
    source: str | None = None
    since: date | None = None
    until: date | None = None
    outages: bool = False  # outage documents alone, as `service` and `damage` imply


def conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """What has to hold of the row in `documents`."""
    found: list[ColumnElement[bool]] = []
    if filters.source is not None:
        found.append(Document.source_id == select(Source.id).where(Source.slug == filters.source).scalar_subquery())
    if filters.since is not None:
        found.append(Document.published_at >= midnight_kst(filters.since))
    if filters.until is not None:
        found.append(Document.published_at < midnight_kst(filters.until + timedelta(days=1)))
    labels = {"services_affected": filters.service, "damages": filters.damage}
    wanted = {field: label for field, label in labels.items() if label is not None}
    if filters.outages or wanted:
        outage = outage_documents()
        columns = outage.selected_columns
        for field, label in wanted.items():
            given = select(AnnotationLabel.id).where(
                AnnotationLabel.annotation_id == columns.annotation_id,
                AnnotationLabel.field == field,
                AnnotationLabel.label == label,
            )
            outage = outage.where(given.exists())
        found.append(Document.id.in_(outage.with_only_columns(columns.document_id)))
    return found


def check_source(connection: Connection, slug: str | None) -> None:
    """Raise MeoktongError for a source that the database has not: it would look like one that brought nothing."""
    known = connection.scalars(select(Source.slug).order_by(Source.slug)).all() if slug else []
    if slug and slug not in known:
        raise MeoktongError(f"no source {slug!r} in this database; known: {', '.join(known) or 'none'}")
