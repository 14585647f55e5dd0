"""Views for researchers, the same on SQLite and PostgreSQL; docs/schema.md explains their columns.

`outage_documents` is the one definition of what counts. Times end in _at and are UTC, or end in _kst or _day and are
texts on Korea's clock, which sort as times do. Every migration makes the views anew, so that they follow this file.
"""

from typing import Any

from sqlalchemy import Connection, Select, Text, case, distinct, func, literal, select, union_all
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from meoktong.store.runs import GOOD
from meoktong.store.schema import (
    Annotation,
    AnnotationLabel,
    CrawlRun,
    Document,
    DocumentStory,
    LabelEvidence,
    QuantityRow,
    Source,
    Story,
)
from meoktong.store.schema_incidents import Incident, IncidentDocument

MAIN, BACKGROUND = "main", "background"  # roles of a document in an incident


class kst(FunctionElement[str]):  # noqa: N801  # it is called like a function
    """A time on Korea's clock as text: YYYY-MM-DD HH:MM. Korea has had no summer time since 1988."""

    type = Text()
    inherit_cache = True
    sqlite, postgres = "%Y-%m-%d %H:%M", "YYYY-MM-DD HH24:MI"


class kst_day(kst):  # noqa: N801
    """The same to the day: YYYY-MM-DD."""

    inherit_cache = True
    sqlite, postgres = "%Y-%m-%d", "YYYY-MM-DD"


@compiles(kst, "sqlite")
def _(element: kst, compiler: Any, **options: Any) -> str:
    return f"strftime('{element.sqlite}', {compiler.process(element.clauses, **options)}, '+9 hours')"


@compiles(kst, "postgresql")
def _(element: kst, compiler: Any, **options: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **options)} AT TIME ZONE 'Asia/Seoul', '{element.postgres}')"


def outage_documents() -> Select[*tuple[Any, ...]]:
    """See meoktong.queries.documents, which gives it to the world."""
    return (
        select(
            Document.id.label("document_id"),
            Annotation.id.label("annotation_id"),
            Document.url,
            Source.slug.label("source"),
            Source.name.label("source_name"),
            Document.kind,
            Document.title,
            Document.author,
            Document.published_at,
            Document.published_precision,
            Annotation.status,
            _STORY,
        )
        .join(Source, Source.id == Document.source_id)
        .join(Annotation, Annotation.document_id == Document.id)
        .outerjoin(DocumentStory, DocumentStory.document_id == Document.id)
        .where(Annotation.current, Annotation.relevant)
    )


# a story has the id of its first document, so one that was not compared yet is a story of its own
_STORY = func.coalesce(DocumentStory.story_id, Document.id).label("story_id")


def views() -> dict[str, Select[*tuple[Any, ...]]]:
    """Each view's query by its name, those that others build on first."""
    return {
        "outage_documents": outage_documents().add_columns(
            kst(Document.published_at).label("published_kst"), kst_day(Document.published_at).label("published_day")
        ),
        "all_documents": _all_documents(),
        "current_labels": _current_labels(),
        "current_evidence": _current_evidence(),
        "current_quantities": _current_quantities(),
        "story_overview": _story_overview(),
        "incident_overview": _incident_overview(),
        "source_days": _source_days(),
    }


def create(connection: Connection) -> None:
    """Make all views."""
    for name, query in views().items():
        compiled = query.compile(connection, compile_kwargs={"literal_binds": True})
        connection.exec_driver_sql(f"CREATE VIEW {name} AS {compiled}")


def drop(connection: Connection) -> None:
    """Remove those that are there: no table that a view reads can be altered."""
    for name in reversed(views()):
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")


def _all_documents() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Document.id.label("document_id"),
            Document.url,
            Source.slug.label("source"),
            Source.name.label("source_name"),
            Document.kind,
            Document.extent,
            Document.external_id,
            Document.title,
            Document.author,
            Document.published_at,
            kst(Document.published_at).label("published_kst"),
            kst_day(Document.published_at).label("published_day"),
            Document.published_precision,
            Document.published_reason,
            kst(Document.first_seen_at).label("first_seen_kst"),
            Document.version.label("versions"),
            _STORY,
            Annotation.relevant,
            Annotation.status,
            kst(Annotation.outage_start).label("outage_start_kst"),
            Annotation.outage_start_precision,
            kst(Annotation.outage_end).label("outage_end_kst"),
            Annotation.outage_end_precision,
            Annotation.tagger_version,
            Annotation.catalog_hash,
            Annotation.analyser,
        )
        .join(Source, Source.id == Document.source_id)
        .join(Annotation, Annotation.document_id == Document.id)
        .outerjoin(DocumentStory, DocumentStory.document_id == Document.id)
        .where(Annotation.current)
    )


