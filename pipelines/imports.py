"""An import: a run whose documents come from a file instead of a crawl."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from time import monotonic

from meoktong.derived import refresh
from meoktong.errors import FileError, Rejected
from meoktong.files import Entry
from meoktong.funnel import funnel
from meoktong.models import Outcome
from meoktong.settings import Settings
from meoktong.store import Store
from meoktong.store.memory import Result, faults
from meoktong.store.runs import LEASE, RunStatus, finish, renew, running
from pipelines.intake import Intake
from pipelines.privacy import author_key
from pipelines.tag import Tagging

SHOWN = 20  # faults given back


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where entries come from: the source that the run belongs to, the file's name, and which outcomes are faults.

    A line that is no document is the fault of a list of documents; a page without an article is none of an archive's.
    """

    slug: str
    file: str
    faults: Collection[Outcome]


@dataclass(frozen=True, slots=True)
class Imported:
    """How the entries of a file ended, how many of them are faults, and the first ones."""

    outcomes: Counter[Outcome]
    at_fault: int
    faults: list[Result]

    @property
    def stored(self) -> int:
        """Entries stored or updated."""
        return funnel(self.outcomes).stored


def import_documents(store: Store, origin: Origin, entries: Iterable[Entry], settings: Settings) -> Imported:
    """Validate, mask, tag and store each document of a file under the source that the document names.

    However often a file is imported, each document is stored once; what an interrupted import left, the next one
    takes up. Raises MeoktongError: BusyError when another run holds `origin.slug`, StoreError, or the FileError that
    `entries` raise where the file is damaged; what came before it is stored.
    """
    key = author_key(settings.author_key, store.folder)
    with running(store, origin.slug, options={"file": origin.file}) as run:
        with closing(Tagging(settings.analyser, settings.workers)) as tagging, ThreadPoolExecutor(1) as writer:
            start = partial(Intake, store, run, tagging, key=key, writer=writer)
            outcomes = asyncio.run(_feed(start, origin, entries, partial(renew, store, run), writer))
        refresh(store)
        at_fault = sum(outcomes[outcome] for outcome in origin.faults)
        imported = Imported(outcomes, at_fault, faults(store, run, origin.faults, SHOWN))
        finish(store, run, _status(imported), f"{at_fault} entries at fault" if at_fault else None)
    return imported


async def _feed(
    start: Callable[[], Intake], origin: Origin, entries: Iterable[Entry], hold: Callable[[], None], writer: Executor
) -> Counter[Outcome]:
    due = monotonic() + LEASE.seconds / 3
    damage: FileError | None = None
    async with start() as intake:
        try:
            for place, found in entries:
                if isinstance(found, Rejected):
                    address = f"urn:meoktong:{origin.slug}:{origin.file}#{place}"
                    detail = f"{place}: {found.detail}"
                    await intake.drop(Result(url=address, outcome=found.outcome, detail=detail))
                else:
                    await intake.submit(found)
                if monotonic() > due:
                    await asyncio.get_running_loop().run_in_executor(writer, hold)
                    due = monotonic() + LEASE.seconds / 3
        except FileError as error:
            damage = error  # raised when what came before is stored
    if damage is not None:
        raise damage
    return intake.outcomes


def _status(imported: Imported) -> RunStatus:
    if imported.outcomes and imported.at_fault == imported.outcomes.total():
        return RunStatus.FAILED
    return RunStatus.DONE if imported.stored else RunStatus.NOTHING_NEW
