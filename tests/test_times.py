"""When an outage began and ended, from what a text says and the day it was published."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readings import MONDAY, reading, shown

from meoktong.coded import agree
from meoktong.models import Kind, Precision
from meoktong.times import KST
from nlp import times

CODED = Path(__file__).parent / "times" / "coded.jsonl"


def test_days_are_counted_on_koreas_clock() -> None:
    published = datetime(2022, 10, 16, 16, 0, tzinfo=UTC)  # one in the morning of the 17th in Korea
    start, _ = times.outage_times(reading("어제 오후 3시쯤 카카오톡이 멈췄다.", published))
    assert shown(start) == "2022-10-16T15:00"


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("16일 오후 3시께 서버가 다운됐다.", "2022-10-16T15:00", None),
        ("전날 오전 10시부터 멈췄다가 오후 4시께 재가동됐습니다.", "2022-10-16T10:00", "2022-10-16T16:00"),
        ("16일 오후 6시경부터 약 30분 동안 주문이 되지 않았다.", "2022-10-16T18:00", "2022-10-16T18:30"),
        ("16일 오전 10시 20분부터 약 85분간 이체가 늦어졌다.", "2022-10-16T10:20", "2022-10-16T11:45"),
        ("16일 낮 12시부터 약 2시간 30분 동안 접속이 끊겼다.", "2022-10-16T12:00", "2022-10-16T14:30"),
        ("장애는 15일 오후 3시 55분께 시작돼 오후 7시 5분 복구됐다.", "2022-10-15T15:55", "2022-10-15T19:05"),
        ("15일 밤 결제가 막혔다. 오후 8시쯤 오류가 났고 자정 무렵 정상화됐다.", "2022-10-15T20:00", "2022-10-16T00:00"),
        ("오류는 16일 오후 4시께 시작됐고 회사는 40분 만에 복구했다.", "2022-10-16T16:00", "2022-10-16T16:40"),
        (
            "15일 오후 4시께 먹통이 된 앱은 약 21시간 만인 16일 오후 1시께 복구됐다.",
            "2022-10-15T16:00",
            "2022-10-16T13:00",
        ),
        ("17일 카카오에 따르면 전날 오후 2시 접속 장애가 발생했다.", "2022-10-16T14:00", None),
        ("카카오는 17일 '15일 오후 3시부터 장애가 있었다'고 밝혔다.", "2022-10-15T15:00", None),
        ("15일 오후 3시부터 장애가 났고 아직 복구되지 않았다.", "2022-10-15T15:00", None),
        ("13일부터 접속이 안 된다.", "2022-10-13", None),
        ("사흘째 먹통이다.", "2022-10-15", None),
        ("16일 새벽부터 오류가 이어졌다.", "2022-10-16", None),
        ("서비스가 멈춘 것은 15일 오후 3시 30분이다.", "2022-10-15T15:30", None),
        ("16일 오후 3시 멈췄다. 지난해 11월 2일 오전 9시에도 장애가 났다.", "2022-10-16T15:00", None),
        ("지난 5월 3일에도 오전 7시 멈췄다. 이번에는 16일 오전 8시 장애가 발생했다.", "2022-10-16T08:00", None),
        ("회사는 17일 오전 사과문을 냈다.", None, None),
        ("17일 업계에 따르면 판매자들이 보상을 요구했다.", None, None),
        ("20일 오후 3시 점검으로 서비스가 중단될 예정이다.", None, None),
        ("16일 오후 3시 먹통이 됐다. 17일 오전 10시에 순차 복구됐다.", "2022-10-16T15:00", "2022-10-17T10:00"),
        (
            "16일 오후 1시 끊겼다. 회사는 오후 2시 복구에 나섰고 오후 5시 복구를 마쳤다.",
            "2022-10-16T13:00",
            "2022-10-16T17:00",
        ),
        ("16일 오후 1시 멈췄다. 17일 복구됐다.", "2022-10-16T13:00", "2022-10-17"),
        ("16일 오후 3시10분∼4시20분 접속 장애가 발생했다.", "2022-10-16T15:10", "2022-10-16T16:20"),
        ("16일 오후 3시 10분에서 4시 20분 사이 접속이 끊겼다.", "2022-10-16T15:10", "2022-10-16T16:20"),
        (
            "장애는 16일 오후 3시 10분 시작돼 1시간 25분 뒤인 4시 35분에야 해결됐다.",
            "2022-10-16T15:10",
            "2022-10-16T16:35",
        ),
        ("16일 오후 3시 10분께 장애가 발생했다. 장애는 1시간 25분간 지속됐다.", "2022-10-16T15:10", "2022-10-16T16:35"),
        ("16일 오후 3시 10분부터 1시간 25분가량 로그인이 되지 않았다.", "2022-10-16T15:10", "2022-10-16T16:35"),
        (
            "16일 오후 3시 10분께 먹통이 됐다. 회사는 오후 4시 35분 장애를 복구했다고 밝혔다.",
            "2022-10-16T15:10",
            "2022-10-16T16:35",
        ),
        (
            "16일 오후 3시 10분께 먹통이 됐다. 오후 4시 35분 이후 정상 이용이 가능해졌다.",
            "2022-10-16T15:10",
            "2022-10-16T16:35",
        ),
        ("15일 밤 11시 50분쯤 끊긴 통신은 다음 날 새벽 1시 10분 복구됐다.", "2022-10-15T23:50", "2022-10-16T01:10"),
        ("15일 밤 11시 50분쯤 끊긴 통신은 다음날인 16일 0시 40분께 재개됐다.", "2022-10-15T23:50", "2022-10-16T00:40"),
        (
            "카카오는 17일 오전 공지를 통해 '전날 오후 2시부터 발생한 오류를 오후 5시 수정 완료했다'고 밝혔다.",
            "2022-10-16T14:00",
            "2022-10-16T17:00",
        ),
        (
            "토스는 16일 오후 6시쯤 서버 장애로 송금이 중단됐다가 7시 30분쯤 복구했다.",
            "2022-10-16T18:00",
            "2022-10-16T19:30",
        ),
        ("빗썸은 전날 밤 10시 38분 접속이 늦어지기 시작해 11시 40분경 풀렸다.", "2022-10-16T22:38", "2022-10-16T23:40"),
        ("16일 정오께부터 두 시간 동안 카드 결제가 막혔다.", "2022-10-16T12:00", "2022-10-16T14:00"),
        ("16일 낮 12시 30분부터 1시간 30분 동안 앱 접속이 불가능했다.", "2022-10-16T12:30", "2022-10-16T14:00"),
        (
            "오늘 오전 8시 50분쯤 지하철 교통카드 단말기가 먹통이 됐습니다. 9시 20분에 복구됐습니다.",
            "2022-10-17T08:50",
            "2022-10-17T09:20",
        ),
        ("지난 14일 오후 5시부터 이용자들이 접속하지 못하고 있다.", "2022-10-14T17:00", None),
        ("10일 시작된 장애가 나흘 만인 14일 복구됐다.", "2022-10-10", "2022-10-14"),
        ("14일 오전 9시 시작된 장애는 사흘 만에 복구됐다.", "2022-10-14T09:00", "2022-10-17"),
        ("지난달 27일 오후 8시 20분께 불이 나 서비스가 중단됐다.", "2022-09-27T20:20", None),
        ("2022년 10월 15일 오후 3시 33분 전원이 끊기며 카카오톡이 멈췄다.", "2022-10-15T15:33", None),
        (
            "KT 통신망은 16일 오전 11시 16분부터 낮 12시 45분까지 약 89분간 마비됐다.",
            "2022-10-16T11:16",
            "2022-10-16T12:45",
        ),
        ("장애 발생 시각은 16일 오전 11시 16분이다.", "2022-10-16T11:16", None),
        ("16일 오전 11시 16분 장애가 발생한 지 89분 만에 복구됐다.", "2022-10-16T11:16", "2022-10-16T12:45"),
        ("업비트는 이날 오전 10시 5분 접속 지연을 공지했다.", "2022-10-17T10:05", None),
        (
            "배민은 16일 오후 7시께 앱이 멈춘 뒤 40여분 만인 7시 42분 정상화됐다.",
            "2022-10-16T19:00",
            "2022-10-16T19:42",
        ),
        ("16일 오후 1시부터 3시까지 2시간 동안 정부24가 멈췄다.", "2022-10-16T13:00", "2022-10-16T15:00"),
        ("이날 오전 9시 개장 직후 MTS 접속이 지연됐다.", "2022-10-17T09:00", None),
        (
            "서비스는 16일 오후 2시부터 순차적으로 복구됐다. 장애는 15일 오후 3시 시작됐다.",
            "2022-10-15T15:00",
            "2022-10-16T14:00",
        ),
        ("12일 밤 9시 30분쯤 발생한 화재로 16일까지 우편 서비스가 중단됐다.", "2022-10-12T21:30", "2022-10-16"),
        (
            "16일 아침 은행 앱이 열리지 않았다. 오전 8시 20분쯤 시작된 장애는 9시 10분에야 풀렸다.",
            "2022-10-16T08:20",
            "2022-10-16T09:10",
        ),
        (
            "메타 서비스가 15일 밤 11시 45분 무렵 끊겨 16일 오전 1시 50분께 돌아왔다.",
            "2022-10-15T23:45",
            "2022-10-16T01:50",
        ),
        (
            "16일 오후 7시 40분부터 8시 25분까지 배달 앱 결제가 되지 않았다고 업체가 17일 밝혔다.",
            "2022-10-16T19:40",
            "2022-10-16T20:25",
        ),
        ("전날 정오를 조금 넘겨 멈춘 예매 사이트는 오후 3시가 돼서야 열렸다.", "2022-10-16T12:00", "2022-10-16T15:00"),
        (
            "16일 오전 10시 12분 접속자가 몰리며 홈페이지가 다운됐고 37분 뒤 정상화됐다.",
            "2022-10-16T10:12",
            "2022-10-16T10:49",
        ),
        ("카드 결제는 16일 낮 1시 5분부터 25분간 승인이 나지 않았다.", "2022-10-16T13:05", "2022-10-16T13:30"),
        ("이 장애는 16일 오후 2시 8분에 생겨 2시 51분에 끝났다.", "2022-10-16T14:08", "2022-10-16T14:51"),
        (
            "16일 새벽 2시 30분께 서버가 죽어 아침 7시까지 게임에 들어갈 수 없었다.",
            "2022-10-16T02:30",
            "2022-10-16T07:00",
        ),
        (
            "통신망 장애는 16일 오후 4시 10분쯤 시작돼 같은 날 오후 5시 30분쯤 모두 복구됐다.",
            "2022-10-16T16:10",
            "2022-10-16T17:30",
        ),
        ("14일 오전 6시 멈춘 시스템은 16일 오후 9시가 넘어 완전히 정상화됐다.", "2022-10-14T06:00", "2022-10-16T21:00"),
        (
            "16일 오후 3시 20분, 지하철 개찰구의 카드 단말기가 일제히 꺼졌다. 40분 뒤인 오후 4시에 다시 켜졌다.",
            "2022-10-16T15:20",
            "2022-10-16T16:00",
        ),
        (
            "거래소는 16일 오전 9시 4분부터 11분 동안 체결이 늦어졌다고 설명했다.",
            "2022-10-16T09:04",
            "2022-10-16T09:15",
        ),
        (
            "장애는 지난 13일 오후 11시 10분부터 14일 오전 0시 40분까지 1시간 30분 동안 이어졌다.",
            "2022-10-13T23:10",
            "2022-10-14T00:40",
        ),
        (
            "10월 14일 오전 9시부터 접수가 막혔던 병원은 낮 12시 15분 전산을 되살렸다.",
            "2022-10-14T09:00",
            "2022-10-14T12:15",
        ),
        ("16일 오후 6시께부터 30여분간 호출이 되지 않았다.", "2022-10-16T18:00", "2022-10-16T18:30"),
        ("카카오T 호출 장애는 16일 밤 8시 40분부터 9시 5분 사이에 일어났다.", "2022-10-16T20:40", "2022-10-16T21:05"),
        ("16일 오전 0시 5분께 결제망이 끊겼고 새벽 3시 무렵까지 이어졌다.", "2022-10-16T00:05", "2022-10-16T03:00"),
        (
            "이날 오전 8시 30분 기준 접속 장애가 이어지고 있다. 장애는 오전 7시 10분께 시작됐다.",
            "2022-10-17T07:10",
            None,
        ),
        (
            "업체는 전날 오후 1시 서비스가 중단됐다가 세 시간 뒤 재개됐다고 밝혔다.",
            "2022-10-16T13:00",
            "2022-10-16T16:00",
        ),
        ("장애 발생: 16일 15:20, 복구: 16일 16:05", "2022-10-16T15:20", "2022-10-16T16:05"),
        ("지난주 목요일 오후 2시쯤 카드사 전산이 멈췄다.", "2022-10-13T14:00", None),
        (
            "15일 불이 난 데이터센터의 전원은 19일 새벽 복구될 전망이다. 서비스는 15일 오후 3시 30분 멈췄다.",
            "2022-10-15T15:30",
            None,
        ),
        # of the day that the text is about, not of one that it recalls on the way
        (
            "앱이 16일 또 느려졌다. 지난 12일 11시께 멎은 지 나흘 만이다. 이날 낮 12시 3분부터 12시 21분까지 늦어졌다.",
            "2022-10-16T12:03",
            "2022-10-16T12:21",
        ),
        # the hour of the day that the text opens with, though nothing that is known is said of it
        (
            "앱이 16일 오후 멈췄다. 회사는 오후 4시 20분께 지갑을 잠갔고 35분 뒤 다시 열었다.",
            "2022-10-16T16:20",
            "2022-10-16T16:55",
        ),
        # one told roughly and to the minute
        (
            "주문은 16일 오후 6시께부터 막혔다. 회사는 오후 6시 4분∼7시 47분 장애가 있었다고 했다.",
            "2022-10-16T18:04",
            "2022-10-16T19:47",
        ),
        # the last of several services
        (
            "16일 저녁 7시 20분 인증이 멈췄다. KT는 8시 10분 가능해졌으나 유플러스는 밤 9시 26분까지 기다려야 했다.",
            "2022-10-16T19:20",
            "2022-10-16T21:26",
        ),
        # an end whose day was lost on the way is the next such hour
        (
            "16일 오전 6시 50분부터 인터넷이 끊겼다. 전날 밤 내린 비로 전원이 나갔다. 오후 5시 50분 복구를 끝냈다.",
            "2022-10-16T06:50",
            "2022-10-16T17:50",
        ),
        ("15일 오후 1시 20분 끊겼다고 16일 밝혔다. 방송은 밤 10시께 돌아왔다.", "2022-10-15T13:20", "2022-10-15T22:00"),
        # the day of the end is less than what follows from a length of time
        (
            "16일 밤 10시 40분부터 약 50분간 재생이 멈췄다. 회사는 '전날 문제는 해소됐다'고 했다.",
            "2022-10-16T22:40",
            "2022-10-16T23:30",
        ),
        # lengths of other outages, and what an outage did not last
        (
            "26일 오전 9시 10분부터 앱이 멎었다. 이 회사는 지난달 8일 오후 4시부터 15시간 동안 마비돼 조사를 받는다.",
            "2022-09-26T09:10",
            None,
        ),
        ("16일 0시 누리집은 5분도 버티지 못했다.", "2022-10-16T00:00", None),
        # an appointment
        ("16일 오전 10시 누리집이 마비됐다. 학교는 신청을 오후 2시로 미뤘다.", "2022-10-16T10:00", None),
        # what somebody said then
        (
            "16일 0시 멈췄다. 두 시간 뒤인 새벽 2시께 복구됐고 회사는 새벽 2시 20분 소셜미디어에 '해결했다'고 적었다.",
            "2022-10-16T00:00",
            "2022-10-16T02:00",
        ),
        (
            "16일 오전 11시 전시장 인터넷이 끊겼다. 낮 12시 반께부터 다시 카드를 받았다.",
            "2022-10-16T11:00",
            "2022-10-16T12:30",
        ),
        # the verb that reports at the end of a sentence is not said of the time at its beginning
        ("16일 오후 7시 5분 내려보낸 파일에 결함이 있었다고 밝혔다.", "2022-10-16T19:05", None),
        # what is to come, and the end of something else
        ("16일 0시 30분 멈췄다. 회사는 오전 10시 안정되는 대로 다시 열겠다고 알렸다.", "2022-10-16T00:30", None),
        ("16일 오전 9시 멈췄다. 대책 회의는 오후 1시에 끝났다.", "2022-10-16T09:00", None),
        ("16일 오후 7시 30분을 30분 앞두고 앱이 멈췄다.", "2022-10-16T19:30", None),
        # a stretch of time is surer than what a user tells
        (
            "16일 오후 2시부터 5시 20분까지 오류가 났다. A씨는 5시 반이 돼서야 접속할 수 있었다.",
            "2022-10-16T14:00",
            "2022-10-16T17:20",
        ),
        ("16일 오후 2시 멈췄다. 회사는 오후 4시 5분 '모두 복구했다'고 알렸다.", "2022-10-16T14:00", "2022-10-16T16:05"),
        ("16일 밤 주문이 막혔다. 마감인 11시를 앞두고 접속이 몰렸다.", "2022-10-16", None),
        ("토요일이던 15일 오후 3시 30분께부터 메시지가 오가지 않았다.", "2022-10-15T15:30", None),
    ],
)
def test_start_and_end(text: str, start: str | None, end: str | None) -> None:
    found = times.outage_times(reading(text, MONDAY))
    assert (shown(found[0]), shown(found[1])) == (start, end)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("어제 저녁 7시50분쯤 서버 나가고 지금까지 복구가 안됨", "2022-10-16T19:50"),
        ("아까 2시쯤부터 카드가 안 먹혀요", "2022-10-17T14:00"),
        ("1시부터 접속이 안돼요", "2022-10-17T13:00"),
        ("토욜부터 알림톡이 안나가요", "2022-10-15"),
        ("어제 점심에 포스 먹통", "2022-10-16"),
        ("지금 인터넷 안되는거 나만?", "2022-10-17"),
        ("오늘 카톡 터지고 예약 확인이 안돼요", "2022-10-17"),
        ("점심에 12시 반부터 결제가 막혔어요", "2022-10-17T12:30"),
        ("오전 11시부터 배민 접속 안됨", "2022-10-17T11:00"),
        ("8시부터 배민 안열려요", "2022-10-17T08:00"),
        ("점심 12시쯤부터 카드 안됨", "2022-10-17T12:00"),
        ("어제 밤 9시에 터졌음", "2022-10-16T21:00"),
        ("아침부터 로그인이 안되네요", "2022-10-17"),
        ("금요일 저녁부터 안됨", "2022-10-14"),
        ("지난주 토요일에 카톡 터지고", "2022-10-15"),
        ("15일부터 지금까지 예약 확인이 안됩니다", "2022-10-15"),
        ("오늘 1시 20분에 포스가 나갔어요", "2022-10-17T13:20"),
        ("오전 내내 먹통", "2022-10-17"),
        ("그저께부터 접속불가", "2022-10-15"),
        ("새벽 2시부터 서버 터짐", "2022-10-17T02:00"),
        ("두시간째 먹통이네요", "2022-10-17"),
        ("3일째 안되는 중", "2022-10-15"),
        ("어젯밤 112 누르니까 뚜뚜뚜", "2022-10-16"),
        ("어제는 하루종일 대기번호만 봤고 오늘은 시간표가 사라짐", "2022-10-16"),
        ("어젯밤 12시 조금 넘어서 로그아웃됨. 어제 광고 태웠는데 유입이 끊겼음", "2022-10-17T00:00"),
    ],
)
def test_posts(text: str, start: str) -> None:
    assert shown(times.outage_times(reading(text, MONDAY, Kind.POST))[0]) == start


def test_a_post_that_says_it_is_over_was_written_the_day_it_ended() -> None:
    post = reading("오늘 점심에 포스 먹통이었다가 살아남", MONDAY, Kind.POST)
    start, end = times.outage_times(post)
    assert (shown(start), end) == ("2022-10-17", None)
    assert shown(times.known_end(post, start, end)) == "2022-10-17"
    news = reading("17일 서비스가 멈췄다가 복구됐다.", MONDAY)
    assert times.known_end(news, *times.outage_times(news)) is None


@pytest.mark.parametrize(
    ("kind", "text", "end"),
    [
        (
            Kind.NEWS,
            "16일 오후 1시 멈췄다. 오후 3시를 전후해 밀린 메일이 들어왔다. 지금은 정상이다.",
            "2022-10-16T15:00",
        ),
        (Kind.POST, "어제 오후 1시부터 안되다가 3시에 들어가보니 됨", "2022-10-16T15:00"),
    ],
)
def test_what_is_over_ended_by_the_last_hour_of_which_nothing_else_is_said(kind: Kind, text: str, end: str) -> None:
    told = reading(text, MONDAY, kind)
    assert shown(times.known_end(told, *times.outage_times(told))) == end


def test_an_hour_that_is_yet_to_come_is_read_as_the_one_that_was() -> None:
    morning = datetime(2022, 10, 17, 6, 30, tzinfo=KST)
    assert shown(times.outage_times(reading("5시부터 접속이 안돼요", morning, Kind.POST))[0]) == "2022-10-17T05:00"


def test_the_title_tells_when_the_text_does_not() -> None:
    start, _ = times.outage_times(reading("손님을 다 놓쳤습니다", MONDAY, Kind.POST, title="어제 2시 KT 먹통"))
    assert shown(start) == "2022-10-16T14:00"
    assert start is not None
    assert start.evidence[0].part == "title"


def test_a_post_goes_on_from_the_day_its_title_names() -> None:
    post = reading("퇴근하고 7시에 켰는데 503 뜸", MONDAY, Kind.POST, title="어제 다들 안됐죠?")
    assert shown(times.outage_times(post)[0]) == "2022-10-16T19:00"


def test_the_evidence_is_the_time_as_written() -> None:
    text = "카카오는 사과했다. 15일 오후 3시30분쯤 서비스가 멈췄다."
    start, _ = times.outage_times(reading(text, MONDAY))
    assert start is not None
    (evidence,) = start.evidence
    assert text[evidence.start : evidence.end] == "15일 오후 3시30분"
    assert evidence.sentence == "15일 오후 3시30분쯤 서비스가 멈췄다."


def test_coded_documents_are_read_as_well_as_they_were() -> None:
    """160 documents written for their times, of which those and the status are coded; the status is taken as coded."""
    gold = [json.loads(line) for line in CODED.read_text(encoding="utf-8").splitlines()]
    found = agree((document, times_of(document)) for document in gold)
    assert found["outage_start"].f1 >= 0.95
    assert found["outage_end"].f1 >= 0.92


def times_of(document: dict[str, str]) -> dict[str, object]:
    published = datetime.fromisoformat(document["published"]).replace(tzinfo=KST)
    told = reading(document["text"], published, Kind(document["kind"]), document["title"])
    start, end = times.outage_times(told)
    over = document["status"] == "recovered"
    return {"outage_start": shown(start), "outage_end": shown(times.known_end(told, start, end)) if over else None}


PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *"0 1 12 24 99 2022 년 월 일 시 분 반 : . - ~ ( ) 오전 오후 밤 새벽 자정 정오 어제 전날 이날".split(),
                *"이튿날 지난달 작년 지난 매달 토요일 이틀 째 전 부터 까지 에도 께 장애 멈췄다 복구됐다".split(),
                " ",
                "\n",
            ]
        ),
        st.text(max_size=3),
    ),
    max_size=40,
).map("".join)


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
