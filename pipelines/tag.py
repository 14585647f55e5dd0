"""Fourth stage: tagging, in other processes, so that a crawl's reactor never waits for it."""

import asyncio
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial

from meoktong.errors import MeoktongError, Rejected
from meoktong.models import Annotation, Document, Outcome

log = logging.getLogger(__name__)

MOST = 4  # processes; each holds a dictionary in memory

Tag = Callable[[Document], Annotation]
Make = Callable[[str], Tag]


class Tagging:
    """Taggers at work: `workers` processes, or with 1 a thread of this process; 0 is one per core, at most 4.

    One serves all the runs of a process. `make` builds the tagger in each worker and must be importable there.
    """

    def __init__(self, analyser: str, workers: int = 0, make: Make | None = None) -> None:
        self._tag = partial(_tag, make or default_tagger, analyser)
        self._workers = workers or min(MOST, os.cpu_count() or 1)
        self._pool = self._start(self._workers)
        self._cell: Executor | None = None  # where a document that may have killed a worker is tagged alone
        self._lock = asyncio.Lock()
        self._told: set[tuple[type[Exception], str]] = set()  # faults whose traceback the log has already

    async def tag(self, document: Document) -> Annotation:
        """What the tagger says of `document`.

        Raises Rejected(FAILED) when the tagger, or the process it ran in, breaks on it, and MeoktongError when no
        tagger can be made. Each kind of fault is logged with its traceback once.
        """
        pool = self._pool
        try:
            return await self._run(pool, document)
        except BrokenExecutor:
            if self._pool is pool:
                self._pool = self._start(self._workers)
        # A worker died: of memory, or of a fault in the analyser. Every document it had in hand is under suspicion.
        async with self._lock:
            self._cell = self._cell or self._start(1)
            try:
                return await self._run(self._cell, document)
            except BrokenExecutor:
                self._cell = None
                log.warning("%s: the tagging process died on it", document.url)
                raise Rejected(Outcome.FAILED, "the tagging process died on it") from None

    def close(self) -> None:
        """Stop the workers; what they have not begun is dropped."""
        for pool in (self._pool, self._cell):
            if pool is not None:
                pool.shutdown(wait=False, cancel_futures=True)

    def _start(self, workers: int) -> Executor:
        if self._workers == 1:
            return ThreadPoolExecutor(1, thread_name_prefix="tagging")
        return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=settle)

    async def _run(self, pool: Executor, document: Document) -> Annotation:
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, self._tag, document)
        except (MeoktongError, BrokenExecutor):
            raise
        except Exception as error:  # a fault of the tagger must cost one document, not the run
            kind = (type(error), str(error))
            log.warning("%s: the tagger broke on it: %r", document.url, error, exc_info=kind not in self._told)
            self._told.add(kind)
            raise Rejected(Outcome.FAILED, f"tagging: {type(error).__name__}") from error


def default_tagger(analyser: str) -> Tag:
    """The project's tagger."""
    from nlp.tagger import Tagger  # noqa: PLC0415  # loads a dictionary: only in the workers

    return Tagger(analyser).tag


_worker = threading.local()


def _tag(make: Make, analyser: str, document: Document) -> Annotation:
    if not hasattr(_worker, "tag"):
        _worker.tag = make(analyser)
    annotation: Annotation = _worker.tag(document)
    return annotation


def tag_all(make: Make, analyser: str, documents: Sequence[Document]) -> list[Annotation | None]:
    """What the tagger says of each; None where it broke, which is logged. Runs in a worker."""
    said: list[Annotation | None] = []
    for document in documents:
        try:
            said.append(_tag(make, analyser, document))
        except MeoktongError:
            raise
        except Exception:  # a fault of the tagger must cost one document, not the run
            log.exception("%s: the tagger broke on it", document.url)
            said.append(None)
    return said


def settle() -> None:
    """Make a worker process leave Ctrl-C to its parent, and end with it even when that is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
