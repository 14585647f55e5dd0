"""What the world does to a database that is written: nothing is lost, nothing is there twice, and one line tells."""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from loopback import Site, finish, outage, outcomes, serving, start
from making import tagged
from servers import Server
from sqlalchemy import event, func, select

from meoktong.cli import meoktong
from meoktong.errors import StoreError
from meoktong.models import Outcome
from meoktong.settings import Settings
from meoktong.store import Store, connect
from meoktong.store.runs import start_run
from meoktong.store.schema import Annotation, Document, DocumentStory, DocumentVersion
from meoktong.store.write import write
from nlp.tagger import TAGGER_VERSION


def count(store: Store, table: type) -> int:
    with store.reading() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def one_line(error: StoreError, *words: str) -> None:
    assert "\n" not in str(error)
    for word in words:
        assert word in str(error)


def test_a_server_that_goes_away_in_mid_write_and_comes_back(postgres_alone: Server) -> None:
    items = [tagged(f"https://x.example/{n}") for n in range(30)]
    with connect(postgres_alone.url) as store:
        run = start_run(store, "example", options={})
        assert write(store, run, items[:10]) == [Outcome.STORED] * 10

        def stop(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if statement.startswith("INSERT INTO annotations"):
                event.remove(store.engine, "after_cursor_execute", stop)
                postgres_alone.stop()

        event.listen(store.engine, "after_cursor_execute", stop)
        with pytest.raises(StoreError) as caught:
            write(store, run, items[5:])
        one_line(caught.value, store.name)
        with pytest.raises(StoreError) as caught:
            count(store, Document)
        one_line(caught.value, store.name)

        postgres_alone.start()
        assert count(store, Document) == count(store, Annotation) == 10
        assert write(store, run, items) == [Outcome.UNCHANGED] * 10 + [Outcome.STORED] * 20
        assert count(store, Document) == count(store, DocumentVersion) == count(store, Annotation) == 30


@pytest.fixture
def sites() -> Iterator[list[Site]]:
    with serving() as one, serving() as other:
        for site in (one, other):
            site.pages |= {f"/{number}": outage(number) for number in range(20)}
            site.feed(*(f"/{number}" for number in range(20)))
        yield [one, other]


def test_two_crawls_and_a_retagging_write_at_once(database_url: str, sites: list[Site]) -> None:
    old = [f"https://old.example/{number}" for number in range(200)]
    with connect(database_url) as store:
        write(store, start_run(store, "old", options={}), [tagged(url, title=f"{url} 제목") for url in old])
    retag = subprocess.Popen(
        [sys.executable, "-m", "meoktong", "retag", "--database", database_url],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    crawls = [start(database_url, "--feed", f"{site.url}/feed.xml") for site in sites]
    for crawl, site in zip(crawls, sites, strict=True):
        status, row, errors = finish(crawl)
        assert (status, row["outcomes"]) == (0, {"stored": 20}), errors
        ends = {path: words for path, words in outcomes(database_url, site.url).items() if path.startswith("/")}
        assert ends == {f"/{number}": [Outcome.STORED] for number in range(20)}
    errors = retag.communicate(timeout=100)[1]
    assert retag.returncode == 0, errors

    pages = [f"{site.url}/{number}" for site in sites for number in range(20)]
    with connect(database_url) as store, store.reading() as connection:
        assert Counter(connection.scalars(select(Document.url))) == dict.fromkeys([*old, *pages], 1)
        current = select(Annotation.document_id, Annotation.tagger_version).where(Annotation.current)
        read = connection.execute(current).all()
        assert Counter(row.tagger_version for row in read) == {TAGGER_VERSION: 240}
        assert len({row.document_id for row in read}) == 240
        assert connection.scalar(select(func.count()).select_from(DocumentStory)) == 240


CODE = """
import os, sys
from meoktong.errors import StoreError
from meoktong.store import connect
from meoktong.store.runs import start_run

connect(sys.argv[1]).close()  # loads what only root may read
if os.geteuid() == 0:
    os.setgid(65534), os.setuid(65534)
try:
    with connect(sys.argv[1]) as store:
        start_run(store, "a", options={})
except StoreError as error:
    print(error)
"""


@pytest.mark.skipif(os.name == "nt", reason="permissions as on Unix")
@pytest.mark.parametrize(("folder", "words"), [(0o777, "read-only"), (0o555, "permissions")])
def test_a_file_that_may_only_be_read_says_so_to_who_writes(folder: int, words: str) -> None:
    with tempfile.TemporaryDirectory() as shared:  # pytest's own folders are closed to other users
        url = f"sqlite:///{shared}/x.db"
        with connect(url) as store:
            write(store, start_run(store, "example", options={}), [tagged()])
        Path(shared, "x.db").chmod(0o444)
        Path(shared).chmod(folder)
        done = subprocess.run([sys.executable, "-c", CODE, url], capture_output=True, text=True, check=False)
        Path(shared).chmod(0o755)
        assert (done.returncode, done.stdout.count("\n")) == (0, 1), done.stderr
        assert words in done.stdout


INJECTIONS = [
    "x'; DROP TABLE documents; --",
    "1 OR 1=1",
    "%' UNION SELECT text FROM document_versions --",
    "\\",
    "\x00",
]


@pytest.mark.parametrize("words", INJECTIONS)
@pytest.mark.parametrize("command", ["search", "sql", "export", "show", "incident"])
def test_sql_in_what_is_asked_for_is_only_text(store: Store, tmp_path: Path, command: str, words: str) -> None:
    write(store, start_run(store, "example", options={}), [tagged()])
    url = store.engine.url.render_as_string(hide_password=False)
    arguments = {
        "search": ["search", "카톡", "--source", words],
        "sql": ["sql", f"SELECT title FROM documents WHERE url = '{words}'"],  # noqa: S608  # that is the point
        "export": ["export", "--to", str(tmp_path / "out"), "--format", "csv", "--source", words],
        "show": ["show", words],
        "incident": ["incident", words],
    }[command]
    CliRunner().invoke(meoktong, [*arguments, "--database", url], obj=Settings())
    assert count(store, Document) == count(store, DocumentVersion) == 1
