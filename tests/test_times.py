"""When an outage began and ended, from what a text says and the day it was published."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meoktong.models import Document, Kind, Moment, Precision
from meoktong.times import KST
from nlp import moments, times
from nlp.morphology import analyser
from nlp.text import Reading

MONDAY = datetime(2022, 10, 17, 14, 12, tzinfo=KST)


def reading(text: str, published: datetime | None, kind: Kind = Kind.NEWS, title: str = "") -> Reading:
    document = Document(
        url="https://news.example/1",
        source="t",
        kind=kind,
        title=title,
        text=text,
        published_at=published,
        published_precision=Precision.MINUTE if published else None,
        published_reason=None if published else "no-date",
    )
    return Reading(document, analyser("mecab"))


def shown(moment: Moment | None) -> str | None:
    if moment is None:
        return None
    return moment.at.strftime("%Y-%m-%d" if moment.precision is Precision.DAY else "%Y-%m-%dT%H:%M")


def told(text: str, published: datetime | None = MONDAY) -> list[str]:
    part = reading(text, published).text
    return [
        shown(Moment(at=one.at, precision=one.precision, evidence=())) or "" for one in moments.told(part, published)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("지난 15일 오후 3시 30분께", "2022-10-15T15:30"),
        ("15일 오후 3시30분쯤", "2022-10-15T15:30"),
        ("지난 15일 오후 3시 반쯤", "2022-10-15T15:30"),
        ("전날 오후 7시 10분", "2022-10-16T19:10"),
        ("어제 저녁 7시쯤", "2022-10-16T19:00"),
        ("그제 밤 11시경", "2022-10-15T23:00"),
        ("이날 오전 11시 20분 무렵", "2022-10-17T11:20"),
        ("오늘 새벽 4시경", "2022-10-17T04:00"),
        ("오늘(17일) 오전 9시 반쯤", "2022-10-17T09:30"),
        ("17일 0시", "2022-10-17T00:00"),
        ("17일 오전 12시 32분", "2022-10-17T00:32"),
        ("16일 낮 12시 20분", "2022-10-16T12:20"),
        ("16일 낮 1시", "2022-10-16T13:00"),
        ("16일 정오", "2022-10-16T12:00"),
        ("15일 자정", "2022-10-16T00:00"),
        ("15일 밤 12시", "2022-10-16T00:00"),
        ("16일 15시 30분", "2022-10-16T15:30"),
        ("16일 15:30", "2022-10-16T15:30"),
        ("지난달 30일 오후 6시", "2022-09-30T18:00"),
        ("9월 30일 오후 6시", "2022-09-30T18:00"),
        ("지난 9월30일 오후 6시", "2022-09-30T18:00"),
        ("작년 10월 15일", "2021-10-15"),
        ("지난해 12월 13일", "2021-12-13"),
        ("2018년 11월 24일 오전 11시", "2018-11-24T11:00"),
        ("2018.11.24", "2018-11-24"),
        ("2018-11-24 11:00", "2018-11-24T11:00"),
        ("28일 밤", "2022-09-28"),
        ("토요일 오후", "2022-10-15"),
        ("토욜", "2022-10-15"),
        ("지난 금요일(14일) 오후", "2022-10-14"),
        ("지난주 금요일", "2022-10-14"),
        ("이틀 전", "2022-10-15"),
        ("3일 전", "2022-10-14"),
        ("오늘 아침 7시50분", "2022-10-17T07:50"),
        ("오늘 열한시 반", "2022-10-17T11:30"),
        ("어제 저녁 여덟 시", "2022-10-16T20:00"),
        ("오늘 2시쯤", "2022-10-17T14:00"),
        ("오늘 11시20분쯤", "2022-10-17T11:20"),
        ("20일 현재", None),
        ("오는 19일 오전 9시", None),
        ("매달 1일", None),
        ("31일 13월", None),  # September has no 31st
        ("99시 99분", None),
        ("3일간", None),
        ("3시간", None),
        ("다시", None),
        ("한시적으로", None),
        ("2시장", None),
        ("현지시간 15일 오전 3시", None),
        ("15일 오전 3시(현지시간)", None),
        ("미국 동부시간 15일 오전 3시", None),
        ("한국시간 15일 오후 4시", "2022-10-15T16:00"),
        ("15일 오후 4시(한국시간)", "2022-10-15T16:00"),
    ],
)
def test_one_time(text: str, expected: str | None) -> None:
    assert told(text) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("16일 오후 7시 10분부터 8시 22분까지", ["2022-10-16T19:10", "2022-10-16T20:22"]),
        ("16일 오전 11시20분부터 12시45분까지", ["2022-10-16T11:20", "2022-10-16T12:45"]),
        ("16일 오전 11시부터 1시까지", ["2022-10-16T11:00", "2022-10-16T13:00"]),
        ("15일 밤 11시부터 2시까지", ["2022-10-15T23:00", "2022-10-16T02:00"]),
        ("15일 밤 11시부터 새벽 2시까지", ["2022-10-15T23:00", "2022-10-16T02:00"]),
        ("15일 오후 8시쯤부터 자정까지", ["2022-10-15T20:00", "2022-10-16T00:00"]),
        ("16일 15:30~16:10", ["2022-10-16T15:30", "2022-10-16T16:10"]),
        ("전날 오후 8시 시작해 이날 오전 6시", ["2022-10-16T20:00", "2022-10-17T06:00"]),
        ("15일 밤 10시 시작해 이튿날 오전 6시", ["2022-10-15T22:00", "2022-10-16T06:00"]),
        ("15일 오후 11시 15분 공지한 뒤 11시 40분", ["2022-10-15T23:15", "2022-10-15T23:40"]),
        ("15일 카카오에 따르면 이날 오후 3시", ["2022-10-15", "2022-10-15T15:00"]),
        ("15일 카카오에 따르면 전날 오후 3시", ["2022-10-15", "2022-10-14T15:00"]),
    ],
)
def test_times_go_on_from_each_other(text: str, expected: list[str]) -> None:
    assert told(text) == expected


def test_without_a_publication_date_only_absolute_times_are_known() -> None:
    assert told("지난 15일 오후 3시, 어제, 전날, 오늘, 토요일, 오후 4시", None) == []
    assert told("2022년 10월 15일 오후 3시 30분", None) == ["2022-10-15T15:30"]
    assert told("2022년 10월 15일 불이 나 16일 오후 2시 복구됐다", None) == ["2022-10-15", "2022-10-16T14:00"]


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


def test_an_hour_that_is_yet_to_come_is_read_as_the_one_that_was() -> None:
    morning = datetime(2022, 10, 17, 6, 30, tzinfo=KST)
    assert shown(times.outage_times(reading("5시부터 접속이 안돼요", morning, Kind.POST))[0]) == "2022-10-17T05:00"


def test_the_title_tells_when_the_text_does_not() -> None:
    start, _ = times.outage_times(reading("손님을 다 놓쳤습니다", MONDAY, Kind.POST, title="어제 2시 KT 먹통"))
    assert shown(start) == "2022-10-16T14:00"
    assert start is not None
    assert start.evidence[0].part == "title"


def test_the_evidence_is_the_time_as_written() -> None:
    text = "카카오는 사과했다. 15일 오후 3시30분쯤 서비스가 멈췄다."
    start, _ = times.outage_times(reading(text, MONDAY))
    assert start is not None
    (evidence,) = start.evidence
    assert text[evidence.start : evidence.end] == "15일 오후 3시30분"
    assert evidence.sentence == "15일 오후 3시30분쯤 서비스가 멈췄다."


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


@pytest.mark.parametrize("piece", ["1시 ", "15일 ", "1", "12:", "오전 ", "(", "지난 ", "2022.", "장애 1시 ", "3일째 "])
def test_long_runs_are_read(piece: str) -> None:
    times.outage_times(reading(piece * 20_000, MONDAY))
