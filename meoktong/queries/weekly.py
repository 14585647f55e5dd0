"""One week in numbers: everything that the weekly summary shows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from meoktong.queries.counted import FIELDS, Count, Counted, by_label, counted, names, pairs, total
from meoktong.queries.coverage import SourceCoverage, coverage, covered_days
from meoktong.queries.freshness import Freshness, freshness
from meoktong.queries.losses import Amount, Role, amounts
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
    """A week in the comparison. `documents` and `stories` are None when no source was looked at: a gap, not a zero."""

    week: str
    first_day: date
    covered_days: int
    documents: int | None
    stories: int | None


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
        documents = {each: counted(connection, each.start, each.end) for each in weeks}
        money = amounts(connection, documents[week])
        state = freshness(connection, week.end)
    covered = covered_days(sources)
    days = {each: len(covered.intersection(each.days)) for each in weeks}
    known = {each: documents[each] for each in weeks if days[each]}  # a week without coverage is a gap, not a zero
    counts = {each: total(found) for each, found in documents.items()}
    current = documents[week]
    this_week = _cut(sources, week)
    before = week.before()
    earlier = [counts[each].documents for each in known if each != week]
    return Summary(
        week=str(week),
        first_day=week.days[0],
        last_day=week.days[-1],
        covered_days=days[week],
        collected=sum(day.collected for source in this_week for day in source.days),
        total=counts[week],
        previous=counts[before].documents if before in known else None,
        mean=_mean(earlier),
        mean_weeks=len(earlier),
        weeks=tuple(
            WeekCount(
                week=str(each),
                first_day=each.monday,
                covered_days=days[each],
                documents=counts[each].documents if each in known else None,
                stories=counts[each].stories if each in known else None,
            )
            for each in weeks
        ),
        **{name: _tallies(known, week, field) for field, name in FIELDS.items()},
        damage_by_service=tuple(
            Cell(damage=damage, service=service, documents=number)
            for (damage, service), number in sorted(pairs(current, "damages", "services_affected").items())
        ),
        losses=tuple(money[Role.LOSS][:TOP_AMOUNTS]),
        compensations=tuple(money[Role.COMPENSATION][:TOP_AMOUNTS]),
        stories=_stories(current),
        coverage=this_week,
        freshness=state,
    )


def _tallies(known: Mapping[Week, Sequence[Counted]], week: Week, field: str) -> tuple[Tally, ...]:
    """What was counted this week or, unless this week is a gap, the week before; most documents first."""
    if week not in known:
        return ()
    counts = {each: by_label(documents, field) for each, documents in known.items()}
    current, before = counts.pop(week), counts.get(week.before())
    none = Count(documents=0, news=0, posts=0, stories=0, authors=0)
    found = []
    for label in dict.fromkeys([*current, *(before or {})]):
        count = current.get(label, none)
        ko, en = names(field, label)
        found.append(
            Tally(
                id=label,
                ko=ko,
                en=en,
                documents=count.documents,
                news=count.news,
                posts=count.posts,
                stories=count.stories,
                authors=count.authors,
                previous=None if before is None else before.get(label, none).documents,
                mean=_mean([past.get(label, none).documents for past in counts.values()]),
            )
        )
    return tuple(found)


def _mean(numbers: Sequence[int]) -> float | None:
    return round(sum(numbers) / len(numbers), 2) if numbers else None


def _stories(documents: Sequence[Counted]) -> tuple[StoryRow, ...]:
    """The stories with most documents; `documents` are the earliest first, and so is each story's first."""
    copies: dict[int, list[Counted]] = defaultdict(list)
    for document in documents:
        copies[document.story_id].append(document)
    largest = sorted(copies.values(), key=len, reverse=True)[:TOP_STORIES]
    return tuple(
        StoryRow(
            story_id=found[0].story_id,
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
        for found in largest
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
