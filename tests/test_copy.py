"""`meoktong db copy`: the same in the other database, however often it was killed; nothing else is touched."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from making import tagged
from sqlalchemy import func, inspect, select, text
from weekdata import fill

from meoktong.cli import meoktong
from meoktong.errors import StoreError
from meoktong.queries.filters import Filters
from meoktong.queries.search import search
from meoktong.settings import Settings
from meoktong.store import Store, connect, migrations
from meoktong.store import copy as copying
from meoktong.store.connection import open_store
from meoktong.store.runs import start_run
from meoktong.store.schema import Base, Document
from meoktong.store.write import write
from nlp.words import query

SLOW = "import meoktong.store.copy as c; c.BATCH = 3; from meoktong.cli import main; main()"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(meoktong, ["db", "copy", *arguments], obj=Settings())


def refused(*arguments: str) -> str:
    done = run(*arguments)
    assert isinstance(done.exception, StoreError), done.output
    assert "\n" not in str(done.exception)
    return str(done.exception)


def content(url: str) -> dict[str, set[tuple[object, ...]]]:
    with connect(url) as store, store.reading() as connection:
        return {
            name: {tuple(map(repr, row)) for row in connection.execute(select(table))}
            for name, table in Base.metadata.tables.items()
        }


def documents(url: str) -> int:
    with open_store(url) as store, store.reading() as connection:
        known = inspect(connection).has_table("documents")
        return connection.scalar(select(func.count()).select_from(Document)) or 0 if known else 0


@pytest.fixture
def other_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/other.db"


def test_there_and_back(sqlite_url: str, postgres_url: str, other_url: str) -> None:
    with connect(sqlite_url) as store:
        fill(store)
    there = run(sqlite_url, postgres_url, "--format", "json")
    assert there.exit_code == 0, there.output
    back = run(postgres_url, other_url, "--format", "json")
    assert json.loads(there.stdout) == json.loads(back.stdout)
    assert {row["table"]: row["rows"] for row in json.loads(there.stdout)}["documents"] == 17
    assert content(sqlite_url) == content(postgres_url) == content(other_url)


@pytest.mark.parametrize("direction", ["there", "back"])
def test_a_copy_is_worked_with_like_its_original(sqlite_url: str, postgres_url: str, direction: str) -> None:
    """The search index finds what it found, ids go on behind the last one, and nothing is stored twice."""
    source, target = (sqlite_url, postgres_url) if direction == "there" else (postgres_url, sqlite_url)
    with connect(source) as store:
        fill(store)
        found = search(store, query("짧은 글"), Filters())
        assert found.documents > 5
    assert run(source, target).exit_code == 0
    with connect(target, migrate=False) as store:
        assert search(store, query("짧은 글"), Filters()) == found
        before = documents(target)
        again = start_run(store, "daily", options={})
        write(
            store, again, [tagged("https://x.example/taxi"), tagged("https://x.example/brand-new", text="낱말 하나.")]
        )
        assert documents(target) == before + 1
        assert search(store, query("낱말"), Filters()).documents == 1
        with store.reading() as connection:
            assert migrations.revision(connection) == migrations.head()


@pytest.mark.parametrize("direction", ["there", "back"])
def test_a_killed_copy_is_taken_up(sqlite_url: str, postgres_url: str, direction: str) -> None:
    source, target = (sqlite_url, postgres_url) if direction == "there" else (postgres_url, sqlite_url)
    with connect(source) as store:
        run_ = start_run(store, "example", options={})
        write(store, run_, [tagged(f"https://x.example/{n}") for n in range(300)])
    for reached in (20, 150):
        process = subprocess.Popen([sys.executable, "-c", SLOW, "db", "copy", source, target], stderr=subprocess.PIPE)
        while process.poll() is None and documents(target) < reached:
            time.sleep(0.01)
        process.kill()
        process.communicate()
        assert reached <= documents(target) < 300
        with pytest.raises(StoreError, match="unfinished copy"):
            connect(target)
    kept = documents(target)
    assert run(source, target).exit_code == 0
    assert kept < documents(target) == 300
    assert content(source) == content(target)


def test_a_source_that_changed_after_a_kill_is_told(
    sqlite_url: str, other_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(sqlite_url) as store:
        fill(store)

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(copying, "_compared", broken)
    assert run(sqlite_url, other_url).exit_code != 0
    monkeypatch.undo()
    with connect(sqlite_url) as store, store.writing() as connection:
        connection.execute(text("UPDATE documents SET title = 'x' WHERE id = 1"))
    message = refused(sqlite_url, other_url)
    assert "documents differs from the source" in message
    with pytest.raises(StoreError, match="unfinished copy"):
        connect(other_url)


def test_two_copies_at_once_make_one(sqlite_url: str, other_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second overtakes the first, which is told so."""
    with connect(sqlite_url) as source, open_store(other_url) as target:
        fill(source)
        monkeypatch.setattr(copying, "BATCH", 3)
        overtaken = iter([lambda: copying.copy(source, target)])
        with pytest.raises(StoreError, match="another copy is writing"):
            copying.copy(source, target, lambda _rows: documents(other_url) == 3 and next(overtaken, int)())
    assert content(sqlite_url) == content(other_url)


def test_what_is_in_the_target_stays_there(store: Store, sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    """A database with documents, of another program, of a newer version, or a copy of another database."""
    source = f"sqlite:///{tmp_path}/source.db"
    with connect(source) as opened:
        fill(opened)
    target = store.engine.url.render_as_string(hide_password=False)
    write(store, start_run(store, "example", options={}), [tagged()])
    before = content(target)
    assert "is not empty: sources has rows" in refused(source, target)
    assert content(target) == before
    with store.writing() as connection:
        migrations.set_revision(connection, f"{migrations.COPYING}0123456789abcdef")
    assert "unfinished copy" in refused(source, target)
    with store.writing() as connection:
        migrations.set_revision(connection, "9999")
    assert "newer meoktong" in refused(source, target)


def test_another_programs_database_is_left_alone(database_url: str, tmp_path: Path) -> None:
    source = f"sqlite:///{tmp_path}/source.db"
    connect(source).close()
    with open_store(database_url) as store:
        with store.writing() as connection:
            connection.execute(text("CREATE TABLE customers (id INTEGER)"))
        assert "customers" in refused(source, database_url)
        with store.reading() as connection:
            assert inspect(connection).get_table_names() == ["customers"]


def test_a_source_that_is_not_there_or_the_target_itself(sqlite_url: str, other_url: str, tmp_path: Path) -> None:
    assert "no such file" in refused(sqlite_url, other_url)
    assert list(tmp_path.iterdir()) == []
    connect(sqlite_url).close()
    assert "to be copied" in refused(sqlite_url, sqlite_url)
    with open_store(other_url) as store, store.writing() as connection:
        connection.execute(text("CREATE TABLE other (id INTEGER)"))
    assert "db upgrade" in refused(other_url, sqlite_url)
