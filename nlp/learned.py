"""What coded sentences teach: runs of characters that speak for a label, or against it, in a sentence.

`benchmarks/learning.py` makes catalog/learned.yml and learned.npy from the coded sentences in tests/gold. The score of
a sentence for a label is the label's bias and the weights of all runs of two and three characters in it. Weights are
whole numbers, so that every machine comes to the same sums. From `enough` on a sentence says so by itself.
"""

from collections.abc import Iterable
from functools import cache
from importlib.resources import as_file, files

import numpy as np
from numpy.typing import NDArray

from meoktong import catalog
from meoktong.models import Evidence, Label
from nlp.text import Reading, Sentence

LENGTHS = (2, 3)  # characters of a run
_OF_THREE = np.uint64(1 << 48)  # in their keys: what begins with another character is no run of two
_PLACES = 17  # a run's place in the table is a number of so many bits
_NEVER = -(1 << 20)  # below every score
_FEW = 2  # sentences: too little to doubt what the rules found
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2 ** 64 / the golden ratio: multiplicative hashing (Knuth, TAOCP 6.4)


class Field(catalog.Struct, frozen=True):
    """A field's labels with their biases, in the order of their columns, and the scores that count."""

    labels: dict[str, int]
    enough: int
    doubt: int | None = None  # below it the rules are not believed


def _alphabet() -> NDArray[np.uint64]:
    """For each character of the first plane: itself where it may stand in a run, else 0."""
    known = np.zeros(0x10000, np.uint64)
    for first, last in ("가힣", "az", "ㄱㅣ", "  "):
        span = np.arange(ord(first), ord(last) + 1)
        known[span] = span
    return known


_ALPHABET = _alphabet()


def runs(folded: str) -> tuple[NDArray[np.uint64], ...]:
    """The keys of the runs of each of LENGTHS that begin at each character of a folded text (see nlp.text).

    Runs consist of Hangul, Latin letters and spaces. Other characters make keys that `whole` tells apart.
    """
    codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), "<u4")
    letters = np.zeros(len(codes) + LENGTHS[-1], np.uint64)
    letters[: len(codes)] = _ALPHABET[np.minimum(codes, 0xFFFF)]
    two = letters[:-2] << np.uint64(16) | letters[1:-1]
    three = two << np.uint64(16) | letters[2:] | _OF_THREE
    return two[: len(codes)], three[: len(codes)]


def whole(keys: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which keys are those of runs."""
    first, second, third = ((keys >> np.uint64(16 * place)) & np.uint64(0xFFFF) for place in (2, 1, 0))
    return (third > 0) & (second > 0) & ((first > 0) | (keys < _OF_THREE))


def places(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Where runs stand in the table. No two runs that are learned of have the same place."""
    return (keys * _SPREAD) >> np.uint64(64 - _PLACES)


class _Model:
    """learned.yml and learned.npy, ready for use."""

    def __init__(self) -> None:
        self.fields = catalog.read("learned.yml", dict[str, Field])
        with as_file(files(catalog).joinpath("learned.npy")) as path:
            rows = np.load(path, allow_pickle=False)
        self.nothing = len(rows)  # the row of runs that nothing is known of
        self.keys = np.append(rows["key"], np.uint64(0))
        self.weights = np.vstack([rows["weights"], np.zeros_like(rows["weights"][:1])])
        self.table = np.full(1 << _PLACES, self.nothing, np.uint16)
        self.table[places(rows["key"])] = np.arange(self.nothing)
        columns = [(name, label) for name, field in self.fields.items() for label in field.labels]
        self.column = {column: place for place, column in enumerate(columns)}
        self.bias = np.array([self.fields[name].labels[label] for name, label in columns], np.int32)

    def rows(self, keys: NDArray[np.uint64]) -> NDArray[np.uint16]:
        """The row of each run."""
        rows = self.table[places(keys)]
        rows[self.keys[rows] != keys] = self.nothing
        return rows


@cache
def _model() -> _Model:
    return _Model()


class Opinion:
    """What the sentences of a document say of each label."""

    def __init__(self, reading: Reading) -> None:
        model = _model()
        self._sentences = reading.sentences
        text = reading.title.end + 1
        self._starts = [s.start + (0 if s.part is reading.title else text) for s in self._sentences]
        self._rows = [model.rows(keys) for keys in runs(f"{reading.title.folded}\n{reading.text.folded}")]
        two, three = (model.weights[rows].astype(np.int16) for rows in self._rows)
        sums = np.add.reduceat(two + three, self._starts, axis=0, dtype=np.int32) if self._starts else two[:0]
        self._scores = sums + model.bias
        self._most = self._scores.max(axis=0, initial=_NEVER).tolist()

    def score(self, field: str, label: str) -> int:
        """That of the sentence that speaks most for the label."""
        return int(self._most[_model().column[field, label]])

    def agrees(self, field: str, label: str, *, ruled: bool) -> bool:
        """Does the document as a whole, its average sentence, speak for the label, which the rules gave or did not?"""
        if ruled and len(self._sentences) <= _FEW:
            return True
        wanted, column = _model().fields[field], _model().column[field, label]
        least = wanted.doubt if ruled and wanted.doubt is not None else wanted.enough
        return int(self._scores[:, column].sum()) >= least * max(1, len(self._sentences))

    def add(self, field: str, found: Iterable[Label], order: Iterable[str]) -> tuple[Label, ...]:
        """The labels `found` by rules, and those that a sentence says by itself; in `order`."""
        enough, ruled = _model().fields[field].enough, {label.id: label for label in found}
        said = {id_: ruled.get(id_) or self._said(field, id_, enough) for id_ in order}
        return tuple(label for label in said.values() if label)

    def _said(self, field: str, id_: str, enough: int) -> Label | None:
        return self.label(field, id_, enough) if self.score(field, id_) >= enough else None

    def choose(self, field: str, ruled: Label | None, weight: int) -> Label | None:
        """The one label of a field with most for it, None if no sentence says any; the rules' answer has `weight`."""
        wanted = _model().fields[field]
        scores = {label: self.score(field, label) for label in wanted.labels}
        if ruled:
            scores[ruled.id] += weight
        best = max(scores, key=scores.__getitem__)
        if scores[best] < wanted.enough + (0 if ruled else weight):
            return None
        return ruled if ruled and ruled.id == best else self.label(field, best, scores[best])

    def label(self, field: str, id_: str, enough: int) -> Label:
        """The label, with each sentence of a score from `enough` on as evidence: the run that speaks most for it."""
        column = _model().column[field, id_]
        saying = np.flatnonzero(self._scores[:, column] >= enough)
        return Label(id=id_, evidence=tuple(self._evidence(f"{field}.{id_}", int(index), column) for index in saying))

    def _evidence(self, name: str, index: int, column: int) -> Evidence:
        sentence = self._sentences[index]
        first = self._starts[index]
        span = slice(first, first + sentence.end - sentence.start)
        weights = [_model().weights[rows[span], column] for rows in self._rows]
        length, place = divmod(int(np.argmax(np.concatenate(weights))), span.stop - span.start)
        start = sentence.start + place
        end = start + LENGTHS[length]
        return sentence.part.evidence(start, end, f"{name}:learned:{_run(sentence, start, end)}")


def _run(sentence: Sentence, start: int, end: int) -> str:
    return sentence.part.folded[start:end].strip()
