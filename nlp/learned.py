"""What coded texts teach: runs of characters that speak for a label, or against it, in a sentence.

`benchmarks/learning.py` makes catalog/learned.yml and learned.npy from the sentences and documents coded in tests/gold.
The score of a sentence for a label is the label's bias and the weights of all runs of two and three characters in it.
Weights are whole numbers, so that every machine comes to the same sums. A document's score for a label adds up what
the three sentences say that say most (the logarithm of the sum of their odds: of all sentences it would grow with a
text's length). Where rules found the label too, their word adds to it; from `enough` on the document has the label.
"""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable
from functools import cache
from importlib.resources import as_file, files
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from meoktong import catalog
from meoktong.models import Evidence, Kind, Label
from nlp.lazy import lazy
from nlp.text import Part, Reading

LENGTHS = (2, 3)  # characters of a run
UNIT = 48  # a score of so much is a factor of e in the odds
_PACKED = np.array([1 << 32, 1 << 16, 1], np.uint64)  # what three letters in a row are multiplied by
_LEFT_OUT = np.array([[16], [0]], np.uint64)  # bits of three letters that the key of a run of two, or three, leaves out
_OF_THREE = np.uint64(1 << 48)  # in their keys: what begins with another character is no run of two
_MARKS = np.array([[0], [_OF_THREE]], np.uint64)
_PLACES = 18  # a run's place in the table is a number of so many bits
_NEVER = -1e6  # below every score
_AT_ONCE = 100  # sentences: what is looked up for them must not fill the memory
_NEARLY = UNIT // 2  # what a sentence's score may lack of the best one's to be shown as well
_SUMMED, _HEARD = 3, 10  # sentences
_FEW = 2  # sentences: too little to doubt what the rules say
_BRIEF = 4  # sentences of a text of which the worst is a greeting
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2 ** 64 / the golden ratio: multiplicative hashing (Knuth, TAOCP 6.4)


class Field(catalog.Struct, frozen=True):
    """A field's labels with their biases, in the order of their columns, and the scores that count."""

    labels: dict[str, int]
    enough: int  # from it on a document has the label; of relevance the average sentence counts
    ruled: int = 0  # what the word of the rules adds to a label's score
    in_posts: int = 0  # what is added in a post, which says less of the same
    doubt: int | None = None  # below it the rules are not believed; less than `enough`
    vague: int | None = None  # the same, where what the rules found is said of no service
    sure: int = 0  # a sentence that says so much leaves no doubt


def _alphabet() -> NDArray[np.uint64]:
    """For each character of the first plane, and one for all others: itself where it may stand in a run, else 0."""
    known = np.zeros(0x10001, np.uint64)
    for first, last in ("가힣", "az", "ㄱㅣ", "  "):
        span = np.arange(ord(first), ord(last) + 1)
        known[span] = span
    return known


_ALPHABET = _alphabet()


def runs(folded: str) -> NDArray[np.uint64]:
    """The keys of the runs of LENGTHS (rows) that begin at each character (columns) of a folded text (see nlp.text).

    Runs consist of Hangul, Latin letters and spaces. Other characters make keys that `whole` tells apart.
    """
    # "utf-32" has a mark in front, but needs no codec to be looked up by name
    codes = np.frombuffer(f"{folded}\0\0".encode("utf-32", "surrogatepass"), np.uint32, offset=4)
    keys = np.correlate(_ALPHABET.take(codes, mode="clip"), _PACKED)[: len(folded)] >> _LEFT_OUT
    keys |= _MARKS
    return keys


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
        self.keys = np.append(np.uint64(0), rows["key"])  # the first row is that of runs that nothing is known of
        self.weights = np.vstack([np.zeros_like(rows["weights"][:1]), rows["weights"]])
        self.by_label = np.ascontiguousarray(self.weights.T)
        self.table = np.zeros(1 << _PLACES, np.uint16)
        self.table[places(rows["key"])] = np.arange(1, len(self.keys))
        biases = [bias for field in self.fields.values() for bias in field.labels.values()]
        self.bias = np.array(biases, np.int32)
        self.none = np.zeros((0, len(biases)), np.int32)  # the scores of no sentences
        first = accumulate((len(field.labels) for field in self.fields.values()), initial=0)
        self.first = dict(zip(self.fields, first, strict=False))  # each field's first column

    def column(self, field: str, label: str) -> int:
        """The column of a label."""
        return self.first[field] + list(self.fields[field].labels).index(label)

    def rows(self, keys: NDArray[np.uint64]) -> NDArray[np.uint16]:
        """The row of each run."""
        rows = self.table.take(places(keys).view(np.int64))
        rows *= self.keys.take(rows) == keys
        return rows


@cache
def _model() -> _Model:
    return _Model()


