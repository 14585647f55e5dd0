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


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("장애는 애초 오후 1시로 알려졌으나 확인 결과 낮 12시 35분에 시작됐다.", "2022-10-17T12:35", None),
        ("17일 오전 6시 예매가 열린 지 15분 만에 앱이 멈춰 섰다.", "2022-10-17T06:15", None),
        ("17일 오전 8시 시작한 예매는 3분 만에 서버가 다운됐다.", "2022-10-17T08:03", None),
        ("오전 9시에 멈췄다가 10시 40분에야 정상화됐다.", "2022-10-17T09:00", "2022-10-17T10:40"),
        (
            "16일 발생한 지연이 17일 0시 20분께 풀렸다. 정상화까지 꼬박 2시간 10분이 걸렸다.",
            "2022-10-16T22:10",
            "2022-10-17T00:20",
        ),
        ("앱이 16일 저녁 장애를 빚었다. 이날 7시 20분께 시작돼 9시에 풀렸다.", "2022-10-16T19:20", "2022-10-16T21:00"),
        ("앱이 오전 9시 열리지 않았다. 창구는 마감 시각인 4시까지 정상 운영됐다.", "2022-10-17T09:00", None),
        ("15일 오후 2시 주문 창이 닫혔다. 업체는 주문서를 못 봐 월요일 출고를 미뤘다.", "2022-10-15T14:00", None),
        ("16일 오후 6시 50분쯤 호출 화면이 사라졌다. 밤 9시 5분 재개했다.", "2022-10-16T18:50", "2022-10-16T21:05"),
        ("16일 오전 9시 신청이 열리자 2분이 채 안 돼 서버가 멈췄다.", "2022-10-16T09:00", None),
        ("16일 오후 3시 30분께 경기 성남의 한 건물에 불이 나 앱이 멈췄다.", "2022-10-16T15:30", None),
        ("16일 오후 1시 멈췄다. 오후 3시 정상화될 때까지 손으로 끊어 줬다.", "2022-10-16T13:00", "2022-10-16T15:00"),
        ("16일 오전 10시 5분 끊겼다. 오후 4시 40분께 선을 이었다.", "2022-10-16T10:05", "2022-10-16T16:40"),
        ("16일 오후 6시 시작된 먹통은 2시간 40분을 끌었다.", "2022-10-16T18:00", "2022-10-16T20:40"),
        ("앱이 17일 새벽부터 멈췄다. 공단은 오전 7시 30분 복구반을 투입했다.", "2022-10-17", None),
        ("앱이 16일 오전 9시 멈췄다. 오후 들어 접속이 풀렸다.", "2022-10-16T09:00", "2022-10-16"),
        (
            "앱이 16일 오후 8시 멈췄다. 밤 10시에 다시 열렸지만 17일 오전에야 원활해졌다.",
            "2022-10-16T20:00",
            "2022-10-17",
        ),
        ("16일 오후 2시 서버가 멈췄다. 오후 4시를 넘기면서 대부분 풀렸다.", "2022-10-16T14:00", "2022-10-16T16:00"),
        (
            "16일 오전 10시 전화가 끊겼다. 오후 1시 20분께 끊긴 선로를 다시 이었다.",
            "2022-10-16T10:00",
            "2022-10-16T13:20",
        ),
        ("16일 오후 1시께부터 로그인이 풀렸고 오후 6시쯤 정상화됐다.", "2022-10-16T13:00", "2022-10-16T18:00"),
        ("연휴 전날인 16일 오전 10시 송금이 막혔다.", "2022-10-16T10:00", None),
        (
            "16일 오후 6시 먹통이 됐다. 지난 13일에도 끊겼다.\n밤 11시 40분 모두 복구됐다.",
            "2022-10-16T18:00",
            "2022-10-16T23:40",
        ),
        ("서버는 16일 새벽 1시 30분께 '에레버스' 랜섬웨어에 감염돼 멈췄다.", "2022-10-16T01:30", None),
        ("12일에 이어 16일 밤에도 먹통이 됐다. 예약을 연 오후 8시 접속이 끊겼다.", "2022-10-16T20:00", None),
        ("새 지방세 시스템은 지난 13일 개통했다. 첫날부터 접속이 되지 않았다.", "2022-10-13", None),
    ],
)
def test_hours_that_are_corrected_counted_on_from_or_told_of_something_else(
    text: str, start: str, end: str | None
) -> None:
    found = times.outage_times(reading(text, MONDAY))
    assert (shown(found[0]), shown(found[1])) == (start, end)


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
