"""Predicates in dictionary form, compiled to regular expressions that find them however they are conjugated.

    끊기다       끊기는, 끊긴, 끊겨, 끊겼다 ...; not 끊기지 않았다
    못 받다      못 받았다, 받지(도) 못했다, 받을 수(가) 없었다, 받기 어려웠다 ...
    안 되다      안 된다, 안돼요, 되지 않는다, 될 수 없다 ... (못 and 안 mean the same here)
    먹통         a word that does not end in 다 is looked for as it stands

Only beginnings of forms are matched: what follows (tense, politeness, endings) is the caller's affair.
"""

import re
from collections.abc import Iterable

_FIRST = ord("가")
_FINALS = {"": 0, "ㄴ": 4, "ㄹ": 8, "ㅁ": 16, "ㅂ": 17, "ㅆ": 20}
_I, _U, _EU = 20, 13, 18  # the vowels ㅣ, ㅜ, ㅡ by their place among the 21 of Hangul
_FUSED = {_I: 6, _U: 14, 8: 9, 11: 10}  # ㅣ+ㅓ=ㅕ, ㅜ+ㅓ=ㅝ, ㅗ+ㅏ=ㅘ, ㅚ+ㅓ=ㅙ
_BIEUP, _RIEUL = 17, 8
_IRREGULAR_BIEUP = ("렵", "겁", "럽", "둡", "쉽", "맵", "깝", "웁", "곱", "갑", "답")  # 어렵다: 어려워, 어려운
_ENDINGS = "고다지게기는은을음으었았어아던더네니습자거겠며"  # what may follow a stem; 접속 is no form of 접다
_NOT_AFFIRMED = r"(?!(?:지|질|진)(?:는|도|를)? ?(?:않|못|마|말))"
_NEGATED = (
    r"(?:(?<![가-힣])(?:못|안(?!내)) ?(?:[가-힣]{1,3} )?|(?<!잘)못 ?|(?<![동불방제보대치편시예])안(?!내))(?:%(forms)s)"
    r"|(?:%(stems)s)(?:(?:지|질|진)(?:를|도|는|조차|가)?,? ?(?:[가-힣]{1,4} )?(?:못|않|아니|안)"
    r"|기(?:가|도|는|조차|란)? ?(?:[가-힣]{1,3} )?(?:어려|어렵|힘들|힘든|힘드|쉽지|곤란|불가)"
    r"|지도[^.]{1,16}지도 ?(?:못|않))"
    r"|(?:%(futures)s) ?(?:수|길|방법|도리)(?:가|도|는|조차|이)? ?(?:전혀 |아예 )?없"
)


def compile_verbs(verbs: Iterable[str]) -> str:
    """The source of one regular expression that finds any of `verbs`, given in dictionary form."""
    wanted = sorted(set(verbs))
    negated = [verb[2:].strip().removesuffix("다") for verb in wanted if verb.startswith(("못 ", "안 "))]
    plain = [verb for verb in wanted if not verb.startswith(("못 ", "안 "))]
    sources = [_spaced(verb) for verb in plain if not verb.endswith("다")]
    affirmed = "|".join(_affirmed(verb.removesuffix("다")) for verb in plain if verb.endswith("다"))
    if affirmed:
        sources.append(f"(?:{affirmed}){_NOT_AFFIRMED}")
    if negated:
        # one pattern for all of them: the regular expression engine then tries each negation once, not once a verb
        parts = {"forms": _forms, "stems": _spaced, "futures": _future}
        sources.append(_NEGATED % {name: "|".join(map(make, negated)) for name, make in parts.items()})
    return "|".join(sources)


def _affirmed(stem: str) -> str:
    """The forms of `stem` where no 못 or 안 marks it as a verb: 줄 alone is another word, as is 보 in 보상."""
    if len(stem) > 1:
        return _forms(stem)
    initial, vowel, final = _parts(stem)
    if final:
        return f"{stem}(?=[{_ENDINGS}])"
    adnominal = "".join(_syllable(initial, vowel, _FINALS[name]) for name in ("ㄴ", "ㄹ", "ㅁ"))
    polite = _syllable(initial, vowel, _FINALS["ㅂ"])
    return f"(?:{stem}(?=[{_ENDINGS}])|[{adnominal}](?=다|[^가-힣]|$)|{polite}니|[{_fused(initial, vowel)}])"


def _forms(stem: str) -> str:
    """Every beginning that a conjugated form of `stem` can have."""
    head, last = _spaced(stem[:-1]), stem[-1]
    initial, vowel, final = _parts(last)
    if last == "하":
        return f"{head}[하한할함합해했]"
    if last in ("쉽", *_IRREGULAR_BIEUP) and final == _BIEUP:
        open_ = _syllable(initial, vowel, 0)
        return f"{head}(?:{last}|{open_}[우운울움워웠])"
    if last == "르" and stem[:-1]:
        before = _parts(stem[-2])
        doubled = _spaced(stem[:-2]) + _syllable(before[0], before[1], _RIEUL)
        return f"(?:{head}[르른를름릅러렀]|{doubled}(?:라|러|랐|렀))"
    if final == _RIEUL:
        open_, shut = _syllable(initial, vowel, 0), _syllable(initial, vowel, _FINALS["ㄴ"])
        return f"{head}(?:{last}|{open_}(?=[는니네])|{shut})"
    if final:
        return head + last
    finals = "".join(_syllable(initial, vowel, _FINALS[name]) for name in ("", "ㄴ", "ㄹ", "ㅁ", "ㅂ"))
    return f"{head}[{finals}{_fused(initial, vowel)}]"


def _fused(initial: int, vowel: int) -> str:
    """The syllables that an open one makes with the endings 어 and 었."""
    if vowel == _EU:
        return "".join(_syllable(initial, v, final) for v in (0, 4) for final in (0, _FINALS["ㅆ"]))
    joined = _FUSED.get(vowel, vowel)
    return _syllable(initial, joined, 0) + _syllable(initial, joined, _FINALS["ㅆ"])


def _future(stem: str) -> str:
    """`stem` with the ending ㄹ, as before 수 없다."""
    head, last = _spaced(stem[:-1]), stem[-1]
    initial, vowel, final = _parts(last)
    if not final:
        return head + _syllable(initial, vowel, _RIEUL)
    return head + last + ("" if final == _RIEUL else "을")


def _spaced(text: str) -> str:
    return re.escape(text).replace(r"\ ", " ?")


def _parts(syllable: str) -> tuple[int, int, int]:
    code = ord(syllable) - _FIRST
    return code // 588, code % 588 // 28, code % 28


def _syllable(initial: int, vowel: int, final: int) -> str:
    return chr(_FIRST + initial * 588 + vowel * 28 + final)
