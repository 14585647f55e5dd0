"""Claims of a damage report centre: `meoktong import claims` and `meoktong claims tally`, counted by hand."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select
from test_import import call

from meoktong.claims import Question, read_mapping
from meoktong.errors import MeoktongError
from meoktong.store import connect
from meoktong.store.schema import ClaimAnswer, ClaimRow, Document, DocumentVersion, RunUrl
from nlp.answers import Recogniser

SAMPLE = Path(__file__).parents[1] / "docs" / "claims"
SHEET, MAPPING = SAMPLE / "sheet.csv", SAMPLE / "mapping.toml"


def bring(cwd: Path, url: str, *options: str | Path, sheet: Path = SHEET, mapping: Path = MAPPING) -> Any:
    return call(
        *("import", "claims", sheet, "--mapping", mapping, "--database", url, "--format", "json", *options), cwd=cwd
    )


def outcomes(done: Any) -> dict[str, int]:
    return {row["outcome"]: row["claims"] for row in json.loads(done.stdout)}


def tally(cwd: Path, url: str, *options: str) -> list[tuple[Any, ...]]:
    done = call("claims", "tally", "--database", url, "--format", "json", *options, cwd=cwd)
    keys = ("by", "answer", "label", "claims", "percent", "stated", "total", "median")
    return [tuple(row[key] for key in keys) for row in json.loads(done.stdout)]


def test_the_sample_sheet_counted_by_hand(tmp_path: Path, database_url: str) -> None:
    done = bring(tmp_path, database_url, "--errors", tmp_path / "bad.csv")
    assert (done.returncode, outcomes(done)) == (4, {"stored": 5, "bad-date": 1, "invalid": 1, "duplicate": 1})
    with (tmp_path / "bad.csv").open(encoding="utf-8-sig", newline="") as file:
        bad = [(row["row"], row["outcome"], row["problem"]) for row in csv.DictReader(file)]
    assert bad == [
        ("7", "bad-date", "the date '어제' is none"),
        ("8", "invalid", "the amount '모름' is no number"),
        ("9", "duplicate", "the same claim as in row 3"),
    ]
    assert tally(tmp_path, database_url, "--by", "trade", "--by", "region", "--by", "service", "--by", "damage") == [
        ("all", "전체", None, 5, 100.0, 4, 14_350_000, 1_000_000.0),
        ("trade", "음식점·카페", "food_service", 3, 60.0, 3, 2_350_000, 800_000.0),
        ("trade", "미용", "beauty", 1, 20.0, 0, None, None),
        ("trade", "운수·배달·물류", "transport", 1, 20.0, 1, 12_000_000, 12_000_000.0),
        ("region", "경기", None, 2, 40.0, 1, 800_000, 800_000.0),
        ("region", "서울", None, 2, 40.0, 2, 1_550_000, 775_000.0),
        ("region", "부산", None, 1, 20.0, 1, 12_000_000, 12_000_000.0),
        ("service", "카카오톡", "kakaotalk", 3, 60.0, 2, 1_550_000, 775_000.0),
        ("service", "그 앱", None, 1, 20.0, 1, 800_000, 800_000.0),
        ("service", "카카오T", "kakao_t", 1, 20.0, 1, 12_000_000, 12_000_000.0),
        ("service", "카카오맵", "kakao_map", 1, 20.0, 0, None, None),
        ("service", "카카오페이", "kakao_pay", 1, 20.0, 1, 350_000, 350_000.0),
        ("damage", "주문 불가", "order_failure", 2, 40.0, 2, 2_000_000, 1_000_000.0),
        ("damage", "결제 불가", "payment_failure", 1, 20.0, 1, 350_000, 350_000.0),
        ("damage", "고객 불만·이탈", "customer_complaint", 1, 20.0, 1, 1_200_000, 1_200_000.0),
        ("damage", "배송·배차 차질", "delivery_failure", 1, 20.0, 1, 12_000_000, 12_000_000.0),
        ("damage", "예약·예매 차질", "reservation_failure", 1, 20.0, 0, None, None),
    ]


def test_a_sheet_is_stored_once_and_a_changed_row_updated(tmp_path: Path, database_url: str) -> None:
    sheet = tmp_path / "sheet.csv"
    text = "\n".join(SHEET.read_text(encoding="utf-8").splitlines()[:6]) + "\n"
    sheet.write_text(text, encoding="utf-8")
    assert outcomes(bring(tmp_path, database_url, sheet=sheet)) == {"stored": 5}
    again = bring(tmp_path, database_url, sheet=sheet)
    assert (again.returncode, outcomes(again)) == (3, {"unchanged": 5})
    sheet.write_text(text.replace("카페,카카오페이; 카카오톡", "카페,카카오페이"), encoding="utf-8")
    changed = bring(tmp_path, database_url, sheet=sheet)
    assert (changed.returncode, outcomes(changed)) == (0, {"unchanged": 4, "updated": 1})
    assert {row[1]: row[3] for row in tally(tmp_path, database_url, "--by", "service")} == {
        "전체": 5,
        "카카오톡": 2,
        "그 앱": 1,
        "카카오T": 1,
        "카카오맵": 1,
        "카카오페이": 1,
    }
    assert tally(tmp_path, database_url, "--source", "another", "--by", "region") == [
        ("all", "전체", None, 0, 0.0, 0, None, None)
    ]


def test_what_a_merchant_wrote_is_a_masked_post(tmp_path: Path, sqlite_url: str) -> None:
    bring(tmp_path, sqlite_url)
    with connect(sqlite_url) as store, store.reading() as connection:
        posts = connection.execute(
            select(Document.url, Document.kind, DocumentVersion.text, ClaimRow.key, Document.author)
            .join(DocumentVersion)
            .join(ClaimRow, ClaimRow.document_id == Document.id)
            .order_by(Document.url)
        ).all()
        ended = connection.scalar(select(func.count()).select_from(RunUrl))
    assert [(post.url, post.kind) for post in posts] == [
        (f"urn:meoktong:claims:claim:{post.key}", "post") for post in posts
    ]
    assert [post.key for post in posts] == ["A-001", "A-002", "A-004"]
    assert posts[0].text.endswith("연락처 [phone]")
    assert posts[0].author != "A-001"
    assert ended == 6  # three posts, three bad rows
    assert b"010-0000-1234" not in (tmp_path / "meoktong.db").read_bytes()


def test_a_key_that_names_a_business_is_hashed_and_rows_without_ids_are_told_apart(
    tmp_path: Path, sqlite_url: str
) -> None:
    sheet, mapping = tmp_path / "s.xlsx", tmp_path / "m.toml"
    book = Workbook()
    for row in (["사업자번호", "업종"], ["123-45-67890", "음식점"], ["", "음식점"], ["", "카페"], ["", "카페"]):
        book.active.append(row)
    book.save(sheet)
    mapping.write_text('[columns]\nid = "사업자번호"\ntrade = "업종"\n', encoding="utf-8")
    done = bring(tmp_path, sqlite_url, sheet=sheet, mapping=mapping)
    assert (done.returncode, outcomes(done)) == (4, {"stored": 3, "duplicate": 1})
    with connect(sqlite_url) as store, store.reading() as connection:
        keys = connection.scalars(select(ClaimRow.key)).all()
        answers = connection.scalars(select(ClaimAnswer.label)).all()
    assert all(len(key) == 64 for key in keys)
    assert answers == ["food_service"] * 3


def test_what_is_wrong_with_a_row_is_told_without_the_numbers_of_a_person(tmp_path: Path, sqlite_url: str) -> None:
    sheet, bad = tmp_path / "s.csv", tmp_path / "bad.csv"
    header = SHEET.read_text("utf-8").splitlines()[0]
    row = "B-1,2022-10-17,서울,카페,카카오톡,주문 불가,010-1234-5678,전화 주세요"
    sheet.write_text(f"{header}\n{row}\n", encoding="utf-8")
    for options in (("--dry-run",), ()):
        done = bring(tmp_path, sqlite_url, "--errors", bad, *options, sheet=sheet)
        assert done.returncode == 5
        assert "the amount '[phone]' is no number" in done.stderr
        assert "[phone]" in bad.read_text("utf-8-sig")
        assert "1234-5678" not in done.stderr + done.stdout + bad.read_text("utf-8-sig")
    assert b"1234-5678" not in (tmp_path / "meoktong.db").read_bytes()


def test_a_dry_run_stores_nothing_and_names_unknown_answers(tmp_path: Path, sqlite_url: str) -> None:
    done = bring(tmp_path, sqlite_url, "--dry-run")
    rows = json.loads(done.stdout)
    assert done.returncode == 4
    assert rows[0] == {
        "row": 2,
        "key": "A-001",
        "reported": "2022-10-17T10:20",
        "amount": 1_200_000,
        "region": "서울",
        "trade": "음식점 = food_service",
        "service": "카카오톡 = kakaotalk",
        "damage": "주문 불가 = order_failure, 고객 불만 = customer_complaint",
        "text": "주말 내내 톡채널로 오던 예약을 하나도 못 받았습니다. 연락처 [phone]",
    }
    assert [(row["key"], row["reported"], row["amount"]) for row in rows[1:]] == [
        ("A-002", "2022-10-17", 350_000),
        ("A-003", "2022-10-18", None),
        ("A-004", "2022-10-18", 12_000_000),
        ("A-005", "2022-10-19", 800_000),
    ]
    assert "service: '그 앱' is unknown, 1 times" in done.stderr
    assert not (tmp_path / "meoktong.db").exists()


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ('[columns]\nregoin = "시도"\n', "regoin"),
        ('unit = "달러"\n[columns]\nid = "접수번호"\n', "달러"),
        ('[columns]\nid = "접수번호"\n[values.service]\n"x" = "nothing"\n', "the catalog has no 'nothing'"),
        ('[columns]\nid = "번호"\n', "the sheet lacks the column 번호"),
        ("[columns\n", "m.toml"),
    ],
)
def test_a_mapping_that_is_wrong_is_one_line(tmp_path: Path, sqlite_url: str, mapping: str, message: str) -> None:
    file = tmp_path / "m.toml"
    file.write_text(mapping, encoding="utf-8")
    done = bring(tmp_path, sqlite_url, mapping=file)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("meoktong: ")
    assert message in last
    assert "Traceback" not in done.stderr


def test_a_mapping_without_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text("", encoding="utf-8")
    with pytest.raises(MeoktongError, match="columns"):
        read_mapping(tmp_path / "m.toml")


@pytest.mark.parametrize(
    ("question", "raw", "label"),
    [
        (Question.SERVICE, "카톡", "kakaotalk"),
        (Question.SERVICE, "카카오톡, 카카오맵", None),  # two: nobody knows which is meant
        (Question.SERVICE, "모름", None),
        (Question.DAMAGE, "주문 불가", "order_failure"),
        (Question.DAMAGE, "매출손실", "sales_loss"),
        (Question.TRADE, "카페", "food_service"),
        (Question.REGION, "서울", None),
    ],
)
def test_answers_are_recognised_by_the_catalogs_words(question: Question, raw: str, label: str | None) -> None:
    assert Recogniser("mecab")(question, raw) == label
