"""The commands tag, evaluate and explain, as a user runs them; and invented documents read as coded."""

import gzip
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from meoktong.cli import meoktong
from meoktong.coded import agree
from meoktong.jsonl import read
from meoktong.models import Annotation, Document, Label, TaggedDocument
from meoktong.store import connect
from meoktong.store.review import draw, save_codings
from meoktong.store.runs import start_run
from meoktong.store.write import write
from nlp.tagger import tag

INVENTED = Path(__file__).parent / "tagger" / "invented.jsonl"
GOLD = Path(__file__).parent / "gold"


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(meoktong, arguments, input=text, standalone_mode=False)


def line(**fields: object) -> str:
    return json.dumps({"id": "a", "title": "카톡 먹통", "text": "카톡이 안 가요.", **fields}, ensure_ascii=False)


def test_tag_writes_one_annotation_a_line_and_says_which_line_is_bad() -> None:
    result = run("tag", text="\n".join([line(), "{bad", line(id="b", kind="post")]))
    assert result.return_value == 1
    rows = [json.loads(row) for row in result.stdout.splitlines()]
    assert [row["id"] for row in rows] == ["a", "b"]
    assert rows[0]["services_affected"] == ["kakaotalk"]
    assert rows[0]["evidence"][0].keys() == {"field", "label", "part", "start", "end", "sentence", "rule"}
    assert result.stderr.startswith("meoktong: line 2: ")
    assert len(result.stderr.splitlines()) == 1


