"""Outage documents over time: by day, week or month, in all or by service, damage, cause or industry."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import Connection, func, select

from meoktong.queries.counted import Count, Counted, counted, names, total
from meoktong.queries.coverage import coverage, covered_days
from meoktong.queries.weeks import Week
from meoktong.store import Store
from meoktong.store.schema import Document
from meoktong.times import midnight_kst, to_kst

DAY = timedelta(days=1)


class By(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One period, of one label when the trend is by label. `count` is None when no source was looked at: a gap."""

    period: str  # 2022-10-17, 2022-W42 or 2022-10
    first_day: date
    days: int
    covered_days: int
    label: str | None
    ko: str | None
    en: str | None
    count: Count | None


def trend(
    store: Store,
    by: By,
    *,
    field: str | None = None,
    keep: Callable[[Counted], bool] = lambda document: True,
    since: date | None = None,
    until: date | None = None,
) -> list[Point]:
    """Every period from the one of `since` to the one of `until` (Korea's days; both are within), oldest first.

    Without bounds: from the first to the last document collected. Periods are whole: the first and last may reach
    beyond the bounds. With `field` (a key of counted.FIELDS) each period has a point for every label that some period
    has, the most frequent first. `keep` leaves out documents, not coverage. Raises StoreError.
    """
    with store.reading() as connection:
        first, last = _span(connection, since, until)
        if first is None or last is None:
            return []
        periods = list(_periods(by, first, last))
        start, end = midnight_kst(periods[0][0]), midnight_kst(periods[-1][-1] + DAY)
        covered = covered_days(coverage(connection, start, end))
        documents = [document for document in counted(connection, start, end) if keep(document)]
    place = {day: number for number, days in enumerate(periods) for day in days}
    groups: dict[tuple[int, str | None], list[Counted]] = defaultdict(list)
    frequency: dict[str | None, int] = defaultdict(int) if field else {None: 0}
    for document in documents:
        if document.published_at is None:
            continue
        for label in document.labels[field] if field else (None,):
            groups[place[to_kst(document.published_at).date()], label].append(document)
            frequency[label] += 1
    labels = sorted(frequency, key=lambda label: (-frequency[label], label or ""))
    return [
        _point(by, days, len(covered.intersection(days)), field, label, groups[number, label])
        for number, days in enumerate(periods)
        for label in labels
    ]


def _point(
    by: By, days: Sequence[date], covered: int, field: str | None, label: str | None, documents: Sequence[Counted]
) -> Point:
    ko, en = names(field, label) if field and label else (None, None)
    return Point(
        period=_name(by, days[0]),
        first_day=days[0],
        days=len(days),
        covered_days=covered,
        label=label,
        ko=ko,
        en=en,
        count=total(documents) if covered else None,
    )


def _span(connection: Connection, since: date | None, until: date | None) -> tuple[date | None, date | None]:
    earliest, latest = connection.execute(
        select(func.min(Document.published_at), func.max(Document.published_at))
    ).one()
    first = since or (earliest and to_kst(earliest).date())
    last = until or (latest and to_kst(latest).date())
    return first, last


def _periods(by: By, first: date, last: date) -> Iterator[tuple[date, ...]]:
    """The days of each period that has a day of [first, last]."""
    day = _first_day(by, first)
    while day <= last:
        days = [day]
        while _first_day(by, days[-1] + DAY) == day:
            days.append(days[-1] + DAY)
        yield tuple(days)
        day = days[-1] + DAY


def _first_day(by: By, day: date) -> date:
    if by is By.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if by is By.MONTH else day


def _name(by: By, first: date) -> str:
    if by is By.WEEK:
        return str(Week(first))
    return f"{first:%Y-%m}" if by is By.MONTH else first.isoformat()
