"""An import: a run whose documents come from a file instead of a crawl."""

import asyncio
import gzip
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic

from meoktong.errors import MeoktongError, Rejected
from meoktong.funnel import funnel
from meoktong.jsonl import read
from meoktong.models import Document, Outcome
from meoktong.settings import Settings
from meoktong.store import Store
from meoktong.store.memory import Result, faults
from meoktong.store.runs import LEASE, RunStatus, finish, renew, running
from pipelines.intake import Intake
from pipelines.privacy import author_key
from pipelines.tag import Tagging

FAULTS = (Outcome.INVALID, Outcome.BAD_DATE, Outcome.NO_TEXT, Outcome.FAILED)  # the file, or we, are to blame
SHOWN = 20  # faults given back
BOM = b"\xef\xbb\xbf"

Progress = Callable[[int], None]  # is told how many bytes of the file are read


@dataclass(frozen=True, slots=True)
class Imported:
    """How the lines of a file ended, and the first ones at fault."""

    outcomes: Counter[Outcome]
    faults: list[Result]

    @property
    def at_fault(self) -> int:
        """Lines that are no document, or that we failed on."""
        return sum(self.outcomes[outcome] for outcome in FAULTS)

    @property
    def stored(self) -> int:
        """Lines stored or updated."""
        return funnel(self.outcomes).stored


def import_jsonl(store: Store, path: Path, slug: str, settings: Settings, progress: Progress) -> Imported:
    """Validate, mask, tag and store each line of `path` (JSON Lines, .gz allowed) as a document of the source `slug`.

    However often a file is imported, each document is stored once; what an interrupted import left, the next one
    takes up. Raises MeoktongError: BusyError when the source is held, StoreError, or the file cannot be read.
    """
    key = author_key(settings.author_key, store.folder)
    with running(store, slug, options={"file": path.name}) as run:
        with closing(Tagging(settings.analyser, settings.workers)) as tagging, ThreadPoolExecutor(1) as writer:
            start = partial(Intake, store, run, tagging, key=key, writer=writer)
            outcomes = asyncio.run(_feed(start, _entries(path, slug, progress), partial(renew, store, run), writer))
        imported = Imported(outcomes, faults(store, run, FAULTS, SHOWN))
        finish(store, run, _status(imported), f"{imported.at_fault} lines at fault" if imported.at_fault else None)
    return imported


async def _feed(
    start: Callable[[], Intake], entries: Iterator[Document | Result], hold: Callable[[], None], writer: Executor
) -> Counter[Outcome]:
    due = monotonic() + LEASE.seconds / 3
    async with start() as intake:
        for entry in entries:
            if isinstance(entry, Result):
                await intake.drop(entry)
            else:
                await intake.submit(entry)
            if monotonic() > due:
                await asyncio.get_running_loop().run_in_executor(writer, hold)
                due = monotonic() + LEASE.seconds / 3
    return intake.outcomes


def _entries(path: Path, slug: str, progress: Progress) -> Iterator[Document | Result]:
    for number, document in read(_lines(path, progress), slug):
        if isinstance(document, Rejected):
            address = f"urn:meoktong:{slug}:{path.name}#{number}"
            yield Result(url=address, outcome=document.outcome, detail=f"line {number}: {document.detail}")
        else:
            yield document


def _lines(path: Path, progress: Progress) -> Iterator[bytes]:
    try:
        with path.open("rb") as raw, gzip.open(raw) if path.suffix == ".gz" else raw as file:
            for number, line in enumerate(file):
                progress(raw.tell())
                yield line.removeprefix(BOM) if number == 0 else line
    except (OSError, EOFError, zlib.error) as error:
        raise MeoktongError(f"{path}: {error}") from None


def _status(imported: Imported) -> RunStatus:
    if imported.outcomes and imported.at_fault == imported.outcomes.total():
        return RunStatus.FAILED
    return RunStatus.DONE if imported.stored else RunStatus.NOTHING_NEW
