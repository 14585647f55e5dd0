"""Days, ISO weeks and months on Korea's clock, without a hole."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from meoktong.queries.counting import By
from meoktong.queries.weeks import Week
from meoktong.times import midnight_kst

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A day, a week or a month; `str` gives 2022-10-17, 2022-W42 or 2022-10."""

    by: By
    days: tuple[date, ...]

    def __str__(self) -> str:
        if self.by is By.WEEK:
            return str(Week(self.first_day))
        return f"{self.first_day:%Y-%m}" if self.by is By.MONTH else self.first_day.isoformat()

    @property
    def first_day(self) -> date:
        """The day by which it is known."""
        return self.days[0]

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        return midnight_kst(self.days[-1] + DAY)


def periods(by: By, first: date, last: date) -> Iterator[Period]:
    """Each period that has a day of [first, last], whole."""
    day = _first_day(by, first)
    while day <= last:
        days = [day]
        while _first_day(by, days[-1] + DAY) == day:
            days.append(days[-1] + DAY)
        yield Period(by, tuple(days))
        day = days[-1] + DAY


def _first_day(by: By, day: date) -> date:
    if by is By.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if by is By.MONTH else day
