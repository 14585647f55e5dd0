"""Lists of phrases, all found in one pass: each hangs on exact words, whose neighbours are looked at only at a hit."""

import re
from collections.abc import Mapping, Sequence

import msgspec

from meoktong.catalog import Struct
from nlp.patterns import Hits, Lexicon, compile_pattern

_REACH = 24  # characters before a word that `before` may look at


class Cue(Struct, frozen=True):
    """Words, and regular expressions for what must stand right before and right after them."""

    words: tuple[str, ...]
    before: str | None = None
    after: str | None = None


class Said(msgspec.Struct, frozen=True):
    """A phrase of the list `name` at [start, end)."""

    start: int
    end: int
    name: str


# The rank of a cue's list, and what must stand before and after its words
_Test = tuple[int, re.Pattern[str] | None, re.Pattern[str] | None]


class Cues:
    """Phrases by the name of their list. Of phrases that begin at the same place those of the first list come first."""

    def __init__(self, lists: Mapping[str, Sequence[Cue]]) -> None:
        self._names = list(lists)
        tests: dict[str, list[_Test]] = {}
        for rank, cues in enumerate(lists.values()):
            for cue in cues:
                before = compile_pattern(f"(?:{cue.before})\\Z") if cue.before else None
                test = rank, before, compile_pattern(cue.after) if cue.after else None
                for word in cue.words:
                    tests.setdefault(word, []).append(test)
        self.words = Lexicon(tests.items())

    def find(self, text: str, hits: Hits[list[_Test]]) -> list[Said]:
        """Every phrase of every list in the folded `text`, by place; `hits` are those of `words` in it."""
        values, matches = hits
        found: list[tuple[int, int, int]] = []
        for word, start, end in matches:
            for rank, before, after in values[word]:
                stop = end
                if after:
                    behind = after.match(text, end)
                    if not behind:
                        continue
                    stop = behind.end()
                if before and not before.search(text[max(0, start - _REACH) : start]):
                    continue
                found.append((start, rank, stop))
        found.sort()
        return [Said(start, stop, self._names[rank]) for start, rank, stop in found]
