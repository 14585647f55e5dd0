"""What a database takes for rows alone: those that another one has got, through the driver's own executemany."""

from collections.abc import Iterator, Sequence
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import JSON, Connection, Text, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute

from meoktong.indexing import terms
from meoktong.store import Store
from meoktong.store.schema import (
    Annotation,
    AnnotationLabel,
    CrawlRun,
    Document,
    DocumentStory,
    DocumentVersion,
    LabelEvidence,
    QuantityRow,
    RunUrl,
    Source,
    Story,
    StoryBand,
    Url,
)
from meoktong.store.schema_incidents import StaleDocument
from meoktong.store.search import FILL

Key = InstrumentedAttribute[int]
WRITTEN: tuple[Key, ...] = (  # the tables that a document is written into, each with a column that grows with time
    Source.id,
    CrawlRun.id,
    Url.id,
    RunUrl.url_id,
    Document.id,
    DocumentVersion.id,
    Annotation.id,
    AnnotationLabel.id,
    LabelEvidence.id,
    QuantityRow.id,
    StaleDocument.document_id,
)
GROUPED: tuple[Key, ...] = (Story.id, DocumentStory.document_id, StoryBand.document_id)  # and its story
Insert = tuple[str, Sequence[Sequence[Any]]]


class Driver:
    """Copies what is new in one database into an empty one of the same kind, and says how long the inserting takes."""

    def __init__(self, full: Store, empty: Store) -> None:
        self._full = full
        self._connection = empty.engine.raw_connection()
        self._dialect = full.engine.dialect
        self._done: dict[Key, int] = {}

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def insert(self, keys: Sequence[Key]) -> float:
        """Insert the new rows of the tables of `keys`, in one transaction; seconds."""
        inserts = list(self._new(keys))
        cursor = self._connection.cursor()
        start = clock(self._full)
        if self._dialect.name == "sqlite":
            cursor.execute("BEGIN IMMEDIATE")
        for statement, rows in inserts:
            cursor.executemany(statement, rows)
        self._connection.commit()
        return clock(self._full) - start

    def _new(self, keys: Sequence[Key]) -> Iterator[Insert]:
        with self._full.engine.connect() as connection:
            for key in keys:
                done = self._done.get(key, 0)
                self._done[key] = connection.execute(select(func.coalesce(func.max(key), 0))).scalar_one()
                yield self._rows(connection, key, done)
                if key is DocumentVersion.id:
                    yield self._index_rows(connection, done)

    def _rows(self, connection: Connection, key: Key, done: int) -> Insert:
        table = key.class_.__table__
        columns = [cast(column, Text) if isinstance(column.type, JSON) else column for column in table.columns]
        query = select(*columns).where(key > done).order_by(key)
        raw = str(query.compile(dialect=self._dialect, compile_kwargs={"literal_binds": True}))
        rows = connection.exec_driver_sql(raw).all()  # raw: as the driver gives values and takes them
        names = ", ".join(map(self._dialect.identifier_preparer.quote, table.columns.keys()))
        marks = ", ".join(["?" if self._dialect.paramstyle == "qmark" else "%s"] * len(columns))
        return f"INSERT INTO {table.name} ({names}) VALUES ({marks})", [tuple(row) for row in rows]  # noqa: S608

    def _index_rows(self, connection: Connection, done: int) -> Insert:
        version = DocumentVersion
        query = select(version.id, version.title, version.text).where(version.id > done).order_by(version.id)
        versions = connection.execute(query).all()
        indexed = terms([(row.title, row.text) for row in versions])
        return FILL[self._dialect.name], [(row.id, found) for row, found in zip(versions, indexed, strict=True)]


def clock(store: Store) -> float:
    """Seconds of this process's work on SQLite, which runs within it; of the clock with a server."""
    return process_time() if store.engine.dialect.name == "sqlite" else perf_counter()
