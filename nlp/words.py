"""The words of a search query: nouns, names, numbers and the stems of verbs, without particles and endings."""

import re
from collections.abc import Iterator
from itertools import pairwise

from meoktong.terms import Query, Word, parse
from nlp.morphology import analyser

ADVERB = "MAG"
NOUNS = ("NNG", "NNP", "NR", "XR", "SL", "SH", "SN", ADVERB, "UNKNOWN", "UNA", "NA")
VERBS = ("VV", "VA")
NOT = {"안", "못"}  # all that 안 돼요 has to say, and nothing that helps to find 못 받았다: one may write 받지 못했다
# verbs that say nothing by themselves, with the endings that the analyser leaves on them
LIGHT = re.compile("[하한할함합해했되된될됨됩돼됐있이인나난날남났](?:니다|니까|요)?")
SUFFIX = "XSN"  # makes 손님 of 손; behind a longer noun (들, 자) it is an ending


ANALYSER = "mecab"  # always there; the index does not depend on it


def query(text: str) -> Query:
    """What a person typed, as meoktong.terms.parse explains. Raises MeoktongError."""
    return parse(text, words)


def words(text: str) -> list[Word]:
    """The words of `text` that a search should look for, in order; none when it holds nothing but particles."""
    # Between syllables spaces go first: what an analyser makes of 주문접수 and of 주문 접수 must be the same.
    together = re.sub(r"(?<=[가-힣])\s+(?=[가-힣])", "", text)
    return list(_words(analyser(ANALYSER).pos(together)))


def _words(tagged: list[tuple[str, str]]) -> Iterator[Word]:
    negation = ""
    for (surface, tags), (following, after) in pairwise([*tagged, ("", "")]):
        tag = tags.partition("+")[0]
        if tag == ADVERB and len(surface) == 1:
            negation = surface if surface in NOT else ""
            continue
        light = LIGHT.fullmatch(surface)
        if tag in VERBS and light and negation:
            yield Word(negation + surface[0], stem=True)
        elif tag in VERBS and not light:
            whole = len(surface) == 1 and tag == tags and not _open(surface)
            yield Word(surface, stem=not whole)  # 받 stays as it is, 갔 is 가 with an ending
        elif tag in NOUNS:
            yield Word(surface + following if len(surface) == 1 and after == SUFFIX else surface)
        negation = ""


def _open(syllable: str) -> bool:
    """Whether it ends in a vowel."""
    return (ord(syllable) - ord("가")) % 28 == 0
