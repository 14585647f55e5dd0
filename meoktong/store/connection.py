"""Opening a database, SQLite or PostgreSQL, and its two doors: reading and writing."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Any, Self

import msgspec
from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url
from sqlalchemy.dialects import postgresql, sqlite

from meoktong.errors import StoreError
from meoktong.store import migrations

BUSY_SECONDS = 30  # how long a SQLite writer waits for another one
EXAMPLES = "sqlite:///data/meoktong.db or postgresql://USER@HOST/NAME"
WRITERS = 0x6D656F6B  # PostgreSQL advisory lock: one writer at a time, as on SQLite


class Store:
    """An open database. Use it as a context manager, or call `close`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # SQLite's transactions see one state anyway; PostgreSQL's default is one state for each statement.
        postgres = engine.dialect.name == "postgresql"
        self._reader = engine.execution_options(isolation_level="REPEATABLE READ") if postgres else engine
        self.name = engine.url.render_as_string(hide_password=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @property
    def folder(self) -> Path:
        """Where files that belong to this database are kept: beside a SQLite file, otherwise `data`."""
        file = sqlite_file(self.engine.url)
        return file.parent if file else Path("data")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database, whatever is written meanwhile. Raises StoreError."""
        with self._translated(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The one transaction that may write at this moment: all of it is kept, or on any exception nothing.

        Waits for other writers, of other processes too. Raises StoreError.
        """
        with self._writing(writes=True) as connection:
            yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """The same to change the schema: SQLite replaces a table to alter it, and rows that refer to it must stay.

        Raises StoreError, and nothing is kept, when a row refers to nothing in the end.
        """
        with self._writing(writes=True, foreign_keys=False) as connection:
            yield connection
            if connection.dialect.name == "sqlite":
                for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
                    raise StoreError(f"{self.name}: row {row} of {table} refers to a row of {parent} that is not there")

    @contextmanager
    def _writing(self, **options: bool) -> Iterator[Connection]:
        with self._translated(), self.engine.execution_options(**options).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")
            yield connection

    def insert(self, table: Any) -> "sqlite.Insert | postgresql.Insert":
        """An INSERT into `table` that knows ON CONFLICT."""
        dialect = sqlite if self.engine.dialect.name == "sqlite" else postgresql
        statement: sqlite.Insert | postgresql.Insert = dialect.insert(table)
        return statement

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except exc.DBAPIError as error:
            if not _from_outside(error):
                raise
            raise StoreError(f"{self.name}: {_advice(error)}") from error


def connect(url: str, *, migrate: bool = True, create: bool = True) -> Store:
    """Open the database at `url`, making a SQLite file and its folder when they are missing.

    With `migrate` the schema is brought up to date; without, one that is not up to date is refused. Without `create`
    a SQLite file has to be there: a mistyped name would answer every question with nothing. Raises StoreError, in one
    line, for whatever the user can act on: an unusable URL, no such server, a file that is no database, a schema of a
    newer meoktong, a locked or read-only database, a full disk.
    """
    store = open_store(url, create=create)
    try:
        _prepare(store, migrate)
    except StoreError:
        store.close()
        raise
    return store


def open_store(url: str, *, create: bool = True) -> Store:
    """`connect` without a look at the schema."""
    try:
        parsed = make_url(url)
    except (exc.ArgumentError, ValueError):  # not repeated: it may hold a password
        raise StoreError(f"no database URL; they look like {EXAMPLES}") from None
    name = parsed.render_as_string(hide_password=True)
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError(f"{name}: use {EXAMPLES}")
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise StoreError(f"{name}: a SQLite database needs a file, such as sqlite:///data/meoktong.db")
    file = sqlite_file(parsed)
    if file and not create and not file.exists():
        raise StoreError(f"{name}: no such file; meoktong crawl, import or db upgrade makes it")
    try:
        return Store(_engine(parsed))
    except (exc.NoSuchModuleError, ImportError) as error:
        raise StoreError(f"{name}: no such driver: {error}; leave out what follows the +") from None


def sqlite_file(url: URL) -> Path | None:
    """The file of a SQLite URL; None for a server."""
    if url.get_backend_name() != "sqlite" or url.database is None:
        return None
    return Path(url.database.removeprefix("file:"))


def _prepare(store: Store, migrate: bool) -> None:
    with store.reading() as connection:
        if migrations.is_current(connection):
            return
    if not migrate:
        raise StoreError(f"{store.name}: the schema is older than this meoktong: run meoktong db upgrade")
    with store.migrating() as connection:
        migrations.upgrade(connection)


def _engine(url: URL) -> Engine:
    file = sqlite_file(url)
    if file is None:
        return _postgres(url)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{url}: cannot make the folder {file.parent}: {error.strerror}") from None
    engine = create_engine(url, json_serializer=_json)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        # Python's sqlite3 begins a transaction only before INSERT and the like, not before CREATE TABLE: with its
        # own bookkeeping off, `begin` below covers migrations too.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        _keep_log(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        # A page that several batches change goes into the file once: 40 MB of log instead of 4.
        connection.execute("PRAGMA wal_autocheckpoint = 10000")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer that starts as a reader cannot wait for its turn: SQLite refuses at once.
        options = connection.get_execution_options()
        connection.exec_driver_sql(f"PRAGMA foreign_keys = {'ON' if options.get('foreign_keys', True) else 'OFF'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")

    return engine


def _keep_log(connection: sqlite3.Connection) -> None:
    """Turn on the write-ahead log. While others do so on a new file SQLite refuses at once, whatever the timeout."""
    end = monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > end:
                raise
            sleep(0.01)
        else:
            return


def _json(value: Any) -> str:
    """As the standard library would write it, but Hangul as it is, and in a fifth of the time."""
    return msgspec.json.encode(value).decode()


def _postgres(url: URL) -> Engine:
    engine = create_engine(url, pool_pre_ping=True, json_serializer=_json)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        # The default is a turning disk's: for a week's few documents it would read all annotations ever made.
        connection.execute("SET random_page_cost = 1.1")
        connection.commit()

    return engine


def _from_outside(error: exc.DBAPIError) -> bool:
    """Whether the world is at fault, not our SQL."""
    refused = getattr(error.orig, "sqlstate", None) == "42501"  # insufficient privilege
    return isinstance(error, exc.OperationalError | exc.InternalError) or type(error) is exc.DatabaseError or refused


def _advice(error: exc.DBAPIError) -> str:
    said = str(error.orig).strip().split("\n", maxsplit=1)[0]
    for words, advice in ADVICE.items():
        if words in said:
            return f"{advice} ({said})"
    return said


ADVICE = {
    "database is locked": "another process has been writing for too long; try again when it is done",
    "readonly": "the database is read-only; check the owner and permissions of the file and its folder",
    "read-only": "the database is read-only",
    "is full": "the disk is full; make room and run the command again, nothing is half-written",
    "disk I/O error": "the disk cannot be written; is it full?",
    "unable to open": "cannot be opened; check that the folder exists and may be written",
    "not a database": "the file is not a SQLite database",
    "malformed": "the file is damaged; restore it from a backup",
}
