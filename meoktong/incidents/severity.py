"""How grave an outage was: size x duration, raised when independent sources agree. docs/incidents.md gives reasons."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import log10

from meoktong.models import Precision
from meoktong.queries.counted import Counted, voices

ASSUMED = 120  # minutes, where nobody tells: the median of 32 Korean outages whose length is known
AGREE = 10  # independent sources; more would measure the press
HARM = ("services_affected", "damages", "industries")


def severity(documents: Sequence[Counted], minutes: int) -> float:
    """Like an earthquake's magnitude: one more is ten times as grave. `minutes` is how long it lasted."""
    size = sum(len({label for d in documents for label in d.labels[field]}) for field in HARM)
    return round(log10(max(size, 1) * max(minutes, 1) * min(max(voices(documents), 1), AGREE)), 1)


def lasted(start: tuple[datetime, str] | None, end: tuple[datetime, str] | None, stated: int | None) -> int:
    """Minutes from start to end where both are exact; else as stated; else between their days; else ASSUMED."""
    between = end[0] - start[0] if start and end else timedelta(0)
    exact = start and end and start[1] == end[1] == Precision.MINUTE
    if exact or (stated is None and between > timedelta(0)):
        return round(between.total_seconds() / 60)
    return ASSUMED if stated is None else stated
