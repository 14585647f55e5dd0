"""Earlier outages that sentences recall: whose, and in which stretch of days. catalog/recalled.yml has the words."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from meoktong import catalog

ONE = timedelta(days=1)


class Recalled(NamedTuple):
    """An outage of `provider` that began between two days in Korea, written as 2022-10-15, both within."""

    provider: str
    first: str
    last: str

    def days(self) -> list[str]:
        """What to look for: the day, or the months, as 2022-10, of a longer stretch."""
        if self.first == self.last:
            return [self.first]
        first, last = (int(day[:4]) * 12 + int(day[5:7]) - 1 for day in (self.first, self.last))
        return [f"{month // 12}-{month % 12 + 1:02}" for month in range(first, last + 1)]


class _Words(catalog.Struct, frozen=True):
    outage: str
    named: tuple[str, ...]
    recent_days: int
    years: dict[str, int]
    months: dict[str, int]
    parts: dict[str, tuple[int, int]]


def recalled(sentences: Mapping[str, Iterable[str]], root: str, published: date | None) -> frozenset[Recalled]:
    """What `sentences` recall, each given with the providers of the services that it names.

    Where it names none, or a certain day, it may speak of `root`, the provider that the document is about ("the same
    company"). Times without a year are the last ones before publication; without a date of publication they are
    unknown.
    """
    return frozenset(
        Recalled(provider, first.isoformat(), last.isoformat())
        for sentence, providers in sentences.items()
        if _patterns()[0].search(sentence)
        for first, last in stretches(sentence, published)
        for provider in _whose(providers, root, first == last)
    )


def _whose(providers: Iterable[str], root: str, certain: bool) -> set[str]:
    named = {*providers}
    return named | {root} if certain or not named else named


def stretches(sentence: str, published: date | None) -> Iterator[tuple[date, date]]:
    """The first and last days of the times that a sentence names, but for those to come."""
    latest = published or date.max
    for match in _patterns()[1].finditer(sentence):
        said = {name: value for name, value in match.groupdict().items() if value}
        found = _stretch(said, latest) if "year" in said or (said and published) else None
        if found and found[0] <= latest:
            yield found


def _stretch(said: Mapping[str, str], published: date) -> tuple[date, date] | None:
    """The days of what one match of the pattern names."""
    if "month_alone" in said:
        said = {"month": said["month_alone"], "day": said["day_of_it"]}
    try:
        if "month" in said or "part" in said:
            return _in_year(said, published)
        if "near" in said:
            return _near(said, published)
        if "day_alone" in said:
            day = int(said["day_alone"])
            return _day(_months_before(published, 0 if day <= published.day else 1), day)
    except ValueError:  # no such day
        return None
    return published - timedelta(days=_words().recent_days), published


def _in_year(said: Mapping[str, str], published: date) -> tuple[date, date]:
    first, last = _words().parts[said["part"]] if "part" in said else (int(said["month"]),) * 2
    day = int(said["day"]) if "day" in said else None
    if "year" in said:
        year = int(said["year"])
    else:
        back = int(said["ago"]) if "ago" in said else _words().years.get(said.get("word", ""))
        later = date(published.year, first, day or 1) > published
        year = published.year - (later if back is None else back)
    january = date(year, 1, 1)
    begin = _months_before(january, 1 - first)
    return _day(begin, day) if day else (begin, _months_before(january, -last) - ONE)


def _near(said: Mapping[str, str], published: date) -> tuple[date, date] | None:
    back = _words().months[said["near"].replace(" ", "")]
    first = _months_before(published, back)
    if "day_near" in said:
        return _day(first, int(said["day_near"]))
    return (first, _months_before(first, -1) - ONE) if back else None  # this month holds the outage itself


def _day(month: date, day: int) -> tuple[date, date]:
    """That day alone; raises ValueError when the month has none."""
    return month.replace(day=day), month.replace(day=day)


def _months_before(day: date, months: int) -> date:
    """The first of the month so many months before that of `day`."""
    month = day.year * 12 + day.month - 1 - months
    return date(month // 12, month % 12 + 1, 1)


@cache
def _words() -> _Words:
    return catalog.read("recalled.yml", _Words)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Of outages, and of the times that a sentence names."""
    return re.compile(_words().outage), re.compile("|".join(_words().named))
