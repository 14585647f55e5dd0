"""What the word files of the catalog are compiled to: regular expressions that know Hangul syllables, and exact words.

Patterns are written for folded text (see nlp.text): Latin letters in lower case, quotes as ' and ", dots as ·.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar

import ahocorasick

T = TypeVar("T")

_FOUR_BYTES = re.compile("[\U00010000-\U0010ffff]")
_FINALS = "0ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_FIRST, _LAST = ord("가"), ord("힣")


def compile_pattern(source: str) -> re.Pattern[str]:
    """`source` compiled, with `{ㅆ}` standing for any syllable that ends in ㅆ and `{0}` for any without a final.

    Several finals may stand together: `{ㄴㄹ}` is a syllable that ends in ㄴ or ㄹ. Raises re.error.
    """
    return re.compile(re.sub(r"\{([0ㄱ-ㅎ]+)\}", lambda m: _syllables(m[1]), source))


def spelled_out(source: str) -> list[str]:
    """The words that `source` stands for: `{ㅆ}고` and `[가나]고` are each syllable of the set with the rest."""
    match = re.fullmatch(r"(.*)(?:\[(.+)\]|\{([0ㄱ-ㅎ]+)\})(.*)", source)
    if not match:
        return [source]
    syllables = match[2] or _syllables(match[3]).strip("[]")
    return [f"{match[1]}{syllable}{match[4]}" for syllable in syllables]


def any_of(sources: Iterable[str]) -> re.Pattern[str]:
    """One pattern that matches where any of `sources` does; nothing if there are none."""
    joined = "|".join(f"(?:{source})" for source in sources)
    return compile_pattern(joined or r"(?!)")


@cache
def _syllables(finals: str) -> str:
    if finals == "0":
        return "[" + "".join(chr(code) for code in range(_FIRST, _LAST + 1, 28)) + "]"
    wanted = [_FINALS.index(final) for final in finals]
    return "[" + "".join(chr(code + i) for code in range(_FIRST, _LAST + 1, 28) for i in wanted) + "]"


class Hit(NamedTuple, Generic[T]):
    """A word found: the characters [start, end) and the value it was entered with."""

    start: int
    end: int
    value: T


class Lexicon(Generic[T]):
    """Exact words, all looked for in one pass over a text.

    The automaton compares what it reads with each of a node's children in turn, and words begin with hundreds of
    different syllables. It therefore reads UTF-16, byte by byte: few bytes differ at any place, which makes it four
    times as fast, and a character is two bytes wherever it stands.
    """

    def __init__(self, words: Iterable[tuple[str, T]]) -> None:
        self._automaton = ahocorasick.Automaton()
        for word, value in words:
            self._automaton.add_word(_bytes(word), (len(word), value))
        if len(self._automaton):
            self._automaton.make_automaton()

    def find_all(self, text: str) -> Iterator[Hit[T]]:
        """Every occurrence of every word, overlapping ones too, by end."""
        if len(self._automaton):
            for last, (length, value) in self._automaton.iter(_bytes(text)):
                if last & 1:  # a match that begins in the middle of a character ends in the middle of one
                    end = (last + 1) >> 1
                    yield Hit(end - length, end, value)

    def find_longest(self, text: str) -> list[Hit[T]]:
        """Occurrences that do not overlap: from the left, the longest at each place."""
        chosen: list[Hit[T]] = []
        end = 0
        for hit in sorted(self.find_all(text), key=_from_left):
            if hit.start >= end:
                chosen.append(hit)
                end = hit.end
        return chosen


def _from_left(hit: Hit[Any]) -> tuple[int, int]:
    return hit.start, -hit.end


def _bytes(text: str) -> str:
    """`text` in UTF-16, each byte as a character. What needs four bytes (an emoji) is in no word: it becomes U+FFFD."""
    encoded = text.encode("utf-16-be", "surrogatepass")
    if len(encoded) != 2 * len(text):
        encoded = _FOUR_BYTES.sub("\ufffd", text).encode("utf-16-be", "surrogatepass")
    return encoded.decode("latin-1")
