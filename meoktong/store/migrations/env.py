"""Run by Alembic for each of its commands: works on the connection, and in the transaction, that it was given."""

from typing import Any, Literal

from alembic import context

from meoktong.store import readers, views
from meoktong.store.migrations.search import include_name
from meoktong.store.schema import Base, UTCDateTime


def render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write a time as SQLAlchemy's own type: a revision must not change when our class does."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UTCDateTime) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    render_item=render,
    include_name=include_name,
    transactional_ddl=True,  # meoktong.store.connection begins a real transaction on SQLite too
)
views.drop(connection)
context.run_migrations()
if context.get_context().get_current_revision() == context.get_head_revision():
    views.create(connection)
    if connection.dialect.name == "postgresql":
        readers.grant(connection)