def test_tag_reads_a_file(tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text(line(), encoding="utf-8")
    result = run("tag", str(tmp_path / "one.jsonl"), "--no-evidence")
    assert result.return_value == 0
    assert "evidence" not in json.loads(result.stdout)


def test_tag_reads_gzip_and_says_where_it_is_damaged(tmp_path: Path) -> None:
    packed = tmp_path / "one.jsonl.gz"
    packed.write_bytes(gzip.compress(line().encode(), mtime=0))
    assert json.loads(run("tag", str(packed)).stdout)["id"] == "a"
    for damaged in (packed.read_bytes()[:-9], b"no gzip"):
        packed.write_bytes(damaged)
        assert re.match(r".*one\.jsonl\.gz: ", str(run("tag", str(packed)).exception))


def test_evaluate_counts_news_and_posts_apart(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(
        line(relevant=True, services_affected=["kakaotalk"]) + "\n" + line(kind="post", relevant=False),
        encoding="utf-8",
    )
    rows = json.loads(run("evaluate", str(gold), "--format", "json").stdout)
    relevant = {row["documents"]: row for row in rows if row["field"] == "relevant"}
    assert relevant["news"]["f1"] == 1.0
    assert (relevant["all"]["precision"], relevant["all"]["recall"]) == (0.5, 1.0)
    assert relevant["post"]["gold"] == 0


def test_explain_shows_labels_and_rules(tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text(line(), encoding="utf-8")
    shown = run("explain", str(tmp_path / "one.jsonl"), "--id", "a").stdout
    assert "tells of an outage" in shown
    assert "kakaotalk" in shown
    (tmp_path / "plain.txt").write_text("장바구니\n당근 값이 올랐다.", encoding="utf-8-sig")
    shown = run("explain", str(tmp_path / "plain.txt")).stdout
    assert shown.startswith("장바구니")
    assert "tells of no outage" in shown


@pytest.mark.parametrize("wanted", ["1", "https://news.example/1"])
def test_explain_shows_what_counts_of_a_stored_document(sqlite_url: str, wanted: str) -> None:
    (document,) = (found for _, found in read([line(url="https://news.example/1").encode()], "example"))
    assert isinstance(document, Document)
    with connect(sqlite_url) as store:
        write(
            store,
            start_run(store, "example", options={}),
            [TaggedDocument(document=document, annotation=tag(document))],
        )
    shown = run("explain", wanted, "--database", sqlite_url).stdout
    assert shown.startswith("카톡 먹통\n카톡이 안 가요.\ntells of an outage (mecab)")
    assert re.search("services_affected[ │]+kakaotalk[ │]+카톡", shown)
    corrected = Annotation(
        relevant=True,
        services_affected=(Label(id="kakaotalk", evidence=()), Label(id="kakao_pay", evidence=())),
        tagger_version="",
        catalog_hash="",
        analyser="",
    )
    with connect(sqlite_url) as store:
        draw(store, "a", 1, seed=1)
        save_codings(store, "kim", {1: corrected})
    shown = run("explain", wanted, "--database", sqlite_url).stdout
    assert "tells of an outage (kim)" in shown
    assert re.search("services_affected[ │]+kakaotalk[ │]+카톡", shown)
    assert re.search("services_affected[ │]+kakao_pay[ │]+a person said so", shown)


def test_explain_says_what_it_does_not_find(sqlite_url: str) -> None:
    connect(sqlite_url).close()
    assert "no document 7: meoktong search finds" in str(run("explain", "7", "--database", sqlite_url).exception)
    assert "there is no file none.txt; a stored document has" in str(run("explain", "none.txt").exception)


def test_a_document_that_is_not_there_is_a_clear_fault(tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text(line(), encoding="utf-8")
    assert "has no document z" in str(run("explain", str(tmp_path / "one.jsonl"), "--id", "z").exception)


@pytest.mark.parametrize(
    ("codes", "fault"),
    [
        ('"services_affected": 5', r"line 1: .*services_affected"),
        ('"services_affected": "kakaotalk"', r"line 1: .*services_affected"),
        ('"services_affected": ["kakaotok"]', r"line 1: services_affected: no such code: kakaotok"),
        ('"quantities": [{}]', r"line 1: .*quantities"),
        ('"quantities": [{"kind": "money", "value": {"low": 1}}]', r"line 1: .*quantities"),
        ('"status": ["ongoing"]', r"line 1: .*status"),
        ('"outage_start": 5', r"line 1: .*outage_start"),
        ('"relevant": "yes"', r"line 1: .*relevant"),
    ],
)
def test_codes_that_are_none_are_named_by_line_and_key(tmp_path: Path, codes: str, fault: str) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_text(
        f'{{"id": "1", "title": "카톡 먹통", "text": "먹통", "relevant": true, {codes}}}\n', encoding="utf-8"
    )
    assert re.search(fault, str(run("evaluate", str(file)).exception))


def test_ranges_and_days_agree_as_coded() -> None:
    gold = {
        "relevant": True,
        "outage_start": "2022-10-15",
        "quantities": [{"kind": "money", "value": {"low": 1, "high": 2}}],
    }
    mine = {
        "relevant": True,
        "outage_start": "2022-10-15T15:30",
        "quantities": [{"kind": "money", "value": 1, "high": 2}],
    }
    found = agree([(gold, mine)])
    assert (found["outage_start"].f1, found["quantities"].f1) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("name", "floors"),
    [
        ("short", {"services_affected": 0.95, "services_mentioned": 0.90, "causes": 0.92, "status": 0.83}),
        (
            "mixed",
            {"relevant": 0.98, "services_affected": 0.93, "causes": 0.92, "industries": 0.89, "quantities": 0.97}
            | {"damages": 0.82, "status": 0.90, "outage_start": 0.88, "outage_end": 0.80},
        ),
        (
            "fresh",
            {"relevant": 0.98, "services_affected": 0.90, "causes": 0.91, "industries": 0.87, "quantities": 0.96}
            | {"damages": 0.85, "status": 0.81, "outage_start": 0.88, "outage_end": 0.75},
        ),
        (
            "plain",
            {"relevant": 0.98, "services_affected": 0.92, "causes": 0.91, "industries": 0.87, "quantities": 0.96}
            | {"damages": 0.86, "status": 0.84, "outage_start": 0.91, "outage_end": 0.83},
        ),
        ("lookalikes", {"relevant": 0.74}),
    ],
)
def test_coded_documents_are_read_as_well_as_they_were(name: str, floors: dict[str, float]) -> None:
    rows = json.loads(run("evaluate", str(GOLD / f"{name}.jsonl"), "--format", "json").stdout)
    found = {row["field"]: row["f1"] for row in rows if row["documents"] == "all"}
    assert {field: found[field] for field, floor in floors.items() if found[field] < floor} == {}


@pytest.mark.parametrize(("field", "floor"), [("relevant", 0.97), ("services_affected", 0.95), ("causes", 0.92)])
def test_the_invented_documents_are_read_as_coded(field: str, floor: float) -> None:
    rows = json.loads(run("evaluate", str(INVENTED), "--format", "json").stdout)
    assert next(row["f1"] for row in rows if row["documents"] == "all" and row["field"] == field) >= floor
