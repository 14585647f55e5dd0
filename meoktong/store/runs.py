"""Runs: one crawl of one source, or one import. A run holds its source by a lease that it renews."""

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from meoktong import __version__
from meoktong.errors import BusyError, StoreError
from meoktong.store.connection import Store
from meoktong.store.schema import CrawlRun, Source
from meoktong.times import iso_kst, now

LEASE = timedelta(seconds=90)  # renewed every third of it; a killed run frees its source after at most this long


class RunStatus(StrEnum):
    """How a run stands or ended."""

    RUNNING = "running"
    DONE = "done"
    NOTHING_NEW = "nothing-new"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


GOOD = (RunStatus.DONE, RunStatus.NOTHING_NEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run under way. `owner` is the name under which it holds its source."""

    id: int
    source_id: int
    slug: str
    owner: str


def start_run(
    store: Store, slug: str, *, name: str | None = None, kind: str | None = None, options: Mapping[str, Any]
) -> Run:
    """Begin a run of the source `slug` and hold the source for `LEASE`.

    `name` and `kind` describe the source and replace what was known of it; without them (an import) a known source
    keeps its own, a new one is named by its slug and of kind "import". `options` (JSON values) are kept with the run.
    A run that lost its source without ending, because it was killed, is marked as interrupted.
    Raises BusyError when another run holds the source.
    """
    with store.writing() as connection:
        source_id = _source(store, connection, slug, name, kind)
        row = connection.execute(select(Source).where(Source.id == source_id)).one()
        at = now()
        if row.lock_owner is not None and row.lock_expires_at > at:
            raise BusyError(
                f"{slug}: held by {row.lock_owner}; if that is no longer alive, the source is free again at "
                f"{iso_kst(row.lock_expires_at)}"
            )
        connection.execute(
            update(CrawlRun)
            .where(CrawlRun.source_id == source_id, CrawlRun.status == RunStatus.RUNNING)
            .values(status=RunStatus.INTERRUPTED, finished_at=at, message="ended without a word; was it killed?")
        )
        run_id = connection.execute(
            store.insert(CrawlRun)
            .values(
                source_id=source_id,
                started_at=at,
                status=RunStatus.RUNNING,
                options=dict(options),
                version=__version__,
            )
            .returning(CrawlRun.id)
        ).scalar_one()
        owner = f"run {run_id} (process {os.getpid()} on {socket.gethostname()})"
        connection.execute(
            update(Source).where(Source.id == source_id).values(lock_owner=owner, lock_expires_at=at + LEASE)
        )
    return Run(id=run_id, source_id=source_id, slug=slug, owner=owner)


def renew(store: Store, run: Run) -> None:
    """Hold the source for another `LEASE`. Raises StoreError when another run has taken it meanwhile."""
    with store.writing() as connection:
        renewed = connection.execute(
            update(Source)
            .where(Source.id == run.source_id, Source.lock_owner == run.owner)
            .values(lock_expires_at=now() + LEASE)
        )
        if renewed.rowcount == 0:
            raise StoreError(f"{run.slug}: this run was away for more than {LEASE.seconds} s and lost its source")


def finish(store: Store, run: Run, status: RunStatus, message: str | None = None) -> None:
    """End the run, with one line on why when it failed, and free its source. A second call changes nothing."""
    with store.writing() as connection:
        connection.execute(
            update(CrawlRun)
            .where(CrawlRun.id == run.id, CrawlRun.status == RunStatus.RUNNING)
            .values(status=status, finished_at=now(), message=message)
        )
        connection.execute(
            update(Source)
            .where(Source.id == run.source_id, Source.lock_owner == run.owner)
            .values(lock_owner=None, lock_expires_at=None)
        )


def mark_verified(store: Store, slug: str, *, name: str, kind: str) -> None:
    """Note that a live page of a source was read just now and every field came out; the source may be new."""
    with store.writing() as connection:
        source_id = _source(store, connection, slug, name, kind)
        connection.execute(update(Source).where(Source.id == source_id).values(verified_at=now()))


def name_sources(store: Store, names: Mapping[str, str]) -> None:
    """Give sources that are named by their slug, because an import brought them, their `names`, by slug."""
    with store.writing() as connection:
        connection.execute(
            update(Source)
            .where(Source.slug == bindparam("known"), Source.name == Source.slug)
            .values(name=bindparam("new")),
            [{"known": slug, "new": name} for slug, name in names.items()],
        )


@contextmanager
def running(store: Store, slug: str, *, options: Mapping[str, Any]) -> Iterator[Run]:
    """A run of the source `slug`, as `start_run` begins it; an exception ends it as failed or interrupted.

    Whoever enters calls `finish` when all went well.
    """
    run = start_run(store, slug, options=options)
    try:
        yield run
    except BaseException as error:
        interrupted = isinstance(error, KeyboardInterrupt)
        with suppress(StoreError):  # the first error says more than that it could not be noted
            finish(
                store,
                run,
                RunStatus.INTERRUPTED if interrupted else RunStatus.FAILED,
                None if interrupted else str(error),
            )
        raise


def _source(store: Store, connection: Connection, slug: str, name: str | None, kind: str | None) -> int:
    statement = store.insert(Source).values(slug=slug, name=name or slug, kind=kind or "import")
    known = {key: value for key, value in (("name", name), ("kind", kind)) if value is not None}
    if known:
        statement = statement.on_conflict_do_update(index_elements=[Source.slug], set_=known)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=[Source.slug])
    connection.execute(statement)
    return connection.execute(select(Source.id).where(Source.slug == slug)).scalar_one()
