"""An export holds what the views hold, says so itself, is the same every time, and is whole or not there."""

import csv
import hashlib
import io
import json
import random
import re
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner, Result
from making import tagged
from openpyxl.utils.escape import unescape
from sqlalchemy import func, select
from sqlalchemy import table as sql_table
from weekdata import LONG, fill

from meoktong.cli import meoktong
from meoktong.errors import ReportError
from meoktong.reports import formats
from meoktong.reports.formats import Format
from meoktong.settings import Settings
from meoktong.store import Store, connect, views
from meoktong.store.connection import open_store
from meoktong.store.copy import copy
from meoktong.store.runs import start_run
from meoktong.store.write import write

FORMATS = [form.value for form in Format]
SCHEMA = (Path(__file__).parents[1] / "docs" / "schema.md").read_text(encoding="utf-8")
TABLES = {*views.views(), "incident_documents"}
ODD = '=HYPERLINK("http://x.example")\n\'인용\', "따옴표" 😀 \x01 끝'


def run(url: str, to: Path, *options: str) -> Result:
    return CliRunner().invoke(meoktong, ["export", "--to", str(to), "--database", url, *options], obj=Settings())


def exported(url: str, to: Path, *options: str) -> Path:
    done = run(url, to, *options)
    assert done.exit_code == 0, done.output
    return to


def described(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return found


def rows(folder: Path, table: str, form: str) -> list[dict[str, Any]]:
    """A table's rows as a reader of that format has them; of CSV and workbooks only texts and numbers."""
    file = folder / f"{table}.{form}"
    if form == "csv":
        return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))
    if form == "xlsx":
        head, *body = openpyxl.load_workbook(file)[table].iter_rows(values_only=True)
        return [dict(zip(map(str, head), row, strict=True)) for row in body]
    if form == "jsonl":
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return pl.read_parquet(file).to_dicts()


