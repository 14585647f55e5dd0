"""The one door for documents, of a crawl or an import: validate, privacy, dedupe, tag, store."""

import asyncio
import gc
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from meoktong.errors import Rejected
from meoktong.models import Annotation, Document, Outcome, TaggedDocument
from meoktong.store import Store
from meoktong.store.memory import Answer, Result
from meoktong.store.runs import Run
from meoktong.times import now
from pipelines.dedupe import Dedupe
from pipelines.privacy import protect, protect_reason
from pipelines.store import Tagged, keep
from pipelines.tag import Tagging
from pipelines.validate import validate

UNDER_WAY = 64  # documents between the door and the database; whoever brings more waits


@dataclass(frozen=True, slots=True)
class _Taken:
    """A document at the tagger."""

    document: Document
    answer: Answer | None
    tagging: asyncio.Task[Annotation]


class Intake:
    """The stages for one run, within a running event loop.

    `writer` is the one thread that all SQL of the process runs in; `key` hashes posters' names. As an async context
    manager it stores what is under way at the end, and after an exception drops it.
    """

    def __init__(self, store: Store, run: Run, tagging: Tagging, *, key: bytes, writer: Executor) -> None:
        # What is loaded by now stays, and storing makes no cycles: looking for some took a seventh of its time.
        gc.freeze()
        gc.set_threshold(50_000)
        self.outcomes: Counter[Outcome] = Counter()  # of what is in the database
        self._store = store
        self._run = run
        self._tagging = tagging
        self._key = key
        self._writer = writer
        self._dedupe = Dedupe()
        self._queue: asyncio.Queue[_Taken | Result | None] = asyncio.Queue(UNDER_WAY)
        self._fault: Exception | None = None
        self._storing = asyncio.create_task(self._store_all())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if error is None:
            await self.close()
        else:
            self._storing.cancel()

    async def submit(self, document: Document, answer: Answer | None = None) -> None:
        """Take in a document and what its server said; waits while enough is under way.

        Raises what ended the intake: StoreError, or another MeoktongError when no tagger could be made.
        """
        if self._fault is not None:
            raise self._fault
        try:
            document = self._dedupe.check(protect(validate(document, now()), self._key))
        except Rejected as error:
            await self._queue.put(_refused(document, error, answer))
        else:
            tagging = asyncio.create_task(self._tagging.tag(document))
            await self._queue.put(_Taken(document, answer, tagging))

    async def drop(self, result: Result) -> None:
        """Take in an address that ended without a document. Raises as `submit` does."""
        if self._fault is not None:
            raise self._fault
        await self._queue.put(replace(result, detail=protect_reason(result.detail)))

    async def close(self) -> Counter[Outcome]:
        """Store what is under way; the outcomes of all. Raises as `submit` does."""
        await self._queue.put(None)
        await self._storing
        if self._fault is not None:
            raise self._fault
        return self.outcomes

    async def _store_all(self) -> None:
        """Store in the order of submission, in batches of whatever is waiting."""
        ended = False
        while not ended:
            waiting = [await self._queue.get()]
            while not self._queue.empty():
                waiting.append(self._queue.get_nowait())
            ended = waiting[-1] is None
            # After a fault the queue is still emptied, so that nobody waits at it for ever.
            if self._fault is None:
                try:
                    await self._keep([entry for entry in waiting if entry is not None])
                except Exception as error:  # noqa: BLE001  # whatever it is, the next `submit` raises it
                    self._fault = error
            if self._fault is not None:
                for entry in waiting:
                    if isinstance(entry, _Taken):
                        entry.tagging.cancel()

    async def _keep(self, waiting: Sequence[_Taken | Result]) -> None:
        batch: list[Tagged | Result] = []
        for entry in waiting:
            if isinstance(entry, Result):
                batch.append(entry)
                continue
            try:
                annotation = await entry.tagging
            except Rejected as error:
                batch.append(_refused(entry.document, error, entry.answer))
            else:
                tagged = TaggedDocument(document=entry.document, annotation=annotation)
                batch.append(Tagged(tagged, entry.answer))
        loop = asyncio.get_running_loop()
        outcomes = await loop.run_in_executor(self._writer, keep, self._store, self._run, batch)
        self.outcomes.update(outcomes)


def _refused(document: Document, error: Rejected, answer: Answer | None) -> Result:
    return Result(url=document.url, outcome=error.outcome, detail=protect_reason(error.detail), answer=answer)
