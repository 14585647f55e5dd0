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
def progress(*, quiet: bool = False) -> Iterator[Show]:
    """A function that shows the tallies of all sources; call it as often as you like."""
    console = Console(stderr=True)
    if quiet:
        yield lambda tallies: None
    elif console.is_terminal:
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

    def __call__(self, tallies: Sequence["Ledger"]) -> None:
        for tally in tallies:
            if tally.run.slug not in self._tasks:
                self._tasks[tally.run.slug] = self._bars.add_task(tally.run.slug, total=None)
            self._bars.update(
                self._tasks[tally.run.slug], total=tally.discovered or None, completed=tally.outcomes.total()
            )


class _Lines:
    def __init__(self) -> None:
        self._due = monotonic() + EVERY

    def __call__(self, tallies: Sequence["Ledger"]) -> None:
        if monotonic() < self._due:
            return
        self._due = monotonic() + EVERY
        click.echo("; ".join(f"{t.run.slug}: {t.outcomes.total()} of {t.discovered} pages" for t in tallies), err=True)
