"""Coded documents: an annotation in the field names that coders use, and how well two codings agree.

A coded document is {"id", "relevant", "services_affected", "services_mentioned", "damages", "causes", "industries",
"status", "outage_start", "outage_end", "quantities"}. Lists hold catalog ids; times are on Korea's clock,
"2022-10-15T15:30" or "2022-10-15"; a quantity is {"kind", "value", "text"}, and "high" where `value` begins a range.
Coders may also write a range as "value": {"low", "high"}.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from meoktong.catalog import load
from meoktong.errors import Rejected
from meoktong.models import Annotation, Evidence, Moment, Outcome, Precision
from meoktong.times import to_kst

LISTS = ("services_affected", "services_mentioned", "damages", "causes", "industries", "quantities")
VALUES = ("status", "outage_start", "outage_end")
FIELDS = ("relevant", *LISTS, *VALUES)
UNSTATED = "unstated"

Coded = Mapping[str, Any]


class _Range(msgspec.Struct):
    low: float
    high: float


class _Amount(msgspec.Struct):
    kind: str
    value: float | _Range
    high: float | None = None


class _Document(msgspec.Struct):
    """What a coded document must hold; further keys are ignored."""

    relevant: bool
    services_affected: list[str] = []
    services_mentioned: list[str] = []
    damages: list[str] = []
    causes: list[str] = []
    industries: list[str] = []
    quantities: list[_Amount] = []
    status: str | None = None
    outage_start: str | None = None
    outage_end: str | None = None


def decode(line: bytes) -> Coded:
    """The codes of a line of JSON. Raises Rejected(INVALID), naming the key, for what is none."""
    try:
        found = msgspec.json.decode(line, type=_Document)
    except msgspec.DecodeError as error:
        raise Rejected(Outcome.INVALID, str(error)) from None
    known = load()
    for field in LISTS[:-1]:
        codes = known.services if field.startswith("services") else getattr(known, field)
        wrong = [code for code in getattr(found, field) if code not in codes]
        if wrong:
            raise Rejected(Outcome.INVALID, f"{field}: no such code: {', '.join(wrong)}")
    coded_as: dict[str, Any] = msgspec.to_builtins(found)
    return coded_as


def coded(annotation: Annotation) -> dict[str, Any]:
    """The annotation's labels as a coded document without id."""
    return {
        "relevant": annotation.relevant,
        "services_affected": [label.id for label in annotation.services_affected],
        "services_mentioned": [label.id for label in annotation.services_mentioned],
        "damages": [label.id for label in annotation.damages],
        "causes": [label.id for label in annotation.causes],
        "industries": [label.id for label in annotation.industries],
        "status": annotation.status.id if annotation.status else UNSTATED,
        "outage_start": _time(annotation.outage_start),
        "outage_end": _time(annotation.outage_end),
        "quantities": [
            {"kind": q.kind, "value": q.value, "text": q.text} | ({} if q.high is None else {"high": q.high})
            for q in annotation.quantities
        ],
    }


def evidence(annotation: Annotation) -> list[dict[str, Any]]:
    """Every piece of evidence as {"field", "label", "part", "start", "end", "sentence", "rule"}."""
    return [
        {
            "field": field,
            "label": label,
            "part": piece.part,
            "start": piece.start,
            "end": piece.end,
            "sentence": piece.sentence,
            "rule": piece.rule,
        }
        for field, label, piece in labelled(annotation)
    ]


def labelled(annotation: Annotation) -> Iterable[tuple[str, str, Evidence]]:
    """(field, label, evidence) for all that the annotation says."""
    yield from (("relevant", "true", piece) for piece in annotation.relevance)
    for field in ("services_affected", "services_mentioned", "damages", "causes", "industries"):
        for label in getattr(annotation, field):
            yield from ((field, label.id, piece) for piece in label.evidence)
    if annotation.status:
        yield from (("status", annotation.status.id, piece) for piece in annotation.status.evidence)
    for field in ("outage_start", "outage_end"):
        moment: Moment | None = getattr(annotation, field)
        if moment:
            yield from ((field, _time(moment) or "", piece) for piece in moment.evidence)
    yield from (("quantities", f"{q.kind} {q.text}", q.evidence) for q in annotation.quantities)


def _time(moment: Moment | None) -> str | None:
    if moment is None:
        return None
    local = to_kst(moment.at)
    return local.strftime("%Y-%m-%d" if moment.precision is Precision.DAY else "%Y-%m-%dT%H:%M")


@dataclass(slots=True)
class Agreement:
    """How well predictions agree with gold on one field, counted over documents."""

    hits: int = 0
    extra: int = 0  # predicted, not in gold
    missed: int = 0  # in gold, not predicted

    @property
    def precision(self) -> float:
        """Share of what was predicted that is right; 0 if nothing was predicted."""
        return self.hits / (self.hits + self.extra) if self.hits + self.extra else 0.0

    @property
    def recall(self) -> float:
        """Share of what gold holds that was found; 0 if it holds nothing."""
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall. For status, which always has one value, it is the accuracy."""
        both = 2 * self.hits + self.extra + self.missed
        return 2 * self.hits / both if both else 0.0

    def add(self, gold: set[Any], predicted: set[Any]) -> None:
        """Count one document."""
        self.hits += len(gold & predicted)
        self.extra += len(predicted - gold)
        self.missed += len(gold - predicted)


def agree(pairs: Iterable[tuple[Coded, Coded]]) -> dict[str, Agreement]:
    """The agreement of (gold, predicted) by field. Quantities and the single values count where gold is relevant."""
    found = {field: Agreement() for field in FIELDS}
    for gold, predicted in pairs:
        found["relevant"].add(_true(gold), _true(predicted))
        for field in LISTS:
            if field != "quantities":
                found[field].add(set(gold.get(field) or ()), set(predicted.get(field) or ()))
        if not gold.get("relevant"):
            continue
        found["quantities"].add(_amounts(gold), _amounts(predicted))
        found["status"].add({gold.get("status")}, {predicted.get("status")})
        for field in ("outage_start", "outage_end"):
            found[field].add(*_moments(gold.get(field), predicted.get(field)))
    return found


def _true(document: Coded) -> set[bool]:
    return {True} if document.get("relevant") else set()


def _amounts(document: Coded) -> set[tuple[Any, ...]]:
    amounts = set()
    for quantity in document.get("quantities") or ():
        value = quantity["value"]
        low, high = (value["low"], value["high"]) if isinstance(value, Mapping) else (value, quantity.get("high"))
        amounts.add((quantity["kind"], round(float(low), 4), None if high is None else round(float(high), 4)))
    return amounts


def _moments(gold: str | None, predicted: str | None) -> tuple[set[str], set[str]]:
    """Both as sets; where gold knows only the day, a minute of that day is right."""
    if gold and predicted and len(gold) == len("2022-10-15"):
        predicted = predicted[: len(gold)]
    return ({gold[:16]} if gold else set()), ({predicted[:16]} if predicted else set())
