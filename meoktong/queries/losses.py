"""Amounts of money that documents state: lost, paid as compensation, or something else."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, select

from meoktong import catalog
from meoktong.store.schema import QuantityRow
from meoktong.times import to_kst


class Role(StrEnum):
    """What an amount is to the outage, in the order in which equally near words decide."""

    OTHER = "other"
    COMPENSATION = "compensation"
    LOSS = "loss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """An amount of money with the sentence that states it. Nobody has checked it: it is what the document says."""

    role: Role
    won: float
    won_high: float | None  # end of a range that `won` begins
    surface: str
    sentence: str
    title: str
    url: str
    source: str
    source_name: str
    kind: str
    published_at: datetime | None  # Korea's clock
    story_id: int


def amounts(connection: Connection, documents: Select[*tuple[Any, ...]], role: Role) -> list[Amount]:
    """The amounts of `role` in `documents` (a restriction of outage_documents()), the largest first.

    An amount that the copies of one story repeat is listed once, with the copy that was published first.
    """
    counted = documents.subquery()
    quantity = QuantityRow
    rows = connection.execute(
        select(quantity.value, quantity.high, quantity.surface, quantity.sentence, counted)
        .join(counted, counted.c.annotation_id == quantity.annotation_id)
        .where(quantity.kind == "money")
        .order_by(quantity.value.desc(), counted.c.published_at, counted.c.document_id, quantity.id)
    )
    return list(_distinct(_amount(row) for row in rows if role_of(row.sentence, row.surface) is role))


def role_of(sentence: str, surface: str) -> Role:
    """What the amount written `surface` is in `sentence`, by the catalog's word that stands nearest to it."""
    start = sentence.find(surface)
    if start < 0:
        return Role.OTHER
    end = start + len(surface)
    nearest = (len(sentence) + 1, Role.OTHER)
    for role, pattern in _patterns().items():
        for word in pattern.finditer(sentence):
            distance = max(start - word.end(), word.start() - end, 0)
            if distance < nearest[0]:
                nearest = distance, role
    return nearest[1]


@cache
def _patterns() -> dict[Role, re.Pattern[str]]:
    words = catalog.read("amounts.yml", dict[Role, list[str]])
    return {role: re.compile("|".join(words[role])) for role in Role}


def _amount(row: Any) -> Amount:
    return Amount(
        role=role_of(row.sentence, row.surface),
        won=row.value,
        won_high=row.high,
        surface=row.surface,
        sentence=row.sentence,
        title=row.title,
        url=row.url,
        source=row.source,
        source_name=row.source_name,
        kind=row.kind,
        published_at=row.published_at and to_kst(row.published_at),
        story_id=row.story_id,
    )


def _distinct(found: Iterable[Amount]) -> Iterator[Amount]:
    seen: set[tuple[int, float]] = set()
    for amount in found:
        if (amount.story_id, amount.won) not in seen:
            seen.add((amount.story_id, amount.won))
            yield amount
