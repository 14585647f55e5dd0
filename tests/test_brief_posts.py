"""Most posts on an outage say so in one clause, between a greeting and a question: they count as much as long ones."""

from datetime import UTC, datetime

import pytest

from meoktong.models import Annotation, Document, Kind
from nlp.tagger import tag

SAID = (
    *(
        "먹통이에요",
        "먹통이네",
        "먹통됨",
        "안돼요",
        "안되네요",
        "안 되는 중",
        "안열려요",
        "안켜짐",
        "안떠요",
        "안들어가짐",
    ),
    *(
        "접속 불가네요",
        "터졌어요",
        "또 터졌다",
        "죽었네요",
        "뻗었어요",
        "나갔어요",
        "맛이 갔네",
        "고장남",
        "멈췄어요",
        "멈춰버림",
    ),
    *(
        "다운됐어요",
        "서버 다운",
        "튕겨요",
        "무한로딩",
        "뺑뺑이만 돌아요",
        "하얀화면만 나와요",
        "오류나요",
        "에러뜸",
        "연결이 끊겼어요",
    ),
    *(
        "버벅여요",
        "렉걸려요",
        "왜이럼",
        "난리났어요",
        "전멸",
        "작살남",
        "개판이네요",
        "장애네요",
        "로그인이 안돼요",
        "응답없음",
    ),
    *("아직 먹통", "아직도 안되네요", "복구됐네요", "살아났어요", "풀렸네요", "이제 됩니다", "다시 되네요"),
)
AROUND = (
    ("질문", "아까부터 {}. 사장님들은 어떠세요"),
    ("안녕하세요", "지금 {}. 저만 그런가요? 사장님들은 어떠신지 궁금합니다."),
    ("문의드립니다", "점심부터 {}\n다들 어떠신가요\n답변 부탁드려요"),
)


def read(title: str, text: str) -> Annotation:
    published = datetime(2024, 5, 3, 6, tzinfo=UTC)
    return tag(Document(url="u", source="s", kind=Kind.POST, title=title, text=text, published_at=published))


@pytest.mark.parametrize(("name", "service"), [("배민", "baemin"), ("카드 단말기", "card_network")])
@pytest.mark.parametrize("said", SAID)
def test_one_clause_is_enough(said: str, name: str, service: str) -> None:
    read_as = {(title, text): read(title, text.format(f"{name} {said}")) for title, text in AROUND}
    assert [around for around, told in read_as.items() if not told.relevant] == []
    assert {label.id for told in read_as.values() for label in told.services_affected} == {service}


@pytest.mark.parametrize(
    ("title", "text", "services"),
    [
        ("배민 터졌나요?", "", {"baemin"}),
        ("", "네이버페이 결제 오류나는데 저만 그런가요", {"naver_pay"}),
        ("포스기 먹통ㅠ", "점심시간에 이게 뭔가요", {"card_network"}),
        ("쿠팡이츠 주문", "한시간째 한건도 안들어오는데 오류인가요", {"coupang_eats"}),
        ("스마트스토어 접속", "관리자페이지 하얀화면만 뜨는데 다들 그러신가요", {"naver_smartstore"}),
        ("공지", "오늘 카카오톡 채널 장애로 상담이 어렵습니다. 전화로 문의 부탁드립니다", {"kakao_channel"}),
    ],
)
def test_a_brief_complaint_is_of_the_moment(title: str, text: str, services: set[str]) -> None:
    told = read(title, text)
    assert told.status
    assert ({label.id for label in told.services_affected}, told.status.id) == (services, "ongoing")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("에어컨 고장", "오늘 너무 더워서 손님이 없네요"),
        ("배민 수수료", "또 올랐네요 미치겠어요"),
        ("포스기 추천", "부탁드려요 어디꺼 쓰세요?"),
        ("인터넷 어디꺼 쓰세요", "kt 쓰는데 느려서 바꾸려고요"),
        ("카톡 프사", "바꿨는데 어때요"),
        ("질문이요", "안녕하세요. 네이버 예약 수수료가 얼마인가요? 답변 부탁드려요"),
    ],
)
def test_the_same_around_another_matter_tells_of_no_outage(title: str, text: str) -> None:
    assert not read(title, text).relevant
