"""Learns from the coded sentences in tests/gold which runs of characters speak for which label (see nlp/learned.py).

    python benchmarks/learning.py            # how well: each fifth of the texts by what the others teach
    python benchmarks/learning.py --write    # write meoktong/catalog/learned.yml and learned.npy

A logistic regression for each label (L2, by liblinear) over the runs that stand in at least MIN_SENTENCES sentences; a
run counts by the logarithm of its rarity. Training takes seconds and gives the same weights each time.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression

from meoktong import catalog
from nlp import learned, morphology
from nlp.text import Part

SENTENCES = Path(__file__).parents[1] / "tests" / "gold" / "sentences.tsv"
OUTPUT = Path(catalog.__file__).parent
HEAD = "# Made by benchmarks/learning.py from the coded sentences in tests/gold: see nlp/learned.py. Do not edit.\n"
MIN_SENTENCES = 4
STRENGTH = 0.3  # liblinear's C: the less, the smaller the weights
FOLDS = 5
# In parts of a unit, as nlp.learned.Field explains them; how they were chosen stands in docs/decisions.md.
SCORES = {
    "damages": {"enough": -10, "ruled": 130, "in_posts": 20},
    "causes": {"enough": -12, "ruled": 180, "in_posts": 40},
    "industries": {"enough": 50, "ruled": 170},
    "status": {"enough": 0, "ruled": 165},
    "relevance": {"enough": 60, "doubt": -20, "vague": 40, "sure": 260},
}
# Added to biases: of states, which compete, and of damages that rules and sentences see too often or not enough.
HANDICAPS = {"ongoing": 20, "partial": 80} | {
    "payment_failure": -45,
    "order_failure": -15,
    "communication_failure": -15,
    "work_disruption": 15,
    "trading_failure": 15,
}


class Coded(NamedTuple):
    """A sentence, the number of the text it is from, and its labels."""

    text: int
    sentence: str
    labels: frozenset[str]
    whole: bool  # is it coded for every field?


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


def said(data: Sequence[Coded]) -> Any:
    """Which label (column) each sentence (row) has."""
    return np.array([[label in one.labels for _, label in columns()] for one in data])


class Runs:
    """The runs that are kept, and sentences as rows of how often each stands in them."""

    def __init__(self, data: Sequence[Coded]) -> None:
        every = [self._of(one.sentence) for one in data]
        keys, counts = np.unique(np.concatenate([np.unique(keys) for keys in every]), return_counts=True)
        order = np.lexsort((keys, -counts))  # of two runs with one place in the table the more frequent stays
        keys = keys[order][counts[order] >= MIN_SENTENCES]
        self.keys = np.sort(keys[np.unique(learned.places(keys), return_index=True)[1]])
        self.rows = csr_matrix(self._matrix(every))
        self.weight = np.log(len(data) / np.bincount(self.rows.indices, minlength=len(self.keys))) / 4

    @staticmethod
    def _of(sentence: str) -> Any:
        keys = learned.runs(Part("text", sentence, morphology.analyser("mecab"), {}).folded).ravel()
        return keys[learned.whole(keys)]

    def _matrix(self, every: Sequence[Any]) -> csr_matrix:
        places = [np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1) for keys in every]
        known = [place[self.keys[place] == keys] for place, keys in zip(places, every, strict=True)]
        ends = np.cumsum([0, *map(len, known)])
        return csr_matrix((np.ones(ends[-1]), np.concatenate(known), ends), (len(known), len(self.keys)))


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


def learn(data: Sequence[Coded]) -> tuple[Any, dict[str, Any]]:
    """What learned.npy (a row for each run: its key and weights) and learned.yml hold."""
    runs = Runs(data)
    weights, biases = fit(runs, data, np.arange(len(data)))
    whole = np.rint(weights * learned.UNIT).astype(np.int8)
    some = whole.any(axis=1)
    rows = np.zeros(some.sum(), [("key", "<u8"), ("weights", "i1", (whole.shape[1],))])
    rows["key"], rows["weights"] = runs.keys[some], whole[some]
    of = {
        label: round(float(bias) * learned.UNIT) + HANDICAPS.get(label, 0)
        for (_, label), bias in zip(columns(), biases, strict=True)
    }
    document: dict[str, Any] = {
        field: {"labels": {label: of[label] for label in labels}} | SCORES[field] for field, labels in fields().items()
    }
    return rows, document


def write(data: Sequence[Coded]) -> None:
    """Write both files of the catalog."""
    rows, document = learn(data)
    np.save(OUTPUT / "learned.npy", rows, allow_pickle=False)
    (OUTPUT / "learned.yml").write_text(HEAD + yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    print(f"{len(data):,} sentences, {len(rows):,} runs, {rows.nbytes:,} bytes")


def validate(data: Sequence[Coded]) -> None:
    """Print precision, recall and F1 of each label on sentences, each fifth of the texts left out in turn."""
    runs, truth = Runs(data), said(data)
    fold = np.array([one.text % FOLDS for one in data])
    score = np.zeros(truth.shape)
    for left_out in range(FOLDS):
        weights, biases = fit(runs, data, np.flatnonzero(fold != left_out))
        score[fold == left_out] = runs.rows[fold == left_out] @ weights + biases
    for field in fields():
        mine = [place for place, (name, _) in enumerate(columns()) if name == field]
        found = score[:, mine] >= 0
        _print(field, found, truth[:, mine])
        for place, column in enumerate(mine):
            _print(f"  {columns()[column][1]}", found[:, place], truth[:, column])


def _print(name: str, found: Any, truth: Any) -> None:
    both, asked, there = (found & truth).sum(), found.sum(), truth.sum()
    f1 = 2 * both / max(1, asked + there)
    print(f"{name:24} p {both / max(1, asked):.2f}  r {both / max(1, there):.2f}  f1 {f1:.2f}  n {there}")


def main() -> None:
    """Cross-validate, or write the catalog's files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the catalog's files")
    (write if parser.parse_args().write else validate)(list(coded(SENTENCES)))


if __name__ == "__main__":
    main()
