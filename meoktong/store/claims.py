"""Writing claims of damage: repeatable, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from meoktong.claims import Claim
from meoktong.models import Outcome
from meoktong.store.connection import Store
from meoktong.store.memory import chunks
from meoktong.store.schema import ClaimAnswer, ClaimRow, Document, Source


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    content: tuple[Any, ...]  # of its columns
    answers: frozenset[tuple[str, str, str | None]]


def save_claims(store: Store, slug: str, claims: Sequence[Claim], urls: Sequence[str]) -> list[Outcome]:
    """Store claims of the known source `slug`: STORED, UPDATED where something differs, or UNCHANGED, in their order.

    `urls` has for each claim the address that the document of its text has, where it has one. No key may come twice.
    """
    outcomes: list[Outcome] = []
    with store.writing() as connection:
        source_id = connection.execute(select(Source.id).where(Source.slug == slug)).scalar_one()
        for some, addresses in zip(chunks(claims), chunks(urls), strict=True):
            documents = _documents(connection, addresses)
            known = _known(connection, source_id, [claim.key for claim in some])
            outcomes += [
                _save(connection, source_id, claim, documents.get(url), known.get(claim.key))
                for claim, url in zip(some, addresses, strict=True)
            ]
    return outcomes


def _save(
    connection: Connection, source_id: int, claim: Claim, document_id: int | None, known: _Known | None
) -> Outcome:
    columns = {
        "reported_at": claim.reported_at,
        "reported_precision": claim.reported_precision,
        "amount": claim.amount,
        "document_id": document_id,
    }
    answers = frozenset((answer.question.value, answer.raw, answer.label) for answer in claim.answers)
    if known is None:
        statement = insert(ClaimRow).values(source_id=source_id, key=claim.key, **columns).returning(ClaimRow.id)
        claim_id = connection.execute(statement).scalar_one()
    elif (known.content, known.answers) == (tuple(columns.values()), answers):
        return Outcome.UNCHANGED
    else:
        claim_id = known.id
        connection.execute(update(ClaimRow).where(ClaimRow.id == claim_id).values(columns))
        connection.execute(delete(ClaimAnswer).where(ClaimAnswer.claim_id == claim_id))
    if answers:
        rows = [{"claim_id": claim_id, "field": field, "raw": raw, "label": label} for field, raw, label in answers]
        connection.execute(insert(ClaimAnswer), rows)
    return Outcome.UPDATED if known else Outcome.STORED


def _documents(connection: Connection, urls: Sequence[str]) -> dict[str, int]:
    rows = connection.execute(select(Document.url, Document.id).where(Document.url.in_(urls)))
    return {row.url: row.id for row in rows}


def _known(connection: Connection, source_id: int, keys: Sequence[str]) -> dict[str, _Known]:
    rows = connection.execute(
        select(
            ClaimRow.key,
            ClaimRow.id,
            ClaimRow.reported_at,
            ClaimRow.reported_precision,
            ClaimRow.amount,
            ClaimRow.document_id,
        ).where(ClaimRow.source_id == source_id, ClaimRow.key.in_(keys))
    ).all()
    answers: dict[int, set[tuple[str, str, str | None]]] = {row.id: set() for row in rows}
    for answer in connection.execute(
        select(ClaimAnswer.claim_id, ClaimAnswer.field, ClaimAnswer.raw, ClaimAnswer.label).where(
            ClaimAnswer.claim_id.in_(answers)
        )
    ):
        answers[answer.claim_id].add((answer.field, answer.raw, answer.label))
    return {row.key: _Known(row.id, tuple(row[2:]), frozenset(answers[row.id])) for row in rows}
