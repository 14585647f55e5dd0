"""Fifth stage: a batch of documents, tagged or refused, into the database in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from meoktong.models import Outcome, TaggedDocument
from meoktong.store import Store
from meoktong.store.memory import Answer, Result
from meoktong.store.runs import Run
from meoktong.store.write import write
from meoktong.stories import assign


@dataclass(frozen=True, slots=True)
class Tagged:
    """A document ready to be stored, with what its server said."""

    item: TaggedDocument
    answer: Answer | None


def keep(store: Store, run: Run, batch: Sequence[Tagged | Result]) -> list[Outcome]:
    """Store a batch and put its documents into stories; the outcomes in its order.

    Raises StoreError; then nothing of the batch is stored, or only its stories are left for the next batch.
    """
    tagged = [entry for entry in batch if isinstance(entry, Tagged)]
    others = [entry for entry in batch if isinstance(entry, Result)]
    answers = {entry.item.document.url: entry.answer for entry in tagged if entry.answer is not None}
    outcomes = iter(write(store, run, [entry.item for entry in tagged], answers=answers, others=others))
    if tagged:
        assign(store)
    return [next(outcomes) if isinstance(entry, Tagged) else entry.outcome for entry in batch]
