"""Opening databases, their schema, and what the world does to them: one clear line each time."""

import shutil
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from click.testing import CliRunner
from making import tagged
from sqlalchemy import event, func, inspect, select, text

from meoktong.cli import meoktong
from meoktong.errors import StoreError
from meoktong.models import Outcome
from meoktong.settings import Settings
from meoktong.store import Store, connect, connection, migrations
from meoktong.store.connection import open_store
from meoktong.store.runs import start_run
from meoktong.store.schema import Document
from meoktong.store.write import write


def documents(store: Store) -> int:
    with store.reading() as opened:
        return opened.scalar(select(func.count()).select_from(Document)) or 0


def one_line(error: StoreError, *words: str) -> None:
    assert "\n" not in str(error)
    for word in words:
        assert word in str(error)


def test_the_next_revision_of_an_unchanged_schema_is_empty(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrations.FOLDER, folder)
    monkeypatch.setattr(migrations, "FOLDER", folder)
    following = f"{int(migrations.head()) + 1:04}"
    url = store.engine.url.render_as_string(hide_password=False)
    done = CliRunner().invoke(meoktong, ["db", "revision", "Nothing at all", "--database", url], obj=Settings())
    assert done.exit_code == 0, done.output
    (written,) = folder.glob(f"versions/{following}_nothing_at_all.py")
    assert written.read_text().count("    pass\n") == 2
    assert migrations.head() == following


def test_connecting_again_changes_nothing(database_url: str) -> None:
    with connect(database_url) as store:
        write(store, start_run(store, "a", options={}), [tagged()])
    with connect(database_url) as store:
        assert documents(store) == 1


def test_a_broken_migration_leaves_nothing(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = migrations.upgrade

    def broken(opened: object) -> None:
        whole(opened)
        raise StoreError("power cut")

    monkeypatch.setattr(migrations, "upgrade", broken)
    with pytest.raises(StoreError, match="power cut"):
        connect(database_url)
    monkeypatch.undo()
    with connection.open_store(database_url) as store, store.reading() as opened:
        assert inspect(opened).get_table_names() == []
    with connect(database_url) as store:
        assert documents(store) == 0


def test_several_processes_may_make_the_schema_at_once(database_url: str) -> None:
    code = "import sys; from meoktong.store import connect; connect(sys.argv[1]).close()"
    started = [
        subprocess.Popen([sys.executable, "-c", code, database_url], stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert [(p.communicate(timeout=60)[1], p.returncode) for p in started] == [("", 0)] * 4


def test_many_may_open_a_new_file_at_the_same_moment(tmp_path: Path) -> None:
    # SQLite refuses to turn on its log while another connection does, without waiting: once in forty such openings
    for attempt in range(40):
        together = Barrier(5)
        url = f"sqlite:///{tmp_path / str(attempt)}.db"

        def touch(url: str = url, together: Barrier = together) -> None:
            together.wait()
            with open_store(url) as opened, opened.reading() as connection:
                connection.execute(text("SELECT 1"))

        with ThreadPoolExecutor(5) as pool:
            for done in [pool.submit(touch) for _ in range(5)]:
                done.result()


def test_a_schema_of_a_newer_version_is_left_alone(store: Store, database_url: str) -> None:
    with store.writing() as opened:
        opened.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError) as caught:
        connect(database_url)
    one_line(caught.value, "9999", "update meoktong", store.name)


def test_tables_without_a_revision_are_left_alone(store: Store, database_url: str) -> None:
    with store.writing() as opened:
        opened.execute(text("DROP TABLE alembic_version"))
    with pytest.raises(StoreError) as caught:
        connect(database_url)
    one_line(caught.value, "no schema revision", "documents")


def test_an_old_schema_is_refused_when_it_must_not_be_changed(database_url: str) -> None:
    with pytest.raises(StoreError) as caught:
        connect(database_url, migrate=False)
    one_line(caught.value, "meoktong db upgrade")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", ["no database URL"]),
        ("", ["no database URL"]),
        ("postgresql://me:secret@host:port/x", ["no database URL"]),
        ("postgresql+psycopg2://me:secret@host/x", ["no such driver"]),
        ("sqlite+nothing:///x.db", ["no such driver"]),
        ("mysql://root@localhost/x", ["sqlite:///data", "postgresql://"]),
        ("sqlite://", ["needs a file"]),
        ("sqlite:///:memory:", ["needs a file"]),
        ("postgresql://nobody:secret@127.0.0.1:1/none", ["127.0.0.1", "nobody:***@"]),
    ],
)
def test_a_wrong_url_is_one_line(url: str, words: list[str]) -> None:
    with pytest.raises(StoreError) as caught:
        connect(url)
    one_line(caught.value, *words)
    assert "secret" not in str(caught.value)


