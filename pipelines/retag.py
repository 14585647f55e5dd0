"""History read again by the tagger of today: in parallel, resumable, with an account of what changed."""

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice

from meoktong.derived import refresh
from meoktong.models import Annotation
from meoktong.store import Store
from meoktong.store.annotate import Reading
from meoktong.store.labels import labels_of
from meoktong.store.retag import Stale, Stamp, Which, next_stale, write_readings
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

    def add(self, before: Annotation, after: Annotation) -> None:
        """Count one document."""
        old, new = frozenset(labels_of(before)), frozenset(labels_of(after))
        self.documents += 1
        self.changed += old != new
        self.gained.update(new - old)
        self.lost.update(old - new)


def retag(
    store: Store, stamp: Stamp, which: Which, *, workers: int, progress: Progress, make: Make = default_tagger
) -> Changes:
    """Read the documents meant that the tagger `stamp` has not read yet, with `workers` processes.

    What is done is kept chunk by chunk: an interrupted run is completed by the next one. A document that was corrected
    meanwhile is left to its crawl. Raises StoreError.
    """
    changes = Changes()
    with ExitStack() as stack:
        pool = stack.enter_context(_pool(workers))
        stack.callback(pool.shutdown, wait=False, cancel_futures=True)
        chunks = _chunks(store, stamp, which)
        waiting = [_begin(pool, make, stamp, chunk) for chunk in islice(chunks, workers + 1)]
        while waiting:
            chunk, future = waiting.pop(0)
            waiting += [_begin(pool, make, stamp, another) for another in islice(chunks, 1)]
            _finish(store, chunk, future.result(), changes)
            progress(len(chunk))
    if changes.documents:
        refresh(store)
    return changes


def _pool(workers: int) -> Executor:
    if workers == 1:
        return ThreadPoolExecutor(1)
    return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=settle)


def _chunks(store: Store, stamp: Stamp, which: Which) -> Iterator[list[Stale]]:
    after = 0
    while chunk := next_stale(store, stamp, which, after=after, limit=CHUNK):
        after = chunk[-1].document_id
        yield chunk


Said = list[Annotation | None]


def _begin(pool: Executor, make: Make, stamp: Stamp, chunk: list[Stale]) -> tuple[list[Stale], Future[Said]]:
    return chunk, pool.submit(tag_all, make, stamp.analyser, [stale.document for stale in chunk])


def _finish(store: Store, chunk: Sequence[Stale], said: Said, changes: Changes) -> None:
    readings = []
    for stale, annotation in zip(chunk, said, strict=True):
        if annotation is None:
            changes.failed.append(stale.document.url)
        else:
            readings.append(Reading(stale.document_id, stale.version_id, annotation))
            changes.add(stale.current, annotation)
    write_readings(store, readings)
