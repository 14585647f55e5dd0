"""Korea's clock. Times are stored in UTC and shown in Asia/Seoul; a naive datetime is refused."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

KST = ZoneInfo("Asia/Seoul")
YEARS = range(1950, 2100)  # in which anything that is told here can have happened; reckoning with others may overflow


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


def to_kst(moment: datetime) -> datetime:
    """`moment` on Korea's clock. Raises ValueError for a naive datetime."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment.astimezone(KST)


def iso_kst(moment: datetime) -> str:
    """`moment` as ISO 8601 to the second with Korea's offset, e.g. 2022-10-17T14:12:00+09:00."""
    return to_kst(moment).isoformat(timespec="seconds")


def midnight_kst(day: date) -> datetime:
    """The first instant of `day` in Korea: how a time known to the day is stored."""
    return datetime(day.year, day.month, day.day, tzinfo=KST)