def content(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.fixture
def filled(store: Store) -> str:
    fill(store)
    return store.engine.url.render_as_string(hide_password=False)


@pytest.mark.parametrize("form", FORMATS)
def test_every_view_is_there_with_all_its_rows(filled: str, store: Store, tmp_path: Path, form: str) -> None:
    to = exported(filled, tmp_path / "out", "--format", form)
    assert set(content(to)) == {"datapackage.json", *(f"{table}.{form}" for table in TABLES)}
    with store.reading() as connection:
        for table in TABLES:
            expected = connection.execute(select(func.count()).select_from(sql_table(table))).scalar_one()
            assert len(rows(to, table, form)) == expected, table
    taxi = next(row for row in rows(to, "all_documents", form) if row["url"].endswith("/taxi"))
    assert str(taxi["published_at"]).replace(" ", "T").replace("+00:00", "Z") == "2022-10-23T14:59:00Z"
    assert taxi["published_kst"] == "2022-10-23 23:59"
    assert str(taxi["relevant"]).lower() == "true"
    assert taxi["outage_end_kst"] in (None, "")
    amount = next(row for row in rows(to, "current_quantities", form) if row["surface"] == "1억2천만원")
    assert float(amount["value"]) == 1.2e8


@pytest.mark.parametrize("form", FORMATS)
def test_the_descriptor_is_true(filled: str, tmp_path: Path, form: str) -> None:
    to = exported(filled, tmp_path / "out", "--format", form, "--service", "kakaotalk")
    package = described(to)
    assert package["name"].replace("-", "").isalnum()
    assert {resource["name"] for resource in package["resources"]} == TABLES
    for resource_ in package["resources"]:
        file = (to / resource_["path"]).read_bytes()
        assert resource_["bytes"] == len(file)
        assert resource_["hash"] == f"sha256:{hashlib.sha256(file).hexdigest()}"
        found = rows(to, resource_["name"], form)
        assert resource_["rows"] == len(found)
        names = [field["name"] for field in resource_["schema"]["fields"]]
        assert all(list(row) == names for row in found)
        assert set(resource_["schema"].get("primaryKey", [])) <= set(names)
        for key in resource_["schema"].get("foreignKeys", []):
            (parent,) = (r for r in package["resources"] if r["name"] == key["reference"]["resource"])
            assert parent["schema"]["primaryKey"] == key["reference"]["fields"]
        assert all(licence["name"] for licence in resource_["licenses"])
    told = package["meoktong"]
    assert told["query"] == {"service": "kakaotalk", "with_text": False}
    assert told["freshness"]["documents"] == 17
    assert {tagging["tagger_version"] for tagging in told["freshness"]["tagging"]} == {"1", "2"}
    assert told["freshness"]["last_good_run_at"]


def test_every_column_is_explained(filled: str, tmp_path: Path) -> None:
    for resource_ in described(exported(filled, tmp_path / "out", "--format", "csv"))["resources"]:
        unexplained = [f["name"] for f in resource_["schema"]["fields"] if not f.get("description")]
        assert all(name.endswith("_id") for name in unexplained), resource_["name"]


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_database_gives_the_same_bytes(filled: str, tmp_path: Path, form: str) -> None:
    one, other = (exported(filled, tmp_path / name, "--format", form, "--with-text") for name in ("one", "other"))
    assert content(one) == content(other)


@pytest.mark.parametrize("form", FORMATS)
def test_full_texts_only_when_asked_for(filled: str, tmp_path: Path, form: str) -> None:
    bare = exported(filled, tmp_path / "bare", "--format", form)
    kept = [value for table in TABLES for row in rows(bare, table, form) for value in row.values()]
    assert not any(LONG in str(value) for value in kept)
    assert "카톡이 멈췄다." in kept
    texts = rows(exported(filled, tmp_path / "whole", "--format", form, "--with-text"), "document_texts", form)
    assert len(texts) == 17
    assert any(LONG in row["text"] for row in texts)
    assert any(row["text"] == "고친 글." for row in texts)  # the newest version alone


@pytest.mark.parametrize(
    ("options", "urls"),
    [
        (["--service", "kt"], {"other"}),  # an older reading of /taxi named it too
        (["--source", "board"], {"p1", "p2", "p3"}),
        (["--from", "2022-10-19", "--until", "2022-10-19"], {"p2", "p3"}),
        (["--until", "2022-09-30"], {"quiet", "olda", "oldb", "oldc", "oldd"}),
        (["--until", "2022-09-30", "--outages"], {"olda", "oldb", "oldc", "oldd"}),
        (["--damage", "payment_failure"], {"first", "copy"}),
    ],
)
def test_filters_choose_documents_and_what_belongs_to_them(
    filled: str, tmp_path: Path, options: list[str], urls: set[str]
) -> None:
    to = exported(filled, tmp_path / "out", "--format", "jsonl", *options)
    found = rows(to, "all_documents", "jsonl")
    assert {row["url"].rpartition("/")[2] for row in found} == urls
    ids = {row["document_id"] for row in found}
    for table in ("current_labels", "current_evidence", "outage_documents"):
        assert {row["document_id"] for row in rows(to, table, "jsonl")} <= ids
    outages = {row["story_id"] for row in rows(to, "outage_documents", "jsonl")}
    assert {row["story_id"] for row in rows(to, "story_overview", "jsonl")} == outages
    days = [row["day"] for row in rows(to, "source_days", "jsonl")]
    if "--until" in options:
        assert max(days) <= options[options.index("--until") + 1]


def test_duckdb_reads_the_parquet_files_as_the_page_says(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported(filled, tmp_path / "outages", "--format", "parquet")
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", SCHEMA, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102  # what a reader would type
    expected = {("order_failure", 2, 3), ("sales_loss", 2, 2), ("payment_failure", 1, 2)}
    assert set(names["damages"].fetchall()) == expected
    columns = duckdb.sql("SELECT published_at, relevant, document_id FROM 'outages/all_documents.parquet'")
    assert [str(kind) for kind in columns.types] == ["TIMESTAMP WITH TIME ZONE", "BOOLEAN", "BIGINT"]


@pytest.fixture
def odd(sqlite_url: str) -> str:
    with connect(sqlite_url) as store:
        write(store, start_run(store, "example", options={}), [tagged(title=ODD, text=ODD)])
    return sqlite_url


@pytest.mark.parametrize("form", FORMATS)
def test_odd_characters_survive_and_no_cell_is_a_formula(odd: str, tmp_path: Path, form: str) -> None:
    to = exported(odd, tmp_path / "out", "--format", form)
    (row,) = rows(to, "all_documents", form)
    title = unescape(row["title"]) if form == "xlsx" else row["title"]
    assert title == (f"'{ODD}" if form == "csv" else ODD)
    if form == "xlsx":
        (cells,) = openpyxl.load_workbook(to / "all_documents.xlsx").active.iter_rows(min_row=2)
        assert "f" not in {cell.data_type for cell in cells}


def test_a_workbook_that_cannot_hold_it_all_is_refused(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(sqlite_url) as store:
        write(store, start_run(store, "example", options={}), [tagged(text="가" * 40_000)])
    long = run(sqlite_url, tmp_path / "out", "--format", "xlsx", "--with-text")
    assert isinstance(long.exception, ReportError)
    assert "32,767" in str(long.exception)
    monkeypatch.setattr(formats, "ROWS_OF_A_SHEET", 2)
    many = run(sqlite_url, tmp_path / "out", "--format", "xlsx")
    assert isinstance(many.exception, ReportError)
    assert "use parquet" in str(many.exception)
    assert list(tmp_path.glob("*out*")) == []


@pytest.mark.parametrize("where", ["full", "file", "below-file"])
def test_a_folder_that_cannot_be_used_is_named_in_one_line(filled: str, tmp_path: Path, where: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    target = {"below-file": tmp_path / "file" / "out"}.get(where, tmp_path / where)
    done = run(filled, target, "--format", "csv")
    assert isinstance(done.exception, ReportError)
    assert str(target) in str(done.exception)
    assert "\n" not in str(done.exception)
    assert (tmp_path / "full" / "mine.txt").read_text() == (tmp_path / "file").read_text() == "mine"


def test_an_empty_folder_is_used(filled: str, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert len(content(exported(filled, tmp_path / "out", "--format", "csv"))) == 1 + len(TABLES)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs Linux to limit the size of files")
@pytest.mark.parametrize("form", FORMATS)
def test_a_full_disk_leaves_nothing(sqlite_url: str, tmp_path: Path, form: str) -> None:
    noise = random.Random(7)  # nothing that can be compressed
    with connect(sqlite_url) as store:
        run_ = start_run(store, "example", options={})
        items = [tagged(f"https://x.example/{n}", text=f"{noise.randbytes(4_000).hex()}") for n in range(60)]
        write(store, run_, items)
    out = tmp_path / "out"
    command = [sys.executable, "-m", "meoktong", "export", "--to", str(out), "--format", form, "--with-text"]
    done = subprocess.run(
        [*command, "--database", sqlite_url],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert done.stderr.count("\n") == 1
    assert "cannot be written" in done.stderr
    assert list(tmp_path.glob("*out*")) == []


def test_posters_are_hashes(store: Store, tmp_path: Path) -> None:
    """What the store keeps of a poster is what an export has: the keyed hash, never a name."""
    write(store, start_run(store, "board", options={}), [tagged(kind="post", author="a1b2c3")])
    url = store.engine.url.render_as_string(hide_password=False)
    (row,) = rows(exported(url, tmp_path / "out", "--format", "jsonl"), "all_documents", "jsonl")
    assert row["author"] == "a1b2c3"


@pytest.mark.parametrize("form", FORMATS)
def test_both_databases_give_the_same_bytes(sqlite_url: str, postgres_url: str, tmp_path: Path, form: str) -> None:
    with connect(sqlite_url) as one, open_store(postgres_url) as other:
        fill(one)
        copy(one, other)
    folders = [exported(url, tmp_path / url[:6], "--format", form, "--with-text") for url in (sqlite_url, postgres_url)]
    assert content(folders[0]) == content(folders[1])
