"""What the word files of the catalog are compiled to: regular expressions that know Hangul syllables, and exact words.

Patterns are written for folded text (see nlp.text): Latin letters in lower case, quotes as ' and ", dots as ·.
One that is searched should have alternatives that each begin with a character, none with a group, a set or a look
behind: Python then passes over all places where no alternative can begin (3 to 5 times as fast).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property
from operator import itemgetter
from typing import Any, Generic, TypeVar

from ahocorasick_rs import AhoCorasick, Implementation

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
    return compile_pattern("|".join(sources) or r"(?!)")


def ending(source: str) -> re.Pattern[str]:
    """A pattern for what stands before a place, for text that ends there."""
    return compile_pattern(f"(?:{source})\\Z")


class compiled:  # noqa: N801  # stands where a property does
    """An attribute of a class with `source`, an entry of the catalog: what that holds under the same name, compiled.

    None where it holds nothing. Each is compiled when first asked for: there are hundreds, and few are for one text.
    """

    def __init__(self, compile_: Callable[[Any], re.Pattern[str]] = compile_pattern) -> None:
        self._compile = compile_

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type) -> re.Pattern[str] | None:
        source = getattr(instance.source, self._name)
        value = instance.__dict__[self._name] = self._compile(source) if source else None
        return value


def beginning(words: Iterable[str]) -> tuple[str, str]:
    """The first characters of `words`, as a set without brackets, and a pattern for what must follow one of them.

    Both together are looked for much faster than the words, which need not stand where they match.
    """
    words = list(words)
    first, second, alone = (
        "".join(sorted(set(characters)))
        for characters in (
            (word[0] for word in words),
            (word[1] for word in words if word[1:]),
            (word for word in words if not word[1:]),
        )
    )
    return first, f"(?:(?=[{second}])|(?<=[{alone}]))"


@cache
def _syllables(finals: str) -> str:
    if finals == "0":
        return "[" + "".join(chr(code) for code in range(_FIRST, _LAST + 1, 28)) + "]"
    wanted = [_FINALS.index(final) for final in finals]
    return "[" + "".join(chr(code + i) for code in range(_FIRST, _LAST + 1, 28) for i in wanted) + "]"


Match = tuple[int, int, int]  # the word with that number in the index, found at [start, end)


class Lexicon(Generic[T]):
    """Exact words, each with a value. A word entered twice has its last value."""

    def __init__(self, words: Iterable[tuple[str, T]]) -> None:
        self.words = dict(words)

    @cached_property
    def alone(self) -> "Index":
        """An index of this lexicon only."""
        return Index([self])


Hits = tuple[Sequence[T], list[Match]]  # the value of each word by its number; overlapping matches too, by end


def longest(matches: list[Match]) -> list[Match]:
    """Those of one lexicon's `matches` that do not overlap: from the left, the longest at each place."""
    if len(matches) < 2:
        return matches
    kept: list[Match] = []
    done = begun = 0
    for match in sorted(matches, key=_START):  # of those with one start the longest stays the last
        _, start, end = match
        if start >= done:
            kept.append(match)
            begun, done = start, end
        elif start == begun:
            kept[-1] = match
            done = end
    return kept


_START = itemgetter(1)


class Index:
    """Up to 256 lexicons that are looked for together, in one pass over a text."""

    def __init__(self, lexicons: Iterable[Lexicon[Any]]) -> None:
        self.lexicons = tuple(lexicons)
        self._values = [value for lexicon in self.lexicons for value in lexicon.words.values()]
        self._owners = bytes(place for place, lexicon in enumerate(self.lexicons) for _ in lexicon.words)
        words = [word for lexicon in self.lexicons for word in lexicon.words]
        # between other work a small automaton, which stays in the cache, is faster than one of all transitions
        self._automaton = AhoCorasick(words, implementation=Implementation.ContiguousNFA)

    def find(self, text: str) -> dict[Lexicon[Any], Hits[Any]]:
        """Every occurrence of every word of each lexicon."""
        found: list[Hits[Any]] = [(self._values, []) for _ in self.lexicons]
        owners = self._owners
        for match in self._automaton.find_matches_as_indexes(text, overlapping=True):
            found[owners[match[0]]][1].append(match)
        return dict(zip(self.lexicons, found, strict=True))
