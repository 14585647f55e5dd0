"""Whether a document tells of an outage: what is only believed, or found at home, is none. By rules alone."""

import pytest
from making import document
from taggers import by_rules_alone

from meoktong.models import Kind
from nlp.tagger import tag


@pytest.mark.parametrize(
    ("text", "relevant"),
    [
        ("어제 저녁 쿠팡이츠 서버 터진 줄 알았어요.", False),
        ("어제 저녁 쿠팡이츠 서버 터졌어요.", True),
        ("배민이 먹통이 된 줄 알았는데 데이터를 꺼 놨더라고요.", False),
        ("배민이 먹통이 됐는데 데이터를 꺼 놔서 몰랐어요.", True),
        ("쿠팡이츠 콜이 안 떠서 보니 수락률이 낮아서였네요.", False),
        ("쿠팡이츠 콜이 안 떠서 오늘 공쳤네요.", True),
        ("배민 접수창이 안 떠서 보니 쥐가 랜선을 갉아 먹었네요.", False),
        ("배민 접수창이 안 떠서 주문을 못 받네요.", True),
        ("포스가 안 켜져서 보니 제가 멀티탭을 꺼놨더라고요.", False),
        ("카톡 장애 아님. 그냥 단톡방을 나왔어요.", False),
        ("카톡이 하루만 멈춰도 불안할 것 같아요.", False),
        ("카톡 서버 터진 것도 아닌데 세상이 조용하네요.", False),
        ("카톡 오류 뜰 때 이렇게 해보세요. 재설치하면 됩니다.", False),
    ],
)
def test_a_post_tells_of_an_outage_or_of_what_only_seemed_one(
    text: str, relevant: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_rules_alone(monkeypatch)
    assert tag(document(kind=Kind.POST, title="", text=text)).relevant is relevant


def test_a_text_on_something_else_is_believed_of_an_earlier_year() -> None:
    other = "회사는 3분기 영업이익이 10% 줄었다고 밝혔다. 게임 매출이 빠졌다. 새 공장은 내달 문을 연다. 주가는 올랐다."
    for told, relevant in (
        ("2022년 가을에는 카카오톡이 멈춰 하루 넘게 쓰지 못했다.", True),
        ("카카오톡이 멈춰도 문제가 없도록 서버를 늘린다.", False),
    ):
        assert tag(document(kind=Kind.NEWS, title="3분기 실적", text=f"{other} {told}")).relevant is relevant


@pytest.mark.parametrize(
    ("title", "text", "relevant"),
    [
        ("신호장애로 열차 30분 지연", "1호선 열차 운행이 30여분 늦어졌다. 지연증명서는 앱에서 받는다.", False),
        ("예매 앱 30분 지연", "열차 예매 앱의 결제가 30여분 늦어졌다. 앱이 느려졌다.", True),
    ],
)
def test_trains_that_are_late_are_no_outage(
    title: str, text: str, relevant: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_rules_alone(monkeypatch)
    assert tag(document(kind=Kind.NEWS, title=title, text=text)).relevant is relevant
