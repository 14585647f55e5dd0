"""How fast the tagger is, as ratios to bare morphological analysis of the same texts on the same machine.

    python benchmarks/tagging.py
    python benchmarks/tagging.py documents.jsonl

Two streams are measured, each as the best of several rounds, in one process, everything warm:
  relevant  every document tells of an outage
  stream    one document in ten does
and, where Java is present, bare Okt on the first. A ratio above 1: the tagger needs less time than the analyser.
Then `meoktong retag` reads a database of all documents, many times over, with one process and with two. That needs a
machine with two idle cores: what the processes took of them says what could have been.
"""

import argparse
import multiprocessing
import resource
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import msgspec
from msgspec import structs

from meoktong.catalog import catalog_hash
from meoktong.errors import MeoktongError, Rejected
from meoktong.jsonl import read
from meoktong.models import Annotation, Document, TaggedDocument
from meoktong.store import connect
from meoktong.store.retag import Stamp, Which
from meoktong.store.runs import RunStatus, finish, running
from meoktong.store.write import write
from nlp.morphology import analyser
from pipelines.retag import CHUNK, retag

INVENTED = Path(__file__).parents[1] / "tests" / "tagger" / "invented.jsonl"
ROUNDS = 15
RELEVANT, STREAM = 100, 400  # documents in each stream
STORED, BATCH = 6_000, 100  # documents in the database, and those written at a time


class Coded(msgspec.Struct):
    """The one key of a coded document that is needed here."""

    relevant: bool


def load(path: Path) -> tuple[list[Document], list[Document]]:
    """The documents that tell of an outage, and the others."""
    lines = path.read_bytes().splitlines()
    kinds: tuple[list[Document], list[Document]] = ([], [])
    for number, document in read(lines, "benchmark"):
        if isinstance(document, Rejected):
            sys.exit(f"{path}, line {number}: {document.detail}")
        kinds[not msgspec.json.decode(lines[number - 1], type=Coded).relevant].append(document)
    return kinds


def one_in_ten(relevant: Sequence[Document], others: Sequence[Document], length: int) -> list[Document]:
    """A stream of `length` documents in which every tenth tells of an outage."""
    hits, misses = cycle(relevant), cycle(others)
    return [next(hits) if place % 10 == 0 else next(misses) for place in range(length)]


def seconds(work: Callable[[Document], object], documents: Sequence[Document]) -> float:
    """The processor's time for one round over `documents`: a busy machine disturbs it less than the clock's."""
    start = process_time()
    for document in documents:
        work(document)
    return process_time() - start


def compare(name: str, documents: Sequence[Document], **works: Callable[[Document], object]) -> None:
    """Print the rate of each work on `documents`, and the first one's ratio to the others. Rounds alternate."""
    best = dict.fromkeys(works, float("inf"))
    for _ in range(ROUNDS):
        for label, work in works.items():
            best[label] = min(best[label], seconds(work, documents))
    first = next(iter(best))
    for label, taken in best.items():
        ratio = "" if label == first else f"   {first} / {label}: {taken / best[first]:.2f}"
        print(f"{name:9} {label:7} {len(documents) / taken:8,.0f} documents/s{ratio}")


def scaling(documents: Sequence[Document], tag: Callable[[Document], Annotation]) -> None:
    """Print how fast `retag` reads a database, once begun, with one process and with two, and the ratio."""
    stamp = Stamp(tagger_version=tag(documents[0]).tagger_version, catalog_hash=catalog_hash(), analyser="mecab")
    taken = {}
    with TemporaryDirectory() as folder:
        filled = Path(folder) / "filled.db"
        _fill(f"sqlite:///{filled}", documents, tag)
        for workers in (1, 2):
            path = shutil.copy(filled, filled.with_name(f"{workers}.db"))
            with connect(f"sqlite:///{path}") as store:
                worked, done = _processors_time(), [perf_counter()]
                retag(store, stamp, Which(), workers=workers, progress=_clock(done))
                taken[workers] = (done[-1] - done[workers]) / (len(done) - 1 - workers)  # workers are started by then
                for worker in multiprocessing.active_children():
                    worker.join()
            rate, worked = CHUNK / taken[workers], _processors_time() - worked
            ratio = f"   1 process / 2: {taken[1] / taken[2]:.2f}" if workers > 1 else ""
            print(f"retag     {workers} at once {rate:6,.0f} documents/s, {worked:.1f} s of processors{ratio}")


def _clock(times: list[float]) -> Callable[[int], None]:
    return lambda _: times.append(perf_counter())


def _fill(url: str, documents: Sequence[Document], tag: Callable[[Document], Annotation]) -> None:
    """A database of STORED documents that an older tagger has read, and found what this one will."""
    copies = (replace(given, url=f"{given.url}/{n}", external_id=None) for n, given in enumerate(cycle(documents)))
    items = (
        TaggedDocument(document=each, annotation=structs.replace(tag(each), tagger_version="older")) for each in copies
    )
    with connect(url) as store, running(store, "benchmark", options={}) as run:
        for _ in range(STORED // BATCH):
            write(store, run, list(islice(items, BATCH)))
        finish(store, run, RunStatus.DONE)


def _processors_time() -> float:
    """Seconds that this process and its children took of the processors."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def main() -> None:
    """Run all comparisons and print what the process took to start and in memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "documents",
        type=Path,
        nargs="?",
        default=INVENTED,
        help="JSON Lines with a key `relevant`, as in coded files (default: the invented documents of the tests)",
    )
    path = parser.parse_args().documents
    try:
        relevant, others = load(path)
    except OSError as error:
        parser.error(f"{path}: {error.strerror}")
    if not relevant or not others:
        parser.error(f"{path}: needs documents that tell of an outage, and others")
    start = perf_counter()
    from nlp.tagger import Tagger  # its start is measured

    tag = Tagger().tag
    tag(relevant[0])
    print(f"start-up  {perf_counter() - start:.2f} s to the first annotation")
    mecab = analyser("mecab").pos_raw
    compare(
        "relevant",
        list(islice(cycle(relevant), RELEVANT)),
        tagger=tag,
        mecab=lambda document: mecab(f"{document.title}\n{document.text}"),
    )
    compare(
        "stream",
        one_in_ten(relevant, others, STREAM),
        tagger=tag,
        mecab=lambda document: mecab(f"{document.title}\n{document.text}"),
    )
    scaling([*relevant, *others], tag)
    print(f"memory    {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")
    try:
        okt = analyser("okt")
    except MeoktongError as error:
        print(f"okt       not measured: {error}")
    else:
        compare(
            "relevant", relevant[:20], tagger=tag, okt=lambda document: okt.pos(f"{document.title}\n{document.text}")
        )


if __name__ == "__main__":
    main()
