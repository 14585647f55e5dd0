"""How recent and how complete the material is, and which tagger read it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from meoktong.queries.cells import read
from meoktong.queries.counted import NOTHING
from meoktong.queries.counting import ALL, EVER, SOURCE, TAGGER
from meoktong.queries.documents import outage_documents
from meoktong.store import Store
from meoktong.store.annotate import PERSON
from meoktong.store.runs import GOOD, RunStatus
from meoktong.store.schema import CrawlRun, Document, Source
from meoktong.store.stale import TOTALS
from meoktong.times import now, to_kst

BAD = (RunStatus.FAILED, RunStatus.INTERRUPTED)


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
    last_run_message: str | None
    last_good_run_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagging:
    """A tagger that current annotations come from. More than one: the counts mix two ways of reading."""

    tagger_version: str
    catalog_hash: str
    analyser: str
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is known to be wrong with a source, or with "all"."""

    source: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """The state of the database. Times are on Korea's clock, None where there is nothing yet."""

    documents: int
    outage_documents: int
    stories: int
    incidents: int
    undated: int  # outage documents without a publication time
    last_published_at: datetime | None
    last_seen_at: datetime | None  # when a document was last fetched or imported
    last_run_at: datetime | None
    last_good_run_at: datetime | None
    stale: bool  # no run has ended well since the time that was asked for
    problems: tuple[Problem, ...]
    sources: tuple[SourceState, ...]
    tagging: tuple[Tagging, ...]


def freshness(connection: Connection, needed: datetime) -> Freshness:
    """The state of the database; it is stale when no run ended well at or after `needed`."""
    cells = read(connection, EVER, TOTALS, TOTALS)
    count = cells[0].count if cells else NOTHING
    by_source, by_tagger = (
        {cell.other[1]: cell.collected for cell in read(connection, EVER, TOTALS, TOTALS, ALL, (field, None))}
        for field in (SOURCE, TAGGER)
    )
    sources = _sources(connection, by_source)
    tagging = tuple(_tagging(words, n) for words, n in sorted(by_tagger.items(), key=lambda item: (-item[1], item[0])))
    last_good = _latest(source.last_good_run_at for source in sources)
    undated = outage_documents().where(Document.published_at.is_(None)).subquery()
    return Freshness(
        documents=sum(by_source.values()),
        outage_documents=count.documents,
        stories=count.stories,
        incidents=count.incidents,
        undated=connection.scalar(select(func.count()).select_from(undated)) or 0,
        last_published_at=_latest(source.last_published_at for source in sources),
        last_seen_at=_kst(connection.scalar(select(func.max(Document.last_seen_at)))),
        last_run_at=_latest(source.last_run_at for source in sources),
        last_good_run_at=last_good,
        stale=last_good is None or last_good < needed,
        problems=tuple(_problems(sources, tagging)),
        sources=sources,
        tagging=tagging,
    )


def totals(store: Store) -> str:
    """One line on what the database holds. Raises StoreError."""
    with store.reading() as connection:
        return _holdings(freshness(connection, now()))


def sentence(state: Freshness) -> str:
    """`state` in one line, for people; JSON has it whole."""
    run = f"last run {state.last_run_at:%Y-%m-%d %H:%M}" if state.last_run_at else "no run yet"
    read = ", ".join(f"{t.tagger_version} ({t.documents:,})" for t in state.tagging)
    told = [
        _holdings(state),
        run,
        *([f"read by tagger {read}"] if read else []),
        *(["STALE: no run has ended well since the time asked for"] if state.stale else []),
        *(f"{problem.source}: {problem.what}" for problem in state.problems),
    ]
    return "; ".join(told)


def _holdings(state: Freshness) -> str:
    newest = f"newest of {state.last_published_at:%Y-%m-%d %H:%M}" if state.last_published_at else "none dated"
    return (
        f"{state.documents:,} documents, {state.outage_documents:,} of them of outages, {state.stories:,} stories, "
        f"{state.incidents:,} incidents, {newest}"
    )


def _sources(connection: Connection, documents: Mapping[str, int]) -> tuple[SourceState, ...]:
    published = select(func.max(Document.published_at)).where(Document.source_id == Source.id).scalar_subquery()
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
            published.label("published"),
            CrawlRun.started_at,
            CrawlRun.status,
            CrawlRun.message,
            runs.c.good,
        )
        .outerjoin(runs, runs.c.source_id == Source.id)
        .outerjoin(CrawlRun, CrawlRun.id == runs.c.last)
        .order_by(Source.slug)
    )
    return tuple(
        SourceState(
            source=row.slug,
            name=row.name,
            kind=row.kind,
            documents=documents.get(row.slug, 0),
            last_published_at=_kst(row.published),
            last_run_at=_kst(row.started_at),
            last_run_status=row.status,
            last_run_message=row.message,
            last_good_run_at=_kst(row.good),
        )
        for row in rows
    )


def _problems(sources: Sequence[SourceState], tagging: Sequence[Tagging]) -> Iterator[Problem]:
    for source in sources:
        if source.last_run_status in BAD:
            why = f": {source.last_run_message}" if source.last_run_message else ""
            yield Problem(source=source.source, what=f"last run {source.last_run_status}{why}")
    machines = [each for each in tagging if each.tagger_version != PERSON]
    if len(machines) > 1:
        yield Problem(source="all", what="read by several taggers: meoktong retag")


def _tagging(words: str, documents: int) -> Tagging:
    version, catalog_hash, analyser = words.split(" ", 2)
    return Tagging(tagger_version=version, catalog_hash=catalog_hash, analyser=analyser, documents=documents)


def _kst(moment: datetime | None) -> datetime | None:
    return to_kst(moment) if moment else None


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)
