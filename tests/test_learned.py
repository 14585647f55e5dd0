"""What coded texts taught the tagger."""

import importlib.util
import sys
from collections.abc import Collection
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from readings import reading

from meoktong import catalog
from meoktong.models import Label
from nlp import causes, damages, learned
from nlp.learned import Opinion

LEARNING = Path(__file__).parents[1] / "benchmarks" / "learning.py"
FIELDS = catalog.read("learned.yml", dict[str, learned.Field])
PLAIN = "점심 내내 주문이 한 건도 들어오지 않아 재료를 다 버렸다."


@pytest.fixture(scope="module")
def learning() -> ModuleType:
    spec = importlib.util.spec_from_file_location("learning", LEARNING)
    assert spec
    assert spec.loader
    module = sys.modules["learning"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def opinion(text: str, title: str = "") -> Opinion:
    return Opinion(reading(text, None, title=title))


def keys(text: str) -> list[int]:
    found = learned.runs(text).ravel()
    return sorted(found[learned.whole(found)].tolist())


def test_a_text_has_all_its_runs_of_two_and_three_letters() -> None:
    packed = [
        *(ord(a) << 16 | ord(b) for a, b in ("가나", "나다", "bc")),
        1 << 48 | ord("가") << 32 | ord("나") << 16 | ord("다"),
    ]
    assert keys("가나다.bc1") == sorted(packed)


def test_runs_do_not_go_over_numbers_and_marks_nor_over_what_only_looks_like_letters() -> None:
    assert keys("가1나.다\U0001f600라") == []
    assert keys("") == []


def test_a_score_is_the_bias_and_the_weight_of_each_run() -> None:
    model = learned._model()
    column = model.column("damages", "order_failure")
    text = "주문이 안 들어와요"
    rows = model.rows(learned.runs(text)).ravel()
    by_hand = int(model.weights[rows, column].astype(int).sum()) + FIELDS["damages"].labels["order_failure"]
    assert opinion(text).scores("damages")["order_failure"] == by_hand


def test_a_documents_score_is_that_of_the_sentence_that_says_most() -> None:
    calm = "회사는 사과했다."
    scores = [opinion(text).scores("damages")["order_failure"] for text in (PLAIN, calm, f"{calm} {PLAIN}")]
    assert scores[2] == max(scores[:2])


def test_what_is_said_only_to_be_denied_speaks_for_no_label() -> None:
    text = (
        "이용자가 한꺼번에 몰린 것 아니냐는 관측에는 선을 그었다. 디도스 공격을 의심했으나 설정이 잘못돼 멈췄다. "
        "카드 승인은 중단되지 않았다."
    )
    read, before = reading(text, None), opinion(text)
    after = Opinion(read)
    after.disregard("causes", causes.refuted(read))
    after.disregard("damages", damages.denied(read))
    for field, label in (("causes", "overload"), ("causes", "cyberattack"), ("damages", "payment_failure")):
        assert after.scores(field)[label] < min(FIELDS[field].enough, before.scores(field)[label])
    assert after.scores("causes")["software"] >= FIELDS["causes"].enough
    assert after.scores("industries") == before.scores("industries")


def test_a_sentence_says_a_label_by_itself_and_shows_the_run_that_says_most() -> None:
    label = next(one for one in opinion(PLAIN).add("damages", lambda _: ()) if one.id == "order_failure")
    (evidence,) = label.evidence
    assert evidence.sentence == PLAIN
    assert evidence.rule.startswith("damages.order_failure:learned:")
    assert evidence.rule.rpartition(":")[2] == PLAIN[evidence.start : evidence.end].strip()


def test_what_the_rules_found_has_its_weight_and_they_are_asked_only_where_it_can_matter() -> None:
    found, calm = Label(id="fire", evidence=()), opinion("불이 나 서버가 꺼졌다는 말이 돌았다.")
    asked: list[str] = []

    def rules(among: Collection[str]) -> tuple[Label, ...]:
        asked.extend(among)
        return (found,)

    assert calm.add("causes", rules) == (found,)
    least = FIELDS["causes"].enough - FIELDS["causes"].ruled
    assert asked == [label for label, score in calm.scores("causes").items() if score >= least]
    assert "fire" in asked
    assert "maintenance" not in asked


def test_a_document_that_as_a_whole_tells_of_no_outage_makes_the_rules_doubtful() -> None:
    other = "새 앱은 내달 나온다. 수수료는 없다. 회사는 매출이 늘 것으로 본다. 직원도 더 뽑는다."
    assert [opinion(other).agrees("relevance", "told", ruled=ruled) for ruled in (False, True)] == [False, False]
    outage = "카카오톡이 멈췄다. 메시지가 가지 않았다. 결제도 막혀 상인들이 발을 굴렀다. 오후에야 복구됐다."
    assert [opinion(outage).agrees("relevance", "told", ruled=ruled) for ruled in (False, True)] == [True, True]


def test_one_sentence_that_leaves_no_doubt_is_enough_for_the_rules() -> None:
    other = "새 앱은 내달 나온다. 수수료는 없다. 회사는 매출이 늘 것으로 본다. 직원도 더 뽑는다."
    recalled = "지난달 서비스 장애로 메시지 전송이 중단돼 이용자들이 불편을 겪었다."
    assert [opinion(f"{other} {recalled}").agrees("relevance", "told", ruled=ruled) for ruled in (False, True)] == [
        False,
        True,
    ]


def test_what_the_rules_find_of_no_service_needs_more() -> None:
    text = "새 앱은 내달 나온다. 수수료는 없다. 대화가 끊겼다. 손님은 그냥 갔다. 길이 막혔다."
    assert [opinion(text).agrees("relevance", "told", ruled=True, vague=vague) for vague in (False, True)] == [
        True,
        False,
    ]


def test_a_text_of_few_sentences_is_too_little_to_doubt_the_rules() -> None:
    assert opinion("새 앱은 내달 나온다.").agrees("relevance", "told", ruled=True)


def test_of_labels_that_compete_the_rules_word_has_its_weight() -> None:
    said, ruled = "서비스는 오후 5시에 모두 복구됐다.", Label(id="ongoing", evidence=())
    assert [answer and answer.id for answer in (opinion(said).choose("status", rule) for rule in (None, ruled))] == [
        "recovered",
        "recovered",
    ]
    assert opinion("서비스는 언제 다시 열릴지 알 수 없다.").choose("status", ruled) == ruled


@given(st.text(max_size=80))
def test_any_text_has_an_opinion(text: str) -> None:
    spoken = opinion(text)
    assert isinstance(spoken.agrees("relevance", "told", ruled=False), bool)
    for label in spoken.add("damages", lambda _: ()):
        assert all(piece.sentence in text or piece.sentence for piece in label.evidence)


def test_the_catalog_holds_what_the_coded_texts_teach(learning: ModuleType) -> None:
    rows, document = learning.learn(list(learning.coded(learning.SENTENCES)), list(learning.wholes(learning.DOCUMENTS)))
    kept = np.load(learning.OUTPUT / "learned.npy", allow_pickle=False)
    assert rows["key"].tolist() == kept["key"].tolist()
    # another machine's arithmetic may round a weight to its neighbour
    assert np.abs(rows["weights"].astype(int) - kept["weights"].astype(int)).max() <= 1
    assert {name: list(field["labels"]) for name, field in document.items()} == {
        name: list(field.labels) for name, field in FIELDS.items()
    }


def test_documents_teach_labels_whose_sentence_nobody_marked(learning: ModuleType) -> None:
    said, unsaid = "주문이 끊겼다", "회사는 사과했다"
    data = [learning.Coded(0, text, frozenset(), whole=True) for text in (said, unsaid) * learning.MIN_SENTENCES]
    documents = [
        learning.Whole([unsaid, text], frozenset(labels), new=True)
        for text, labels in ((said, ["order_failure", "recovered"]), (unsaid, []))
        for _ in range(100)
    ]
    runs = learning.Runs(data)
    whole = learning.Documents(runs, documents)
    nothing = np.zeros((len(runs.keys), len(learning.columns()))), np.full(len(learning.columns()), -3.0)
    for heard, taught in ((np.ones(200, bool), True), (np.arange(200) >= 100, False)):
        found = learning._found(whole, *learning.move(runs, whole, *nothing, heard))
        assert [found[:100].all(axis=0).sum(), found[:100].any(axis=0).sum()] == [2 * taught] * 2
        assert not found[100:].any()


def test_sentences_are_coded_with_known_labels(learning: ModuleType) -> None:
    known = {label for labels in learning.fields().values() for label in labels} | {"nothing", "untold"}
    data = list(learning.coded(learning.SENTENCES))
    assert {label for one in data for label in one.labels} <= known
    assert all(one.sentence.strip() for one in data)
    # what tells of no outage, or of which no more is coded than whether it does, has no other label
    alone = {"nothing", "untold"}
    assert [one for one in data if (alone & one.labels or not one.whole) and len(one.labels) > 1] == []


def test_a_text_of_a_megabyte_has_the_same_opinion_of_each_sentence() -> None:
    one, many = opinion(PLAIN), opinion("\n".join([PLAIN] * 20_000))
    assert (many._scores == one._scores[0]).all()
    assert len(many._scores) == 20_000


def test_what_says_nothing_adds_up_to_nothing_however_long_it_is() -> None:
    menu = "\n".join(["정치", "경제", "문화", "전체 보기", "구독하기", "많이 본 기사"] * 60)
    assert opinion(menu).add("damages", lambda _: ()) == ()
    assert not opinion(menu).agrees("relevance", "told", ruled=False)


def test_a_long_text_may_tell_of_an_outage_by_the_way() -> None:
    outage = "카카오톡이 멈췄다. 메시지가 가지 않았다. 결제도 막혀 상인들이 발을 굴렀다. 오후에야 복구됐다."
    other = " ".join(["새 앱은 내달 나온다.", "회사는 매출이 늘 것으로 본다."] * 3)
    assert opinion(f"{outage} {other}").agrees("relevance", "told", ruled=True)
