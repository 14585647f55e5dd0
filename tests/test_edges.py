"""What nobody writes on purpose: runs of one character, years and lengths that no outage has."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from meoktong.cli import meoktong
from meoktong.coded import coded
from meoktong.jsonl import read
from meoktong.models import Document, Kind
from meoktong.settings import Settings
from meoktong.store import connect
from meoktong.store.schema import Document as DocumentRow
from nlp.tagger import tag


def post(text: str, published: datetime | None = datetime(2022, 10, 17, 5, 12, tzinfo=UTC)) -> Document:
    return Document(url="u", source="s", kind=Kind.POST, title="카카오톡 먹통", text=text, published_at=published)


@pytest.mark.parametrize(
    "run",
    [
        "1",
        "ㅋ",
        "ㅠ",
        "?",
        ".",
        "…",
        "ㅋ.",
        '"',
        "예약 앱 '자리맡아'가 먹통이에요. ",
        "카톡 안됨ㅠㅠ 결제도 안 되고 매출은 0원 ",
    ],
)
def test_half_a_megabyte_of_the_same_is_read_to_its_end(run: str) -> None:
    read_as = tag(post(run * (500_000 // len(run))))  # in seconds: tried anew at each place it took hours
    assert "kakaotalk" in {label.id for label in (*read_as.services_affected, *read_as.services_mentioned)}


@pytest.mark.parametrize(
    "text",
    [
        "9999년 12월 31일 오후 3시부터 카톡이 먹통이라 주문을 못 받았어요",
        "9999년 12월 31일 24시부터 카톡이 먹통이에요",
        "999999999시간 동안 카톡이 먹통",
        "서비스는 오전 9시 43분 되살아났다.\n999999999시간 동안",
    ],
)
@pytest.mark.parametrize("published", [None, datetime(2022, 10, 17, 5, 12, tzinfo=UTC)])
def test_a_time_that_no_outage_has_is_none(text: str, published: datetime | None) -> None:
    read_as = coded(tag(post(text, published)))
    assert {(read_as[field] or "2022")[:4] for field in ("outage_start", "outage_end")} == {"2022"}


def test_a_year_that_nothing_is_published_in_costs_no_more_than_its_line(tmp_path: Path, sqlite_url: str) -> None:
    lines = [
        json.dumps({"id": name, "title": "카톡 먹통", "text": f"{name} 오늘부터 먹통", "published": published})
        for name, published in (
            ("a", "2022-10-17"),
            ("b", "0001-01-01T00:00+14:00"),
            ("c", "9999-12-31"),
            ("d", "2022-10-17T14:12"),
        )
    ]
    file = tmp_path / "documents.jsonl"
    file.write_text("\ufeff" + "\n".join(lines), encoding="utf-8")
    arguments = ["import", "jsonl", str(file), "--database", sqlite_url]
    done = CliRunner().invoke(meoktong, arguments, obj=Settings(), standalone_mode=False)
    assert done.return_value == 4
    assert "line 2: published '0001-01-01T00:00+14:00' is not YYYY-MM-DD[THH:MM] of 1950 to 2099" in done.output
    with connect(sqlite_url) as store, store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(DocumentRow)).scalar_one() == 2


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    line = '\ufeff{"id": "1", "title": "카톡 먹통", "text": "먹통"}'.encode()
    assert [type(found) for _, found in read([line], "x")] == [Document]
