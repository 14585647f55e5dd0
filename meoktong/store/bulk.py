"""Many new rows at once, at the pace of the driver's own executemany.

SQLAlchemy compiles parameters row by row, and on SQLite asks for the ids of new rows with one INSERT each: both cost
more than the database does. Whoever writes is alone (see Store.writing), so ids can be taken beforehand.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, func, select, text

from meoktong.store.schema import Base, UTCDateTime


def new_ids(connection: Connection, table: type[Base], count: int) -> range:
    """Take `count` values of the column `id`. Only for the transaction that may write."""
    if count == 0:
        return range(0)
    if connection.dialect.name == "sqlite":
        first = connection.execute(select(func.coalesce(func.max(table.__table__.c.id), 0))).scalar_one() + 1
    else:
        last = connection.execute(_TAKE, {"table": table.__tablename__, "count": count}).scalar_one()
        first = last - count + 1
    return range(first, first + count)


def insert_rows(connection: Connection, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows`, all with the same columns in the same order. Defaults of the schema are not filled in."""
    if not rows:
        return
    dialect = connection.dialect
    names = list(rows[0])
    columns = [list(column) for column in zip(*(row.values() for row in rows), strict=True)]
    for place, name in enumerate(names):
        kind = table.__table__.c[name].type
        process = kind.dialect_impl(dialect).bind_processor(dialect)
        if process is None:
            continue
        if isinstance(kind, UTCDateTime):  # many rows share a time, and each is written out at some cost
            process = cache(process)
        columns[place] = list(map(process, columns[place]))
    quoted = ", ".join(map(dialect.identifier_preparer.quote, names))
    marks = ", ".join(["?" if dialect.paramstyle == "qmark" else "%s"] * len(names))
    statement = f"INSERT INTO {table.__tablename__} ({quoted}) VALUES ({marks})"  # noqa: S608  # names of the schema
    connection.exec_driver_sql(statement, list(zip(*columns, strict=True)))


_TAKE = text(
    "SELECT setval(numbers, nextval(numbers) + :count - 1) "
    "FROM (SELECT CAST(pg_get_serial_sequence(:table, 'id') AS regclass) AS numbers) AS of_table"
)
