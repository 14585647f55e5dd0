"""What was collected on which day: a day without material is a gap, not a day without outages."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select

from meoktong.queries.cells import Choice, read
from meoktong.queries.counting import ALL, SOURCE, By, Label
from meoktong.store.runs import GOOD
from meoktong.store.schema import CrawlRun, Source
from meoktong.store.views import kst_day
from meoktong.times import midnight_kst, to_kst


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
    first, end = to_kst(since).date(), to_kst(until).date()
    days = list(_days(first, end))
    cells = {(c.other[1], c.first_day): c for c in read(connection, By.DAY, first, days[-1], ALL, (SOURCE, None))}
    runs = _runs(connection, first, end)
    return tuple(
        SourceCoverage(
            source=source.slug,
            name=source.name,
            kind=source.kind,
            days=tuple(
                Day(
                    day=day,
                    collected=cell.collected if cell else 0,
                    outage=cell.count.documents if cell else 0,
                    runs=runs[source.slug, day],
                )
                for day in days
                for cell in [cells.get((source.slug, day))]
            ),
        )
        for source in connection.execute(select(Source.slug, Source.name, Source.kind).order_by(Source.slug))
    )


def looked_at(connection: Connection, first: date, last: date, sources: Choice) -> dict[Label, set[date]]:
    """The covered days of [first, last] of each of `sources`, or of all together when that is ALL."""
    found: dict[Label, set[date]] = defaultdict(set)
    for cell in read(connection, By.DAY, first, last, ALL, sources):
        if cell.collected:
            found[cell.other].add(cell.first_day)
    for slug, day in _runs(connection, first, last + timedelta(days=1)):
        found[ALL if sources == ALL else (SOURCE, slug)].add(day)
    return found


def _runs(connection: Connection, first: date, end: date) -> Counter[tuple[str, date]]:
    """How many crawls ended well, by source and day."""
    day = kst_day(CrawlRun.started_at)
    rows = connection.execute(
        select(Source.slug, day, func.count())
        .join(Source)
        .where(
            CrawlRun.started_at >= midnight_kst(first),
            CrawlRun.started_at < midnight_kst(end),
            CrawlRun.status.in_(GOOD),
            Source.kind != "import",
        )
        .group_by(Source.slug, day)
    )
    return Counter({(slug, date.fromisoformat(text)): n for slug, text, n in rows})


def covered_days(sources: Iterable[SourceCoverage]) -> frozenset[date]:
    """The days on which at least one source was looked at."""
    return frozenset(day.day for source in sources for day in source.days if day.covered)


def _days(first: date, end: date) -> Iterator[date]:
    while first < end:
        yield first
        first += timedelta(days=1)
