"""When the outage that a post complains of began and ended, and what is known of one that is over."""

from datetime import datetime

import pytest
from readings import MONDAY, reading, shown

from meoktong.models import Kind
from meoktong.times import KST
from nlp import times


def test_midnight_is_not_behind_the_day_of_a_post() -> None:
    day = MONDAY.replace(hour=0, minute=0)
    assert shown(times.outage_times(reading("밤 12시에 로그아웃됐어요", day, Kind.POST))[0]) == "2022-10-17T00:00"


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
        ("배민 주문이 안 들어와요. 저만 그런가요.\n(1시 35분 추가) 고객센터도 안 받네요", "2022-10-17"),
        (
            "아침부터 로그인이 안됨\n(11시 추가) 시청도 원인을 모른대\n(퇴근) 아직도 안됨. 월욜이 더 무섭다",
            "2022-10-17",
        ),
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
        ("8시 58분부터 접속 지연만 다섯 번. 결국 9시 17분에 뚫렸음", "2022-10-17T08:58"),
        ("새벽 2시부터 서버 터짐", "2022-10-17T02:00"),
        ("어제 저녁 7시에 튕긴 뒤로 새벽 3시 넘은 지금까지 못 들어감", "2022-10-16T19:00"),
        ("발주 목록이 비어 있어요. 기사님 11시에 오시는데 큰일", "2022-10-17"),
        ("두시간째 먹통이네요", "2022-10-17"),
        ("3일째 안되는 중", "2022-10-15"),
        ("40분 전부터 승인이 안나요", "2022-10-17T13:32"),
        ("두 시간 전부터 카드 안됨", "2022-10-17T12:12"),
        ("어젯밤 112 누르니까 뚜뚜뚜", "2022-10-16"),
        ("어제는 하루종일 대기번호만 봤고 오늘은 시간표가 사라짐", "2022-10-16"),
        ("어제 휴강 공지를 알림톡으로 못 보냈어요. 지금도 뱅뱅 돌아요", "2022-10-16"),
        ("새벽배송 하는데 1시20분부터 알림톡이 안나가요", "2022-10-17T13:20"),
        ("16시 마감 입찰 놓침. 아침부터 먹통", "2022-10-17"),
        ("어제 지하에 불나고부터 단말기 사망. 오늘도 감감무소식", "2022-10-16"),
        ("어젯밤 12시 조금 넘어서 로그아웃됨. 어제 광고 태웠는데 유입이 끊겼음", "2022-10-17T00:00"),
    ],
)
def test_posts(text: str, start: str) -> None:
    assert shown(times.outage_times(reading(text, MONDAY, Kind.POST))[0]) == start


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.POST, "오늘 점심에 포스 먹통이었다가 살아남"),
        (Kind.POST, "오늘 점심에 두 시간 동안 포스 먹통이었음"),
        (Kind.NEWS, "17일 서비스가 멈췄다가 복구됐다."),
    ],
)
def test_that_it_is_over_does_not_tell_when_it_ended(kind: Kind, text: str) -> None:
    told = reading(text, MONDAY, kind)
    start, end = times.outage_times(told)
    assert (shown(start), end) == ("2022-10-17", None)
    assert times.known_end(told, start, end) is None


@pytest.mark.parametrize(
    ("kind", "text", "end"),
    [
        (
            Kind.NEWS,
            "16일 오후 1시 멈췄다. 오후 3시를 전후해 밀린 메일이 들어왔다. 지금은 정상이다.",
            "2022-10-16T15:00",
        ),
        (Kind.POST, "어제 오후 1시부터 안되다가 3시에 들어가보니 됨", "2022-10-16T15:00"),
        (Kind.POST, "어제 1시부터 먹통. 금요일에 올 책도 못 받음. 3시 20분에 긁어보니 됨", "2022-10-16T15:20"),
        (Kind.POST, "어제 밤 9시 40분부터 동그라미만 돎. 11시 50분에 한꺼번에 가버림", "2022-10-16T23:50"),
    ],
)
def test_what_is_over_ended_by_the_last_hour_of_which_nothing_else_is_said(kind: Kind, text: str, end: str) -> None:
    told = reading(text, MONDAY, kind)
    assert shown(times.known_end(told, *times.outage_times(told))) == end


def test_an_hour_that_is_yet_to_come_is_read_as_the_one_that_was() -> None:
    morning = datetime(2022, 10, 17, 6, 30, tzinfo=KST)
    assert shown(times.outage_times(reading("5시부터 접속이 안돼요", morning, Kind.POST))[0]) == "2022-10-17T05:00"


def test_what_is_added_later_tells_of_hours_behind_the_publication() -> None:
    text = "1시 반부터 답장이 안 나가요\n수정) 2시 40분, 이제 되네요."
    start, end = times.outage_times(reading(text, MONDAY, Kind.POST))
    assert (shown(start), shown(end)) == ("2022-10-17T13:30", "2022-10-17T14:40")


