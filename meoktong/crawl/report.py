"""How a source's run ended: its counts, its status, and one line for people."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from meoktong.errors import UnhealthyError
from meoktong.models import Outcome
from meoktong.store.runs import RunStatus
from pipelines import health

NEW = (Outcome.STORED, Outcome.UPDATED, Outcome.OFF_TOPIC)
READ = (Outcome.UNCHANGED, Outcome.DUPLICATE, Outcome.BAD_DATE, Outcome.NOT_MODIFIED, *NEW)
# Not robots and gone: a site may forbid or remove the only page that is new.
REFUSED = (
    Outcome.BLOCKED,
    Outcome.HTTP_ERROR,
    Outcome.TIMEOUT,
    Outcome.UNREACHABLE,
    Outcome.REDIRECT_LOOP,
    Outcome.TOO_LARGE,
    Outcome.ROBOTS_UNREACHABLE,
    Outcome.PRIVATE_ADDRESS,
    Outcome.FAILED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One source's part of a crawl. `status` is None when another run held the source and nothing was done.

    `outcomes` adds up to the pages discovered.
    """

    source: str
    status: RunStatus | None
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    message: str | None = None


@dataclass(slots=True, kw_only=True)
class Listings:
    """How a run fared with its listings."""

    read: int = 0
    unchanged: int = 0
    failures: list[str] = field(default_factory=list)
    refusal: str | None = None  # why a search API is asked no more
    unasked: int = 0  # searches that brought nothing for that


def conclude(outcomes: Counter[Outcome], listings: Listings, floor: int) -> tuple[RunStatus, str | None]:
    """The status of a run that reached its end, and what to say about it.

    `floor` is the number of pages that are normally listed at least. A run that brought nothing although it tried has
    failed: a site that changed its layout must not pass for one that has no news.
    """
    notes = []
    if listings.refusal:
        notes.append(f"{listings.refusal}; {listings.unasked} searches were left out")
        if not listings.read:
            return RunStatus.FAILED, notes[0]
    if listings.failures:
        tried = len(listings.failures) + listings.read + listings.unchanged
        notes.append(f"{len(listings.failures)} of {tried} listings could not be read: {listings.failures[0]}")
        if len(listings.failures) == tried:
            return RunStatus.FAILED, "; ".join(notes)
    try:
        health.check(outcomes, floor=0 if listings.unchanged else floor)
    except UnhealthyError as error:
        return RunStatus.FAILED, "; ".join((str(error), *notes))
    refused = Counter({outcome: outcomes[outcome] for outcome in REFUSED if outcomes[outcome]})
    if refused and not any(outcomes[outcome] for outcome in READ):
        reasons = ", ".join(f"{count} {outcome}" for outcome, count in refused.most_common())
        return RunStatus.FAILED, "; ".join((f"no page could be read: {reasons}", *notes))
    if outcomes[Outcome.PENDING]:
        notes.append(left(outcomes))
    status = RunStatus.DONE if any(outcomes[outcome] for outcome in NEW) else RunStatus.NOTHING_NEW
    return status, "; ".join(notes) or None


def left(outcomes: Mapping[Outcome, int]) -> str:
    """What the next run finds to do."""
    return f"{outcomes.get(Outcome.PENDING, 0)} pages are left for the next run"
