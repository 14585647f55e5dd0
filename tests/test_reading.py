"""Documents as they are read: places survive normalising, sentences and clauses, odd input, words and patterns."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meoktong.errors import MeoktongError
from meoktong.models import Document, Evidence, Kind
from nlp.morphology import analyser
from nlp.patterns import Index, Lexicon, compile_pattern, longest, spelled_out
from nlp.tagger import tag
from nlp.text import Reading

TEXT = "카카오톡이 먹통이다. 배민은 멀쩡했지만 주문은 끊겼다."


def document(text: str, title: str = "", kind: Kind = Kind.NEWS) -> Document:
    return Document(url="x", source="x", kind=kind, title=title, text=text, published_reason="invented")


def reading(text: str) -> Reading:
    return Reading(document(text), analyser("mecab"))


def all_evidence(text: str) -> list[Evidence]:
    found = tag(document(text))
    labels = (*found.services_affected, *found.services_mentioned, *found.causes, *found.damages)
    return [*found.relevance, *(piece for label in labels for piece in label.evidence)]


def test_sentences_and_clauses() -> None:
    sentences = reading("먹통이다. 1.5배 늘었다.그래도 된다\n끝ㅠㅠ 또 안됨").sentences
    assert [s.text for s in sentences] == ["먹통이다.", "1.5배 늘었다.", "그래도 된다", "끝ㅠㅠ", "또 안됨"]
    text = reading(TEXT).text
    clauses = dict.fromkeys(text.clause_at(place) for place in range(TEXT.index("배민"), text.end))
    assert [c.text.strip() for c in clauses] == ["배민은 멀쩡했지만", "주문은 끊겼다."]


@pytest.mark.parametrize(
    ("text", "mode", "expected"),
    [
        ("장애가 날 경우 보상한다.", "hypothetical", True),
        ("접속이 끊길 우려가 있다.", "feared", True),
        ("어제 접속이 끊겼다.", "hypothetical", False),
        ("백신 예방접종 예약이 멈췄다.", "feared", False),
    ],
)
def test_modes(text: str, mode: str, *, expected: bool) -> None:
    assert reading(text).sentences[0].has(mode) is expected


def test_folding_keeps_every_place() -> None:
    part = reading("“ＫＴ” ‘SKT’ İ x\u00a0y A\u3000B ㆍ").text
    assert part.folded == "\"kt\" 'skt' İ x y a b ·"
    assert len(part.folded) == len(part.text)


def test_evidence_is_in_the_documents_own_places() -> None:
    for original in (TEXT, unicodedata.normalize("NFD", TEXT), "\0\ud800" + TEXT.replace("먹", "먹\0")):
        pieces = all_evidence(original)
        quoted = {unicodedata.normalize("NFC", original[p.start : p.end]).replace("\0", "") for p in pieces}
        assert {"카카오톡", "먹통"} <= quoted


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "ㅋㅋㅋ",
        "\0",
        "\ud83d",
        "😀카톡😀먹통😀",
        "The server is down.",
        "가" * 20_000,
        "카톡 먹통 " * 20_000,
    ],
)
def test_odd_input_is_tagged(text: str) -> None:
    assert tag(document(text)) == tag(document(text))


@given(st.text(max_size=60))
def test_any_text_is_tagged_with_evidence_inside_it(text: str) -> None:
    written = f"{text} 카톡이 먹통이다."
    for piece in all_evidence(written):
        assert 0 <= piece.start < piece.end <= len(written)


def test_where_no_outage_is_told_only_mentions_are_filled() -> None:
    found = tag(document("배민이 수수료를 9.8%로 올린다. 쿠팡이츠도 따라 올릴 예정이다.", "배민 수수료 인상"))
    assert not found.relevant
    assert {label.id for label in found.services_mentioned} == {"baemin", "coupang_eats"}
    assert (found.services_affected, found.damages, found.causes, found.industries, found.quantities) == ((),) * 5
    assert found.status is found.outage_start is found.outage_end is None


def test_an_id_stands_in_one_list() -> None:
    found = tag(document("카톡이 먹통이다. 회사는 카톡으로 공지를 보냈다. 트위터에는 불만 글이 올라왔다."))
    assert [label.id for label in found.services_affected] == ["kakaotalk"]
    assert [label.id for label in found.services_mentioned] == ["x_twitter"]


def test_an_unknown_analyser_is_a_clear_fault() -> None:
    with pytest.raises(MeoktongError, match="no analyser 'hannanum'; there are mecab"):
        analyser("hannanum")


def test_the_analyser_takes_any_string() -> None:
    pos = analyser("mecab").pos
    assert pos(unicodedata.normalize("NFD", "카톡으로")) == pos("카톡으로")
    assert pos("\0\ud800 \n") == []
    assert len(pos("가나 " * 5_000)) > 5_000


def test_words_are_found_at_their_places() -> None:
    lexicon = Lexicon([("카톡", 1), ("카톡방", 2), ("톡방", 3), ("kt", 4)])
    text = "😀 카톡방 kt 카톡"
    others, none = Lexicon([("카톡", "x")]), Lexicon[int]([])
    found = Index([none, others, lexicon]).find(text)
    values, matches = found[lexicon]
    assert [(text[start:end], values[word]) for word, start, end in longest(matches)] == [
        ("카톡방", 2),
        ("kt", 4),
        ("카톡", 1),
    ]
    assert sorted(values[word] for word, _, _ in matches) == [1, 1, 2, 3, 4]
    assert [found[others][0][word] for word, _, _ in found[others][1]] == ["x", "x"]
    assert found[none][1] == []


@given(st.text(alphabet="가각나a\u0100☀😀", max_size=30))
def test_words_are_found_as_a_plain_search_does(text: str) -> None:
    words = ["가", "각나", "나a", "\u0100", "☀"]
    expected = sorted((i, w) for w in words for i in range(len(text)) if text.startswith(w, i))
    lexicon = Lexicon((w, w) for w in words)
    values, matches = lexicon.alone.find(text)[lexicon]
    assert sorted((start, values[word]) for word, start, _ in matches) == expected


def test_patterns_know_finals() -> None:
    assert compile_pattern("{ㅆ}다").findall("갔다 간다 했다") == ["갔다", "했다"]
    assert spelled_out("[하되]고") == ["하고", "되고"]
    assert "었고" in spelled_out("{ㅆ}고")


@pytest.mark.parametrize(
    "verb",
    ["올스톱되면서", "중단되면서", "장애가 나면서 멈추면서", "오류가 생기면서 끊기면서", "문제가 발생하면서 멈췄고"],
)
def test_an_ending_that_tells_what_came_with_it_is_no_condition(verb: str) -> None:
    """-면서 joins two things that happened; -면 supposes one."""
    annotation = tag(
        document(f"카카오톡이 먹통이 됐다. 카카오페이, 카카오맵 등이 {verb} 상인들의 한숨이 깊어지고 있다.")
    )
    assert {label.id for label in annotation.services_affected} == {"kakaotalk", "kakao_pay", "kakao_map"}
    supposed = tag(document("카카오톡이 먹통이 됐다. 카카오페이가 중단되면 상인들의 한숨이 깊어진다."))
    assert {label.id for label in supposed.services_affected} == {"kakaotalk"}