def test_an_hour_goes_on_from_one_whose_half_of_the_day_is_told() -> None:
    text = "오늘 아침 6시 반부터 내비가 먹통. 8시쯤엔 다시 되던데"
    evening = MONDAY.replace(hour=21)
    start, end = times.outage_times(reading(text, evening, Kind.POST))
    assert (shown(start), shown(end)) == ("2022-10-17T06:30", "2022-10-17T08:00")


def test_what_works_again_just_now_ended_when_it_was_written() -> None:
    told = reading("1시 5분부터 계속 튕기더니 방금 이체 들어가네요", MONDAY, Kind.POST)
    assert shown(times.known_end(told, *times.outage_times(told))) == "2022-10-17T14:12"


def test_a_deadline_is_no_beginning() -> None:
    text = "원서 마감이 6시인데 1시 20분부터 결제창이 안 떠요"
    assert shown(times.outage_times(reading(text, MONDAY, Kind.POST))[0]) == "2022-10-17T13:20"


def test_the_title_tells_when_the_text_does_not() -> None:
    start, _ = times.outage_times(reading("손님을 다 놓쳤습니다", MONDAY, Kind.POST, title="어제 2시 KT 먹통"))
    assert shown(start) == "2022-10-16T14:00"
    assert start is not None
    assert start.evidence[0].part == "title"


def test_a_post_goes_on_from_the_day_its_title_names() -> None:
    post = reading("퇴근하고 7시에 켰는데 503 뜸", MONDAY, Kind.POST, title="어제 다들 안됐죠?")
    assert shown(times.outage_times(post)[0]) == "2022-10-16T19:00"


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("아침부터 매출 화면이 하얗게만 떠요. 2시 손님은 그냥 돌려보냈어요", "2022-10-17"),
        ("오전부터 예약창이 안 열려요. 납품 1시였는데 못 보냈네요", "2022-10-17"),
        ("10시부터 줄 서서 기다렸는데 11시 5분에 서버가 터졌어요", "2022-10-17T11:05"),
        ("체크인이 1시인데 앱이 안 열려요", "2022-10-17"),
        ("어제 주문 들어온 게 40건인데 송장이 안 뽑혀요", "2022-10-17"),
        ("지난주 금요일에 끊긴 걸로도 모자라 어제 오후 4시에 또 나갔네요", "2022-10-16T16:00"),
        ("1시 조금 넘어서부터 승인이 안 떨어져요", "2022-10-17T13:00"),
        ("자정 넘어 12시 40분, 피드가 멈췄어요", "2022-10-17T00:40"),
    ],
)
def test_appointments_and_what_the_writer_does_are_no_beginnings(text: str, start: str) -> None:
    assert shown(times.outage_times(reading(text, MONDAY, Kind.POST))[0]) == start


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("1시 반부터 접속 불가\n+ 2시 35분 지금 되네요", "2022-10-17T14:35"),
        ("1시 반부터 접속 불가\n(2시 20분) 다시 로그인됐어요", "2022-10-17T14:20"),
        ("1시 반부터 접속 불가\n(추가) 2시 40분 현재 정상된 듯합니다", "2022-10-17T14:40"),
        ("1시 반부터 접속 불가\n++ 2시에 다 돌아왔어요", "2022-10-17T14:00"),
        ("2시부터 표가 안 떠요\n+ 47분에 갑자기 열렸어요", "2022-10-17T14:47"),
        ("10시 반 조금 넘어서부터 한 시간 가까이 그랬음", "2022-10-17T11:30"),
        ("10시 20분쯤 튕기고 한 시간 반쯤 지나니 들어가지던데", "2022-10-17T11:50"),
        ("아침부터 로그인이 안 됐어요. 점심 먹고 나니 제대로 돌아왔네요", "2022-10-17"),
        ("오늘 화면이 까매지더니 20분 지나니까 멀쩡하게 되네요", "2022-10-17"),
        ("어제 낮부터 발송이 안 됐어요. 오늘 아침에 켜보니 정상이네요", None),
    ],
)
def test_how_posts_tell_that_it_works_again(text: str, end: str | None) -> None:
    told = reading(text, MONDAY, Kind.POST)
    assert shown(times.known_end(told, *times.outage_times(told))) == end


def test_the_title_names_the_half_of_the_day() -> None:
    day = datetime(2022, 10, 17, tzinfo=KST)
    text = "8시 반부터 접속이 안 되다가 11시 다 돼서야 열렸네요"
    start, end = times.outage_times(reading(text, day, Kind.POST, title="어제 저녁 게임 터진 거"))
    assert (shown(start), shown(end)) == ("2022-10-16T20:30", "2022-10-16T23:00")
