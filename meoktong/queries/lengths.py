"""How long an outage lasted: which of the lengths that documents tell stands, and the end that follows from it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from meoktong.models import Precision
from meoktong.queries.counted import Counted, voices
from meoktong.queries.stated import DURATION, Stated, is_at_least, is_to_the_minute
from meoktong.times import to_kst

ALIKE = 0.1  # difference of two lengths that are one, told more or less roughly
SEVERAL = 2  # independent sources
STATED, DERIVED = "stated", "derived"  # where the end of an incident comes from

Time = tuple[datetime, str]  # with its precision


class Basis(StrEnum):
    """Where a length comes from."""

    TIMES = "times"  # from start to end
    STATED = "stated"
    AT_LEAST = "at_least"  # stated as "more than", or while the outage lasted


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """The length that stands; `against` are those that cannot be true at once, with their sources."""

    minutes: int
    basis: Basis
    sources: int  # independent ones that tell of it
    to_the_minute: bool  # it is told so
    against: Sequence[tuple[int, int]]

    def end_after(self, start: Time) -> datetime | None:
        """The end that follows where none is stated, exact to the minute; None when the length is too rough for it.

        The start has to be known to the minute, and the length be told to the minute or by several sources.
        """
        exact = self.to_the_minute or self.sources >= SEVERAL
        if self.basis != Basis.STATED or start[1] != Precision.MINUTE or not exact:
            return None
        return start[0] + timedelta(minutes=self.minutes)


def length(start: Time | None, end: Time | None, ending: Iterable[Counted], amounts: Iterable[Stated]) -> Length | None:
    """The best told length of an outage from `start` to `end`, which the documents `ending` state.

    Compared are the time between both, where they are known to the minute, and the lengths among `amounts` that had
    passed when they were told: "최근 5년간" in a report on many outages is the length of none. It stands
    what most independent sources tell, then most stories, then what was published last, then the times, then the
    longest. A lower bound stands where nobody tells more, the longest of them; one is also what was told before
    the end, "이틀 동안" on the third day of six. docs/incidents.md gives reasons.
    """
    plain: dict[int, list[Stated]] = defaultdict(list)
    bounds: dict[int, list[Stated]] = defaultdict(list)
    for each in amounts:
        if each.field == DURATION and _passed(each, start):
            lower = is_at_least(each) or _told_before(each, end)
            (bounds if lower else plain)[round(each.value)].append(each)
    told = {minutes: [s.document for s in found] for minutes, found in plain.items()}
    between = _between(start, end)
    if between is not None:
        told[between] = [*told.get(between, ()), *ending]
    support = {minutes: _alike(told, minutes) for minutes in told}
    if not told and not bounds:
        return None
    if told:
        best = max(support, key=lambda m: (*_weight(support[m]), m == between, m))
        basis = Basis.TIMES if best == between else Basis.STATED
        sources = voices(support[best])
    else:
        best, basis = max(bounds), Basis.AT_LEAST
        sources = voices(s.document for s in bounds[best])
    others = defaultdict(list, {minutes: [*documents] for minutes, documents in told.items()})
    for minutes, found in bounds.items():
        if minutes > best:
            others[minutes] += [s.document for s in found]
    against = [(minutes, voices(others[minutes])) for minutes in sorted(others) if not alike(minutes, best)]
    return Length(
        minutes=best,
        basis=basis,
        sources=sources,
        to_the_minute=any(map(is_to_the_minute, plain.get(best, ()))),
        against=against,
    )


def alike(one: int, other: int) -> bool:
    """Whether two lengths in minutes may be one, told more or less roughly."""
    return abs(one - other) <= ALIKE * max(one, other)


def _passed(told: Stated, start: Time | None) -> bool:
    """Can an outage that began at `start` have lasted so long when the document was published, if that is known?"""
    published = told.document.published_at
    if start is None or published is None:
        return True
    return timedelta(minutes=told.value) <= published - start[0] + timedelta(days=1)  # published some time of its day


def _told_before(told: Stated, end: Time | None) -> bool:
    """Was the document published before an end that is known to the minute?"""
    published = told.document.published_at
    if end is None or end[1] != Precision.MINUTE or published is None:
        return False
    day = told.document.published_precision == Precision.DAY
    return published + timedelta(days=day) <= end[0]


def _between(start: Time | None, end: Time | None) -> int | None:
    if start is None or end is None or not start[1] == end[1] == Precision.MINUTE:
        return None
    return round((end[0] - start[0]).total_seconds() / 60)


def _alike(told: Mapping[int, Sequence[Counted]], minutes: int) -> list[Counted]:
    return [document for other, documents in told.items() if alike(minutes, other) for document in documents]


def _weight(documents: Sequence[Counted]) -> tuple[int, int, str]:
    """Sources, stories, and the last day of publication."""
    days = (to_kst(d.published_at).date().isoformat() for d in documents if d.published_at)
    return voices(documents), len({d.story_id for d in documents}), max(days, default="")
