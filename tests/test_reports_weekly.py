"""The weekly summary as people get it: page, workbook, CSV files, JSON; every figure, and nothing that runs."""

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from weekdata import LOSS, fill, made, money

from meoktong.cli import meoktong
from meoktong.errors import ReportError
from meoktong.models import TaggedDocument
from meoktong.queries.weekly import summary
from meoktong.queries.weeks import parse_week
from meoktong.reports.weekly import write_weekly
from meoktong.reports.words import Words, _load
from meoktong.store import Store, connect
from meoktong.store.runs import RunStatus, finish, start_run
from meoktong.store.write import write

WEEK = parse_week("2022-W42")
TABLES = (
    *("overview", "weeks", "services", "damages", "damage_by_service", "causes", "industries"),
    *("losses", "compensations", "stories", "coverage", "freshness"),
)


@pytest.fixture
def folder(store: Store, tmp_path: Path) -> Path:
    fill(store)
    return write_weekly(summary(store, WEEK), tmp_path / "reports", "ko")


class Page(HTMLParser):
    """The text and the links of a page, and its tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)
        self.text = re.sub(r"\s+", " ", " ".join(self.words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def page(folder: Path) -> Page:
    return Page((folder / "index.html").read_text(encoding="utf-8"))


def rows(folder: Path, name: str) -> list[list[str]]:
    raw = (folder / f"{name}.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))


def test_the_page_tells_the_week(folder: Path) -> None:
    text = page(folder).text
    for sentence in (
        "2022년 제42주",
        "2022년 10월 17일(월) – 10월 23일(일)",
        "플랫폼 먹통을 전한 글 6건(기사 3건, 게시글 3건)을 확인했습니다.",
        "베끼거나 옮겨 실은 글을 하나로 치면 5건입니다.",
        "지난주 3건보다 3건 늘었습니다. 직전 4주 가운데 자료가 있는 3주의 평균은 2.3건입니다.",
        "가장 많이 거론된 서비스는 카카오톡 4건, 카카오페이 2건, 배달의민족 1건 순입니다.",
        "피해로는 주문 불가 3건, 매출 손실 2건, 결제 불가 2건 순으로 많이 확인됐습니다.",
        "글에 적힌 손실액 가운데 가장 큰 것은 1억 2,000만 원입니다(한낮일보).",
        "적힌 그대로이며 확인된 피해액이 아닙니다.",
        "이번 주 7일 가운데 6일만 자료가 있어 실제보다 적게 셌을 수 있습니다.",
        "지난주는 7일 가운데 3일만 자료가 있습니다.",
        "서로 다른 판독기로 읽은 글이 섞여 있습니다.",
        "발행 시각을 알 수 없는 먹통 글 1건은 어느 주에도 넣지 않았습니다.",
        "2건 · 출처 1곳 first 제목 한낮일보 · 2022-10-17 00:00 · 카카오페이, 카카오톡",
        "– 40만 원",
        "판독기 1 · 분류표 c · 형태소 mecab (16건)",
    ):
        assert sentence in text
    assert "수집 자료 없음" not in text


def test_the_page_needs_nothing_from_elsewhere(folder: Path) -> None:
    found = page(folder)
    assert found.tags.isdisjoint({"script", "link", "img", "iframe", "object", "svg", "form"})
    assert not [name for name, _ in found.attributes if name.startswith("on") or name == "src"]
    assert "url(" not in (folder / "index.html").read_text(encoding="utf-8")
    local = [link for link in found.links if not link.startswith("https://x.example/")]
    assert local == ["summary.xlsx", *(f"{name}.csv" for name in TABLES)]
    assert all((folder / link).is_file() for link in local)


def test_every_table_is_a_csv_file(folder: Path) -> None:
    assert rows(folder, "services")[:3] == [
        [
            "식별자",
            "이름",
            "글",
            "기사",
            "게시글",
            "중복 제외",
            "먹통 사건",
            "작성자",
            "지난주",
            "전주 대비",
            "4주 평균",
        ],
        ["kakaotalk", "카카오톡", "4", "2", "2", "3", "0", "1", "2", "2", "2"],
        ["kakao_pay", "카카오페이", "2", "2", "0", "1", "0", "0", "0", "2", "0"],
    ]
    assert rows(folder, "services")[-1] == ["kt", "KT", "0", "0", "0", "0", "0", "0", "1", "-1", "0.33"]
    assert rows(folder, "weeks")[1:] == [
        ["2022-W38", "2022-09-19", "1", "4", "4", "0"],
        ["2022-W39", "2022-09-26", "1", "0", "0", "0"],
        ["2022-W40", "2022-10-03", "0", "", "", ""],
        ["2022-W41", "2022-10-10", "3", "3", "3", "0"],
        ["2022-W42", "2022-10-17", "6", "6", "5", "0"],
    ]
    assert rows(folder, "damage_by_service") == [
        ["피해", "글", "카카오톡", "카카오페이", "배달의민족", "카카오T"],
        ["주문 불가", "3", "2", "2", "1", "0"],
        ["매출 손실", "2", "1", "0", "0", "1"],
        ["결제 불가", "2", "2", "2", "0", "0"],
    ]
    first = ["120000000", "", "1억2천만원", LOSS, "first 제목", "한낮일보"]
    assert rows(folder, "losses")[1] == [*first, "2022-10-17T00:00:00+09:00", "https://x.example/first"]
    assert rows(folder, "compensations")[1][:3] == ["5000", "", "5천원"]
    assert rows(folder, "stories")[1][:4] == ["first 제목", "2", "1", "한낮일보"]
    assert rows(folder, "coverage")[5] == ["장터게시판", "커뮤니티", "2022-10-21", "0", "0", "1", "예"]
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["index.html", "summary.xlsx", *(f"{name}.csv" for name in TABLES)]
    )


def test_the_workbook_holds_the_same(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "summary.xlsx")
    assert len(book.sheetnames) == len(TABLES)
    services = book["멈춘 서비스"]
    assert services.freeze_panes == "A2"
    assert [cell.value for cell in services[2]] == ["kakaotalk", "카카오톡", 4, 2, 2, 3, 0, 1, 2, 2, 2]
    assert services.column_dimensions["B"].width > len("네이버 스마트스토어")
    losses = book["글에 적힌 손실액"]
    assert losses["A2"].value == 120_000_000
    assert losses["G2"].value.isoformat() == "2022-10-17T00:00:00"
    assert losses["H2"].hyperlink.target == "https://x.example/first"
    assert book["최근 5주"]["D4"].value is None


def test_the_same_database_gives_the_same_bytes(folder: Path, store: Store, tmp_path: Path) -> None:
    other = write_weekly(summary(store, WEEK), tmp_path / "other", "ko")
    for path in folder.iterdir():
        assert (other / path.name).read_bytes() == path.read_bytes()


def test_a_report_is_replaced_whole(folder: Path, store: Store) -> None:
    (folder / "stale.csv").write_text("old")
    assert write_weekly(summary(store, WEEK), folder.parent, "en") == folder
    assert not (folder / "stale.csv").exists()
    assert [path.name for path in folder.parent.iterdir()] == ["2022-W42"]
    assert "From Mon 17 Oct 2022 to Sun 23 Oct we found 6 texts" in page(folder).text


def test_a_folder_that_cannot_be_written(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match="cannot be written"):
        write_weekly(summary(store, WEEK), tmp_path / "file", "ko")


HOSTILE = '<script>alert("x")</script>&"\''


def test_nothing_in_a_document_runs(store: Store, tmp_path: Path) -> None:
    run = start_run(store, "daily", name=f"=cmd()|{HOSTILE}", kind="board", options={})
    sentence = "=HYPERLINK(1) 가게가 <b>5만원</b> 손해를 봤다"
    lost = (money(5e4, "<b>5만원</b>", sentence),)
    bad = made("bad", "2022-10-18T09:00", services="kakaotalk", amounts=lost, title=f"=1+1{HOSTILE}")
    script = made("odd", "2022-10-18T09:00", services="kt", title="@SUM(A1)")
    write(store, run, [bad, _at(script, "javascript:alert(1)"), _at(made("tab", "2022-10-18T10:00"), "urn:x:1")])
    finish(store, run, RunStatus.DONE)
    folder = write_weekly(summary(store, WEEK), tmp_path, "ko")
    found = page(folder)
    assert found.tags.isdisjoint({"script"})
    assert HOSTILE in found.text
    assert "<b>5만원</b>" in found.text
    assert not [link for link in found.links if "javascript" in link or link.startswith("urn:")]
    for name in TABLES:
        for row in rows(folder, name)[1:]:
            assert [cell for cell in row if re.match(r"[=+@\t\r]|-\D", cell)] == []
    assert [row[0] for row in rows(folder, "stories")[1:]] == [f"'=1+1{HOSTILE}", "'@SUM(A1)", "tab 제목"]
    book = openpyxl.load_workbook(folder / "summary.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert f"=1+1{HOSTILE}" in [cell.value for cell in cells]


def _at(item: TaggedDocument, url: str) -> TaggedDocument:
    return replace(item, document=replace(item.document, url=url))


@pytest.mark.parametrize(
    ("week", "headline", "told"),
    [
        ("2022-W40", "수집 자료 없음", "이 주에 발행된 글을 하나도 모으지 못했습니다. 먹통이 없었다는 뜻이 아닙니다."),
        ("2022-W39", "이 주에 확인된 먹통 없음", "모은 글 1건 가운데 먹통을 전한 글이 없었습니다."),
    ],
)
def test_an_empty_week_says_why(store: Store, tmp_path: Path, week: str, headline: str, told: str) -> None:
    fill(store)
    folder = write_weekly(summary(store, parse_week(week)), tmp_path, "ko")
    assert f"{headline} {told}" in page(folder).text
    assert [row[1] for row in rows(folder, "overview")[2:4]] == [headline, told]
    assert rows(folder, "losses")[1:] == []
    assert openpyxl.load_workbook(folder / "summary.xlsx")["이번 주"]["B3"].value == headline


def command(*arguments: str) -> Result:
    return CliRunner().invoke(meoktong, ["report", "weekly", *arguments])


def test_the_command_on_an_empty_database(database_url: str, tmp_path: Path) -> None:
    connect(database_url).close()
    result = command("--database", database_url, "--out", str(tmp_path), "--week", "2022-W42")
    assert result.exit_code == 0
    assert "수집 자료 없음" in result.stderr
    assert "수집 자료 없음" in page(tmp_path / "2022-W42").text


def test_the_command_prints_the_summary_as_json(database_url: str, tmp_path: Path) -> None:
    with connect(database_url) as store:
        fill(store)
    result = command("--database", database_url, "--out", str(tmp_path), "--week", "2022-W42", "--format", "json")
    found = json.loads(result.stdout)
    assert found["total"] == {"documents": 6, "news": 3, "posts": 3, "stories": 5, "authors": 1, "incidents": 0}
    assert found["losses"][0]["published_at"] == "2022-10-17T00:00:00+09:00"
    assert found["weeks"][2]["documents"] is None
    documented = (Path(__file__).parents[1] / "docs" / "report.md").read_text(encoding="utf-8")
    assert [key for key in _keys(found) if f"`{key}`" not in documented] == []


def _keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(_keys, value.values()))
    return set().union(*map(_keys, value)) if isinstance(value, list) else set()


def test_the_command_prints_services_as_csv(database_url: str, tmp_path: Path) -> None:
    with connect(database_url) as store:
        fill(store)
    result = command("--database", database_url, "--out", str(tmp_path), "--week", "2022-W42", "--format", "csv")
    assert result.stdout.splitlines()[:2] == [
        "service,name,documents,news,posts,stories,authors,previous,mean",
        "kakaotalk,카카오톡,4,2,2,3,1,2,2.0",
    ]


@pytest.mark.parametrize("week", ["2022-42", "2022-W54", "last"])
def test_an_unknown_week_is_one_clear_line(sqlite_url: str, week: str) -> None:
    result = command("--database", sqlite_url, "--week", week)
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].startswith(f"Error: Invalid value for '--week': '{week}'")


def test_both_languages_have_the_same_words() -> None:
    words = _load()
    assert words["ko"].keys() == words["en"].keys()
    for key, text in words["ko"].items():
        assert set(re.findall(r"\{(\w+)\}", text)) == set(re.findall(r"\{(\w+)\}", words["en"][key])), key


@pytest.mark.parametrize(
    ("won", "ko", "en"),
    [
        (0, "0원", "₩0"),
        (4900, "4,900원", "₩4,900"),
        (52_500, "5만 2,500원", "₩52,500"),
        (7_500_000, "750만 원", "₩7.5 million"),
        (12_600_000_000, "126억 원", "₩12.6 billion"),
        (1_858_600_000_000, "1조 8,586억 원", "₩1.8586 trillion"),
    ],
)
def test_amounts_as_they_are_read(won: float, ko: str, en: str) -> None:
    assert (Words("ko").won(won), Words("en").won(won)) == (ko, en)
