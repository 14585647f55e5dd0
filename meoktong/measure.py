"""How far the tagger can be trusted: agreement with people, with intervals, and agreement among people."""

import math
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import krippendorff

from meoktong.coded import FIELDS, Coded, agree

RESAMPLES = 1000
LEVEL = 0.95
CODED = tuple(field for field in FIELDS if field != "quantities")  # people do not code amounts
SEED = 1


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the bounds between which it lies with 95 % confidence."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A document as a person and the machine coded it. `weight`: how many documents of its stratum it stands for."""

    person: Coded
    machine: Coded
    weight: float = 1.0
    stratum: str = ""


Counts = dict[str, tuple[float, float, float]]  # by field: hits, extra, missed


def measure(pairs: Sequence[Compared]) -> dict[str, dict[str, Interval]]:
    """Precision, recall, F1 and ratio by field, weighted to the whole of the documents.

    `ratio` is how many labels people gave for each one of the machine's (precision / recall): it corrects counts.

    Intervals are percentiles of 1,000 bootstrap resamples of documents within their strata (Efron & Tibshirani 1993,
    chapter 13), the same ones for the same input.
    """
    strata: dict[str, list[Counts]] = defaultdict(list)
    for pair in pairs:
        strata[pair.stratum].append(_counts(pair))
    generator = random.Random(SEED)  # noqa: S311  # a resample, not a secret
    whole = _figures([counts for members in strata.values() for counts in members])
    resampled = [
        _figures([counts for members in strata.values() for counts in generator.choices(members, k=len(members))])
        for _ in range(RESAMPLES)
    ]
    return {
        field: {name: _interval(value, [again[field][name] for again in resampled]) for name, value in figures.items()}
        for field, figures in whole.items()
    }


def alphas(codings: Iterable[tuple[int, str, Coded]]) -> dict[tuple[str, str], float | None]:
    """Krippendorff's alpha for each (field, label) over documents that several people coded: (document, coder, coding).

    Whether the label was given is a nominal value (Krippendorff 2019, chapter 12). None where all always agreed on
    absence or presence, so that there is nothing to agree on by chance.
    """
    given: dict[int, dict[str, frozenset[tuple[str, str]]]] = defaultdict(dict)
    for document, coder, coding in codings:
        given[document][coder] = frozenset(_labels(coding))
    shared = {document: by_coder for document, by_coder in given.items() if len(by_coder) > 1}
    coders = sorted({coder for by_coder in shared.values() for coder in by_coder})
    labels = sorted({label for by_coder in shared.values() for found in by_coder.values() for label in found})
    return {label: _alpha(label, coders, list(shared.values())) for label in labels}


def _alpha(
    label: tuple[str, str], coders: Sequence[str], units: Sequence[dict[str, frozenset[tuple[str, str]]]]
) -> float | None:
    table = [[float(label in unit[coder]) if coder in unit else math.nan for unit in units] for coder in coders]
    if len({value for row in table for value in row if not math.isnan(value)}) < 2:
        return None
    return float(krippendorff.alpha(reliability_data=table, level_of_measurement="nominal"))


def _labels(coding: Coded) -> Iterable[tuple[str, str]]:
    yield "relevant", "yes" if coding["relevant"] else "no"
    for field in CODED:
        value = coding.get(field)
        if isinstance(value, list):
            yield from ((field, label) for label in value)
        elif isinstance(value, str):
            yield field, value


def _counts(pair: Compared) -> Counts:
    found = agree([(pair.person, pair.machine)])
    return {
        field: (pair.weight * found[field].hits, pair.weight * found[field].extra, pair.weight * found[field].missed)
        for field in CODED
    }


def _figures(documents: Sequence[Counts]) -> dict[str, dict[str, float]]:
    figures = {}
    for field in CODED:
        hits, extra, missed = (sum(counts[field][i] for counts in documents) for i in range(3))
        figures[field] = {
            "precision": hits / (hits + extra) if hits + extra else 0.0,
            "recall": hits / (hits + missed) if hits + missed else 0.0,
            "ratio": (hits + missed) / (hits + extra) if hits + extra else 0.0,
            "f1": 2 * hits / (2 * hits + extra + missed) if hits + extra + missed else 0.0,
        }
    return figures


def _interval(value: float, resampled: list[float]) -> Interval:
    ordered = sorted(resampled)
    tail = round((1 - LEVEL) / 2 * len(ordered))
    return Interval(value, ordered[tail], ordered[-tail - 1])
