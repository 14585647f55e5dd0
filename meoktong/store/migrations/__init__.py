"""Schema revisions, run by meoktong itself: `versions/` holds one file a revision, Alembic runs them.

A new revision, after a change of meoktong/store/schema.py and against an up-to-date database, is written with
`meoktong db revision "what changed"`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from meoktong.errors import StoreError
from meoktong.store.schema import Base

FOLDER = Path(__file__).parent
COPYING = "copying "  # in place of a revision: the database is an unfinished copy, of a source with this fingerprint


def revision(connection: Connection) -> str | None:
    """The schema revision that the database is at; None for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """The newest revision that this meoktong knows."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    if found is None:
        raise StoreError("this installation lacks its schema revisions: install meoktong again")
    return found


def is_current(connection: Connection) -> bool:
    """Whether the schema is at `head`. Raises StoreError for a schema that this meoktong cannot bring there."""
    name = connection.engine.url.render_as_string()
    found = revision(connection)
    if found is None:
        ours = set(Base.metadata.tables) & set(inspect(connection).get_table_names())
        if ours:
            raise StoreError(
                f"{name}: holds the tables {', '.join(sorted(ours))} but no schema revision: "
                "it is another program's, or its migration was broken off; use another database or a backup"
            )
        return False
    if found.startswith(COPYING):
        raise StoreError(f"{name}: is an unfinished copy: run the same meoktong db copy again, or use another database")
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found not in known:
        raise StoreError(f"{name}: the schema (revision {found}) is of a newer meoktong than this one: update meoktong")
    return found == head()


def upgrade(connection: Connection) -> None:
    """Bring the schema to `head`, within the transaction of `connection`."""
    if not is_current(connection):  # another process may have been faster
        run(connection, command.upgrade, "head")


def downgrade(connection: Connection, to: str) -> None:
    """Bring the schema back to the revision `to`; "base" removes it with all that is in it. Raises StoreError."""
    is_current(connection)
    scripts = ScriptDirectory.from_config(_config())
    older = {script.revision for script in scripts.iterate_revisions(revision(connection), "base")} | {"base"}
    if to not in older:
        raise StoreError(f"no revision {to!r} at or below the schema's; there are {', '.join(sorted(older))}")
    run(connection, command.downgrade, to)


def set_revision(connection: Connection, revision: str) -> None:
    """Note, in a database that has one, another revision or mark, without changing the schema."""
    connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def write_next(connection: Connection, message: str) -> None:
    """Write the file of the next revision: what the schema has and the database behind `connection` has not."""
    run(connection, command.revision, message, autogenerate=True, rev_id=f"{int(head()) + 1:04}")


def run(connection: Connection, alembic: Callable[..., Any], *arguments: Any, **options: Any) -> None:
    """Run one of Alembic's commands within the transaction of `connection`."""
    config = _config()
    config.attributes["connection"] = connection
    alembic(config, *arguments, **options)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
