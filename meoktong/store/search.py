"""The full-text index: filled with each version that is written, the same terms on both databases."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Select, cast, column, func, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY

from meoktong.indexing import terms
from meoktong.store.connection import Store
from meoktong.store.migrations.search import TABLE
from meoktong.store.schema import DocumentVersion
from meoktong.terms import IN_TITLE, Query, Words, terms_of

BATCH = 1000

Text = tuple[int, str, str]  # version id, title, text

FILL = {  # by version id and terms, as the driver takes them
    "sqlite": "INSERT INTO search_index (rowid, terms) VALUES (?, ?)",
    "postgresql": "INSERT INTO search_index (version_id, terms) VALUES (%s, CAST(%s AS tsvector))",
}
_CLEAR = {
    "sqlite": "INSERT INTO search_index (search_index) VALUES ('delete-all')",
    "postgresql": "TRUNCATE search_index",
}


def add(connection: Connection, versions: Sequence[Text]) -> None:
    """Make new versions findable, in the transaction that writes them."""
    indexed = terms([(title, body) for _, title, body in versions])
    rows = [(version_id, found) for (version_id, *_), found in zip(versions, indexed, strict=True)]
    if rows:
        connection.exec_driver_sql(FILL[connection.dialect.name], rows)


def rebuild(store: Store) -> int:
    """Fill the index anew with every version, in one transaction, and return how many there are. Raises StoreError.

    Needed only when meoktong.terms has changed, or where versions came into the database by another way.
    """
    version = DocumentVersion
    done = 0
    with store.writing() as connection:
        connection.execute(text(_CLEAR[connection.dialect.name]))
        while batch := connection.execute(
            select(version.id, version.title, version.text).where(version.id > done).order_by(version.id).limit(BATCH)
        ).all():
            add(connection, [(row.id, row.title, row.text) for row in batch])
            done = batch[-1].id
        return connection.scalars(select(func.count()).select_from(version)).one()


def matching(store: Store, query: Query, *, in_title: bool = False) -> Select[Any]:
    """The ids of the versions that `query` finds; with `in_title` those whose title alone has all the words wanted."""
    syntax = _FTS5 if store.engine.dialect.name == "sqlite" else _TSQUERY
    expression = syntax.expression(query.any_of, IN_TITLE if in_title else "")
    if query.without and not in_title:
        expression = syntax.but_not.format(expression, syntax.expression(query.without, ""))
    if syntax is _FTS5:
        index = table(TABLE, column("rowid"), column(TABLE))  # MATCH asks the table itself
        return select(index.c.rowid).where(index.c[TABLE].op("MATCH")(expression))
    index = table(TABLE, column("version_id"), column("terms"))
    return select(index.c.version_id).where(index.c.terms.op("@@")(cast(expression, TSQUERY)))


def prefer_index(connection: Connection) -> None:
    """For this transaction. PostgreSQL does not count what it costs to unpack the terms of every row, and reads all."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # 21 ms instead of 261 for one in ten of 100,000


@dataclass(frozen=True, slots=True)
class _Syntax:
    """How a database writes what it looks for. Terms hold a-z and 0-9 alone, so nothing in them can be syntax."""

    word: str
    beginning: str
    both: str
    either: str
    but_not: str

    def expression(self, groups: Iterable[Words], prefix: str) -> str:
        return self.either.join(f"({self._group(words, prefix)})" for words in groups)

    def _group(self, words: Words, prefix: str) -> str:
        found = dict.fromkeys(chain.from_iterable(terms_of(word) for word in words))
        return self.both.join((self.beginning if begins else self.word).format(prefix + term) for term, begins in found)


_FTS5 = _Syntax(word='"{}"', beginning='"{}"*', both=" AND ", either=" OR ", but_not="({}) NOT ({})")
_TSQUERY = _Syntax(word="'{}'", beginning="'{}':*", both=" & ", either=" | ", but_not="({}) & !({})")