class Opinion:
    """What the sentences of a document say of each label; nothing is computed before something is asked."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._sums: dict[int, list[int]] = {}

    @lazy
    def _starts(self) -> list[int]:
        """Where the sentences begin: those of the title, then those of the text a character behind it."""
        behind = self._reading.title.end + 1
        return [*self._reading.title.cut[0], *(behind + start for start in self._reading.text.cut[0])]

    @lazy
    def _rows(self) -> NDArray[np.uint16]:
        """The row of weights of each run."""
        return _model().rows(runs(f"{self._reading.title.folded}\n{self._reading.text.folded}"))

    @lazy
    def _scores(self) -> NDArray[np.int32]:
        """The score of each label (column) in each sentence (row)."""
        blocks = [self._block(first) for first in range(0, len(self._starts), _AT_ONCE)] or [_model().none]
        return blocks[0] if len(blocks) == 1 else np.vstack(blocks)

    def _block(self, first: int) -> NDArray[np.int32]:
        """The scores of _AT_ONCE sentences from the one with the number `first` on."""
        starts, behind = self._starts[first : first + _AT_ONCE], self._starts[first + _AT_ONCE : first + _AT_ONCE + 1]
        rows = self._rows[:, starts[0] : behind[0] if behind else None]
        two, three = _model().weights.take(rows, axis=0)
        offsets = [start - starts[0] for start in starts]
        sums = np.add.reduceat(np.add(two, three, dtype=np.int16), offsets, axis=0, dtype=np.int32)
        return np.add(sums, _model().bias, out=sums)

    def disregard(self, field: str, spans: Iterable[tuple[Part, int, int]]) -> None:
        """What stands at [start, end) of a part speaks for no label of the field: it is said only to be denied.

        The spans do not overlap. To be called before any label of a document is asked for.
        """
        first = _model().first[field]
        columns = slice(first, first + len(_model().fields[field].labels))
        for part, start, end in spans:
            behind = self._reading.title.end + 1 if part is self._reading.text else 0
            rows = self._rows[:, behind + start : behind + end]
            speaks = np.add.reduce(_model().weights[rows, columns], axis=(0, 1), dtype=np.int32)
            self._scores[bisect_right(self._starts, behind + start) - 1, columns] -= np.maximum(speaks, 0)

    @lazy
    def _total(self) -> list[int]:
        """The score of each label in the document."""
        best = np.sort(self._scores, axis=0)[-_SUMMED:]
        odds = np.logaddexp.reduce(best / UNIT, axis=0, initial=_NEVER)
        total: list[int] = np.rint(odds * UNIT).astype(int).tolist()
        return total

    def scores(self, field: str) -> dict[str, int]:
        """Each label's score in the document."""
        wanted, first = _model().fields[field], _model().first[field]
        scores = dict(zip(wanted.labels, self._total[first : first + len(wanted.labels)], strict=True))
        if wanted.in_posts and self._reading.kind is Kind.POST:
            return {label: score + wanted.in_posts for label, score in scores.items()}
        return scores

    def agrees(self, field: str, label: str, *, ruled: bool, vague: bool = False) -> bool:
        """Does the document's average sentence speak for the label?

        Against a label that the rules gave (`ruled`) only the ten sentences are heard that speak most for it, or one
        that leaves no doubt: a text may tell of an outage by the way; of a brief text all but the worst. They must say
        more where the rules' finds are `vague`. What does not agree with the rules does not agree without them either.
        """
        if len(self._starts) <= _FEW:
            return ruled
        wanted, said = _model().fields[field], self._said(_model().column(field, label))
        bias, least = wanted.labels[label], wanted.enough
        if ruled and wanted.doubt is not None:
            heard = min(len(said) - (len(said) <= _BRIEF), _HEARD)
            said, least = sorted(said)[-heard:], wanted.vague if vague and wanted.vague is not None else wanted.doubt
            if said[-1] + bias >= wanted.sure:
                return True
        return sum(said) + (bias - least) * len(said) >= 0

    def _said(self, column: int) -> list[int]:
        """The score of a label in each sentence, without its bias: one column takes a third of the time of all."""
        said = self._sums.get(column)
        if said is None:
            two, three = _model().by_label[column].take(self._rows)
            sums = np.add.reduceat(np.add(two, three, dtype=np.int16), self._starts, dtype=np.int64)
            said = self._sums[column] = sums.tolist()
        return said

    def add(self, field: str, rules: Callable[[Collection[str]], Iterable[Label]]) -> tuple[Label, ...]:
        """The labels for which the rules and the sentences together say enough, in catalog order.

        The rules are asked only of the labels that their word can matter to.
        """
        wanted, scores = _model().fields[field], self.scores(field)
        possible = [label for label, score in scores.items() if score + wanted.ruled >= wanted.enough]
        ruled = {label.id: label for label in rules(possible)}
        return tuple(
            [
                ruled.get(label) or self.label(field, label)
                for label in possible
                if label in ruled or scores[label] >= wanted.enough
            ]
        )

    def choose(self, field: str, ruled: Label | None) -> Label | None:
        """The one label of a field for which rules and sentences say most; None if they say too little of any."""
        scores, wanted = self.scores(field), _model().fields[field]
        if ruled:
            scores[ruled.id] += wanted.ruled
        best = max(scores, key=scores.__getitem__)
        if scores[best] < wanted.enough:
            return None
        return ruled if ruled and ruled.id == best else self.label(field, best)

    def label(self, field: str, id_: str) -> Label:
        """The label, with the sentences that speak most for it as evidence: in each the run that does so most."""
        column = _model().column(field, id_)
        scores = self._scores[:, column]
        saying = np.flatnonzero(scores >= scores.max() - _NEARLY)
        return Label(id=id_, evidence=tuple(self._evidence(f"{field}.{id_}", int(index), column) for index in saying))

    def _evidence(self, name: str, index: int, column: int) -> Evidence:
        titles = len(self._reading.title.cut[0])
        part, place = (self._reading.title, index) if index < titles else (self._reading.text, index - titles)
        first, last = part.cut[0][place], part.cut[1][place]
        span = slice(self._starts[index], self._starts[index] + last - first)
        length, start = divmod(int(_model().by_label[column].take(self._rows[:, span]).argmax()), last - first)
        start += first
        end = start + LENGTHS[length]
        return part.evidence(start, end, f"{name}:learned:{part.folded[start:end].strip()}")
