"""Which of the listed pages a run fetches. Pure: no clock, no network, no database."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from meoktong.models import Listed, Outcome
from meoktong.store.memory import ATTEMPTS, UNFINISHED, Known
from meoktong.times import to_kst


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The days of publication that are wanted, both included, on Korea's clock."""

    since: date | None = None
    until: date | None = None

    def holds(self, moment: datetime | None) -> bool:
        """Whether a publication time is wanted. An unknown one is: it must be read first."""
        if moment is None:
            return True
        day = to_kst(moment).date()
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)

    def may_hold(self, modified_at: datetime) -> bool:
        """Whether something last changed at `modified_at` can name pages that are wanted."""
        return self.since is None or to_kst(modified_at).date() >= self.since


def verdict(listed: Listed, known: Known | None, window: Window, recheck: timedelta, at: datetime) -> Outcome | None:
    """The outcome of a page that is not fetched at `at`; None when it is.

    A page that an earlier run read is asked for again when the listing says that it changed since, and, until it is
    older than `recheck`, each time its age has doubled: corrections come soon or not at all. A page that states no
    publication time is only asked for again when the listing says so.
    """
    published = listed.published_at or (known.published_at if known else None)
    if not window.holds(published):
        return Outcome.OUT_OF_RANGE
    if known is None:
        return None
    if known.outcome in UNFINISHED:
        return None if known.attempts < ATTEMPTS else Outcome.SEEN
    if known.fetched_at is None:
        return None
    if listed.modified_at is not None and listed.modified_at > known.fetched_at:
        return None
    if published is None or at - published > recheck:
        return Outcome.SEEN
    return None if at - published >= 2 * (known.fetched_at - published) else Outcome.SEEN
