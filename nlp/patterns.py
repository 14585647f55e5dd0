"""What the word files of the catalog are compiled to: regular expressions that know Hangul syllables, and exact words.

Patterns are written for folded text (see nlp.text): Latin letters in lower case, quotes as ' and ", dots as ·.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Generic, NamedTuple, TypeVar

import ahocorasick

T = TypeVar("T")

_FINALS = "0ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_FIRST, _LAST = ord("가"), ord("힣")


def compile_pattern(source: str) -> re.Pattern[str]:
    """`source` compiled, with `{ㅆ}` standing for any syllable that ends in ㅆ and `{0}` for any without a final.

    Several finals may stand together: `{ㄴㄹ}` is a syllable that ends in ㄴ or ㄹ. Raises re.error.
    """
    return re.compile(re.sub(r"\{([0ㄱ-ㅎ]+)\}", lambda m: _syllables(m[1]), source))


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

    The automaton compares a character with each of a node's children in turn, and words begin with some 700 syllables:
    it works on UTF-8 bytes, of which few differ at any place, which makes it four times as fast.
    """

    def __init__(self, words: Iterable[tuple[str, T]]) -> None:
        self._automaton = ahocorasick.Automaton()
        for word, value in words:
            self._automaton.add_word(_bytes(word), (len(word), value))
        if len(self._automaton):
            self._automaton.make_automaton()

    def find_all(self, text: str) -> Iterator[Hit[T]]:
        """Every occurrence of every word, overlapping ones too, by end."""
        if not len(self._automaton):
            return iter(())
        encoded = _bytes(text)
        return self._hits(encoded, self._automaton.iter(encoded))

    def find_longest(self, text: str) -> Iterator[Hit[T]]:
        """Occurrences that do not overlap: from the left, the longest at each place."""
        if not len(self._automaton):
            return iter(())
        encoded = _bytes(text)
        return self._hits(encoded, self._automaton.iter_long(encoded))

    def _hits(self, encoded: str, found: Iterable[tuple[int, tuple[int, T]]]) -> Iterator[Hit[T]]:
        place = end = 0  # the same place in bytes and in characters
        for last, (length, value) in found:
            end += len(encoded[place : last + 1].encode("latin-1").decode())
            place = last + 1
            yield Hit(end - length, end, value)


def _bytes(text: str) -> str:
    """The UTF-8 bytes of `text`, each as a character."""
    return text.encode().decode("latin-1")
