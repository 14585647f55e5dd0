"""Services that a text names by no name, only by what they are for: 펜션 예약 앱, 물류 전산.

The words are in catalog/unnamed.yml.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from meoktong.catalog import Struct, read
from nlp.patterns import Lexicon, compile_pattern, longest
from nlp.roles import roles
from nlp.services import Mention
from nlp.text import Part, Reading

_REACH = 24  # characters before the word for a thing that can say what it is for
_HANGUL = re.compile("[가-힣]")
_BESIDE = 2  # characters between a name and what its service is: 야놀자 숙박 앱, 숙박 앱 '야놀자'
_BEFORE = 4  # characters that hold the word before it


class _Words(Struct, frozen=True):
    things: tuple[str, ...]
    between: str
    purposes: dict[str, str]
    named_before: str


class _Compiled:
    """unnamed.yml, ready to be matched."""

    def __init__(self) -> None:
        words = read("unnamed.yml", _Words)
        self.things = Lexicon((word, word) for word in words.things)
        self.purposes = {
            id_: compile_pattern(f"(?<![가-힣])(?:[가-힣]{{2,6}} ?)?(?P<purpose>{source}){words.between}['\"]? ?$")
            for id_, source in words.purposes.items()
        }
        self.named_before = compile_pattern(words.named_before)


@cache
def _compiled() -> _Compiled:
    return _Compiled()


def lexicon() -> Lexicon[str]:
    """The words for things that run."""
    return _compiled().things


def find(reading: Reading, named: Sequence[Mention]) -> list[Mention]:
    """The services that the document tells of by what they are for, by place, where none of `named` stands."""
    return [mention for part in reading.parts for mention in _find(part, [m for m in named if m.part is part])]


def _find(part: Part, named: list[Mention]) -> Iterator[Mention]:
    text = part.folded
    _, matches = part.hits(lexicon())
    for _, start, end in longest(matches):
        if not _ends(text, end):
            continue
        left = text[max(part.sentence_at(start).start, start - _REACH) : start]
        for id_, purpose in _compiled().purposes.items():
            said = purpose.search(left)
            if said:
                begin = start - len(left) + said.start("purpose")
                beside = any(m.start <= end + _BESIDE and begin <= m.end + _BESIDE for m in named)
                if not beside and not _compiled().named_before.search(text[max(0, begin - _BEFORE) : begin]):
                    yield Mention(part, begin, end, (id_,), company=False)
                break


def _ends(text: str, end: int) -> bool:
    """Does the word end here, with no more than particles behind?"""
    tail = roles().tail.match(text, end)
    rest = tail.end() if tail else end
    return _HANGUL.match(text[rest : rest + 1]) is None
