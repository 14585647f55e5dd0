"""Which documents' incidents and which months' counts are to be done again.

Whoever writes marks them in the same transaction, so nothing is forgotten that a killed process left.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, insert, select

from meoktong.store.bulk import insert_rows
from meoktong.store.schema import Document
from meoktong.store.schema_counts import StaleMonth
from meoktong.store.schema_incidents import StaleDocument
from meoktong.times import to_kst

TOTALS = date.min  # stands for the counts of all documents, and is marked with every month
CHUNK = 1000  # values in one statement


def mark(connection: Connection, moments: Iterable[datetime | None]) -> None:
    """Note that documents published at `moments` came, went or changed."""
    months = {TOTALS}
    for day in {to_kst(moment).date() for moment in moments if moment is not None}:
        # a week is counted with the month that its Monday is in
        months |= {first_of(day), first_of(day - timedelta(days=day.weekday()))}
    new = months.difference(connection.scalars(select(StaleMonth.month).where(StaleMonth.month.in_(months))))
    if new:
        connection.execute(insert(StaleMonth), [{"month": month} for month in sorted(new)])


def mark_new(connection: Connection, documents: Mapping[int, datetime | None]) -> None:
    """`mark_changed` for documents that were inserted just now; their times of publication by row id."""
    insert_rows(connection, StaleDocument, [{"document_id": each} for each in documents])
    if documents:
        mark(connection, documents.values())


def mark_changed(connection: Connection, document_ids: Collection[int]) -> None:
    """Note that what these documents say, or the story they belong to, is new or changed."""
    ids = sorted(document_ids)
    moments: set[datetime | None] = set()
    for start in range(0, len(ids), CHUNK):
        query = (
            select(Document.id, Document.published_at, StaleDocument.document_id)
            .outerjoin(StaleDocument, StaleDocument.document_id == Document.id)
            .where(Document.id.in_(ids[start : start + CHUNK]))
        )
        rows = connection.execute(query).all()
        moments.update(moment for _, moment, _ in rows)
        insert_rows(connection, StaleDocument, [{"document_id": each} for each, _, known in rows if known is None])
    if ids:
        mark(connection, moments)


def mark_documents(connection: Connection, document_ids: Collection[int]) -> None:
    """`mark` documents by their row ids."""
    ids = sorted(document_ids)
    moments: set[datetime | None] = set()
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        moments.update(connection.scalars(select(Document.published_at).where(Document.id.in_(chunk))))
    if ids:
        mark(connection, moments)


def first_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)
