"""How each source is doing: its last runs, how much they found, and whether fields that used to be filled still are."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, select

from meoktong.store.runs import GOOD
from meoktong.store.schema import CrawlRun, Document, DocumentVersion, RunUrl, Source, Url

RUNS = 5  # a source's last runs, whose documents tell how it is doing now
FEW = 10  # documents below which a share says nothing
USED_TO = 0.8  # share of older documents from which a field counts as normally filled
DRIFTED = 0.5  # of that share: below, something on the site has changed
FIELDS = ("title", "date", "author", "body")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """One source. `shares` has, by field, which part of its last runs' documents has it; None without documents."""

    slug: str
    last_success: datetime | None
    last_status: str | None
    last_message: str | None
    volume: int  # pages discovered in the 24 hours before the end of its last run
    documents: int  # touched by its last runs
    shares: dict[str, float | None]
    drifted: tuple[str, ...]  # fields that older documents had and the last ones have not
    verified_at: datetime | None  # when `meoktong check` read a live page with every field


def source_health(connection: Connection) -> dict[str, SourceHealth]:
    """Every source that ever ran, by slug."""
    return {row.slug: _health(connection, row) for row in connection.execute(select(Source).order_by(Source.slug))}


def _health(connection: Connection, source: Row[Any]) -> SourceHealth:
    runs = connection.execute(
        select(CrawlRun).where(CrawlRun.source_id == source.id).order_by(CrawlRun.started_at.desc()).limit(RUNS)
    ).all()
    success = connection.scalar(
        select(func.max(CrawlRun.finished_at)).where(CrawlRun.source_id == source.id, CrawlRun.status.in_(GOOD))
    )
    first = min((run.started_at for run in runs), default=None)
    now_filled, count = _filled(connection, source.id, since=first)
    before, older = _filled(connection, source.id, until=first)
    return SourceHealth(
        slug=source.slug,
        last_success=success,
        last_status=runs[0].status if runs else None,
        last_message=runs[0].message if runs else None,
        volume=_volume(connection, source.id, runs[0].finished_at or runs[0].started_at) if runs else 0,
        documents=count,
        shares=now_filled,
        drifted=_drifted(before, now_filled) if min(count, older) >= FEW else (),
        verified_at=source.verified_at,
    )


def _volume(connection: Connection, source_id: int, end: datetime) -> int:
    return connection.scalars(
        select(func.count(func.distinct(RunUrl.url_id)))
        .join(CrawlRun, CrawlRun.id == RunUrl.run_id)
        .join(Url, Url.id == RunUrl.url_id)
        .where(CrawlRun.source_id == source_id, RunUrl.at > end - timedelta(days=1), RunUrl.at <= end)
    ).one()


def _filled(
    connection: Connection, source_id: int, *, since: datetime | None = None, until: datetime | None = None
) -> tuple[dict[str, float | None], int]:
    """By field the share of documents that have it, and how many documents there are."""
    conditions = {
        "title": Document.title != "",
        "date": Document.published_at.is_not(None),
        "author": Document.author.is_not(None),
        "body": DocumentVersion.text != "",
    }
    query = (
        select(func.count(), *(func.sum(case((condition, 1), else_=0)) for condition in conditions.values()))
        .select_from(Document)
        .join(
            DocumentVersion,
            and_(DocumentVersion.document_id == Document.id, DocumentVersion.number == Document.version),
        )
        .where(Document.source_id == source_id)
    )
    if since is not None:
        query = query.where(Document.last_seen_at >= since)
    if until is not None:
        query = query.where(Document.last_seen_at < until)
    count, *filled = connection.execute(query).one()
    return {field: n / count if count else None for field, n in zip(FIELDS, filled, strict=True)}, count


def _drifted(before: dict[str, float | None], after: dict[str, float | None]) -> tuple[str, ...]:
    return tuple(
        field
        for field in FIELDS
        if (before[field] or 0) >= USED_TO and (after[field] or 0) < DRIFTED * (before[field] or 0)
    )