def test_missing_folders_are_made_and_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    with connect(f"sqlite:///{tmp_path}/a/b/c.db") as store:
        assert store.folder == tmp_path / "a" / "b"
    with pytest.raises(StoreError) as caught:
        connect(f"sqlite:///{tmp_path}/a/b/c.db/d.db")
    one_line(caught.value, "c.db")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"not a database at all, " * 100)
    with pytest.raises(StoreError) as caught:
        connect(f"sqlite:///{tmp_path}/x.db")
    one_line(caught.value, "not a SQLite database")


def test_sqlite_is_set_up_for_several_processes(sqlite_url: str) -> None:
    with connect(sqlite_url) as store, store.reading() as opened:
        found = {p: opened.exec_driver_sql(f"PRAGMA {p}").scalar() for p in ("journal_mode", "foreign_keys")}
        assert found == {"journal_mode": "wal", "foreign_keys": 1}


def test_a_read_only_sqlite_database_can_be_read_and_not_written(tmp_path: Path) -> None:
    connect(f"sqlite:///{tmp_path}/x.db").close()
    with connect(f"sqlite:///file:{tmp_path}/x.db?mode=ro&uri=true") as store:
        assert documents(store) == 0
        with pytest.raises(StoreError) as caught:
            start_run(store, "a", options={})
    one_line(caught.value, "read-only")


def test_a_read_only_postgresql_database(postgres_url: str) -> None:
    connect(postgres_url).close()
    with connect(f"{postgres_url}&options=-cdefault_transaction_read_only%3Don") as store:
        assert documents(store) == 0
        with pytest.raises(StoreError) as caught:
            start_run(store, "a", options={})
    one_line(caught.value, "read-only")


def test_a_locked_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.1)
    with connect(f"sqlite:///{tmp_path}/x.db") as store:
        other = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError) as caught:
            start_run(store, "a", options={})
        one_line(caught.value, "another process", "locked")
        other.execute("COMMIT")
        other.close()
        start_run(store, "a", options={})


def test_a_full_disk_keeps_the_batches_before_and_nothing_of_this_one(sqlite_url: str) -> None:
    with connect(sqlite_url) as store:
        run = start_run(store, "a", options={})
        assert write(store, run, [tagged()]) == [Outcome.STORED]
        with store.reading() as opened:
            pages = opened.exec_driver_sql("PRAGMA page_count").scalar()
        store.engine.dispose()

        def full(dbapi: sqlite3.Connection, _record: object) -> None:
            dbapi.execute(f"PRAGMA max_page_count = {pages}")

        event.listen(store.engine, "connect", full)
        many = [tagged(f"https://news.example/{n}", title=f"제목 {n}" * 50) for n in range(2, 200)]
        with pytest.raises(StoreError) as caught:
            write(store, run, many)
        one_line(caught.value, "disk is full")
        assert documents(store) == 1
        event.remove(store.engine, "connect", full)
        store.engine.dispose()
        assert write(store, run, many) == [Outcome.STORED] * 198


def test_a_reader_sees_one_state_whatever_is_written_meanwhile(store: Store) -> None:
    run = start_run(store, "a", options={})
    with store.reading() as opened:
        count = select(func.count()).select_from(Document)
        assert opened.scalar(count) == 0
        write(store, run, [tagged()])
        assert opened.scalar(count) == 0
    assert documents(store) == 1


def test_writers_wait_for_each_other(store: Store) -> None:
    runs = [start_run(store, slug, options={}) for slug in ("a", "b", "c")]

    def work(number: int) -> None:
        for n in range(20):
            # every writer also writes an address that the others write
            write(store, runs[number], [tagged(f"https://{number}.example/{n}"), tagged(f"https://all.example/{n}")])

    threads = [threading.Thread(target=work, args=[number]) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert documents(store) == 80
