"""Last stage: did the run bring what its source should bring? An empty success is the worst failure."""

from collections.abc import Mapping

from meoktong.errors import UnhealthyError
from meoktong.funnel import Stage, funnel
from meoktong.models import Outcome

UNTOUCHED = (Outcome.NOT_MODIFIED, Outcome.BLOCKED, Outcome.FAILED, Outcome.INVALID)  # fetched, and not for reading


def check(outcomes: Mapping[Outcome, int], *, floor: int = 0) -> None:
    """Raise UnhealthyError when pages were read and none gave a document, or fewer than `floor` were discovered."""
    stages = funnel(outcomes).stages
    read = stages[Stage.FETCHED] - sum(outcomes.get(outcome, 0) for outcome in UNTOUCHED)
    if read and not stages[Stage.EXTRACTED]:
        raise UnhealthyError(f"{read} pages were read and none gave a document: has the layout changed?")
    if stages[Stage.DISCOVERED] < floor:
        raise UnhealthyError(
            f"{stages[Stage.DISCOVERED]} pages were discovered, at least {floor} are normal: has the listing changed?"
        )
