"""A document as the finders read it: parts, sentences, clauses, morphemes, all with their place in the original text.

    reading = Reading(document, analyser("mecab"))
    for sentence in reading.sentences:            # title first, then the text
        for clause in sentence.clauses:
            for match in PATTERN.finditer(clause.folded):
                if not clause.has("hypothetical", "feared"):
                    start = clause.start + match.start()
                    evidence = sentence.part.evidence(start, start + len(match[0]), "damages.example:pattern")

`Part`, `Sentence` and `Clause` have `start`, `end` (offsets into the part's normalised text), `text` (that text) and
`folded`, which has the same length and is what words and patterns are matched against: Latin letters in lower case,
full-width letters made narrow, every quotation mark ' or ", every middle dot ·, every kind of space a plain one.
`Part.evidence(start, end, rule)` takes such offsets and gives Evidence with offsets into the document's own string,
also where normalising moved characters (NFD input, NUL, lone surrogates).

`Clause.has(mode)` and `Sentence.has(mode)` say how it means what it says, by the words of catalog/clauses.yml:
hypothetical (a condition, a supposition, a drill) or feared (warned of, guarded against). `Part.morphemes(start, end)`
are the analyser's (surface, tag, start, end) of a stretch, offsets as above.

Sentences, clauses and modes are computed when first asked for. Reading all clauses and modes of a document costs a
third of analysing it: look for exact words in a whole part (`nlp.patterns.Lexicon` on `part.folded`) first, then ask
`part.sentence_at(place)` or `part.clause_at(place)` about the hits.
"""

import re
import unicodedata
from bisect import bisect_right
from datetime import datetime
from functools import cache, cached_property
from typing import NamedTuple

from meoktong.catalog import Struct, read
from meoktong.models import Document, Evidence, Kind
from meoktong.times import to_kst
from nlp.morphology import Analyser
from nlp.patterns import compile_pattern, spelled_out

_FULL_WIDTH = "".join(chr(code) for code in range(0xFF01, 0xFF5F))
_RARE = re.compile("[\uff01-\uff5e\u201a\u201b\u201e\u201f`´′″‧•∙⋅・･\t\u2002\u2003\u2009\u200b\u3000\ufeff]")
_FOLD_RARE = str.maketrans(
    _FULL_WIDTH + "‚‛`´′" + "„‟″" + "‧•∙⋅・･" + "\t\u2002\u2003\u2009\u200b\u3000\ufeff",
    "".join(chr(ord(wide) - 0xFEE0) for wide in _FULL_WIDTH).lower() + "'" * 5 + '"' * 3 + "·" * 6 + " " * 7,
)
_FOLD_COMMON = (("‘", "'"), ("’", "'"), ("“", '"'), ("”", '"'), ("ㆍ", "·"), ("\u00a0", " "))

_LONGEST = 1_000  # characters of a sentence
_UNSAFE = re.compile("[\0\ud800-\udfff]")
_CLUSTER = re.compile(  # what may become one character: a syllable in jamo, or anything with its combining marks
    "(?:[\u1100-\u115f\ua960-\ua97c]+[\u1160-\u11a7\ud7b0-\ud7c6]*|.)[\u11a8-\u11ff\ud7cb-\ud7fb\u0300-\u036f\u3099\u309a]*",
    re.DOTALL,
)
_WORD = re.compile(r"\S+\s*")


class _ClauseWords(Struct, frozen=True):
    sentence_lead: str
    sentence_ends: tuple[str, ...]
    clause_ends: tuple[tuple[str, ...], ...]
    modes: dict[str, tuple[str, ...]]


class _Compiled:
    """clauses.yml, ready to be matched."""

    def __init__(self) -> None:
        words = read("clauses.yml", _ClauseWords)
        self.sentence_end = re.compile(f"{words.sentence_lead}(?:{'|'.join(words.sentence_ends)})")
        endings = [ending for group in words.clause_ends for source in group for ending in spelled_out(source)]
        self.modes = {mode: compile_pattern("|".join(sources)) for mode, sources in words.modes.items()}
        self._endings = frozenset(endings)

    def ends_clause(self, word: str) -> bool:
        """Is a word, without the comma behind it, the last of a clause?"""
        endings = self._endings
        return word[-2:] in endings or word[-3:] in endings or word[-1:] in endings or word[-4:] in endings


@cache
def _words() -> _Compiled:
    return _Compiled()


class Morpheme(NamedTuple):
    """A morpheme as the analyser has it, and the characters [start, end) of its part's normalised text."""

    surface: str
    tag: str
    start: int
    end: int


class Reading:
    """One document under reading; `published` is its publication time on Korea's clock, or None."""

    def __init__(self, document: Document, analyser: Analyser) -> None:
        self.kind: Kind = document.kind
        self.published: datetime | None = to_kst(document.published_at) if document.published_at else None
        self.title = Part("title", document.title, analyser)
        self.text = Part("text", document.text, analyser)
        self.parts = (self.title, self.text)

    @cached_property
    def sentences(self) -> tuple["Sentence", ...]:
        """All sentences: those of the title, then those of the text."""
        return (*self.title.sentences, *self.text.sentences)


