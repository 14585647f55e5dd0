"""How recent and how complete the material is, and which tagger read it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, distinct, func, select

from meoktong.queries.documents import outage_documents
from meoktong.store import Store
from meoktong.store.runs import GOOD
from meoktong.store.schema import Annotation, CrawlRun, Document, Source
from meoktong.times import to_kst


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What one source brought, ever."""

    source: str
    name: str
    kind: str
    documents: int
    last_published_at: datetime | None
    last_run_at: datetime | None
    last_run_status: str | None
    last_good_run_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagging:
    """A tagger that current annotations come from. More than one: the counts mix two ways of reading."""

    tagger_version: str
    catalog_hash: str
    analyser: str
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """The state of the database. Times are on Korea's clock, None where there is nothing yet."""

    documents: int
    outage_documents: int
    stories: int
    undated: int  # outage documents without a publication time
    last_published_at: datetime | None
    last_seen_at: datetime | None  # when a document was last fetched or imported
    last_run_at: datetime | None
    last_good_run_at: datetime | None
    stale: bool  # no run has ended well since the time that was asked for
    sources: tuple[SourceState, ...]
    tagging: tuple[Tagging, ...]


def freshness(connection: Connection, needed: datetime) -> Freshness:
    """The state of the database; it is stale when no run ended well at or after `needed`."""
    outage = _outage(connection)
    sources = _sources(connection)
    last_good = _latest(source.last_good_run_at for source in sources)
    last_seen = connection.scalar(select(func.max(Document.last_seen_at)))
    return Freshness(
        documents=sum(source.documents for source in sources),
        outage_documents=outage.documents,
        stories=outage.stories,
        undated=outage.undated,
        last_published_at=_latest(source.last_published_at for source in sources),
        last_seen_at=_kst(last_seen),
        last_run_at=_latest(source.last_run_at for source in sources),
        last_good_run_at=last_good,
        stale=last_good is None or last_good < needed,
        sources=sources,
        tagging=_tagging(connection),
    )


def totals(store: Store) -> str:
    """One line on what the database holds."""
    with store.reading() as connection:
        documents, last = connection.execute(select(func.count(), func.max(Document.published_at))).one()
        outage = _outage(connection)
    newest = f"newest of {to_kst(last):%Y-%m-%d %H:%M}" if last else "none dated"
    return f"{documents:,} documents, {outage.documents:,} of them of outages, {outage.stories:,} stories, {newest}"


def _outage(connection: Connection) -> Any:
    """How many outage documents there are, in how many stories, and how many without a publication time."""
    counted = outage_documents().subquery()
    return connection.execute(
        select(
            func.count().label("documents"),
            func.count(distinct(counted.c.story_id)).label("stories"),
            (func.count() - func.count(counted.c.published_at)).label("undated"),
        ).select_from(counted)
    ).one()


def _sources(connection: Connection) -> tuple[SourceState, ...]:
    documents = (
        select(Document.source_id, func.count().label("documents"), func.max(Document.published_at).label("published"))
        .group_by(Document.source_id)
        .subquery()
    )
    runs = (
        select(
            CrawlRun.source_id,
            func.max(CrawlRun.id).label("last"),
            func.max(CrawlRun.finished_at).filter(CrawlRun.status.in_(GOOD)).label("good"),
        )
        .group_by(CrawlRun.source_id)
        .subquery()
    )
    rows = connection.execute(
        select(
            Source.slug,
            Source.name,
            Source.kind,
            documents.c.documents,
            documents.c.published,
            CrawlRun.started_at,
            CrawlRun.status,
            runs.c.good,
        )
        .outerjoin(documents, documents.c.source_id == Source.id)
        .outerjoin(runs, runs.c.source_id == Source.id)
        .outerjoin(CrawlRun, CrawlRun.id == runs.c.last)
        .order_by(Source.slug)
    )
    return tuple(
        SourceState(
            source=row.slug,
            name=row.name,
            kind=row.kind,
            documents=row.documents or 0,
            last_published_at=_kst(row.published),
            last_run_at=_kst(row.started_at),
            last_run_status=row.status,
            last_good_run_at=_kst(row.good),
        )
        for row in rows
    )


def _tagging(connection: Connection) -> tuple[Tagging, ...]:
    columns = (Annotation.tagger_version, Annotation.catalog_hash, Annotation.analyser)
    rows = connection.execute(
        select(*columns, func.count().label("documents"))
        .where(Annotation.current)
        .group_by(*columns)
        .order_by(func.count().desc(), *columns)
    )
    return tuple(Tagging(**row._mapping) for row in rows)


def _kst(moment: datetime | None) -> datetime | None:
    return to_kst(moment) if moment else None


def _latest(moments: Any) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)
