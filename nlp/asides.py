"""Which times of a text are of something else: another zone, an appointment, a deadline, an addition to the text."""

import re
from functools import cache

from meoktong.catalog import Struct, read
from nlp.patterns import any_of
from nlp.text import Part, Sentence

_LABEL = 12  # characters that hold what an addition is called
_LEAD = 14  # characters that hold what is at a time
# What the writer of a post adds later begins a line so
_ADDED = re.compile(
    r"^ ?(?:\+|[(\[<*※]? ?(?:[가-힣]{1,4} )?(?:수정|추가|덧(?:붙|글)?|업뎃|edit|ps|p\.s)[0-9]?[)\]>:. +]"
    r"|[(\[]?[0-9]{1,2}시 ?(?:반|[0-9]{1,2}분)? ?(?:쯤 ?)?(?:추가|수정|업뎃|덧)?[)\]])",
    re.MULTILINE,
)


class _Words(Struct, frozen=True):
    abroad: str
    home: str
    morning: str
    evening: str
    earlier: str
    again: str
    relapse: str
    added_before: str
    added_after: str
    others_before: str
    others_after: str
    deadline: str
    tells: str
    own_before: str
    own_is: str
    own_after: str
    aside: str
    followed: str


@cache
def pattern(name: str) -> re.Pattern[str]:
    """One of moments.yml."""
    return any_of([getattr(read("moments.yml", _Words), name)])


def added(part: Part) -> int:
    """Where what the writer of a post added later begins: behind the last character if nothing was."""
    found = _ADDED.search(part.folded, 1)
    return found.start() if found else part.end


def stamps(part: Part, start: int, end: int) -> bool:
    """Does the time tell when the text was added to?"""
    text = part.folded
    before = pattern("added_before").search(text, max(0, start - _LABEL), start)
    return before is not None or pattern("added_after").match(text, end) is not None


def of_other(part: Part, sentence: Sentence, start: int, end: int, *, begins: bool) -> bool:
    """Is the time a deadline, or that of something that does not go wrong? `begins`: something does so then."""
    lead = part.folded[max(sentence.start, start - _LEAD) : start]
    if pattern("others_before").search(lead) or pattern("others_after").match(part.folded, end):
        return True
    return not begins and pattern("deadline").search(lead) is not None


def of_writer(part: Part, sentence: Sentence, start: int, end: int) -> bool:
    """Is it the time of an appointment, or of what the writer of a post does?"""
    lead = part.folded[max(sentence.start, start - _LEAD) : start]
    if pattern("own_after").match(part.folded, end):
        return True
    set_at = pattern("own_is").match(part.folded, end)
    return set_at is not None and pattern("own_before").search(lead) is not None


def abroad(part: Part, sentence: Sentence, start: int, end: int) -> bool:
    """Is the time one of another zone?"""
    text = part.folded
    before = text[max(sentence.start, start - 12) : start]
    return bool(
        (pattern("abroad").search(before) and not pattern("home").search(before))
        or pattern("abroad").search(text, start, end)
    )
