"""When an outage began and ended: over whole documents that were coded, and over any text."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readings import MONDAY, pieces, reading, shown

from meoktong.coded import agree
from meoktong.models import Kind, Precision
from meoktong.times import KST
from nlp import times

TIMES = Path(__file__).parent / "times"


@pytest.mark.parametrize(("name", "floor"), [("coded", 0.94), ("waves", 0.88)])
def test_coded_documents_are_read_as_well_as_they_were(name: str, floor: float) -> None:
    """188 documents written for their times, of which those and the status are coded; the status is taken as coded.

    In 139 more, short ones, hours are corrected, added later or told of something else, and outages come in waves.
    """
    gold = [json.loads(line) for line in (TIMES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    found = agree((document, times_of(document)) for document in gold)
    assert found["outage_start"].f1 >= floor
    assert found["outage_end"].f1 >= floor


def times_of(document: dict[str, str]) -> dict[str, object]:
    published = datetime.fromisoformat(document["published"]).replace(tzinfo=KST)
    told = reading(document["text"], published, Kind(document["kind"]), document["title"])
    start, end = times.outage_times(told)
    over = document["status"] == "recovered"
    return {"outage_start": shown(start), "outage_end": shown(times.known_end(told, start, end)) if over else None}


PIECES = pieces(
    *"0 1 12 24 99 2022 년 월 일 시 분 반 : . - ~ ( ) 오전 오후 밤 새벽 자정 정오 어제 전날 이날".split(),
    *"이튿날 지난달 작년 지난 매달 토요일 이틀 째 전 부터 까지 에도 께 장애 멈췄다 복구됐다".split(),
)


@given(PIECES, st.none() | st.datetimes(timezones=st.just(KST)), st.sampled_from(Kind))
def test_any_text_gives_valid_times(text: str, published: datetime | None, kind: Kind) -> None:
    found = times.outage_times(reading(text, published, kind))
    assert found == times.outage_times(reading(text, published, kind))
    start, end = found
    assert start or not end
    for moment in found:
        if moment is None:
            continue
        assert moment.at.utcoffset() is not None
        (evidence,) = moment.evidence
        assert 0 <= evidence.start < evidence.end <= len(text)
        if moment.precision is Precision.DAY:
            assert (moment.at.hour, moment.at.minute) == (0, 0)


@pytest.mark.parametrize(
    "piece",
    ["1시 ", "15일 ", "1", "12:", "오전 ", "(", "지난 ", "2022.", "장애 1시 ", "3일째 ", "15일 3시 장애 1시간 동안 "],
)
def test_long_runs_are_read(piece: str) -> None:
    times.outage_times(reading(piece * 20_000, MONDAY))
