"""Learns from the coded texts in tests/gold which runs of characters speak for which label (see nlp/learned.py).

    python benchmarks/learning.py            # how well: each fifth of the texts by what the others teach
    python benchmarks/learning.py --write    # write meoktong/catalog/learned.yml and learned.npy

First a logistic regression for each label (L2, by liblinear) over the sentences of sentences.tsv and the runs that
stand in at least MIN_SENTENCES of them; a run counts by the logarithm of its rarity. Then its weights are moved, as
little as need be, until they also tell the labels of whole documents, whose coders do not say where a label stands.
Training takes a minute and gives the same weights each time.
"""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression

from meoktong import catalog
from meoktong.coded import decode
from meoktong.errors import Rejected
from meoktong.jsonl import read
from nlp import learned, morphology
from nlp.text import Part, Reading

GOLD = Path(__file__).parents[1] / "tests" / "gold"
SENTENCES = GOLD / "sentences.tsv"
DOCUMENTS = [GOLD / f"{name}.jsonl" for name in ("dev", "mixed", "fresh", "plain", "short")]
IN_SENTENCES = {"dev", "mixed"}  # whose sentences are among the coded ones
OUTPUT = Path(catalog.__file__).parent
HEAD = "# Made by benchmarks/learning.py from the coded texts in tests/gold: see nlp/learned.py. Do not edit.\n"
MIN_SENTENCES = 4
STRENGTH = 0.3  # liblinear's C: the less, the smaller the weights
MOVED = 0.1  # the same for how far documents move the weights
ROUNDS = 40  # of moving: more change nothing
LARGEST = 127  # weight that a byte holds
FOLDS = 5
OF_DOCUMENTS = "damages", "causes", "industries", "status"  # the fields that documents teach
COMPETING = "status"  # the one of which a document has one label at most
# In parts of a unit, as nlp.learned.Field explains them; how they were chosen stands in docs/decisions.md.
SCORES = {
    "damages": {"enough": 50, "ruled": 210, "in_posts": 40},
    "causes": {"enough": 0, "ruled": 160, "in_posts": 40},
    "industries": {"enough": 60, "ruled": 200},
    "status": {"enough": 0, "ruled": 180},
    "relevance": {"enough": 60, "doubt": -20, "vague": 40, "sure": 260},
}


class Coded(NamedTuple):
    """A sentence, the number of the text it is from, and its labels."""

    text: int
    sentence: str
    labels: frozenset[str]
    whole: bool  # is it coded for every field?


class Whole(NamedTuple):
    """A coded document: its sentences, that of the title first, and its labels."""

    sentences: list[str]
    labels: frozenset[str]
    new: bool  # are its sentences not among the coded ones?


def fields() -> dict[str, list[str]]:
    """The labels that are learned, by field."""
    known = catalog.load()
    return {
        "damages": list(known.damages),
        "causes": list(known.causes),
        "industries": list(known.industries),
        "status": ["ongoing", "partial", "recovered"],
        "relevance": ["told"],
    }


def columns() -> list[tuple[str, str]]:
    """Field and label of each column of weights."""
    return [(field, label) for field, labels in fields().items() for label in labels]


def _columns_of(field: str) -> list[int]:
    return [place for place, (name, _) in enumerate(columns()) if name == field]


def coded(path: Path) -> Iterator[Coded]:
    """The sentences of `path`: labels, a tab, the sentence; a line of ## begins the next text.

    The label `nothing` says that the sentence tells of no outage; all others are told of one. Of a sentence with the
    label `told` or `untold` no more than that is coded.
    """
    text = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("##"):
            text += 1
            continue
        labels, _, sentence = line.partition("\t")
        said = frozenset(labels.split(",")) - {"-"}
        no_outage = not said.isdisjoint({"nothing", "untold"})
        yield Coded(text, sentence, said if no_outage else said | {"told"}, said.isdisjoint({"told", "untold"}))


def wholes(paths: Sequence[Path]) -> Iterator[Whole]:
    """The documents of `paths` that tell of an outage."""
    for path in paths:
        lines = path.read_bytes().splitlines()
        for number, document in read(lines, "learning"):
            if isinstance(document, Rejected):
                raise SystemExit(f"{path}, line {number}: {document.detail}")
            code = decode(lines[number - 1])
            if code["relevant"]:
                sentences = Reading(document, morphology.analyser("mecab")).sentences
                labels = frozenset([*code["damages"], *code["causes"], *code["industries"], code["status"]])
                yield Whole([sentence.text for sentence in sentences], labels, path.stem not in IN_SENTENCES)


