"""From discovered to stored: how far each outcome went. The one place that says so."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from meoktong.models import Outcome


class Stage(IntEnum):
    """How far a page came; each stage includes the ones before."""

    DISCOVERED = 0
    FETCHED = 1
    EXTRACTED = 2
    RELEVANT = 3
    STORED = 4


REACHED: Mapping[Outcome, Stage] = {
    Outcome.STORED: Stage.STORED,
    Outcome.UPDATED: Stage.STORED,
    Outcome.UNCHANGED: Stage.RELEVANT,
    Outcome.OFF_TOPIC: Stage.EXTRACTED,
    Outcome.DUPLICATE: Stage.EXTRACTED,
    Outcome.BAD_DATE: Stage.EXTRACTED,
    Outcome.NOT_MODIFIED: Stage.FETCHED,
    Outcome.NOT_ARTICLE: Stage.FETCHED,
    Outcome.NO_TEXT: Stage.FETCHED,
    Outcome.BAD_ENCODING: Stage.FETCHED,
    Outcome.BLOCKED: Stage.FETCHED,
    Outcome.INVALID: Stage.FETCHED,
    Outcome.FAILED: Stage.FETCHED,
    Outcome.SEEN: Stage.DISCOVERED,
    Outcome.OUT_OF_RANGE: Stage.DISCOVERED,
    Outcome.OVER_LIMIT: Stage.DISCOVERED,
    Outcome.ROBOTS: Stage.DISCOVERED,
    Outcome.ROBOTS_UNREACHABLE: Stage.DISCOVERED,
    Outcome.PRIVATE_ADDRESS: Stage.DISCOVERED,
    Outcome.GONE: Stage.DISCOVERED,
    Outcome.HTTP_ERROR: Stage.DISCOVERED,
    Outcome.TIMEOUT: Stage.DISCOVERED,
    Outcome.UNREACHABLE: Stage.DISCOVERED,
    Outcome.REDIRECT_LOOP: Stage.DISCOVERED,
    Outcome.TOO_LARGE: Stage.DISCOVERED,
    Outcome.PENDING: Stage.DISCOVERED,
}


@dataclass(frozen=True, slots=True)
class Funnel:
    """Pages by the stage that they reached, and those that went no further by the reason.

    `discovered` is always `stored` plus the sum of `dropped`.
    """

    stages: Mapping[Stage, int]
    dropped: Mapping[Outcome, int]

    @property
    def stored(self) -> int:
        """Pages stored or updated."""
        return self.stages[Stage.STORED]


def funnel(outcomes: Mapping[Outcome, int]) -> Funnel:
    """The funnel of pages counted by their outcome."""
    reached: Counter[Stage] = Counter()
    for outcome, count in outcomes.items():
        for stage in Stage:
            reached[stage] += count * (REACHED[outcome] >= stage)
    dropped = {outcome: count for outcome, count in outcomes.items() if count and REACHED[outcome] < Stage.STORED}
    return Funnel({stage: reached[stage] for stage in Stage}, dropped)
