"""Damages and industries: the catalog's own examples, and what the frames promise."""

import pytest

from meoktong import catalog
from meoktong.models import Document, Kind, Label
from nlp import damages, industries
from nlp.morphology import analyser
from nlp.text import Reading
from nlp.verbs import Predicates

Case = tuple[str, str, bool]


def document(text: str, kind: Kind = Kind.NEWS) -> Document:
    return Document(url="https://e.example/1", source="e", kind=kind, title="", text=text, published_reason="none")


def read(text: str, kind: Kind = Kind.NEWS) -> Reading:
    return Reading(document(text, kind), analyser("mecab"))


def ids(labels: tuple[Label, ...]) -> set[str]:
    return {label.id for label in labels}


def damaged(text: str, kind: Kind = Kind.NEWS) -> set[str]:
    return ids(damages.find(read(text, kind)))


def trades(text: str, kind: Kind = Kind.NEWS) -> set[str]:
    reading = read(text, kind)
    return ids(industries.find(reading, damages.find(reading)))


def examples(entries: dict[str, catalog.Damage] | dict[str, catalog.Industry]) -> list[Case]:
    return [
        (entry.id, text, holds)
        for entry in entries.values()
        for holds, texts in ((True, entry.examples.yes), (False, entry.examples.no))
        for text in texts
    ]


@pytest.mark.parametrize("entry", [*catalog.load().damages.values(), *catalog.load().industries.values()])
def test_every_entry_has_examples(entry: catalog.Damage | catalog.Industry) -> None:
    assert entry.examples.yes
    assert entry.examples.no


@pytest.mark.parametrize(("label", "text", "holds"), examples(catalog.load().damages))
def test_examples_of_damages(label: str, text: str, holds: bool) -> None:
    assert (label in damaged(text, Kind.POST)) is holds


@pytest.mark.parametrize(("label", "text", "holds"), examples(catalog.load().industries))
def test_examples_of_industries(label: str, text: str, holds: bool) -> None:
    assert (label in trades(text, Kind.POST)) is holds


@pytest.mark.parametrize(
    "text",
    [
        "주문이 끊길까 봐 걱정하는 점주가 많다.",
        "결제가 막히면 현금을 써야 한다.",
        "배송이 늦어질 것으로 보인다.",
        "예약 오류를 막기 위한 훈련을 했다.",
        "만약 로그인이 안 되면 다시 깔아야 한다.",
        "정산 지연은 전혀 없었다.",
        "카카오톡이 먹통이 됐다.",
        "홈페이지에 접속 장애가 생겼다.",
        "카드 승인은 중단되지 않았다.",
        "카드 결제는 끊기지 않았다.",
        "112 신고가 접수되지 못한 사례는 없었다고 밝혔다.",
    ],
)
def test_what_did_not_happen_is_no_damage(text: str) -> None:
    assert damaged(text) == set()


@pytest.mark.parametrize(
    ("verb", "found", "not_found"),
    [
        ("끊기다", ["주문이 끊겼다", "끊긴 주문", "끊김"], ["끊기지 않았다"]),
        (
            "못 받다",
            ["못 받았다", "받지도 못했다", "받을 수가 없었다", "받기 어려웠다", "못받음"],
            ["받았다", "잘못 적었다"],
        ),
        ("안 되다", ["안돼요", "되지 않는다", "될 수 없다", "안 됨", "안됐다"], ["한 시간 동안 되풀이됐다", "된다"]),
        ("어렵다", ["어려워", "어려운", "어렵다"], ["어리다"]),
        ("줄을 잇다", ["줄을 이었다", "줄을 이은", "줄을 잇는"], ["줄을 섰다"]),
        ("못 부르다", ["부를 수 없었다", "못 불렀다", "부르지 못한"], ["불렀다"]),
        (
            "못 *",
            ["못 건졌다", "건지지 못했다", "쓸 수가 없었다", "쓰기 힘들었다"],
            ["잘못 적었다", "못지않다", "건졌다"],
        ),
        ("먹통", ["먹통"], ["통"]),
    ],
)
def test_verbs_are_found_however_conjugated(verb: str, found: list[str], not_found: list[str]) -> None:
    predicates = Predicates({verb: 1})
    assert [text for text in found if not predicates.find(read(text).text)] == []
    assert [text for text in not_found if predicates.find(read(text).text)] == []


def test_evidence_is_the_noun_with_its_predicate() -> None:
    text = "불이 났다. 점심 내내 주문을 한 건도 받지 못했다. 끝."
    (label,) = damages.find(read(text))
    (evidence,) = label.evidence
    assert text[evidence.start : evidence.end].startswith("주문을 한 건도 받지 못")
    assert evidence.sentence == "점심 내내 주문을 한 건도 받지 못했다."
    assert (evidence.part, evidence.rule) == ("text", "damages.order_failure:주문")


def test_what_holds_for_a_noun_holds_for_its_compounds() -> None:
    assert "reservation_failure" in damaged("예약 명단이 겹쳤다.")


def test_a_complaint_is_whose_is_told_last() -> None:
    assert "customer_complaint" in damaged("점주들이 기다리는 동안 손님들은 불만을 쏟아냈다.")
    assert "customer_complaint" not in damaged("손님을 놓친 점주들은 불만을 쏟아냈다.")


def test_a_trade_counts_where_its_sentence_tells_of_harm() -> None:
    assert trades("카카오가 멈췄다. 미용실이 옆에 있다.") == set()
    assert trades("카카오가 멈추자 미용실은 예약을 확인하지 못했다.") == {"beauty"}


def test_the_author_of_a_post_names_their_own_trade() -> None:
    text = "네일샵 하는데요. 카톡이 아침부터 이상해요."
    assert trades(text, Kind.POST) == {"beauty"}
    assert trades(text, Kind.NEWS) == set()
