"""Many new rows at once, at the pace of the driver's own executemany.

SQLAlchemy compiles parameters row by row, and on SQLite asks for the ids of new rows with one INSERT each: both cost
more than the database does. Whoever writes is alone (see Store.writing), so ids can be taken beforehand.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, func, select, text

from meoktong.store.schema import Base, UTCDateTime

Process = Callable[[Any], Any]


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
    if rows:
        insert_values(connection, table, list(rows[0]), [tuple(row.values()) for row in rows])


def insert_values(
    connection: Connection, table: type[Base], names: Sequence[str], values: Sequence[Sequence[Any]]
) -> None:
    """`insert_rows` for rows that are values of the columns `names`, in their order."""
    if not values:
        return
    dialect = connection.dialect
    processes = {place: process for place, name in enumerate(names) if (process := _process(table, name, dialect))}
    if processes:
        columns = list(zip(*values, strict=True))
        for place, process in processes.items():
            columns[place] = tuple(map(process, columns[place]))
        values = list(zip(*columns, strict=True))
    quoted = ", ".join(map(dialect.identifier_preparer.quote, names))
    into = f"INSERT INTO {table.__tablename__} ({quoted})"
    connection.exec_driver_sql(f"{into} VALUES ({marks(dialect, len(names))})", values)


def marks(dialect: Dialect, count: int) -> str:
    """Places for `count` values in a statement that goes to the driver as it is."""
    return (count * ("?, " if dialect.paramstyle == "qmark" else "%s, ")).removesuffix(", ")


def _process(table: type[Base], name: str, dialect: Dialect) -> Process | None:
    """How SQLAlchemy would make values of a column ready for the driver."""
    kind = table.__table__.c[name].type
    return _times(dialect) if isinstance(kind, UTCDateTime) else kind.dialect_impl(dialect).bind_processor(dialect)


@lru_cache(maxsize=2)
def _times(dialect: Dialect) -> Process | None:
    """For times, of which many columns and rows have the same, each written out at some cost."""
    process = UTCDateTime().dialect_impl(dialect).bind_processor(dialect)
    return process and lru_cache(maxsize=5000)(process)


_TAKE = text(
    "SELECT setval(numbers, nextval(numbers) + :count - 1) "
    "FROM (SELECT CAST(pg_get_serial_sequence(:table, 'id') AS regclass) AS numbers) AS of_table"
)
