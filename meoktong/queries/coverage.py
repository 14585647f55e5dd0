"""What was collected on which day: a day without material is a gap, not a day without outages."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, select

from meoktong.queries.documents import outage_documents
from meoktong.store.runs import GOOD
from meoktong.store.schema import CrawlRun, Document, Source
from meoktong.times import to_kst


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One source on one day in Korea."""

    day: date
    collected: int  # documents published that day, whatever they tell of
    outage: int  # of these, documents about an outage
    runs: int  # crawls of that day that ended well; imports do not count, they bring other days' documents

    @property
    def covered(self) -> bool:
        """Whether the day was looked at: something of it was collected, or a crawl found nothing."""
        return bool(self.collected or self.runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCoverage:
    """One source, day by day, without a hole."""

    source: str
    name: str
    kind: str
    days: tuple[Day, ...]


def coverage(connection: Connection, since: datetime, until: datetime) -> tuple[SourceCoverage, ...]:
    """Every known source, by slug, on every day of [since, until); both are midnights in Korea."""
    counted = outage_documents().subquery()
    published, outage_published, started = Document.published_at, counted.c.published_at, CrawlRun.started_at
    collected, outage, runs = (
        Counter((slug, to_kst(at).date()) for slug, at in connection.execute(query))
        for query in (
            select(Source.slug, published).join(Source).where(published >= since, published < until),
            select(counted.c.source, outage_published).where(outage_published >= since, outage_published < until),
            select(Source.slug, started)
            .join(Source)
            .where(started >= since, started < until, CrawlRun.status.in_(GOOD), Source.kind != "import"),
        )
    )
    days = list(_days(to_kst(since).date(), to_kst(until).date()))
    return tuple(
        SourceCoverage(
            source=source.slug,
            name=source.name,
            kind=source.kind,
            days=tuple(
                Day(
                    day=day,
                    collected=collected[source.slug, day],
                    outage=outage[source.slug, day],
                    runs=runs[source.slug, day],
                )
                for day in days
            ),
        )
        for source in connection.execute(select(Source.slug, Source.name, Source.kind).order_by(Source.slug))
    )


def covered_days(sources: Iterable[SourceCoverage]) -> frozenset[date]:
    """The days on which at least one source was looked at."""
    return frozenset(day.day for source in sources for day in source.days if day.covered)


def _days(first: date, end: date) -> Iterator[date]:
    while first < end:
        yield first
        first += timedelta(days=1)
