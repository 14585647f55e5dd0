"""Hours told with a part of the day, or without: which of the day's hours is meant."""

from datetime import datetime, timedelta

PARTS = "오전|오후|새벽|아침|점심|대낮|한낮|낮|저녁|심야|한밤|밤|am|pm"
PAST_MIDNIGHT = "자정 ?(?:넘어|지나)서?"  # 자정 넘어 12시 40분
# From which hour to which hour the parts of the day last
_LAST = {
    "새벽": (0, 8),
    "오전": (5, 12),
    "아침": (5, 12),
    "am": (0, 12),
    "점심": (11, 15),
    "낮": (11, 18),
    "대낮": (11, 17),
    "한낮": (11, 17),
    "오후": (12, 20),
    "pm": (12, 24),
    "저녁": (16, 24),
    "밤": (18, 24),
    "심야": (18, 24),
    "한밤": (18, 24),
}
_NIGHT = ("밤", "심야", "한밤")


def holds(part: str, hour: int) -> bool:
    """May `hour` be told as one of the `part` of the day?"""
    first, last = _LAST[part]
    return first <= hour < last


def begins(part: str) -> int:
    """The hour at which the `part` of the day begins."""
    return _LAST[part][0]


def by_part(part: str, hour: int) -> int:
    """Hours since the day's midnight: 밤 12시 is 24, 오전 12시 is 0."""
    if hour > 12:
        return hour
    if part in ("오전", "am", "새벽", "아침") or part not in _LAST:
        return hour % 12
    if part in _NIGHT and (hour == 12 or hour < 5):
        return 24 + hour % 12
    if part in ("낮", "대낮", "한낮", "점심") and hour in (10, 11):
        return hour
    return hour % 12 + 12


def nearest(before: datetime, early: datetime, late: datetime, *, begins: bool, ends: bool) -> datetime:
    """Which of two times goes on from `before`: the next of them, if there is one, or in the same half of the day.

    Something `begins`, or `ends` at it.
    """
    following = [at for at in (early, late) if at >= before]
    if not begins and following:
        return following[0]
    if ends:
        return early + timedelta(days=1)
    return late if before.hour >= 12 or before.date() > early.date() else early