def _current_labels() -> Select[*tuple[Any, ...]]:
    places = select(func.count()).where(LabelEvidence.label_id == AnnotationLabel.id).scalar_subquery()
    return (
        select(
            Annotation.document_id,
            Annotation.relevant,
            AnnotationLabel.field,
            AnnotationLabel.label,
            places.label("evidence"),
        )
        .join(Annotation, Annotation.id == AnnotationLabel.annotation_id)
        .where(Annotation.current)
    )


def _current_evidence() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Annotation.document_id,
            AnnotationLabel.field,
            AnnotationLabel.label,
            LabelEvidence.part,
            LabelEvidence.sentence,
            LabelEvidence.rule,
        )
        .join(AnnotationLabel, AnnotationLabel.id == LabelEvidence.label_id)
        .join(Annotation, Annotation.id == AnnotationLabel.annotation_id)
        .where(Annotation.current)
    )


def _current_quantities() -> Select[*tuple[Any, ...]]:
    unit = case({"money": "won", "percent": "%", "duration": "minutes"}, value=QuantityRow.kind)
    return (
        select(
            Annotation.document_id,
            Annotation.relevant,
            QuantityRow.kind,
            unit.label("unit"),
            QuantityRow.value,
            QuantityRow.high,
            QuantityRow.surface,
            QuantityRow.sentence,
        )
        .join(Annotation, Annotation.id == QuantityRow.annotation_id)
        .where(Annotation.current)
    )


def _story_overview() -> Select[*tuple[Any, ...]]:
    counted = outage_documents().subquery("counted")
    first = func.coalesce(Story.canonical_document_id, counted.c.story_id)
    return (
        select(
            counted.c.story_id,
            Document.title,
            Document.url,
            func.count().label("documents"),
            func.count(distinct(counted.c.source)).label("sources"),
            kst(func.min(counted.c.published_at)).label("first_published_kst"),
            kst(func.max(counted.c.published_at)).label("last_published_kst"),
        )
        .select_from(counted)
        .outerjoin(Story, Story.id == counted.c.story_id)
        .join(Document, Document.id == first)
        .group_by(counted.c.story_id, Document.id, Document.title, Document.url)
    )


def _incident_overview() -> Select[*tuple[Any, ...]]:
    def told(role: str) -> Any:
        return (
            select(func.count())
            .where(IncidentDocument.incident_id == Incident.id, IncidentDocument.role == role)
            .scalar_subquery()
        )

    return select(
        Incident.id.label("incident_id"),
        Incident.slug,
        Incident.provider,
        case((Incident.confirmed_by.is_not(None), "confirmed"), (told(MAIN) > 0, "detected"), else_="suspected").label(
            "state"
        ),
        Incident.severity,
        kst(Incident.started_at).label("started_kst"),
        Incident.started_precision,
        kst(Incident.ended_at).label("ended_kst"),
        Incident.ended_precision,
        Incident.ended_basis,
        Incident.duration_minutes,
        Incident.duration_basis,
        kst(Incident.first_report_at).label("first_report_kst"),
        told(MAIN).label("documents"),
        told(BACKGROUND).label("background_documents"),
    )


def _source_days() -> Select[*tuple[Any, ...]]:
    counted = outage_documents().subquery("counted")
    zero, one = literal(0), literal(1)
    published = select(
        Source.slug.label("source"),
        kst_day(Document.published_at).label("day"),
        one.label("documents"),
        zero.label("outage_documents"),
        zero.label("runs"),
    ).join(Source, Source.id == Document.source_id)
    outages = select(counted.c.source, kst_day(counted.c.published_at), zero, one, zero)
    runs = (
        select(Source.slug, kst_day(CrawlRun.started_at), zero, zero, one)
        .join(Source, Source.id == CrawlRun.source_id)
        .where(CrawlRun.status.in_(GOOD), Source.kind != "import")
    )
    rows = union_all(published, outages, runs).subquery("looked_at")
    return (
        select(
            rows.c.source,
            rows.c.day,
            *(func.sum(rows.c[name]).label(name) for name in ("documents", "outage_documents", "runs")),
        )
        .where(rows.c.day.is_not(None))
        .group_by(rows.c.source, rows.c.day)
    )
