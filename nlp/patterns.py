"""What the word files of the catalog are compiled to: regular expressions that know Hangul syllables, and exact words.

Patterns are written for folded text (see nlp.text): Latin letters in lower case, quotes as ' and ", dots as ·.
"""

import re
from collections.abc import Iterable
from functools import cache, cached_property
from typing import Generic, NamedTuple, TypeVar

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

T = TypeVar("T")

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


_NEW = tuple.__new__  # Hit(...) takes twice as long, and there are dozens a text


class Lexicon(Generic[T]):
    """Exact words, all looked for in one pass over a text. A word entered twice has its last value."""

    def __init__(self, words: Iterable[tuple[str, T]]) -> None:
        entered = dict(words)
        self._words = list(entered)
        self._values = list(entered.values())

    @cached_property
    def _all(self) -> AhoCorasick:
        return AhoCorasick(self._words, implementation=Implementation.DFA)

    @cached_property
    def _longest(self) -> AhoCorasick:
        return AhoCorasick(self._words, MatchKind.LeftmostLongest, implementation=Implementation.DFA)

    def find_all(self, text: str) -> list[Hit[T]]:
        """Every occurrence of every word, overlapping ones too, by end."""
        values = self._values
        found = self._all.find_matches_as_indexes(text, overlapping=True)
        return [_NEW(Hit, (start, end, values[word])) for word, start, end in found]

    def find_longest(self, text: str) -> list[Hit[T]]:
        """Occurrences that do not overlap: from the left, the longest at each place."""
        values = self._values
        found = self._longest.find_matches_as_indexes(text)
        return [_NEW(Hit, (start, end, values[word])) for word, start, end in found]
