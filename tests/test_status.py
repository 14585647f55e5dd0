"""How an outage stands as of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meoktong.models import Document, Kind
from nlp import status, times
from nlp.morphology import analyser
from nlp.text import Reading


def standing(text: str, kind: Kind = Kind.NEWS, title: str = "") -> str:
    document = Document(
        url="https://news.example/1", source="t", kind=kind, title=title, text=text, published_reason="x"
    )
    reading = Reading(document, analyser("mecab"))
    label = status.find(reading, *times.outage_times(reading))
    return label.id if label else "unstated"


@pytest.mark.parametrize(
    "text",
    [
        "서비스는 오후 5시쯤 모두 복구됐다.",
        "회사는 복구를 마쳤다고 공지했다.",
        "장애는 30분 만에 해결됐다.",
        "현재는 정상적으로 이용할 수 있다.",
        "지금은 정상 작동하고 있습니다.",
        "서비스가 정상화됐다고 밝혔다.",
        "오후 3시 20분께 서비스가 재개됐다.",
        "앱은 한때 접속이 끊겼다.",
        "약 40분간 접속이 되지 않았다.",
        "인터넷이 20여분간 끊겼다.",
        "오전 9시부터 10시 30분까지 결제가 막혔다.",
        "결제 오류는 두 시간 동안 이어졌다.",
        "서버가 다운됐다가 한 시간 만에 정상으로 돌아왔다.",
        "완전히 복구되기까지 닷새가 걸렸다.",
        "오류는 저녁 8시에야 풀렸다.",
        "은행은 20분 만에 오류를 바로잡았다.",
        "장애를 복구하고 원인을 파악하고 있다고 했다.",
        "복구 작업을 마치고 서비스를 정상화했다.",
        "앱은 되살아났지만 정확한 원인은 아직 파악되지 않았다.",
        "오전 한때 로그인이 안 됐지만 지금은 문제없이 쓸 수 있다.",
        "긴급 조치를 완료해 서비스가 정상화된 상태다.",
        "통신이 끊긴 지 2시간 만인 오후 1시에 복구가 끝났다.",
        "카드 결제가 1시간가량 지연됐다.",
        "회사는 접속 오류가 해소됐다고 알렸다.",
        "장애 시간은 총 57분이다.",
        "서버를 늘린 뒤 다시 열었다.",
        "오류는 수정을 거쳐 모두 해결된 것으로 확인됐다.",
        "이날 오후 4시 현재 모든 기능이 정상 운영 중이다.",
        "현재는 원활하게 이용할 수 있다.",
        "오류를 수정했다고 밝혔다.",
        "접속 지연 현상은 오후 들어 모두 사라졌다.",
        "통신이 다시 연결됐다.",
        "긴급 대응을 마쳤다.",
        "일부 서비스부터 복구됐고 오후 5시에는 모두 정상화됐다.",
        "오전에는 결제가 되지 않고 있다는 글이 올라왔으나 오후 2시에 복구됐다.",
        "밤 11시가 넘어서야 접속이 됐다.",
    ],
)
def test_recovered(text: str) -> None:
    assert standing(text) == "recovered"


@pytest.mark.parametrize(
    "text",
    [
        "서비스는 아직 복구되지 않았다.",
        "여전히 로그인이 되지 않는다.",
        "복구 작업이 진행 중이다.",
        "현재까지 접속이 되지 않고 있다.",
        "회사는 복구 중이라고 밝혔다.",
        "지금도 결제가 안 되고 있다.",
        "서비스가 사흘째 멈춰 있다.",
        "이틀째 접속 장애가 이어지고 있다.",
        "정상화 시점은 알 수 없다.",
        "언제 복구될지 모른다.",
        "앱이 먹통인 상태다.",
        "회사는 서둘러 복구하겠다고 알렸다. 불만이 쏟아지고 있다.",
        "접속이 원활하지 않다. 회사는 원인을 파악하고 있다.",
        "오후 8시 현재도 같은 상태다.",
        "서버는 다운된 상태이며 복구 시점은 정해지지 않았다.",
        "정상화되려면 시간이 더 걸릴 전망이다. 여전히 먹통이다.",
        "카드 결제가 되지 않고 있다.",
        "접속 장애로 이용자들이 불편을 겪고 있다.",
        "복구가 늦어지면서 이용자 불만이 커지고 있다.",
        "해결되지 않은 채 오류가 계속되고 있다.",
        "오전 9시 현재 로그인이 되지 않는다.",
        "복구에 총력을 기울이고 있다.",
        "복구까지 2주가 걸릴 전망이다.",
        "시스템이 멈춘 채 주말을 맞았다.",
        "열흘째 예매가 막혔다.",
    ],
)
def test_ongoing(text: str) -> None:
    assert standing(text) == "ongoing"


@pytest.mark.parametrize(
    "text",
    [
        "메시지 전송은 복구됐지만 사진 전송은 아직 되지 않는다.",
        "일부 서비스만 먼저 복구됐다.",
        "무선은 95%가 복구됐다.",
        "대부분 복구됐지만 유선전화는 여전히 불통이다.",
        "서비스가 순차적으로 복구되고 있다.",
        "오류가 점차 풀리고 있다고 밝혔다.",
        "검색은 정상으로 돌아왔으나 메일은 복구되지 않고 있다.",
        "앱은 재개됐지만 일부 기능은 여전히 쓸 수 없다.",
        "로그인은 정상화됐으나 결제 기능은 아직 복구하지 못했다.",
        "정부24는 다시 열었지만 새올은 여전히 점검 중이다.",
        "전체 647개 가운데 101개 시스템이 복구됐다.",
        "시스템 복구율은 17.8%다.",
        "텍스트는 보낼 수 있지만 사진은 전송되지 않고 있다.",
        "서비스를 임시로 재개했다.",
        "일부 창구는 다시 재개됐다.",
        "메시지 기능을 복구했으며 나머지 기능도 곧 정상화할 예정이다.",
    ],
)
def test_partial(text: str) -> None:
    assert standing(text) == "partial"


@pytest.mark.parametrize(
    "text",
    [
        "카카오 장애로 피해를 본 소상공인이 보상을 요구했다.",
        "25일 KT 인터넷이 멈추자 식당들은 결제를 받지 못했다.",
        "업체 300곳이 먹통 피해를 신고했다.",
        "전산 장애는 1080건으로 전년보다 늘었다.",
        "배 상자를 싣고 갔다가 되돌아왔다. 전산이 멈춘 탓이다.",
        "서비스 장애의 보상안을 다음 주에 내놓는다.",
    ],
)
def test_unstated(text: str) -> None:
    assert standing(text) == "unstated"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("카톡 안되는거 나만 그럼?", "ongoing"),
        ("배민 또 터졌네 주문이 하나도 안 들어와요", "ongoing"),
        ("지금 인터넷 되시는 분?", "ongoing"),
        ("아까부터 카드 결제가 안돼요 ㅠㅠ", "ongoing"),
        ("어제부터 톡채널이 안 열립니다", "ongoing"),
        ("두시간째 접속 불가 실화냐", "ongoing"),
        ("아직도 안되네요", "ongoing"),
        ("복구 언제 되나요", "ongoing"),
        ("이제 되네요 다들 확인해보세요", "recovered"),
        ("방금 복구됐어요", "recovered"),
        ("2시 넘어서야 풀림", "recovered"),
        ("아까 카드 결제가 안 됐었는데 손님 다 놓쳤어요", "recovered"),
        ("인터넷 끊겨서 장사 망쳤습니다", "recovered"),
        ("언제 풀려요 이거", "ongoing"),
        ("이제 톡은 되는데 사진이 안떠요", "partial"),
        ("어제 점심에 카드 안돼서 장사 망쳤어요", "recovered"),
        ("아까 30분 동안 포스 먹통이었어요", "recovered"),
        ("카톡은 풀렸는데 채널은 아직이에요", "partial"),
    ],
)
def test_posts(text: str, expected: str) -> None:
    assert standing(text, Kind.POST) == expected


def test_what_is_said_of_an_earlier_outage_does_not_count() -> None:
    text = "서비스가 지금도 먹통이다. 지난해 10월에는 다섯 시간 만에 복구됐다."
    assert standing(text) == "ongoing"


def test_the_evidence_is_the_phrase_that_decided() -> None:
    text = "앱이 멈췄다. 서비스는 오후 5시에 복구됐다."
    document = Document(
        url="https://news.example/1", source="t", kind=Kind.NEWS, title="", text=text, published_reason="x"
    )
    label = status.find(Reading(document, analyser("mecab")))
    assert label is not None
    (evidence,) = label.evidence
    assert text[evidence.start : evidence.end] == "복구됐"
    assert evidence.rule == "status.recovered"


@given(st.text(max_size=200), st.sampled_from(Kind))
def test_any_text_has_a_status_or_none(text: str, kind: Kind) -> None:
    assert standing(text, kind) in {"ongoing", "partial", "recovered", "unstated"}
