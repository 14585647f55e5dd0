"""Predicates in dictionary form, found however they are conjugated, all in one pass over a text.

    끊기다       끊기는, 끊긴, 끊겨, 끊겼다 ...; not 끊기지 않았다
    못 받다      못 받았다, 받지(도) 못했다, 받을 수(가) 없었다, 받기 어려웠다 ...
    안 되다      안 된다, 안돼요, 되지 않는다, 될 수 없다 ... (못 and 안 mean the same here)
    못 *         that somebody cannot, whatever the verb
    먹통         a word that does not end in 다 is looked for as it stands

Only beginnings of forms are matched: what follows (tense, politeness, endings) is the caller's affair.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from itertools import product
from operator import or_
from typing import NamedTuple

from nlp.patterns import Lexicon
from nlp.text import Part

_FIRST = ord("가")
_FINALS = {"": 0, "ㄴ": 4, "ㄹ": 8, "ㅁ": 16, "ㅂ": 17, "ㅆ": 20}
_A, _EO, _O, _U, _EU, _I = 0, 4, 8, 13, 18, 20  # vowels by their place among the 21 of Hangul
_FUSED = {_I: 6, _U: 14, _O: 9, 11: 10}  # ㅣ+ㅓ=ㅕ, ㅜ+ㅓ=ㅝ, ㅗ+ㅏ=ㅘ, ㅚ+ㅓ=ㅙ
_BIEUP, _RIEUL = 17, 8
_IRREGULAR_BIEUP = ("렵", "겁", "럽", "둡", "쉽", "맵", "깝", "웁", "곱", "갑", "답")  # 어렵다: 어려워, 어려운
_IRREGULAR_SIOT = ("잇", "긋", "붓", "짓", "젓")  # 줄을 잇다: 줄을 이어
_ENDINGS = "고다지게기는은을음으었았어아던더네니습자거겠며"  # what may follow a stem; 접속 is no form of 접다

# What must stand before or behind a form's word.
_AFFIRMED = re.compile(r"(?!기?(?:지|질|진)(?:는|도|를)? ?(?:않|못|마|말))")  # of 끊다 too: 끊기지 않았다
_ENDED = re.compile(rf"(?=다|[^가-힣]|$){_AFFIRMED.pattern}")
_AFTER_NOT = {
    "지": re.compile(
        r"(?:지|질|진)(?:(?:를|도|는|조차|가)?,? ?(?:[가-힣]{1,4} )?(?:못|않|아니|안)|도[^.]{1,16}지도 ?(?:못|않))"
    ),
    "기": re.compile(r"기(?:가|도|는|조차|란)? ?(?:[가-힣]{1,3} )?(?:어려|어렵|힘들|힘든|힘드|쉽지|곤란|불가)"),
    "": re.compile(r" ?(?:수|길|방법|도리)(?:가|도|는|조차|이)? ?(?:전혀 |아예 )?없"),
}
_NO_HANGUL = re.compile("(?<![가-힣])")
_BEFORE_NOT = {
    "못": re.compile("(?<!잘)"),
    "못 ": re.compile("(?<!잘)"),
    "안": re.compile("(?<![동불방제보대치편시예별])안(?!내)"),
    "안 ": _NO_HANGUL,
}


# 되지 않다 and 하지 않다 behind these deny a failure: 중단되지 않았다
_NO_FAILURE = re.compile("".join(f"(?<!{noun})" for noun in ("중단", "지연", "차단", "마비", "누락", "취소", "정지")))

# 못하다 behind -지 is no verb of its own: 받지 못하다 is to 받다
_NO_AUXILIARY = re.compile("(?<!잘)(?<!지)(?<!지 )(?<!질 )(?<!지는 )(?<!지도 )(?<!지를 )")

# A predicate found at [start, end): what its verb was entered with, and whether it is looked for as it stands.
Predicate = tuple[int, int, int, bool]

_ANY_INABILITY = "못 *"


class _Form(NamedTuple):
    """One beginning of a verb's forms, without its last `cut` characters, and what must stand around it."""

    text: str
    cut: int = 0
    before: re.Pattern[str] | None = None
    after: re.Pattern[str] | None = None


# A form as it is found: the bits of its verbs, its last three fields, and whether it is looked for as it stands.
_Entered = tuple[int, int, re.Pattern[str] | None, re.Pattern[str] | None, bool]


class Predicates:
    """Verbs with a set of bits each; a predicate of several verbs, such as 못 받아들이다, has the bits of each."""

    def __init__(self, verbs: Mapping[str, int]) -> None:
        entered: dict[tuple[_Form, bool], int] = {}
        for verb, bits in verbs.items():
            nominal = verb != _ANY_INABILITY and not verb.endswith("다")
            for form in map(_Form, _spaced(verb)) if nominal else _conjugated(verb.removesuffix("다")):
                entered[form, nominal] = entered.get((form, nominal), 0) | bits
        words: dict[str, list[_Entered]] = {}
        for (form, nominal), bits in entered.items():
            words.setdefault(form.text, []).append((bits, form.cut, form.before, form.after, nominal))
        self.words = Lexicon((word, (reduce(or_, (form[0] for form in forms)), forms)) for word, forms in words.items())

    def find(self, part: Part, among: int = -1) -> list[Predicate]:
        """All predicates in `part` that have one of the bits `among`, by place."""
        text, found = part.folded, []
        values, matches = part.hits(self.words)
        for word, start, last in matches:
            any_bits, forms = values[word]
            if not any_bits & among:
                continue
            for bits, cut, before, after, nominal in forms:
                if not bits & among:
                    continue
                end = last - cut
                if before and not before.match(text, start):
                    continue
                if after:
                    match = after.match(text, end)
                    if not match:
                        continue
                    end = match.end()
                found.append((start, end, bits, nominal))
        found.sort()
        return found


