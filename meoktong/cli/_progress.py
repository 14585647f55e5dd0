"""How a crawl goes, on standard error: bars in a terminal, a plain line every ten seconds elsewhere."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from meoktong.crawl.ledger import Ledger

Show = Callable[[Sequence["Ledger"]], None]
EVERY = 10.0  # seconds between plain lines


@contextmanager
def progress() -> Iterator[Show]:
    """A function that shows how far the runs are; call it as often as you like."""
    console = Console(stderr=True)
    if console.is_terminal:
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        ) as bars:
            yield _Bars(bars)
    else:
        yield _Lines()


class _Bars:
    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, ledgers: Sequence["Ledger"]) -> None:
        for ledger in ledgers:
            source = ledger.run.slug
            if source not in self._tasks:
                self._tasks[source] = self._bars.add_task(source, total=None)
            self._bars.update(self._tasks[source], total=ledger.discovered or None, completed=ledger.outcomes.total())


class _Lines:
    def __init__(self) -> None:
        self._due = monotonic() + EVERY

    def __call__(self, ledgers: Sequence["Ledger"]) -> None:
        if monotonic() < self._due:
            return
        self._due = monotonic() + EVERY
        done = sum(ledger.report is not None for ledger in ledgers)
        ended = sum(ledger.outcomes.total() for ledger in ledgers)
        discovered = sum(ledger.discovered for ledger in ledgers)
        click.echo(f"{done} of {len(ledgers)} sources done, {ended} of {discovered} pages", err=True)
