"""Amounts of money that documents state: lost, claimed, paid as compensation, or something else."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Connection, select

from meoktong import catalog
from meoktong.queries.counted import Counted, chunks
from meoktong.queries.documents import outage_documents
from meoktong.store.schema import QuantityRow
from meoktong.times import to_kst


class Role(StrEnum):
    """What an amount is to the outage, in the order in which equally near words decide."""

    OTHER = "other"
    CLAIMED = "claimed"
    COMPENSATION = "compensation"
    LOSS = "loss"


UNREAL = "unreal"  # of the same file: a loss that did not happen


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
    document_id: int


def largest(connection: Connection, since: datetime, until: datetime, most: int) -> dict[Role, list[Amount]]:
    """The largest amounts that outage documents published in [since, until) state, at most so many of each role.

    The earliest published goes first among equals. An amount that the copies of one story repeat is listed once, with
    the copy that was published first.
    """
    outage = outage_documents()
    at = outage.selected_columns.published_at
    published = outage.where(at >= since, at < until).subquery()
    rows = connection.execute(
        select(published, *(QuantityRow.__table__.c[name] for name in ("value", "high", "surface", "sentence")))
        .join(QuantityRow, QuantityRow.annotation_id == published.c.annotation_id)
        .where(QuantityRow.kind == "money")
        .order_by(QuantityRow.value.desc(), published.c.published_at, published.c.document_id, QuantityRow.id)
    )
    found: dict[Role, list[Amount]] = {role: [] for role in Role}
    for amount in _distinct(_amount(row, row) for row in rows):
        if len(found[amount.role]) < most:
            found[amount.role].append(amount)
        elif all(len(listed) >= most for listed in found.values()):
            break
    return found


def money(connection: Connection, documents: Sequence[Counted]) -> list[Amount]:
    """Every amount that `documents` state, in their order."""
    order = {document.annotation_id: place for place, document in enumerate(documents)}
    quantity = QuantityRow
    rows: list[Any] = []
    for chunk in chunks(list(order)):
        rows += connection.execute(
            select(quantity).where(quantity.annotation_id.in_(chunk), quantity.kind == "money").order_by(quantity.id)
        )
    rows.sort(key=lambda row: order[row.annotation_id])
    return [_amount(row, documents[order[row.annotation_id]]) for row in rows]


def role_of(sentence: str, surface: str) -> Role:
    """What the amount written `surface` is in `sentence`, by the catalog's word that stands nearest to it.

    A loss that the sentence denies or fears is none.
    """
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
    role = nearest[1]
    return Role.OTHER if role is Role.LOSS and _pattern(UNREAL).search(sentence[end:]) else role


@cache
def _patterns() -> dict[Role, re.Pattern[str]]:
    return {role: _pattern(role) for role in Role}


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(catalog.read("amounts.yml", dict[str, list[str]])[name]))


def _amount(row: Any, document: Any) -> Amount:
    return Amount(
        role=role_of(row.sentence, row.surface),
        won=row.value,
        won_high=row.high,
        surface=row.surface,
        sentence=row.sentence,
        title=document.title,
        url=document.url,
        source=document.source,
        source_name=document.source_name,
        kind=document.kind,
        published_at=document.published_at and to_kst(document.published_at),
        story_id=document.story_id,
        document_id=document.document_id,
    )


def _distinct(found: Iterable[Amount]) -> Iterator[Amount]:
    seen: set[tuple[int, float]] = set()
    for amount in found:
        if (amount.story_id, amount.won) not in seen:
            seen.add((amount.story_id, amount.won))
            yield amount
