"""History read again by the tagger of today: in parallel, resumable, with an account of what changed."""

import multiprocessing
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import islice

from meoktong.derived import refresh
from meoktong.errors import TaggingError
from meoktong.models import Annotation
from meoktong.store import Store
from meoktong.store.annotate import Reading
from meoktong.store.connection import open_store
from meoktong.store.labels import labels_of
from meoktong.store.retag import Stamp, Which, next_ids, read_stale, write_readings
from pipelines.tag import Make, default_tagger, settle, tag_all

CHUNK = 100  # documents that a worker is given at a time, and that are written in one transaction

Progress = Callable[[int], None]  # is told how many more documents are done


@dataclass(slots=True)
class Changes:
    """What reading again changed. `gained` and `lost` count documents by (field, label)."""

    documents: int = 0
    changed: int = 0
    failed: list[str] = field(default_factory=list)  # addresses that the tagger broke on
    gained: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost: Counter[tuple[str, str]] = field(default_factory=Counter)

    def count(self, before: Annotation, after: Annotation) -> None:
        """Count one document."""
        old, new = frozenset(labels_of(before)), frozenset(labels_of(after))
        self.documents += 1
        self.changed += old != new
        self.gained.update(new - old)
        self.lost.update(old - new)

    def add(self, others: "Changes") -> None:
        """Count those of other documents too."""
        self.documents += others.documents
        self.changed += others.changed
        self.failed += others.failed
        self.gained.update(others.gained)
        self.lost.update(others.lost)


def retag(
    store: Store, stamp: Stamp, which: Which, *, workers: int, progress: Progress, make: Make = default_tagger
) -> Changes:
    """Read the documents meant that the tagger `stamp` has not read yet, with `workers` processes.

    What is done is kept chunk by chunk: an interrupted run is completed by the next one. A document that was corrected
    meanwhile is left to its crawl. Raises StoreError, and TaggingError when a process dies.
    """
    try:
        changes = _retag(store, stamp, which, workers, progress, make)
    except BrokenExecutor:
        raise TaggingError(
            "a tagging process died, of memory or of a fault in the analyser; what was read before is kept: "
            "run retag again, with fewer --workers"
        ) from None
    refresh(store)  # an interrupted run before this one may have left that to do
    return changes


def _retag(store: Store, stamp: Stamp, which: Which, workers: int, progress: Progress, make: Make) -> Changes:
    changes = Changes()
    with ExitStack() as stack:
        pool = stack.enter_context(_pool(workers))
        stack.callback(pool.shutdown, wait=False, cancel_futures=True)
        read = partial(_read, _opener(store, workers), make, stamp, which)
        chunks = ((ids, pool.submit(read, ids)) for ids in _chunks(store, stamp, which))
        waiting = deque(islice(chunks, workers + 1))
        while waiting:
            ids, future = waiting.popleft()
            waiting.extend(islice(chunks, 1))
            readings, found = future.result()
            write_readings(store, readings)
            changes.add(found)
            progress(len(ids))
    return changes


def _pool(workers: int) -> Executor:
    if workers == 1:
        return ThreadPoolExecutor(1)
    return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=settle)


def _opener(store: Store, workers: int) -> Callable[[], Store]:
    """How a worker comes to the database: another process keeps a connection of its own."""
    if workers == 1:
        return lambda: store
    return partial(_opened, store.engine.url.render_as_string(hide_password=False))


@cache
def _opened(url: str) -> Store:
    return open_store(url)


def _chunks(store: Store, stamp: Stamp, which: Which) -> Iterator[list[int]]:
    after = 0
    while ids := next_ids(store, stamp, which, after=after, limit=CHUNK):
        after = ids[-1]
        yield ids


def _read(
    opened: Callable[[], Store], make: Make, stamp: Stamp, which: Which, ids: list[int]
) -> tuple[list[Reading], Changes]:
    """What the tagger says of the documents with `ids`, and what that changes. Runs in a worker.

    It fetches them itself: one process that fetched and wrote for all could not keep two taggers busy.
    """
    chunk = read_stale(opened(), stamp, which, ids)
    readings, changes = [], Changes()
    for stale, annotation in zip(chunk, tag_all(make, stamp.analyser, [s.document for s in chunk]), strict=True):
        if annotation is None:
            changes.failed.append(stale.document.url)
        else:
            readings.append(Reading(stale.document_id, stale.version_id, annotation))
            changes.count(stale.current, annotation)
    return readings, changes
