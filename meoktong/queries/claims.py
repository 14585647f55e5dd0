"""The table that a report centre publishes: claims by trade, region, service and damage."""

from collections import defaultdict
from dataclasses import dataclass
from statistics import median

from sqlalchemy import Connection, select

from meoktong.claims import Question, names
from meoktong.store.schema import ClaimAnswer, ClaimRow, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Claims with the same answer. `label` is the catalog's id; None where the answer is only known as it was given."""

    answer: str  # the catalog's Korean name, or the answer as it was given; "" of claims without an answer
    label: str | None
    claims: int
    percent: float  # of all claims; several answers can be given, so these may add up to more than 100
    stated: int  # claims that state an amount
    total: int | None  # won; None when none states one
    median: float | None


def tally(connection: Connection, question: Question, source: str | None = None) -> list[Group]:
    """Claims by their answers to `question`, most claims first; last those without an answer.

    A claim counts once for each of its answers: two spellings of one service are one. `source` is the slug of one
    import.
    """
    amounts = _amounts(connection, source)
    known = names(question)
    groups: dict[tuple[str, str | None], set[int]] = defaultdict(set)
    answered = select(ClaimAnswer.claim_id, ClaimAnswer.raw, ClaimAnswer.label).where(ClaimAnswer.field == question)
    for row in connection.execute(answered):
        if row.claim_id in amounts:
            groups[known.get(row.label, row.raw), row.label].add(row.claim_id)
    silent = set(amounts).difference(*groups.values())
    found = [_group(answer, label, ids, amounts) for (answer, label), ids in groups.items()]
    found.sort(key=lambda group: (-group.claims, group.answer))
    return [*found, _group("", None, silent, amounts)] if silent else found


def everything(connection: Connection, source: str | None = None) -> Group:
    """All claims together."""
    amounts = _amounts(connection, source)
    return _group("", None, set(amounts), amounts)


def _amounts(connection: Connection, source: str | None) -> dict[int, int | None]:
    """Every claim with its amount in won."""
    statement = select(ClaimRow.id, ClaimRow.amount)
    if source is not None:
        statement = statement.join(Source).where(Source.slug == source)
    return {row.id: row.amount for row in connection.execute(statement)}


def _group(answer: str, label: str | None, ids: set[int], amounts: dict[int, int | None]) -> Group:
    stated = [amount for amount in (amounts[id_] for id_ in ids) if amount is not None]
    return Group(
        answer=answer,
        label=label,
        claims=len(ids),
        percent=round(100 * len(ids) / len(amounts), 1) if amounts else 0.0,
        stated=len(stated),
        total=sum(stated) if stated else None,
        median=float(median(stated)) if stated else None,
    )
