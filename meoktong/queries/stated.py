"""Lengths, totals and sums that documents state of an outage, each with its sentence. Nobody has checked them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, select

from meoktong import catalog
from meoktong.queries.counted import Counted, chunks, voices
from meoktong.queries.losses import Role, role_of
from meoktong.store.schema import QuantityRow

DURATION, RECEIVED = "duration", "claims_received"
MONEY = {Role.LOSS: "loss_stated", Role.CLAIMED: "loss_claimed", Role.COMPENSATION: "compensation"}
UNITS = {DURATION: "minutes", RECEIVED: "claims", **dict.fromkeys(MONEY.values(), "won")}  # by field
ONGOING = "ongoing"  # status of a document
NEAR = 15  # characters between a count and the word that makes it a number of claims


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One amount in one document; `field` is a key of UNITS."""

    field: str
    value: float
    high: float | None  # end of a range
    surface: str
    sentence: str
    document: Counted


def stated(connection: Connection, documents: Sequence[Counted]) -> list[Stated]:
    """What `documents` state, in their order."""
    by_annotation = {d.annotation_id: d for d in documents}
    rows: dict[int, list[Any]] = defaultdict(list)
    quantity = QuantityRow
    for chunk in chunks(list(by_annotation)):
        for row in connection.execute(select(quantity).where(quantity.annotation_id.in_(chunk)).order_by(quantity.id)):
            rows[row.annotation_id].append(row)
    return [
        Stated(
            field=field,
            value=row.value,
            high=row.high,
            surface=row.surface,
            sentence=row.sentence,
            document=document,
        )
        for annotation_id, document in by_annotation.items()
        for row in rows[annotation_id]
        if (field := field_of(row.kind, row.sentence, row.surface))
    ]


def field_of(kind: str, sentence: str, surface: str) -> str | None:
    """What the amount written `surface` is to the outage that `sentence` tells of; None: nothing."""
    start = sentence.find(surface)
    if start < 0:
        return None
    end = start + len(surface)
    if kind == "money":
        return MONEY.get(role_of(sentence, surface))
    if kind == "duration":
        return DURATION if _pattern("lasted").match(sentence, end) else None
    if kind == "count":
        words = _pattern("received").finditer(sentence)
        near = any(max(start - word.end(), word.start() - end) <= NEAR for word in words)
        return RECEIVED if near else None
    return None


def settled(found: Iterable[Stated], field: str) -> Stated | None:
    """The value of `field` that most voices state, the largest among equals; None when nobody states one.

    Parts are smaller than totals, and early reports do not know the whole.
    """
    values: dict[float, list[Stated]] = defaultdict(list)
    for each in found:
        if each.field == field:
            values[each.value].append(each)
    most = max(values, key=lambda value: (voices(s.document for s in values[value]), value), default=None)
    return None if most is None else values[most][0]


def is_at_least(said: Stated) -> bool:
    """Whether a length is only a lower bound: more than so much, or told while the outage lasted."""
    return said.document.status == ONGOING or bool(_pattern("at_least").match(said.sentence, _end(said)))


def is_to_the_minute(said: Stated) -> bool:
    """Whether a length is told in minutes, without a word such as about."""
    end = _end(said)
    told = _pattern("to_the_minute").search(said.sentence[:end])
    return bool(told) and not _pattern("roughly").match(said.sentence, end)


def _end(said: Stated) -> int:
    return said.sentence.find(said.surface) + len(said.surface)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(catalog.read("stated.yml", dict[str, str])[name])
