"""Copying a whole database into another, SQLite or PostgreSQL: batch by batch, so that what was broken off is taken up.

Until the copy is complete and compared, the target has a mark of its source in place of a schema revision: every other
command refuses it, and nothing but the same copy goes on with it.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    Table,
    collate,
    exc,
    exists,
    func,
    insert,
    inspect,
    literal,
    select,
    tuple_,
)

from meoktong.errors import StoreError
from meoktong.store import migrations, search
from meoktong.store.connection import Store, sqlite_file
from meoktong.store.schema import Base, DocumentVersion

BATCH = 2_000  # rows in one transaction
TABLES = Base.metadata.sorted_tables  # those that others refer to first


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A table that is the same in both databases: SHA-256 of its rows in the order of their keys."""

    table: str
    rows: int
    sha256: str


def count_rows(store: Store) -> int:
    """How many rows there are to copy."""
    with store.reading() as connection:
        return sum(connection.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES)


def copy(source: Store, target: Store, progress: Callable[[int], None] = lambda rows: None) -> list[Checked]:
    """Copy one state of `source`, which has to be at the newest schema, into `target`, which has to be empty.

    A copy that was broken off goes on behind its last whole batch. `progress` hears of rows, copied or found there.
    Raises StoreError, in one line, when the target holds anything else, or when in the end the two differ.
    """
    _claim(source, target)
    with source.reading() as reading:
        for table in TABLES:
            _copy_table(reading, target, table, progress)
        with target.reading() as written:
            checked = [_compared(reading, written, table, target.name) for table in TABLES]
    with target.writing() as connection:
        _set_sequences(connection)
        migrations.set_revision(connection, migrations.head())
    return checked


def _claim(source: Store, target: Store) -> None:
    """Put the mark of `source` on an empty database, or find it there."""
    if _place(source) == _place(target):
        raise StoreError(f"{target.name}: is the database to be copied")
    mark = migrations.COPYING + hashlib.sha256(_place(source).encode()).hexdigest()[:16]
    with target.migrating() as connection:
        found = migrations.revision(connection)
        if found == mark:
            return
        if found is None and (tables := inspect(connection).get_table_names()):
            raise StoreError(f"{target.name}: is not empty: it holds {', '.join(sorted(tables))}; copy into a new one")
        migrations.upgrade(connection)
        for table in TABLES:
            if connection.scalar(select(exists().select_from(table))):
                raise StoreError(f"{target.name}: is not empty: {table.name} has rows; copy into a new database")
        migrations.set_revision(connection, mark)


def _place(store: Store) -> str:
    file = sqlite_file(store.engine.url)
    return str(file.resolve()) if file else store.name


def _copy_table(reading: Connection, target: Store, table: Table, progress: Callable[[int], None]) -> None:
    there, last = _there(target, table)
    progress(there)
    rows = _in_order(reading, table)
    if last is not None:
        key = table.primary_key.columns
        reached = tuple_(*(literal(value, column.type) for value, column in zip(last, key, strict=True)))
        rows = rows.where(tuple_(*_key(reading, table)) > reached)
    for batch in _batches(reading, rows):
        try:
            with target.writing() as connection:
                connection.execute(insert(table), [dict(row._mapping) for row in batch])
                if table is DocumentVersion.__table__:
                    search.add(connection, [(row.id, row.title, row.text) for row in batch])
        except exc.IntegrityError:
            raise StoreError(f"{target.name}: rows of {table.name} came in between: another copy is writing") from None
        progress(len(batch))


def _there(target: Store, table: Table) -> tuple[int, Row[Any] | None]:
    """How many rows the target has already, and the key of the last."""
    with target.reading() as connection:
        key = _key(connection, table)
        newest = select(*table.primary_key.columns).order_by(*(column.desc() for column in key)).limit(1)
        return connection.scalar(select(func.count()).select_from(table)) or 0, connection.execute(newest).first()


def _compared(reading: Connection, written: Connection, table: Table, name: str) -> Checked:
    source, target = (_checksum(connection, table) for connection in (reading, written))
    if source != target:
        raise StoreError(
            f"{name}: {table.name} differs from the source ({target.rows:,} rows instead of {source.rows:,}): the "
            "source was written to since the copy was begun; begin anew with an empty database and no crawl running"
        )
    return source


def _checksum(connection: Connection, table: Table) -> Checked:
    encoder = msgspec.json.Encoder(order="sorted")
    digest, rows = hashlib.sha256(), 0
    for batch in _batches(connection, _in_order(connection, table)):
        digest.update(encoder.encode_lines(map(tuple, batch)))
        rows += len(batch)
    return Checked(table=str(table.name), rows=rows, sha256=digest.hexdigest())


def _batches(connection: Connection, rows: Select[Any]) -> Iterator[Any]:
    return connection.execute(rows, execution_options={"yield_per": BATCH}).partitions()


def _in_order(connection: Connection, table: Table) -> Select[Any]:
    return select(table).order_by(*_key(connection, table))


def _key(connection: Connection, table: Table) -> list[ColumnElement[Any]]:
    """The primary key, to be sorted alike by both databases: texts by their bytes."""
    postgres = connection.dialect.name == "postgresql"
    return [
        collate(column, "C") if postgres and isinstance(column.type, String) else column
        for column in table.primary_key.columns
    ]


def _set_sequences(connection: Connection) -> None:
    """Let PostgreSQL count on behind the ids that were copied; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in TABLES:
        column = table.autoincrement_column
        if column is not None:
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(select(func.setval(sequence, func.max(column))))
