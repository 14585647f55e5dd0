"""Lists of phrases, all found in one pass: each hangs on exact words, whose neighbours are looked at only at a hit."""

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


class Cues:
    """Phrases by the name of their list. Of phrases that begin at the same place those of the first list come first."""

    def __init__(self, lists: Mapping[str, Sequence[Cue]]) -> None:
        self._names = list(lists)
        tests: dict[str, list[_Test]] = {}
        for rank, cues in enumerate(lists.values()):
            for cue in cues:
                test = _Test(rank, cue)
                for word in cue.words:
                    tests.setdefault(word, []).append(test)
        self.words = Lexicon(tests.items())

    def find(self, text: str, hits: Hits["list[_Test]"]) -> list[Said]:
        """Every phrase of every list in the folded `text`, by place; `hits` are those of `words` in it."""
        values, matches = hits
        found = [
            (start, test.rank, stop)
            for word, start, end in matches
            for test in values[word]
            if (stop := test.end(text, start, end)) is not None
        ]
        return [Said(start, stop, self._names[rank]) for start, rank, stop in sorted(found)]


class _Test:
    """One cue's neighbours, compiled."""

    def __init__(self, rank: int, cue: Cue) -> None:
        self.rank = rank
        self._before = compile_pattern(f"(?:{cue.before})$") if cue.before else None
        self._after = compile_pattern(cue.after) if cue.after else None

    def end(self, text: str, start: int, end: int) -> int | None:
        """Where the phrase with its word at [start, end) ends, or None if its neighbours are others."""
        if self._after:
            after = self._after.match(text, end)
            if not after:
                return None
            end = after.end()
        if self._before and not self._before.search(text[max(0, start - _REACH) : start]):
            return None
        return end
