"""Hours in which more voices name a service than its own past explains; without a database.

The method is `bayes` of the R package surveillance (Höhle, Computational Statistics 22, 2007): counts of comparable
times are Poisson with an unknown rate, whose prior is Jeffreys' Gamma(1/2, 0). What the next count may be is then
negative binomial, and an hour is an alarm when its count would be that large with a probability below a limit.
Comparable are the same hour of the week and the hours beside it in the weeks before.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, lgamma, log, log1p

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
WEEKS = 8  # that are compared
LIMIT = 1e-4  # probability of so many voices in an ordinary hour
LEAST = 3  # voices; fewer are no burst, however quiet the service is
COMPARABLE = 3  # hours that must be known: one week's


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """One hour above the limit."""

    hour: datetime  # its beginning
    voices: int
    expected: float
    probability: float


def reference_hours(hour: datetime) -> list[datetime]:
    """The hours that are comparable with `hour`."""
    return [hour - week * WEEK + beside * HOUR for week in range(1, WEEKS + 1) for beside in (-1, 0, 1)]


def burst(voices: Mapping[datetime, int], hour: datetime, usable: Collection[datetime]) -> Burst | None:
    """Whether `hour` is above the limit; `voices` has 0 where an hour is missing.

    Only `usable` hours are compared: those in which somebody looked, and that were no burst themselves.
    """
    count = voices.get(hour, 0)
    past = [voices.get(each, 0) for each in reference_hours(hour) if each in usable]
    if count < LEAST or len(past) < COMPARABLE:
        return None
    probability = at_least(count, sum(past) + 0.5, len(past))
    if probability >= LIMIT:
        return None
    return Burst(hour=hour, voices=count, expected=(sum(past) + 0.5) / len(past), probability=probability)


def at_least(count: int, shape: float, rate: float) -> float:
    """The probability of `count` or more, when the mean is distributed as Gamma(shape, rate)."""
    below = sum(
        exp(lgamma(shape + k) - lgamma(shape) - lgamma(k + 1) + shape * log(rate / (rate + 1)) - k * log1p(rate))
        for k in range(count)
    )
    return max(0.0, 1.0 - below)