def _conjugated(stem: str) -> Iterator[_Form]:
    if stem == _ANY_INABILITY:
        yield _Form("못", before=_BEFORE_NOT["못"], after=re.compile(r"(?! ?(?:지않|마땅|된 ))"))
        for particle in ("", "가", "도", "는", "조차"):
            yield _Form(f"수{particle} 없")
            yield from (_Form(f"기{particle} {hard}") for hard in ("어려", "어렵", "힘들", "힘든"))
        return
    if not stem.startswith(("못 ", "안 ")):
        yield from _affirmed(stem)
        return
    bare = stem[2:].strip()
    for form in _forms(bare):
        for negation, before in _BEFORE_NOT.items():
            auxiliary = bare == "하" and negation.startswith("못")
            yield form._replace(text=negation + form.text, before=_NO_AUXILIARY if auxiliary else before)
    for text in _spaced(bare):
        mine = _NO_FAILURE if text in ("되", "하") else None
        yield from (_Form(text + jieut, len(jieut), mine, _AFTER_NOT["지"]) for jieut in ("지", "질", "진"))
        yield _Form(text + "기", 1, after=_AFTER_NOT["기"])
    yield from (_Form(text, after=_AFTER_NOT[""]) for text in _spaced(_future(bare)))


def _affirmed(stem: str) -> Iterator[_Form]:
    """The forms of `stem` where no 못 or 안 marks it as a verb: 줄 alone is another word, as is 보 in 보상."""
    if len(stem) > 1:
        yield from (form._replace(after=_AFFIRMED) for form in _forms(stem))
        return
    yield from (_Form(stem + ending, 1, after=_AFFIRMED) for ending in _ENDINGS)
    initial, vowel, final = _parts(stem)
    if not final:
        yield from (_Form(_syllable(initial, vowel, _FINALS[name]), after=_ENDED) for name in ("ㄴ", "ㄹ", "ㅁ"))
        yield _Form(_syllable(initial, vowel, _FINALS["ㅂ"]) + "니", after=_AFFIRMED)
        yield from (_Form(fused, after=_AFFIRMED) for fused in _fused(stem))


def _forms(stem: str) -> Iterator[_Form]:
    """Every beginning that a conjugated form of `stem` can have."""
    for head in _spaced(stem[:-1]):
        for rest, cut in _last_syllable(stem):
            yield _Form(head + rest, cut)
    if stem[-1] == "르" and stem[:-1]:
        before = _parts(stem[-2])
        doubled = _syllable(before[0], before[1], _RIEUL)
        for head in _spaced(stem[:-2]):
            yield from (_Form(f"{head}{doubled}{rest}") for rest in "라러랐렀")


def _last_syllable(stem: str) -> Iterator[tuple[str, int]]:
    """What a stem's last syllable can become, and how much of that only follows it."""
    last = stem[-1]
    initial, vowel, final = _parts(last)
    open_ = _syllable(initial, vowel, 0)
    if last == "하":
        yield from ((form, 0) for form in "하한할함합해했")
    elif last in _IRREGULAR_BIEUP and final == _BIEUP:
        yield last, 0
        yield from ((open_ + form, 0) for form in "우운울움워웠")
    elif last in _IRREGULAR_SIOT:
        yield last, 0
        yield from ((open_ + form, 0) for form in "어었은을으")
    elif last == "르" and stem[:-1]:
        yield from ((form, 0) for form in "르른를름릅러렀")
        if stem.endswith("따르"):  # no irregular verb: 잇따랐다
            yield from ((form, 0) for form in "라랐")
    elif final == _RIEUL:
        yield last, 0
        yield from ((open_ + ending, 1) for ending in "는니네")
        yield _syllable(initial, vowel, _FINALS["ㄴ"]), 0
    elif final:
        yield last, 0
    else:
        yield from ((_syllable(initial, vowel, final), 0) for final in _FINALS.values() if final != _FINALS["ㅆ"])
        yield from ((fused, 0) for fused in _fused(stem))


def _fused(stem: str) -> str:
    """The syllables that a stem's open last one makes with the endings 어 (아) and 었 (았)."""
    initial, vowel, _ = _parts(stem[-1])
    if vowel == _EU:  # 담그다: 담가, but 쓰다: 써
        joined = _A if stem[:-1] and _parts(stem[-2])[1] in (_A, _O) else _EO
    else:
        joined = _FUSED.get(vowel, vowel)
    return _syllable(initial, joined, 0) + _syllable(initial, joined, _FINALS["ㅆ"])


def _future(stem: str) -> str:
    """`stem` with the ending ㄹ, as before 수 없다."""
    head, last = stem[:-1], stem[-1]
    initial, vowel, final = _parts(last)
    if not final:
        return head + _syllable(initial, vowel, _RIEUL)
    return head + last + ("" if final == _RIEUL else "을")


def _spaced(text: str) -> Iterable[str]:
    """`text` with each of its spaces written or left out."""
    first, *rest = text.split(" ")
    return [first + "".join(tail) for tail in product(*((f" {word}", word) for word in rest))]


def _parts(syllable: str) -> tuple[int, int, int]:
    code = ord(syllable) - _FIRST
    return code // 588, code % 588 // 28, code % 28


def _syllable(initial: int, vowel: int, final: int) -> str:
    return chr(_FIRST + initial * 588 + vowel * 28 + final)
