"""What it costs to keep incidents up to date: grouping everything, and only what a few new documents touch.

    python benchmarks/incidents.py [1000 10000 ...]

For each size an invented corpus is stored in a new SQLite file but for its last 50 documents, all are grouped, and
then the 50 are added one at a time. Printed is processor time: seconds for all; milliseconds for one document (median,
mean and slowest), and for looking when nothing is new.
"""

import argparse
from itertools import islice
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from time import process_time

from corpus import corpus, fill

from meoktong.incidents import refresh
from meoktong.store import Store, connect

ADDED = 50


def measure(size: int) -> str:
    """One line."""
    with TemporaryDirectory() as folder, connect(f"sqlite:///{Path(folder) / 'incidents.db'}") as store:
        documents = corpus(size)
        fill(store, islice(documents, size - ADDED))
        all_of_them = timed(store)
        nothing = timed(store)
        each = []
        for _ in range(ADDED):
            fill(store, islice(documents, 1))
            each.append(timed(store))
    figures = (median(each), mean(each), max(each), nothing)
    return f"{size:>9,} {all_of_them:9.2f} " + " ".join(f"{seconds * 1000:9.1f}" for seconds in figures)


def timed(store: Store) -> float:
    """Processor seconds of one refresh."""
    begun = process_time()
    refresh(store)
    return process_time() - begun


def main() -> None:
    """Measure the sizes on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=[1000, 10_000], metavar="SIZE", help="documents")
    sizes = parser.parse_args().sizes
    print("documents     all s    one ms   mean ms  worst ms nothing ms")
    for size in sizes:
        print(measure(size), flush=True)


if __name__ == "__main__":
    main()
