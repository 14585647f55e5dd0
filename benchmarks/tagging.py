"""How fast the tagger is, as ratios to bare morphological analysis of the same texts on the same machine.

    python benchmarks/tagging.py [DOCUMENTS.jsonl]

Documents are JSON Lines with a key `relevant` as in coded files; without a path, the invented documents of the tests.
Two streams are measured, each as the best of several rounds, in one process, everything warm:
  relevant  every document tells of an outage
  stream    one document in ten does
and, where Java is present, bare Okt on the first. A ratio above 1: the tagger needs less time than the analyser.
"""

import resource
import sys
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter, process_time

import msgspec

from meoktong.errors import MeoktongError, Rejected
from meoktong.jsonl import read
from meoktong.models import Document
from nlp.morphology import analyser

INVENTED = Path(__file__).parents[1] / "tests" / "tagger" / "invented.jsonl"
ROUNDS = 15
RELEVANT, STREAM = 100, 400  # documents in each stream


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
        print(f"{name:9} {label:7} {len(documents) / taken:8,.0f} documents/s{ratio}")  # noqa: T201


def main() -> None:
    """Run both comparisons and print what the process took to start and in memory."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else INVENTED
    relevant, others = load(path)
    start = perf_counter()
    from nlp.tagger import Tagger  # noqa: PLC0415  # its start is measured

    tag = Tagger().tag
    tag(relevant[0])
    print(f"start-up  {perf_counter() - start:.2f} s to the first annotation")  # noqa: T201
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
    print(f"memory    {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")  # noqa: T201
    try:
        okt = analyser("okt")
    except MeoktongError as error:
        print(f"okt       not measured: {error}")  # noqa: T201
    else:
        compare(
            "relevant", relevant[:20], tagger=tag, okt=lambda document: okt.pos(f"{document.title}\n{document.text}")
        )


if __name__ == "__main__":
    main()