def said(data: Sequence[Coded | Whole]) -> Any:
    """Which label (column) each sentence or document (row) has."""
    return np.array([[label in one.labels for _, label in columns()] for one in data])


class Runs:
    """The runs that are kept, and sentences as rows of how often each stands in them."""

    def __init__(self, data: Sequence[Coded]) -> None:
        every = [_keys(one.sentence) for one in data]
        keys, counts = np.unique(np.concatenate([np.unique(keys) for keys in every]), return_counts=True)
        order = np.lexsort((keys, -counts))  # of two runs with one place in the table the more frequent stays
        keys = keys[order][counts[order] >= MIN_SENTENCES]
        self.keys = np.sort(keys[np.unique(learned.places(keys), return_index=True)[1]])
        self.rows = csr_matrix(self._matrix(every))
        self.weight = np.log(len(data) / np.bincount(self.rows.indices, minlength=len(self.keys))) / 4

    def of(self, sentences: Sequence[str]) -> csr_matrix:
        """How often each run (column) stands in each of `sentences` (rows)."""
        return self._matrix([_keys(sentence) for sentence in sentences])

    def _matrix(self, every: Sequence[Any]) -> csr_matrix:
        places = [np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1) for keys in every]
        known = [place[self.keys[place] == keys] for place, keys in zip(places, every, strict=True)]
        ends = np.cumsum([0, *map(len, known)])
        return csr_matrix((np.ones(ends[-1]), np.concatenate(known), ends), (len(known), len(self.keys)))


def _keys(sentence: str) -> Any:
    keys = learned.runs(Part("text", sentence, morphology.analyser("mecab"), {}).folded).ravel()
    return keys[learned.whole(keys)]


class Documents:
    """Documents, and the runs (columns) in each of their sentences (rows)."""

    def __init__(self, runs: Runs, data: Sequence[Whole]) -> None:
        self.rows = runs.of([sentence for one in data for sentence in one.sentences])
        lengths = [len(one.sentences) for one in data]
        self.first = np.cumsum([0, *lengths[:-1]])  # the row of each one's first sentence
        self.of = np.repeat(np.arange(len(data)), lengths)  # the document of each row
        self.labels = said(data)

    def odds(self, sentences: Any) -> tuple[Any, Any]:
        """The logarithm of the odds of labels (columns) in each document, and the share that each sentence has in them.

        `sentences` has the same logarithm for each sentence. What nlp.learned sums up is three of them at most.
        """
        summed = np.logaddexp.reduceat(sentences, self.first, axis=0)
        return summed, np.exp(sentences - summed[self.of])


def move(runs: Runs, documents: Documents, weights: Any, biases: Any, heard: Any) -> tuple[Any, Any]:
    """Weights and biases by which those of `documents` that are `heard` (a truth for each) have their labels.

    Minimises, for each field, the sum of minus the logarithm of how likely the labels are and of the squares of what
    is added to the weights, which count as they do in `fit`. Of relevance, sentences alone teach.
    """
    weights, biases = weights.copy(), biases.copy()
    rows = documents.rows @ diags(runs.weight)
    turned = rows.T.tocsr()
    for field in OF_DOCUMENTS:
        mine = _columns_of(field)
        before, labels = documents.rows @ weights[:, mine] + biases[mine], documents.labels[:, mine]

        def cost(flat: Any, field: str = field, before: Any = before, labels: Any = labels) -> tuple[float, Any]:
            added = flat.reshape(-1, labels.shape[1])
            odds, shares = documents.odds(before + rows @ added[:-1] + added[-1])
            surprise, slope = _surprise(field, odds, labels)
            slope = shares * (heard[:, None] * slope)[documents.of]
            slope = np.vstack([turned @ slope + added[:-1] / MOVED, slope.sum(axis=0)])
            return surprise[heard].sum() + (added[:-1] ** 2).sum() / (2 * MOVED), slope.ravel()

        nothing = np.zeros((len(weights) + 1) * len(mine))
        added = minimize(cost, nothing, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}).x
        added = added.reshape(-1, len(mine))
        weights[:, mine] += added[:-1] * runs.weight[:, None]
        biases[mine] += added[-1]
    return weights, biases


def _surprise(field: str, odds: Any, labels: Any) -> tuple[Any, Any]:
    """Minus the logarithm of how likely the labels of each document are, by their odds, and its slope for each."""
    odds_of_any = np.logaddexp.reduce(odds, axis=1, keepdims=True) if field == COMPETING else odds
    none = np.logaddexp(0, odds_of_any)
    return none.sum(axis=1) - (odds * labels).sum(axis=1), np.exp(odds - none) - labels


