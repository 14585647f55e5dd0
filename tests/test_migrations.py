"""The schema goes up and down on both databases, from every revision and with rows in place, whole or not at all."""

import shutil
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from sqlalchemy import Column, MetaData, func, insert, inspect, select
from weekdata import fill

from meoktong.cli import meoktong
from meoktong.errors import StoreError
from meoktong.settings import Settings
from meoktong.store import connect, migrations
from meoktong.store.connection import open_store
from meoktong.store.migrations.search import include_name
from meoktong.store.schema import Base, Document, DocumentVersion

SCRIPTS = ScriptDirectory(str(migrations.FOLDER))
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]
Rows = dict[str, list[dict[str, Any]]]


def move(url: str, to: str) -> None:
    with open_store(url) as store, store.migrating() as connection:
        whence = int(migrations.revision(connection) or 0)
        migrations.run(connection, command.downgrade if to < f"{whence:04}" else command.upgrade, to)


def reflected(url: str) -> MetaData:
    """The tables as the database has them, whatever schema.py says today."""
    with open_store(url) as store, store.reading() as connection:
        names = [name for name in inspect(connection).get_table_names() if include_name(name, "table", None)]
        metadata = MetaData()
        metadata.reflect(connection, only=[name for name in names if name != "alembic_version"])
    return metadata


def value(column: Column[Any], number: int) -> Any:
    """Something of its type that no other row has; of a reference the row with the same number."""
    kind = column.type.python_type
    made = {
        bool: True,
        int: number,
        float: number / 4,
        str: f"{column.name} {number} 먹통",
        datetime: datetime(2022, 10, 15, 6, number, tzinfo=UTC),
        date: date(2022, 10, number),
        object: {"number": number},  # JSON
    }
    return made[kind]


def put(url: str) -> None:
    """Three rows into each table."""
    metadata = reflected(url)
    with open_store(url) as store, store.writing() as connection:
        for table in metadata.sorted_tables:
            for number in (1, 2, 3):
                connection.execute(insert(table).values({c.name: value(c, number) for c in table.columns}))


def rows(url: str) -> Rows:
    metadata = reflected(url)
    with open_store(url) as store, store.reading() as connection:
        return {
            name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
            for name, table in metadata.tables.items()
        }


def assert_kept(before: Rows, after: Rows) -> None:
    """Every row is there, with what it held in every column that there still is."""
    for name in before.keys() & after.keys():
        columns = set(before[name][0]) & set(after[name][0])
        old, new = ([{c: row[c] for c in columns} for row in found[name]] for found in (before, after))
        assert old == new, name


def assert_newest(url: str) -> None:
    with open_store(url) as store, store.reading() as connection:
        compared = {"compare_type": True, "compare_server_default": True, "include_name": include_name}
        context = MigrationContext.configure(connection, opts=compared)
        assert compare_metadata(context, Base.metadata) == []
        assert migrations.revision(connection) == REVISIONS[-1] == migrations.head()


@pytest.mark.parametrize("revision", REVISIONS)
def test_rows_of_every_revision_come_up_and_go_down_again(database_url: str, revision: str) -> None:
    move(database_url, revision)
    put(database_url)
    before = rows(database_url)
    assert len(before) > 20
    assert all(len(found) == 3 for found in before.values())
    connect(database_url).close()
    assert_newest(database_url)
    assert_kept(before, rows(database_url))
    move(database_url, revision)
    assert rows(database_url) == before
    connect(database_url).close()
    assert_newest(database_url)
    assert_kept(before, rows(database_url))


@pytest.mark.parametrize("revision", ["base", *REVISIONS])
def test_a_filled_database_goes_down_to_every_revision_and_up_again(database_url: str, revision: str) -> None:
    with connect(database_url) as store:
        fill(store)
    before = rows(database_url)
    done = CliRunner().invoke(
        meoktong, ["db", "downgrade", revision, "--yes", "--database", database_url], obj=Settings()
    )
    assert done.exit_code == 0, done.output
    below = rows(database_url)
    assert (below == {}) == (revision == "base")
    assert_kept({name: found for name, found in before.items() if found and below.get(name)}, below)
    with connect(database_url) as store, store.reading() as connection:
        expected = 0 if revision == "base" else 17
        assert connection.scalar(select(func.count()).select_from(Document)) == expected
    assert_newest(database_url)


