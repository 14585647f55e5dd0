"""How a source's run ended: its counts, its status, and one line for people."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from meoktong.models import Outcome
from meoktong.store.runs import RunStatus
from spiders.facts import Expect

EXTRACTED = frozenset(
    {
        Outcome.STORED,
        Outcome.UPDATED,
        Outcome.UNCHANGED,
        Outcome.OFF_TOPIC,
        Outcome.DUPLICATE,
        Outcome.BAD_DATE,
    }
)
UNREADABLE = frozenset({Outcome.NOT_ARTICLE, Outcome.NO_TEXT, Outcome.BAD_ENCODING, Outcome.BLOCKED})
FETCHED = EXTRACTED | UNREADABLE | {Outcome.NOT_MODIFIED}
# Not robots and gone: a site may forbid or remove the only page that is new.
FRUITLESS = UNREADABLE | {
    Outcome.HTTP_ERROR,
    Outcome.TIMEOUT,
    Outcome.UNREACHABLE,
    Outcome.REDIRECT_LOOP,
    Outcome.TOO_LARGE,
    Outcome.ROBOTS_UNREACHABLE,
    Outcome.PRIVATE_ADDRESS,
    Outcome.FAILED,
}
NEW = frozenset({Outcome.STORED, Outcome.UPDATED, Outcome.OFF_TOPIC})


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One source's part of a crawl. `status` is None when another run held the source and nothing was done.

    `outcomes` adds up to the pages discovered.
    """

    source: str
    status: RunStatus | None
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    message: str | None = None

    def count(self, outcomes: frozenset[Outcome]) -> int:
        """Pages that ended with one of `outcomes`."""
        return sum(number for outcome, number in self.outcomes.items() if outcome in outcomes)


@dataclass(slots=True, kw_only=True)
class Listings:
    """How a run fared with its listings."""

    read: int = 0
    unchanged: int = 0
    failures: list[str] = field(default_factory=list)


def conclude(outcomes: Counter[Outcome], listings: Listings, expect: Expect | None) -> tuple[RunStatus, str | None]:
    """The status of a run that reached its end, and what to say about it.

    `expect` is None when the run was told to see only a part. A run that brought nothing although it tried failed:
    a site that changed its layout must not pass for one that has no news.
    """
    failures = (
        f"{len(listings.failures)} listings could not be read: {listings.failures[0]}" if listings.failures else ""
    )
    if failures and not listings.read + listings.unchanged:
        return RunStatus.FAILED, failures
    fruitless = Counter({outcome: n for outcome, n in outcomes.items() if outcome in FRUITLESS})
    good = sum(n for outcome, n in outcomes.items() if outcome in EXTRACTED or outcome is Outcome.NOT_MODIFIED)
    if fruitless and not good:
        reasons = ", ".join(f"{n} {outcome}" for outcome, n in fruitless.most_common())
        return RunStatus.FAILED, f"no page gave a document ({reasons}): has the site changed?"
    found = outcomes.total()
    if expect is not None and not expect.quiet and not listings.unchanged and found < expect.floor:
        return RunStatus.FAILED, f"only {found} pages listed, at least {expect.floor} are normal: has the site changed?"
    new = any(outcomes[outcome] for outcome in NEW)
    left = f"{outcomes[Outcome.PENDING]} pages are left for the next run" if outcomes[Outcome.PENDING] else ""
    return (RunStatus.DONE if new else RunStatus.NOTHING_NEW), "; ".join(filter(None, (failures, left))) or None
