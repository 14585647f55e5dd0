"""The full-text index, which each database keeps in its own way: statements of revision 0001.

Rows are versions of documents and are only added: whoever searches takes those that are still the newest.
"""

from alembic import op
from sqlalchemy import Connection

TABLE = "search_index"

_CREATE = {
    "sqlite": [
        # The terms alone: the texts are in document_versions, and nothing asks where in a text a term stands.
        f"CREATE VIRTUAL TABLE {TABLE} USING fts5(terms, content='', detail='none', columnsize=0, tokenize='ascii')",
    ],
    "postgresql": [
        f"""CREATE TABLE {TABLE} (
            version_id INTEGER NOT NULL CONSTRAINT pk_{TABLE} PRIMARY KEY
                CONSTRAINT fk_{TABLE}_version_id REFERENCES document_versions (id) ON DELETE CASCADE,
            terms TSVECTOR NOT NULL
        )""",
        f"CREATE INDEX ix_{TABLE}_terms ON {TABLE} USING gin (terms)",
    ],
}


def create(connection: Connection) -> None:
    """Make the empty index."""
    for statement in _CREATE[connection.dialect.name]:
        op.execute(statement)


def drop() -> None:
    """Remove it."""
    op.drop_table(TABLE)


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Whether the schema of meoktong/store/schema.py says how a table looks: not so for the index."""
    return kind != "table" or name is None or not name.startswith(TABLE)