@pytest.mark.parametrize(("revision", "word"), [("9999", "0001"), ("", "0001"), ("head; DROP TABLE x", "0001")])
def test_a_revision_that_is_not_below_is_refused(database_url: str, revision: str, word: str) -> None:
    connect(database_url).close()
    done = CliRunner().invoke(meoktong, ["db", "downgrade", revision, "--database", database_url], obj=Settings())
    assert isinstance(done.exception, StoreError)
    assert word in str(done.exception)
    assert "\n" not in str(done.exception)
    assert_newest(database_url)


def test_nothing_is_removed_unasked(database_url: str) -> None:
    connect(database_url).close()
    down = ["db", "downgrade", "base", "--database", database_url]
    assert CliRunner().invoke(meoktong, down, obj=Settings(), input="n\n").exit_code != 0
    assert_newest(database_url)


LATER = '''
"""A later revision."""
import time
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"

def upgrade() -> None:
    with op.batch_alter_table("documents") as batch:
        batch.add_column(sa.Column("language", sa.Text(), nullable=False, server_default="ko"))
    with op.batch_alter_table("documents") as batch:
        batch.alter_column("title", nullable=True)
    {then}

def downgrade() -> None:
    with op.batch_alter_table("documents") as batch:
        batch.drop_column("language")
        batch.alter_column("title", nullable=False)
'''


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """This program's revisions and one more, which replaces the table that most others refer to."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrations.FOLDER, folder)
    return folder


def add_later(folder: Path, then: str = "") -> None:
    code = LATER.format(revision=f"{int(REVISIONS[-1]) + 1:04}", before=REVISIONS[-1], then=then)
    (folder / "versions" / "later.py").write_text(code)


def test_replacing_a_table_keeps_what_refers_to_it(
    database_url: str, later: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(database_url) as store:
        fill(store)
    before = rows(database_url)
    add_later(later)
    monkeypatch.setattr(migrations, "FOLDER", later)
    connect(database_url).close()
    after = rows(database_url)
    assert {row["language"] for row in after["documents"]} == {"ko"}
    assert {name: len(found) for name, found in after.items()} == {name: len(found) for name, found in before.items()}
    with connect(database_url) as store, store.migrating() as connection:
        migrations.downgrade(connection, REVISIONS[-1])
    assert rows(database_url) == before


def test_a_migration_that_orphans_rows_is_undone(sqlite_url: str, later: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with connect(sqlite_url) as store:
        fill(store)
    before = rows(sqlite_url)
    add_later(later, then="op.execute('DELETE FROM documents WHERE id = 1')")
    monkeypatch.setattr(migrations, "FOLDER", later)
    with pytest.raises(StoreError, match="refers to a row of documents that is not there"):
        connect(sqlite_url)
    assert rows(sqlite_url) == before


def test_a_migration_killed_half_way_left_nothing_and_is_made_by_the_next(
    database_url: str, later: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(database_url) as store:
        fill(store)
    before = rows(database_url)
    reached = tmp_path / "reached"
    add_later(later, then=f"open({str(reached)!r}, 'w').close(); time.sleep(60)")
    code = (
        "import sys, pathlib; from meoktong.store import connect, migrations; "
        "migrations.FOLDER = pathlib.Path(sys.argv[1]); connect(sys.argv[2])"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(later), database_url])
    while not reached.exists() and process.poll() is None:
        time.sleep(0.02)
    process.kill()
    process.communicate()
    assert reached.exists()
    assert rows(database_url) == before
    assert_newest(database_url)
    add_later(later)
    monkeypatch.setattr(migrations, "FOLDER", later)
    with connect(database_url) as store, store.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(DocumentVersion)) == len(before["document_versions"])
        assert "language" in {column["name"] for column in inspect(connection).get_columns("documents")}
