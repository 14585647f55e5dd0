"""Questions in SQL, on a connection that the database itself keeps from writing, from files and from full texts."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import quote

from psycopg import pq
from sqlalchemy import Connection, exc, text

from meoktong.errors import StoreError
from meoktong.store import views
from meoktong.store.connection import Store, sqlite_file
from meoktong.store.readers import FULL_TEXTS, FUNCTIONS, ROLES
from meoktong.store.schema import Base

LONGEST_VALUE = 10_000_000  # bytes, on SQLite: no question can fill the memory with one value
STEPS = 10_000  # of SQLite's machine between two looks at the clock
TABLES = {*Base.metadata.tables, *views.views(), "json_each", "json_tree", "sqlite_master"}
REFUSED = {"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"}
ALLOWED = "one SELECT that reads tables and views"
NOT_ALLOWED = ("is prohibited", "denied", "not authorized", "cannot execute", "multiple commands", "one statement")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The rows of an answer by column, and whether there were more than asked for."""

    columns: Sequence[str]
    rows: list[dict[str, Any]]
    cut: bool


def ask(store: Store, question: str, *, rows: int, seconds: float, with_text: bool = False) -> Answer:
    """Answer one SELECT with at most `rows` rows within `seconds`.

    The texts and comments of documents are refused without `with_text`. Raises StoreError, in one line, for a question
    that is no single SELECT, is wrong, reads what it must not, takes too long, or has two columns of one name.
    """
    sqlite = store.engine.dialect.name == "sqlite"
    one = question.rstrip("; \t\r\n")
    columns, found = (_sqlite if sqlite else _postgres)(store, one, rows + 1, seconds, with_text)
    if len(set(columns)) < len(columns):
        raise StoreError(f"two columns have the same name ({', '.join(columns)}): name them with AS")
    answered = [dict(zip(columns, row, strict=True)) for row in found[:rows]]
    return Answer(columns=columns, rows=answered, cut=len(found) > rows)


Table = tuple[list[str], list[Sequence[Any]]]


def _sqlite(store: Store, question: str, most: int, seconds: float, with_text: bool) -> Table:
    file = sqlite_file(store.engine.url)
    end = monotonic() + seconds
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)) as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
            connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            connection.text_factory = lambda value: value.decode(errors="replace")
            connection.set_progress_handler(lambda: monotonic() > end, STEPS)
            connection.set_authorizer(_Authorizer(with_text))
            cursor = connection.execute(question)
            if cursor.description is None:
                raise StoreError(f"no question: {ALLOWED} is expected")
            return [name for name, *_ in cursor.description], cursor.fetchmany(most)
    except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
        raise StoreError(_said(str(error), seconds)) from None


class _Authorizer:
    """What SQLite asks before it prepares a statement, for every table, column and function in it."""

    def __init__(self, with_text: bool) -> None:
        self._hidden = {} if with_text else FULL_TEXTS

    def __call__(self, action: int, one: str | None, other: str | None, _base: str | None, _view: str | None) -> int:
        if action == sqlite3.SQLITE_READ:
            # without a column it is only counted, and may be a name that the question itself gives
            allowed = not other or (one in TABLES and other not in self._hidden.get(one or "", ()))
        elif action == sqlite3.SQLITE_FUNCTION:
            allowed = str(other).lower() not in REFUSED
        else:
            allowed = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE)
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _postgres(store: Store, question: str, most: int, seconds: float, with_text: bool) -> Table:
    function = FUNCTIONS[with_text]
    try:
        with store.engine.connect() as connection:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = {max(1, round(seconds * 1000))}")
            owner = text("SELECT pg_get_userbyid(proowner) FROM pg_proc WHERE oid = to_regproc(:name)")
            if connection.scalar(owner, {"name": function}) != ROLES[with_text]:  # whose rights it answers with
                raise StoreError(f"{store.name}: run meoktong db allow-sql once, as a role that may create roles")
            columns = _columns(connection, question)
            answers = connection.execute(
                text(f"SELECT answer::text FROM {function}(:question, :most) AS answer"),  # noqa: S608  # ours
                {"question": question, "most": most},
            )
            return columns, [list(json.loads(answer).values()) for answer in answers.scalars()]
    except exc.DBAPIError as error:
        raise StoreError(_said(str(error.orig), seconds)) from None


def _columns(connection: Connection, question: str) -> list[str]:
    """The names of the columns. What a prepared statement takes is one statement, and as a subquery a SELECT."""
    driver: Any = connection.connection.driver_connection
    prepared = f"SELECT q.* FROM ({question}\n) AS q".encode(errors="replace")  # noqa: S608  # parsed, never executed
    if b"\0" in prepared:
        raise StoreError("a question has no NUL characters")
    result = driver.pgconn.prepare(b"", prepared)
    if result.status != pq.ExecStatus.COMMAND_OK:
        raise StoreError(_said(result.error_message.decode(errors="replace"), 0))
    described = driver.pgconn.describe_prepared(b"")
    return [described.fname(i).decode() for i in range(described.nfields)]


def _said(message: str, seconds: float) -> str:
    """The database's fault in our words, in one line."""
    line = message.strip().split("\n", maxsplit=1)[0].removeprefix("ERROR:").strip().rstrip(".")
    if line == "interrupted" or "statement timeout" in line:
        return f"no answer within {seconds:g} seconds: ask for less, or give it more with --seconds"
    if any(table in line for table in FULL_TEXTS):
        return f"not allowed: {line}; --with-text lets a question read full texts"
    if any(words in line for words in NOT_ALLOWED):
        return f"not allowed: {line}; {ALLOWED} is answered"
    return f"{line}; {ALLOWED} is expected" if "syntax error" in line else line
