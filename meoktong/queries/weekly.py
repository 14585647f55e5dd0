"""One week in numbers: everything that the weekly summary shows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, distinct, func, select

from meoktong.models import Kind
from meoktong.queries.coverage import SourceCoverage, coverage, covered_days
from meoktong.queries.documents import outage_documents
from meoktong.queries.freshness import Freshness, freshness
from meoktong.queries.losses import Amount, Role, amounts
from meoktong.queries.tallies import FIELDS, Count, Documents, by_label, names, pairs, total
from meoktong.queries.weeks import Week
from meoktong.store import Store
from meoktong.store.schema import AnnotationLabel
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
    published_at: datetime
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
    with store.reading() as connection:
        sources = coverage(connection, week.before(BACK).start, week.end)
        covered = covered_days(sources)
        weeks = [week.before(back) for back in range(BACK, -1, -1)]
        days = {each: len(covered.intersection(each.days)) for each in weeks}
        counts = {each: total(connection, published(each)) for each in weeks}
        earlier = [each for each in weeks[:-1] if days[each]]
        before = week.before()
        current = published(week)
        this_week = _cut(sources, week)
        return Summary(
            week=str(week),
            first_day=week.days[0],
            last_day=week.days[-1],
            covered_days=days[week],
            collected=sum(day.collected for source in this_week for day in source.days),
            total=counts[week],
            previous=counts[before].documents if days[before] else None,
            mean=_mean([counts[each].documents for each in earlier]),
            mean_weeks=len(earlier),
            weeks=tuple(
                WeekCount(
                    week=str(each),
                    first_day=each.monday,
                    covered_days=days[each],
                    documents=counts[each].documents if days[each] else None,
                    stories=counts[each].stories if days[each] else None,
                )
                for each in weeks
            ),
            **{name: _tallies(connection, field, week, earlier, gap=not days[week]) for field, name in FIELDS.items()},
            damage_by_service=tuple(
                Cell(damage=damage, service=service, documents=number)
                for (damage, service), number in sorted(
                    pairs(connection, current, "damages", "services_affected").items()
                )
            ),
            losses=tuple(amounts(connection, current, Role.LOSS)[:TOP_AMOUNTS]),
            compensations=tuple(amounts(connection, current, Role.COMPENSATION)[:TOP_AMOUNTS]),
            stories=_stories(connection, current),
            coverage=this_week,
            freshness=freshness(connection, week.end),
        )


def published(week: Week) -> Documents:
    """The outage documents published in `week`."""
    counted = outage_documents()
    at = counted.selected_columns.published_at
    return counted.where(at >= week.start, at < week.end)


def _tallies(
    connection: Connection, field: str, week: Week, earlier: Sequence[Week], *, gap: bool
) -> tuple[Tally, ...]:
    """What was counted this week or, unless this week is a gap, the week before; most documents first."""
    current = by_label(connection, published(week), field)
    past = {each: by_label(connection, published(each), field) for each in earlier}
    before = past.get(week.before())
    none = Count(documents=0, news=0, posts=0, stories=0, authors=0)
    found = []
    vanished = [] if gap or before is None else [label for label in before if label not in current]
    for label in [*current, *vanished]:
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
                mean=_mean([counts.get(label, none).documents for counts in past.values()]),
            )
        )
    return tuple(found)


def _mean(numbers: Sequence[int]) -> float | None:
    return round(sum(numbers) / len(numbers), 2) if numbers else None


def _stories(connection: Connection, current: Documents) -> tuple[StoryRow, ...]:
    counted = current.subquery()
    largest = connection.execute(
        select(counted.c.story_id, func.count(), func.count(distinct(counted.c.source)))
        .group_by(counted.c.story_id)
        .order_by(func.count().desc(), func.min(counted.c.published_at), counted.c.story_id)
        .limit(TOP_STORIES)
    ).all()
    ids = [row.story_id for row in largest]
    first = {}
    copies = select(counted).where(counted.c.story_id.in_(ids))
    for row in connection.execute(copies.order_by(counted.c.published_at.desc(), counted.c.document_id.desc())):
        first[row.story_id] = row
    services = _services(connection, current, ids)
    return tuple(
        StoryRow(
            story_id=story,
            title=first[story].title,
            url=first[story].url,
            source=first[story].source,
            source_name=first[story].source_name,
            kind=Kind(first[story].kind),
            published_at=to_kst(first[story].published_at),
            documents=documents,
            sources=sources,
            services=services.get(story, ()),
        )
        for story, documents, sources in largest
    )


def _services(connection: Connection, current: Documents, stories: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
    counted = current.subquery()
    rows = connection.execute(
        select(counted.c.story_id, AnnotationLabel.label)
        .join(AnnotationLabel, AnnotationLabel.annotation_id == counted.c.annotation_id)
        .where(AnnotationLabel.field == "services_affected", counted.c.story_id.in_(stories))
        .group_by(counted.c.story_id, AnnotationLabel.label)
        .order_by(counted.c.story_id, func.count().desc(), AnnotationLabel.label)
    )
    found: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for story, label in rows:
        found[story] += (label,)
    return found


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