def fit(runs: Runs, data: Sequence[Coded], chosen: Any) -> tuple[Any, Any]:
    """Weights (runs x labels) and biases of the regressions over the `chosen` sentences of `data`."""
    scaled, labels = (runs.rows @ diags(runs.weight))[chosen], said(data)[chosen]
    whole = np.array([one.whole for one in data])[chosen]
    models = [
        LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0).fit(scaled[rows], labels[rows, column])
        for column, (field, _) in enumerate(columns())
        for rows in [slice(None) if field == "relevance" else whole]
    ]
    return np.array([m.coef_[0] * runs.weight for m in models]).T, np.array([m.intercept_[0] for m in models])


def learn(data: Sequence[Coded], documents: Sequence[Whole]) -> tuple[Any, dict[str, Any]]:
    """What learned.npy (a row for each run: its key and weights) and learned.yml hold."""
    runs = Runs(data)
    weights, biases = fit(runs, data, np.arange(len(data)))
    weights, biases = move(runs, Documents(runs, documents), weights, biases, np.ones(len(documents), bool))
    whole = np.clip(np.rint(weights * learned.UNIT), -LARGEST, LARGEST).astype(np.int8)
    some = whole.any(axis=1)
    rows = np.zeros(some.sum(), [("key", "<u8"), ("weights", "i1", (whole.shape[1],))])
    rows["key"], rows["weights"] = runs.keys[some], whole[some]
    of = {label: round(float(bias) * learned.UNIT) for (_, label), bias in zip(columns(), biases, strict=True)}
    document: dict[str, Any] = {
        field: {"labels": {label: of[label] for label in labels}} | SCORES[field] for field, labels in fields().items()
    }
    return rows, document


def write(data: Sequence[Coded], documents: Sequence[Whole]) -> None:
    """Write both files of the catalog."""
    rows, document = learn(data, documents)
    np.save(OUTPUT / "learned.npy", rows, allow_pickle=False)
    (OUTPUT / "learned.yml").write_text(HEAD + yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    print(f"{len(data):,} sentences, {len(documents):,} documents, {len(rows):,} runs, {rows.nbytes:,} bytes")


def validate(data: Sequence[Coded], documents: Sequence[Whole]) -> None:
    """Print precision, recall and F1 of each label, each fifth of the texts left out in turn.

    On sentences, by what sentences teach; and on the documents whose sentences are not among them, by what sentences
    alone and what documents, too, teach, without the word of the rules.
    """
    runs, truth = Runs(data), said(data)
    fold = np.array([one.text % FOLDS for one in data])
    score = np.zeros(truth.shape)
    for left_out in range(FOLDS):
        weights, biases = fit(runs, data, np.flatnonzero(fold != left_out))
        score[fold == left_out] = runs.rows[fold == left_out] @ weights + biases
    _report("in a sentence", fields(), score >= 0, truth)
    whole = Documents(runs, documents)
    fold = np.where([one.new for one in documents], np.arange(len(documents)) % FOLDS, FOLDS)
    weights, biases = fit(runs, data, np.arange(len(data)))
    before = _found(whole, weights, biases)
    after = before.copy()
    for left_out in range(FOLDS):
        moved = move(runs, whole, weights, biases, fold != left_out)
        after[fold == left_out] = _found(whole, *moved)[fold == left_out]
    for name, found in (("in a document, by sentences", before), ("in a document, by both", after)):
        _report(name, OF_DOCUMENTS, found[fold < FOLDS], whole.labels[fold < FOLDS])


def _found(documents: Documents, weights: Any, biases: Any) -> Any:
    """Which label (column) the weights find in each document (row)."""
    odds, _ = documents.odds(documents.rows @ weights + biases)
    found = odds >= 0
    states = _columns_of(COMPETING)
    found[:, states] &= odds[:, states] == odds[:, states].max(axis=1, keepdims=True)
    return found


def _report(title: str, of: Iterable[str], found: Any, truth: Any) -> None:
    print(title)
    for field in of:
        mine = _columns_of(field)
        _print(field, found[:, mine], truth[:, mine])
        for place in mine:
            _print(f"  {columns()[place][1]}", found[:, place], truth[:, place])


def _print(name: str, found: Any, truth: Any) -> None:
    both, asked, there = (found & truth).sum(), found.sum(), truth.sum()
    f1 = 2 * both / max(1, asked + there)
    print(f"{name:24} p {both / max(1, asked):.2f}  r {both / max(1, there):.2f}  f1 {f1:.2f}  n {there}")


def main() -> None:
    """Cross-validate, or write the catalog's files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the catalog's files")
    (write if parser.parse_args().write else validate)(list(coded(SENTENCES)), list(wholes(DOCUMENTS)))


if __name__ == "__main__":
    main()
