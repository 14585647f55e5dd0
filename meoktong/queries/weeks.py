"""ISO weeks, Monday to Sunday, on Korea's clock."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from meoktong.times import midnight_kst, to_kst


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """A week by its Monday; `str` gives 2022-W42."""

    monday: date

    def __str__(self) -> str:
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02}"

    @property
    def days(self) -> tuple[date, ...]:
        """Monday to Sunday."""
        return tuple(self.monday + timedelta(days=n) for n in range(7))

    @property
    def start(self) -> datetime:
        """The first instant, in Korea."""
        return midnight_kst(self.monday)

    @property
    def end(self) -> datetime:
        """The first instant of the next week, in Korea."""
        return midnight_kst(self.monday + timedelta(days=7))

    def before(self, weeks: int = 1) -> "Week":
        """The week so many weeks earlier."""
        return Week(self.monday - timedelta(days=7 * weeks))


def parse_week(text: str) -> Week:
    """The week called `text`, such as 2022-W42. Raises ValueError with one line that says what is wrong."""
    found = re.fullmatch(r"(\d{4})-?W(\d{2})", text.strip(), re.ASCII | re.IGNORECASE)
    if found is None:
        raise ValueError(f"{text!r} is no ISO week such as 2022-W42")
    try:
        return Week(date.fromisocalendar(int(found[1]), int(found[2]), 1))
    except ValueError:
        raise ValueError(f"{text!r}: the year {found[1]} has no week {found[2]}") from None


def last_complete_week(moment: datetime) -> Week:
    """The last week that had ended at `moment`."""
    today = to_kst(moment).date()
    return Week(today - timedelta(days=today.weekday())).before()
