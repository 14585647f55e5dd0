"""How grave an outage was: size x duration, raised when independent sources agree. docs/incidents.md gives reasons."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import log10

from meoktong.queries.counted import Counted, voices

ASSUMED = 120  # minutes, where nobody tells: the median of 32 Korean outages whose length is known
AGREE = 10  # independent sources; more would measure the press
HARM = ("services_affected", "damages", "industries")


def severity(documents: Sequence[Counted], minutes: int) -> float:
    """Like an earthquake's magnitude: one more is ten times as grave. `minutes` is how long it lasted."""
    size = sum(len({label for d in documents for label in d.labels[field]}) for field in HARM)
    return round(log10(max(size, 1) * max(minutes, 1) * min(max(voices(documents), 1), AGREE)), 1)


def lasted(start: tuple[datetime, str] | None, end: tuple[datetime, str] | None, told: int | None) -> int:
    """The length that is `told` in minutes; else from the day of the start to that of the end; else ASSUMED."""
    if told is not None:
        return told
    between = end[0] - start[0] if start and end else timedelta(0)
    return round(between.total_seconds() / 60) if between > timedelta(0) else ASSUMED
