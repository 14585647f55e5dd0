"""Lists of phrases, all found in one pass: each hangs on exact words, whose neighbours are looked at only at a hit."""

from collections.abc import Mapping, Sequence

import msgspec

from meoktong.catalog import Struct
from nlp.patterns import Hits, Lexicon, compiled, ending

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


class _Test:
    """What must stand before and after the words of a cue, and the rank of its list."""

    before, after = compiled(ending), compiled()

    def __init__(self, rank: int, source: Cue) -> None:
        self.rank = rank
        self.source = source


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

    def find(self, text: str, hits: Hits[list[_Test]]) -> list[Said]:
        """Every phrase of every list in the folded `text`, by place; `hits` are those of `words` in it."""
        values, matches = hits
        found: list[tuple[int, int, int]] = []
        for word, start, end in matches:
            for test in values[word]:
                stop = end
                if test.after:
                    behind = test.after.match(text, end)
                    if not behind:
                        continue
                    stop = behind.end()
                if test.before and not test.before.search(text[max(0, start - _REACH) : start]):
                    continue
                found.append((start, test.rank, stop))
        found.sort()
        return [Said(start, stop, self._names[rank]) for start, rank, stop in found]
