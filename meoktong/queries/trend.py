"""Outages over time: documents, stories, incidents and money by day, week or month, in all or by a label."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, select

from meoktong.queries.cells import Cell, Choice, read
from meoktong.queries.counted import NOTHING, Count, names
from meoktong.queries.counting import ALL, FIELDS, LABELS, MONEY, SOURCE, By, Label
from meoktong.queries.coverage import looked_at
from meoktong.queries.filters import check_source
from meoktong.queries.freshness import Freshness, freshness
from meoktong.queries.periods import DAY, Period, periods
from meoktong.queries.trust import Estimate, Trust, estimate, needed, trust
from meoktong.store import Store
from meoktong.store.schema import Document, Source
from meoktong.times import now, to_kst

PER = 1000  # documents collected, that a rate is given for


class Measure(StrEnum):
    """What the figure of a period is; all are counted side by side."""

    DOCUMENTS = "documents"
    STORIES = "stories"
    INCIDENTS = "incidents"
    AMOUNT = "amount"  # won that documents state as lost


ESTIMATED = (Measure.DOCUMENTS, Measure.STORIES)  # the tagger's errors are measured by document


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to count. At most two of `group` and `where` together: counts of two labels are kept, of three not."""

    by: By = By.WEEK
    group: str | None = None  # a point for each label of this field (of counting.FIELDS) instead of one for all
    where: Mapping[str, str] = field(default_factory=dict)  # only documents with these labels: field -> id
    measure: Measure = Measure.DOCUMENTS
    since: date | None = None  # first day in Korea; None: of the oldest document
    until: date | None = None  # last day; None: of the newest

    def __post_init__(self) -> None:
        unknown = {self.group or SOURCE, *self.where}.difference(FIELDS)
        if unknown:
            raise ValueError(f"{min(unknown)}: no field to count by; there are {', '.join(FIELDS)}")
        if len(self.where) + (self.group is not None) > 2:
            raise ValueError("at most two of a group and labels can be combined")
        if self.since and self.until and self.since > self.until:
            raise ValueError("the first day is later than the last")

    @property
    def fields(self) -> list[str]:
        """The fields that the counts rest on."""
        return [*self.where, *([self.group] if self.group else [])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One period, of one label when the trend is by label. Its counts are None when nothing was looked at: a gap."""

    period: str  # 2022-10-17, 2022-W42 or 2022-10
    first_day: date
    days: int
    covered_days: int  # on which the source was looked at, or any source
    finished: bool  # False: it reaches beyond the last run, and more is to come
    label: str | None
    ko: str | None
    en: str | None
    documents: int | None
    news: int | None
    posts: int | None
    stories: int | None
    incidents: int | None
    authors: int | None
    loss: int | None  # won
    claimed: int | None
    compensation: int | None
    collected: int | None  # documents published in the period, whatever they tell of
    value: int | None  # what was asked for as the measure
    per_1000: float | None  # `value` for 1,000 documents collected; None of an amount
    estimate: Estimate | None  # `value` corrected for the tagger's errors; None where they are not measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """An answer, and what is needed to judge it: `trust` has the measurements behind the estimates, if any."""

    question: Question
    points: tuple[Point, ...]
    trust: tuple[Trust, ...]
    freshness: Freshness


def trend(
    store: Store,
    by: By = By.WEEK,
    *,
    group: str | None = None,
    where: Mapping[str, str] | None = None,
    measure: Measure = Measure.DOCUMENTS,
    since: date | None = None,
    until: date | None = None,
) -> Trend:
    """Every period from the one of `since` to the one of `until` (Korea's days; both are within), oldest first.

    Without bounds: from the first to the last document collected. Periods are whole: the first and last may reach
    beyond the bounds. With `group` each period has a point for every label that some period has, the most frequent
    first. `where` leaves out documents; coverage and the number collected are those of all sources unless a source is
    named. Raises ValueError for a question that cannot be asked (see Question), MeoktongError for a source that is not
    there, and StoreError.
    """
    question = Question(by=by, group=group, where=where or {}, measure=measure, since=since, until=until)
    with store.reading() as connection:
        check_source(connection, question.where.get(SOURCE))
        first, last = _span(connection, question)
        found = list(periods(by, first, last)) if first and last else []
        state = freshness(connection, min(found[-1].end, now() - DAY) if found else now())
        rests_on = needed(question.fields, trust(connection, state.tagging))
        points = _points(connection, question, found, state, rests_on) if found else ()
        return Trend(question=question, points=tuple(points), trust=rests_on, freshness=state)


def _points(
    connection: Connection,
    question: Question,
    asked: Sequence[Period],
    state: Freshness,
    rests_on: Sequence[Trust],
) -> Iterator[Point]:
    span = asked[0].first_day, asked[-1].days[-1]
    choices: list[Choice] = [*question.where.items(), *([(question.group, None)] if question.group else [])]
    one, other = [ALL, ALL, *choices][-2:]
    cells = [cell for cell in read(connection, question.by, *span, one, other) if cell.count.documents]
    found = {(cell.first_day, cell.other if question.group else ALL): cell for cell in cells}
    frequency: dict[Label, int] = defaultdict(int) if question.group else {ALL: 0}
    for (_, label), cell in found.items():
        frequency[label] += cell.count.documents
    labels = sorted(frequency, key=lambda label: (-frequency[label], label))
    sources = next((choice for choice in choices if choice[0] == SOURCE), ALL)
    collected = {(c.first_day, c.other): c.collected for c in read(connection, question.by, *span, ALL, sources)}
    covered = looked_at(connection, *span, sources)
    called = _names(connection, labels)
    until = min(filter(None, [now(), _latest(state)]))
    for period in asked:
        first_day = period.first_day
        same: dict[str, Any] = {
            "period": str(period),
            "first_day": first_day,
            "days": len(period.days),
            "finished": period.end <= until,
        }
        for label in labels:
            source = label if label[0] == SOURCE else (sources[0], sources[1] or "")
            seen = len(covered[source].intersection(period.days))
            ko, en = called[label]
            volume = collected.get((first_day, source), 0)
            figures = _figures(question, found.get((first_day, label)), volume, rests_on) if seen else GAP
            yield Point(**same, covered_days=seen, label=label[1] or None, ko=ko, en=en, **figures)


def _figures(question: Question, cell: Cell | None, collected: int, rests_on: Sequence[Trust]) -> dict[str, Any]:
    """The counts of a point that is no gap."""
    count = cell.count if cell else NOTHING
    counts = {name: getattr(count, name) for name in COUNTS}
    money = {name: getattr(cell, name) if cell else 0 for name in MONEY}
    value = money["loss"] if question.measure is Measure.AMOUNT else counts[question.measure]
    rated = collected and question.measure is not Measure.AMOUNT
    return {
        **counts,
        **money,
        "collected": collected,
        "value": value,
        "per_1000": round(PER * value / collected, 2) if rated else None,
        "estimate": estimate(value, rests_on) if question.measure in ESTIMATED else None,
    }


def _names(connection: Connection, labels: Sequence[Label]) -> dict[Label, tuple[str | None, str | None]]:
    """The Korean and English names of labels; a source has one name."""
    if any(field == SOURCE for field, _ in labels):
        slugs = dict(connection.execute(select(Source.slug, Source.name)).all())
        return {label: (slugs[label[1]], slugs[label[1]]) for label in labels}
    fields = LABELS | {"provider": LABELS["service"]}
    return {label: names(fields[label[0]], label[1]) if label != ALL else (None, None) for label in labels}


def _latest(state: Freshness) -> datetime | None:
    """Until when the database knows what happened."""
    return max(filter(None, [state.last_good_run_at, state.last_seen_at]), default=None)


def _span(connection: Connection, question: Question) -> tuple[date | None, date | None]:
    # one aggregate a query: both databases then look at one end of the index
    earliest, latest = (connection.scalar(select(end(Document.published_at))) for end in (func.min, func.max))
    first = question.since or (to_kst(earliest).date() if earliest else None)
    last = question.until or (to_kst(latest).date() if latest else None)
    return first, last


COUNTS = tuple(each.name for each in fields(Count))
GAP: dict[str, Any] = dict.fromkeys((*COUNTS, *MONEY, "collected", "value", "per_1000", "estimate"))
