"""One week in numbers: everything that the weekly summary shows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from sqlalchemy import Connection, func, select

from meoktong.queries.cells import Cell as Counts
from meoktong.queries.cells import read
from meoktong.queries.counted import NOTHING, Count, Counted, by_label, counted, names
from meoktong.queries.counting import ALL, LABELS, By
from meoktong.queries.coverage import SourceCoverage, coverage, covered_days
from meoktong.queries.documents import outage_documents
from meoktong.queries.freshness import Freshness, freshness
from meoktong.queries.losses import Amount, Role, largest
from meoktong.queries.weeks import Week
from meoktong.store import Store
from meoktong.times import to_kst

BACK = 4  # weeks that a week is compared with
TOP_AMOUNTS = 10
TOP_STORIES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One service, damage type, cause or industry in the week. `previous` and `mean` are None without coverage."""

    id: str
    ko: str
    en: str
    documents: int
    news: int
    posts: int
    stories: int
    incidents: int
    authors: int
    previous: int | None  # documents in the week before
    mean: float | None  # documents a week, over those of the four weeks before that were covered


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Documents that name a damage and an affected service."""

    damage: str
    service: str
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekCount:
    """A week in the comparison. Its counts are None when no source was looked at: a gap, not a zero."""

    week: str
    first_day: date
    covered_days: int
    documents: int | None
    stories: int | None
    incidents: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRow:
    """A story by its copy of this week that was published first."""

    story_id: int
    title: str
    url: str
    source: str
    source_name: str
    kind: str
    published_at: datetime | None
    documents: int
    sources: int
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A week. Documents without a publication time belong to no week; `freshness.undated` counts them."""

    week: str
    first_day: date
    last_day: date
    covered_days: int
    collected: int  # documents published in the week, whatever they tell of
    total: Count
    previous: int | None
    mean: float | None
    mean_weeks: int  # weeks that `mean` rests on, of four
    weeks: tuple[WeekCount, ...]  # oldest first, the week itself last
    services: tuple[Tally, ...]
    damages: tuple[Tally, ...]
    causes: tuple[Tally, ...]
    industries: tuple[Tally, ...]
    damage_by_service: tuple[Cell, ...]
    losses: tuple[Amount, ...]
    compensations: tuple[Amount, ...]
    stories: tuple[StoryRow, ...]
    coverage: tuple[SourceCoverage, ...]
    freshness: Freshness


def summary(store: Store, week: Week) -> Summary:
    """The week's numbers, read from one state of the database. Raises StoreError."""
    weeks = [week.before(back) for back in range(BACK, -1, -1)]
    with store.reading() as connection:
        sources = coverage(connection, weeks[0].start, week.end)
        read_weeks = partial(read, connection, By.WEEK, weeks[0].monday, week.monday)
        counts = {Week(cell.first_day): cell.count for cell in read_weeks()}
        labels = {field: _by_label(read_weeks(ALL, (field, None))) for field in LABELS}
        matrix = read(connection, By.WEEK, week.monday, week.monday, ("damage", None), ("service", None))
        money = largest(connection, week.start, week.end, TOP_AMOUNTS)
        stories = _stories(connection, week)
        state = freshness(connection, week.end)
    covered = covered_days(sources)
    days = {each: len(covered.intersection(each.days)) for each in weeks}
    known = {each: counts.get(each, NOTHING) for each in weeks if days[each]}  # one without coverage is no zero
    this_week = _cut(sources, week)
    before = week.before()
    earlier = [known[each].documents for each in known if each != week]
    return Summary(
        week=str(week),
        first_day=week.days[0],
        last_day=week.days[-1],
        covered_days=days[week],
        collected=sum(day.collected for source in this_week for day in source.days),
        total=counts.get(week, NOTHING),
        previous=known[before].documents if before in known else None,
        mean=_mean(earlier),
        mean_weeks=len(earlier),
        weeks=tuple(
            WeekCount(
                week=str(each),
                first_day=each.monday,
                covered_days=days[each],
                documents=known[each].documents if each in known else None,
                stories=known[each].stories if each in known else None,
                incidents=known[each].incidents if each in known else None,
            )
            for each in weeks
        ),
        services=_tallies(labels, "service", known, week),
        damages=_tallies(labels, "damage", known, week),
        causes=_tallies(labels, "cause", known, week),
        industries=_tallies(labels, "industry", known, week),
        damage_by_service=tuple(
            Cell(damage=cell.one[1], service=cell.other[1], documents=cell.count.documents) for cell in matrix
        ),
        losses=tuple(money[Role.LOSS]),
        compensations=tuple(money[Role.COMPENSATION]),
        stories=stories,
        coverage=this_week,
        freshness=state,
    )


def _by_label(cells: Iterable[Counts]) -> dict[Week, dict[str, Count]]:
    """Each week's counts by label, most documents first."""
    found: dict[Week, dict[str, Count]] = defaultdict(dict)
    for cell in sorted(cells, key=lambda cell: (-cell.count.documents, -cell.count.stories, cell.other)):
        found[Week(cell.first_day)][cell.other[1]] = cell.count
    return found


def _tallies(
    labels: Mapping[str, Mapping[Week, Mapping[str, Count]]], field: str, known: Iterable[Week], week: Week
) -> tuple[Tally, ...]:
    """What was counted this week or, unless this week is a gap, the week before; most documents first."""
    counts = {each: labels[field].get(each, {}) for each in known}
    if week not in counts:
        return ()
    current, before = counts.pop(week), counts.get(week.before())
    found = []
    for label in dict.fromkeys([*current, *(before or {})]):
        count = current.get(label, NOTHING)
        ko, en = names(LABELS[field], label)
        found.append(
            Tally(
                id=label,
                ko=ko,
                en=en,
                documents=count.documents,
                news=count.news,
                posts=count.posts,
                stories=count.stories,
                incidents=count.incidents,
                authors=count.authors,
                previous=None if before is None else before.get(label, NOTHING).documents,
                mean=_mean([past.get(label, NOTHING).documents for past in counts.values()]),
            )
        )
    return tuple(found)


def _mean(numbers: Sequence[int]) -> float | None:
    return round(sum(numbers) / len(numbers), 2) if numbers else None


def _stories(connection: Connection, week: Week) -> tuple[StoryRow, ...]:
    """The stories with most documents in the week, of equal ones the earlier published."""
    outage = outage_documents()
    at = outage.selected_columns.published_at
    published = outage.where(at >= week.start, at < week.end).subquery()
    top = connection.scalars(
        select(published.c.story_id)
        .group_by(published.c.story_id)
        .order_by(func.count().desc(), func.min(published.c.published_at), func.min(published.c.document_id))
        .limit(TOP_STORIES)
    ).all()
    copies: dict[int, list[Counted]] = {story: [] for story in top}
    for document in counted(connection, week.start, week.end, top):  # the earliest first
        copies[document.story_id].append(document)
    return tuple(
        StoryRow(
            story_id=story,
            title=found[0].title,
            url=found[0].url,
            source=found[0].source,
            source_name=found[0].source_name,
            kind=found[0].kind,
            published_at=found[0].published_at and to_kst(found[0].published_at),
            documents=len(found),
            sources=len({document.source for document in found}),
            services=tuple(by_label(found, "services_affected")),
        )
        for story, found in copies.items()
    )


def _cut(sources: Sequence[SourceCoverage], week: Week) -> tuple[SourceCoverage, ...]:
    return tuple(
        SourceCoverage(
            source=source.source,
            name=source.name,
            kind=source.kind,
            days=tuple(day for day in source.days if day.day in week.days),
        )
        for source in sources
    )
