"""What each mechanism of the tagger adds: how F1 changes, in points, when it alone is switched off.

    python benchmarks/ablation.py [CODED.jsonl ...]

Prints one table for each coded file (without paths, the project's own gold sets): the first line is the whole tagger,
the others the change without one mechanism. An empty cell is no change.
"""

import argparse
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec
from rich.console import Console
from rich.table import Table

from meoktong.coded import FIELDS, Coded, agree, coded
from meoktong.errors import Rejected
from meoktong.jsonl import read
from meoktong.models import Document
from nlp import affected, causes, frames, outages, services, text
from nlp.learned import Opinion
from nlp.roles import roles
from nlp.tagger import tag

GOLD = Path(__file__).parents[1] / "tests" / "gold"
NEVER = re.compile(r"(?!)")
UNABLE = re.compile("[못안않없]|어려|어렵|힘들")

Off = Callable[[], list[AbstractContextManager[Any]]]


def without_modes(*modes: str) -> AbstractContextManager[Any]:
    """No clause or sentence has one of `modes`."""
    has = text._Text.has
    return patch.object(text._Text, "has", lambda self, *asked: has(self, *(set(asked) - set(modes))))


def whole_sentence(part: text.Part, place: int) -> text.Clause:
    """The sentence at `place` as its only clause."""
    sentence = part.sentence_at(place)
    return text.Clause(sentence, sentence.start, sentence.end)


def without_inability() -> AbstractContextManager[Any]:
    """A predicate that something is not done or cannot be done is no predicate."""
    between = frames._Said.between
    return patch.object(
        frames._Said,
        "between",
        lambda self, *place: [p for p in between(self, *place) if not UNABLE.search(self.part.folded[p[0] : p[1]])],
    )


def without_barriers() -> AbstractContextManager[Any]:
    """Nothing parts a noun from a predicate behind it."""
    particle, head, _, taken_back = frames._guards()
    return patch.object(frames, "_guards", lambda: (particle, head, NEVER, taken_back))


OFF: dict[str, Off] = {
    "context of ambiguous names": lambda: [patch.object(services._Near, "holds", lambda *_: True)],
    "one sense a document, lists of names": lambda: [patch.object(services._Name, "possible", lambda *_: ())],
    "names introduced by their kind": lambda: [patch.object(services, "_introduced", lambda *_: iter(()))],
    "roles: means, place, comparison": lambda: [patch.object(affected._Judge, "_role", lambda *_: None)],
    "attribution: the company speaks": lambda: [
        patch.object(affected, "roles", lambda: replace(roles(), speech=NEVER, company_after=NEVER)),
    ],
    "what kept working": lambda: [
        patch.object(outages, "_told", lambda said: (o for o in said if o.kind != "working" and o.asserted)),
    ],
    "lists share their last one's fate": lambda: [patch.object(affected, "listed", lambda *_: False)],
    "topics go on: title, next sentence": lambda: [
        patch.object(affected._Judge, "_carry", lambda *_: None),
        patch.object(affected._Judge, "_title", lambda *_: None),
    ],
    "clauses": lambda: [patch.object(text.Part, "clause_at", whole_sentence)],
    "denied outages": lambda: [patch.object(outages._compiled(), "denied_after", NEVER)],
    "conditions, fears, plans": lambda: [
        without_modes("hypothetical", "feared"),
        patch.object(outages, "planned", lambda _: False),
        patch.object(outages._compiled(), "unreal_before", NEVER),
        patch.object(outages._compiled(), "unreal_after", NEVER),
        patch.object(outages._compiled(), "when_after", NEVER),
    ],
    "earlier outages set apart": lambda: [without_modes(text.RECALLED)],
    "negated predicates: 못, 안, 수 없다": lambda: [without_inability()],
    "harm denied or feared": lambda: [patch.object(frames, "_void", lambda *_: False)],
    "what parts noun and predicate": lambda: [without_barriers()],
    "who acts: customers, merchants": lambda: [patch.object(frames.Actors, "nearest", lambda *_: None)],
    "causes denied or supposed": lambda: [patch.object(causes, "_stated", lambda *_: True)],
    "what coded texts teach": lambda: [
        patch.object(Opinion, "agrees", lambda self, field, label, *, ruled, vague=False: ruled),
        patch.object(Opinion, "add", lambda self, field, rules: tuple(rules(None))),
        patch.object(Opinion, "choose", lambda self, field, ruled: ruled),
    ],
}


def load(path: Path) -> list[tuple[Document, Coded]]:
    """The documents of a coded file with what their coders said."""
    lines = path.read_bytes().splitlines()
    pairs: list[tuple[Document, Coded]] = []
    for number, document in read(lines, "ablation"):
        if isinstance(document, Rejected):
            sys.exit(f"{path}, line {number}: {document.detail}")
        pairs.append((document, msgspec.json.decode(lines[number - 1], type=dict[str, Any])))
    return pairs


def scores(pairs: list[tuple[Document, Coded]]) -> Mapping[str, float]:
    """F1 by field, in points."""
    found = agree((gold, coded(tag(document))) for document, gold in pairs)
    return {field: 100 * found[field].f1 for field in FIELDS}


def main() -> None:
    """Print a table for each file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, default=sorted(GOLD.glob("*.jsonl")), metavar="CODED.jsonl")
    console = Console(width=160)
    for path in parser.parse_args().files:
        pairs = load(path)
        whole = scores(pairs)
        table = Table(title=f"{path.name}: {len(pairs)} documents, F1 in points", title_justify="left")
        table.add_column("without", no_wrap=True)
        for field in FIELDS:
            table.add_column(field.replace("_", "\n"), justify="right")
        table.add_row("(the whole tagger)", *(f"{whole[field]:.1f}" for field in FIELDS))
        for name, off in OFF.items():
            with ExitStack() as stack:
                for switch in off():
                    stack.enter_context(switch)
                less = scores(pairs)
            changes = (less[field] - whole[field] for field in FIELDS)
            table.add_row(name, *(f"{change:+.1f}" if abs(change) >= 0.05 else "" for change in changes))
        console.print(table)


if __name__ == "__main__":
    main()