class Part:
    """The title or the text of a document."""

    start = 0

    def __init__(self, name: str, original: str, analyser: Analyser) -> None:
        self.name = name
        self.analyser = analyser
        self.text, self._places = _normalise(original)
        self.folded = _fold(self.text)
        self.end = len(self.text)

    @cached_property
    def sentences(self) -> tuple["Sentence", ...]:
        """The sentences, without surrounding space. A line's end always ends a sentence."""
        return tuple([Sentence(self, index, start, end) for index, (start, end) in enumerate(self._cut())])

    def _cut(self) -> list[tuple[int, int]]:
        """The sentences' places. What never ends is cut at spaces, so that no work grows with the square of a text."""
        text, begin, places = self.folded, 0, []
        for end in [*[match.end() for match in _words().sentence_end.finditer(text)], self.end]:
            while end - begin > _LONGEST:
                space = text.rfind(" ", begin + 1, begin + _LONGEST)
                cut = space if space > 0 else begin + _LONGEST
                places.append((begin, cut))
                begin = cut
            places.append((begin, end))
            begin = end
        stripped = [_strip(text, start, end) for start, end in places]
        return [place for place in stripped if place[0] < place[1]]

    @cached_property
    def _starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    def sentence_at(self, place: int) -> "Sentence":
        """The sentence that holds the character at `place`, or the last one that begins before it."""
        return self.sentences[max(bisect_right(self._starts, place) - 1, 0)]

    def clause_at(self, place: int) -> "Clause":
        """The clause that holds the character at `place`."""
        return self.sentence_at(place).clause_at(place)

    def morphemes(self, start: int, end: int) -> tuple[Morpheme, ...]:
        """The analyser's morphemes of the characters [start, end).

        One that the analyser rewrote stands where the next character of the text is.
        """
        found: list[Morpheme] = []
        text = self.text[start:end]
        cursor = 0
        for surface, tag in self.analyser.pos(text):
            place = text.find(surface, cursor, cursor + len(surface) + 20)
            first, last = (place, place + len(surface)) if place >= 0 else (cursor, cursor)
            found.append(Morpheme(surface, tag, start + first, start + last))
            cursor = last
        return tuple(found)

    def evidence(self, start: int, end: int, rule: str) -> Evidence:
        """Evidence at [start, end) of the normalised text, given in the document's own offsets."""
        sentence = self.sentence_at(start).text
        if self._places is not None:
            start, end = self._places[start], self._places[end]
        return Evidence(part=self.name, start=start, end=end, sentence=sentence, rule=rule)


class _Text:
    """A stretch of a part that may be asked for the modes in catalog/clauses.yml."""

    __slots__ = ("_found", "end", "folded", "index", "part", "start")

    def __init__(self, part: Part, index: int, start: int, end: int) -> None:
        self.part = part
        self.index = index
        self.start = start
        self.end = end
        self.folded = part.folded[start:end]
        self._found: dict[str, bool] = {}

    @property
    def text(self) -> str:
        """The stretch as written."""
        return self.part.text[self.start : self.end]

    def has(self, *modes: str) -> bool:
        """Has the stretch words of one of `modes`?"""
        found = self._found
        for mode in modes:
            if mode not in found:
                found[mode] = _words().modes[mode].search(self.folded) is not None
            if found[mode]:
                return True
        return False


class Sentence(_Text):
    """A sentence of a part; `index` counts from 0 within the part."""

    __slots__ = ("__dict__",)

    @cached_property
    def clauses(self) -> tuple["Clause", ...]:
        """The clauses: together they are the whole sentence."""
        clauses: list[Clause] = []
        begin, words = 0, _words()
        for word in _WORD.finditer(self.folded):
            end = word.end()
            if end == len(self.folded) or words.ends_clause(word[0].rstrip(" ,\"')")):
                clauses.append(Clause(self, len(clauses), self.start + begin, self.start + end))
                begin = end
        return tuple(clauses)

    def clause_at(self, place: int) -> "Clause":
        """The clause that holds the character at `place` (an offset into the part)."""
        for clause in self.clauses:
            if place < clause.end:
                return clause
        return self.clauses[-1]


class Clause(_Text):
    """A clause of a sentence; `index` counts from 0 within the sentence."""

    __slots__ = ("sentence",)

    def __init__(self, sentence: Sentence, index: int, start: int, end: int) -> None:
        super().__init__(sentence.part, index, start, end)
        self.sentence = sentence


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    """[start, end) of `text` without the space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _fold(text: str) -> str:
    """`text` as words and patterns see it (see the module's docstring), of the same length."""
    folded = text.lower()
    if len(folded) != len(text):  # İ becomes two characters
        folded = "".join(character if len(character.lower()) > 1 else character.lower() for character in text)
    for written, plain in _FOLD_COMMON:
        folded = folded.replace(written, plain)
    return folded.translate(_FOLD_RARE) if _RARE.search(folded) else folded


def _normalise(original: str) -> tuple[str, list[int] | None]:
    """`original` in NFC without NUL and lone surrogates; and where each of its characters, and its end, stood.

    The places are None where nothing moved.
    """
    if unicodedata.is_normalized("NFC", original) and not _UNSAFE.search(original):
        return original, None
    pieces: list[str] = []
    places: list[int] = []
    for cluster in _CLUSTER.finditer(original):
        piece = unicodedata.normalize("NFC", _UNSAFE.sub("", cluster[0]))
        pieces.append(piece)
        if len(piece) == len(cluster[0]):
            places.extend(range(cluster.start(), cluster.end()))
        else:
            places.extend([cluster.start()] * len(piece))
    return "".join(pieces), [*places, len(original)]
