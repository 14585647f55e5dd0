"""What is made of documents once they are stored: incidents, and the counts of periods that queries read.

Counts are kept in the table `counts`, so that a trend costs the same however many documents there are.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from meoktong import incidents
from meoktong.queries.counting import NUMBERS, Cells, Label, cells
from meoktong.store import Store
from meoktong.store.schema import Document
from meoktong.store.schema_counts import CountLabel, CountRow, StaleMonth
from meoktong.store.stale import first_of, mark
from meoktong.times import midnight_kst, to_kst

MONTH = timedelta(days=31)  # from the first of a month into the next one


def refresh(store: Store) -> None:
    """Bring incidents and counts up to date with the documents. Call it after writing. Raises StoreError.

    Only what changed is done again. What a killed process left undone the next call does, and until then queries count
    the months concerned themselves.
    """
    incidents.refresh(store)
    _count(store)


def recount(store: Store) -> int:
    """Count every month anew and return how many there were; needed only after a fault. Raises StoreError."""
    with store.writing() as connection:
        connection.execute(delete(CountRow))
        connection.execute(delete(CountLabel))
        first, last = connection.execute(select(func.min(Document.published_at), func.max(Document.published_at))).one()
        mark(connection, [first, *_months(first, last)] if first and last else [])
    return _count(store)


def _months(first: datetime, last: datetime) -> Iterator[datetime]:
    month = first_of(to_kst(first).date())
    while month <= to_kst(last).date():
        yield midnight_kst(month)
        month = first_of(month + MONTH)


def _count(store: Store) -> int:
    """Count the months that are marked, each in a transaction; how many there were."""
    done = 0
    while _count_next(store):
        done += 1
    return done


def _count_next(store: Store) -> bool:
    with store.writing() as connection:
        month = connection.scalar(select(func.min(StaleMonth.month)))
        if month is None:
            return False
        _replace(connection, month, cells(connection, month))
        connection.execute(delete(StaleMonth).where(StaleMonth.month == month))
    return True


def _replace(connection: Connection, month: date, found: Cells) -> None:
    row = CountRow
    connection.execute(delete(row).where(row.first_day >= month, row.first_day < first_of(month + MONTH)))
    ids = _ids(connection, found.labels)
    rows = []
    for by, first_day, one, other, *numbers in found.frame.select("by", "first_day", "one", "other", *NUMBERS).rows():
        low, high = sorted((ids[one], ids[other]))
        cell = {"by": by, "one_id": low, "other_id": high, "first_day": first_day}
        rows.append(cell | dict(zip(NUMBERS, numbers, strict=True)))
    if rows:
        connection.execute(insert(row), rows)


def _ids(connection: Connection, labels: Sequence[Label]) -> list[int]:
    """The row ids of `labels`, which are added where they are missing."""
    query = select(CountLabel.field, CountLabel.label, CountLabel.id)
    known = {(field, label) for field, label, _ in connection.execute(query)}
    new = [{"field": field, "label": label} for field, label in labels if (field, label) not in known]
    if new:
        connection.execute(insert(CountLabel), new)
    ids = {(field, label): label_id for field, label, label_id in connection.execute(query)}
    return [ids[label] for label in labels]
