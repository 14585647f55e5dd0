"""`meoktong import jsonl`, `funnel` and `db`: what a user sees of them."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from making import document
from sqlalchemy import func, select

from meoktong.store import Store, connect
from meoktong.store.runs import start_run
from meoktong.store.schema import Annotation, CrawlRun, Document, DocumentVersion, RunUrl, Url
from nlp.tagger import Tagger

MEOKTONG = [sys.executable, "-m", "meoktong"]
OUTAGE = "카카오톡 서버가 멈춰 가게들이 주문을 받지 못했다. 판교 데이터센터에 불이 났다."
QUIET = "새로 문을 연 빵집이 골목에서 인기를 끌고 있다."


def line(number: int, **changes: Any) -> bytes:
    values = {
        "url": f"https://news.example/{number}",
        "title": f"카톡 먹통 {number}",
        "published": "2022-10-17T14:12",
        "text": f"{OUTAGE} {number}번째 기사다.",
    }
    return json.dumps(values | changes, ensure_ascii=False).encode() + b"\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "articles.jsonl"
    path.write_bytes(b"".join([line(1), line(2), b"\n", line(3, title="골목 빵집", text=QUIET)]))
    return path


def call(*arguments: str | Path, cwd: Path, timeout: float = 120, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MEOKTONG, *map(str, arguments)],
        cwd=cwd,
        env=os.environ | {"MEOKTONG_WORKERS": "1"} | environ,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def bring(file: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return call("import", "jsonl", file, "--format", "json", *options, cwd=file.parent)


def table(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    return {row["outcome"]: row["entries"] for row in json.loads(done.stdout)}


def count(url: str) -> int:
    with connect(url) as store, store.reading() as connection:
        return connection.scalar(select(func.count()).select_from(Document)) or 0


def test_a_file_is_stored_once_however_often_it_is_imported(file: Path, database_url: str) -> None:
    first = bring(file, "--database", database_url, "--source", "archive")
    assert (first.returncode, table(first)) == (0, {"stored": 2, "off-topic": 1})
    again = bring(file, "--database", database_url, "--source", "archive")
    assert (again.returncode, table(again)) == (3, {"unchanged": 2, "off-topic": 1})
    assert count(database_url) == 3


def test_a_corrected_line_updates_its_document(file: Path, sqlite_url: str) -> None:
    bring(file, "--database", sqlite_url)
    file.write_bytes(line(1, text=OUTAGE + " 정정했다.") + line(2))
    done = bring(file, "--database", sqlite_url)
    assert (done.returncode, table(done)) == (0, {"updated": 1, "unchanged": 1})


def test_lines_at_fault_are_counted_and_named(tmp_path: Path, sqlite_url: str) -> None:
    path = tmp_path / "mixed.jsonl"
    lines = [
        line(1),
        b"{broken\n",
        line(3, published="gestern"),
        b'{"title": "a", "text": "b"}\n',
        line(5, text=" "),
        line(6, published="2099-01-01"),
        b'{"title": "\xff"}\n',
        line(8, kind="rumour"),
        json.dumps({"id": "x1", "title": "카톡 먹통", "text": OUTAGE, "published": None}).encode() + b"\n",
    ]
    path.write_bytes(b"".join(lines))
    done = bring(path, "--database", sqlite_url)
    assert done.returncode == 4
    assert table(done) == {"stored": 2, "invalid": 4, "bad-date": 2, "no-text": 1}
    for number in (2, 3, 4, 7, 8):
        assert f"line {number}: " in done.stderr
    for number in (5, 6):
        assert f"https://news.example/{number}" in done.stderr
    assert "Traceback" not in done.stderr
    with connect(sqlite_url) as store, store.reading() as connection:
        assert set(connection.scalars(select(Document.url))) == {"https://news.example/1", "urn:meoktong:import:x1"}
        message = connection.scalar(select(CrawlRun.message))
    assert message == "7 entries at fault"


def test_a_file_of_nothing_but_faults(tmp_path: Path, sqlite_url: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_bytes(b"{}\n" * 30)
    done = bring(path, "--database", sqlite_url)
    assert (done.returncode, table(done)) == (5, {"invalid": 30})
    assert "and 10 more" in done.stderr


def test_an_empty_file_brings_nothing_new(tmp_path: Path, sqlite_url: str) -> None:
    (tmp_path / "empty.jsonl").write_bytes(b"\n\n")
    done = bring(tmp_path / "empty.jsonl", "--database", sqlite_url)
    assert (done.returncode, table(done)) == (3, {})


def test_gzip_and_a_byte_order_mark(tmp_path: Path, sqlite_url: str) -> None:
    path = tmp_path / "articles.jsonl.gz"
    path.write_bytes(gzip.compress(b"\xef\xbb\xbf" + line(1) + line(2)))
    done = bring(path, "--database", sqlite_url)
    assert (done.returncode, table(done)) == (0, {"stored": 2})


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.jsonl.gz", b"not gzip at all"), ("b.jsonl.gz", gzip.compress(line(1) * 999, mtime=0)[:-30])],
)
def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path, sqlite_url: str, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    done = bring(tmp_path / name, "--database", sqlite_url)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"meoktong: {tmp_path / name}: ")
    assert "Traceback" not in done.stderr
    with connect(sqlite_url) as store, store.reading() as connection:
        assert connection.scalar(select(CrawlRun.status)) == "failed"


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    done = bring(tmp_path / "none.jsonl")
    assert done.returncode == 2
    assert "does not exist" in done.stderr.splitlines()[-1]
    assert not (tmp_path / "data").exists()


def test_a_source_that_is_held(file: Path, store: Store) -> None:
    start_run(store, "import", options={})
    done = bring(file, "--database", store.engine.url.render_as_string(hide_password=False))
    assert done.returncode == 75
    assert done.stderr.splitlines()[-1].startswith("meoktong: import: held by run 1")


def test_a_database_that_cannot_be_opened(file: Path) -> None:
    done = bring(file, "--database", f"sqlite:///{file}/x.db")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("meoktong: ")


def test_the_default_database_and_key_are_beside_each_other(file: Path) -> None:
    assert bring(file).returncode == 0
    assert {p.name for p in (file.parent / "data").iterdir()} == {"meoktong.db", "author.key"}


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_leaves_nothing_half_stored_and_the_next_import_completes(
    tmp_path: Path, sqlite_url: str, workers: str
) -> None:
    path = tmp_path / "many.jsonl"
    path.write_bytes(b"".join(map(line, range(1500))))
    command = [*MEOKTONG, "import", "jsonl", str(path), "--database", sqlite_url]
    environ = os.environ | {"MEOKTONG_WORKERS": workers}
    # A terminal sends Ctrl-C to the whole group: to the tagging processes too.
    running = subprocess.Popen(command, cwd=tmp_path, env=environ, stderr=subprocess.PIPE, process_group=0)
    with connect(sqlite_url) as store:
        while not stored_in(store):
            assert running.poll() is None
            time.sleep(0.02)
        os.killpg(running.pid, signal.SIGINT)
        said = running.communicate(timeout=60)[1].decode()
        assert running.returncode == 130
        assert "Traceback" not in said
        half = stored_in(store)
        assert 0 < half < 1500
        assert whole(store)
        with store.reading() as connection:
            assert connection.scalar(select(CrawlRun.status)) == "interrupted"
    done = bring(path, "--database", sqlite_url)
    assert done.returncode == 0
    assert table(done) == {"stored": 1500 - half, "unchanged": half}
    with connect(sqlite_url) as store:
        assert whole(store)


def stored_in(store: Store) -> int:
    with store.reading() as connection:
        return connection.scalar(select(func.count()).select_from(Document)) or 0


def whole(store: Store) -> bool:
    """Whether each document has a version, a current annotation, and an outcome."""
    statement = (
        select(func.count(func.distinct(Document.id)))
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .join(Annotation, Annotation.version_id == DocumentVersion.id)
        .join(Url, Url.url == Document.url)
        .join(RunUrl, RunUrl.url_id == Url.id)
        .where(Annotation.current, DocumentVersion.number == Document.version, RunUrl.outcome == "stored")
    )
    with store.reading() as connection:
        return connection.scalar(statement) == stored_in(store)


def test_posts_are_protected(tmp_path: Path, sqlite_url: str) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(line(1, kind="post", text=f"{OUTAGE} 문의 010-1234-5678"))
    assert bring(path, "--database", sqlite_url).returncode == 0
    assert b"1234-5678" not in (tmp_path / "meoktong.db").read_bytes()


def test_masks_earn_no_labels() -> None:
    masks = "[phone] [email] [resident-no] [card-no] [business-no] [account-no]"
    found = Tagger().tag(document(title=masks, text=f"{masks}."))
    assert not found.relevant
    assert found.services_mentioned == ()
