"""A document as the finders read it: parts, sentences, clauses, morphemes, all with their place in the original text.

    reading = Reading(document, analyser("mecab"))
    for part in reading.parts:                    # title first, then the text
        values, matches = part.hits(LEXICON)
        for word, start, end in matches:
            if not part.clause_at(start).has("hypothetical", "feared"):
                evidence = part.evidence(start, end, f"damages.example:{values[word]}")
    reading.close()

`Part`, `Sentence` and `Clause` have `start`, `end` (offsets into the part's normalised text), `text` (that text) and
`folded`, which has the same length and is what words and patterns are matched against: Latin letters in lower case,
full-width letters made narrow, every quotation mark ' or ", every middle dot ·, every kind of space a plain one.
`Part.evidence(start, end, rule)` takes such offsets and gives Evidence with offsets into the document's own string,
also where normalising moved characters (NFD input, NUL, lone surrogates).

`Clause.has(mode)` and `Sentence.has(mode)` say how it means what it says, by the words of catalog/clauses.yml:
hypothetical (a condition, a supposition, a drill), feared (warned of, guarded against) or recalled (of an earlier
outage). `Part.morphemes(start, end)`
are the analyser's (surface, tag, start, end) of a stretch, offsets as above.

Hits, sentences, clauses and modes are computed when first asked for: look for exact words in a whole part first, then
ask `part.sentence_at(place)` or `part.clause_at(place)` about the hits.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from meoktong.catalog import Struct, read
from meoktong.models import Document, Evidence, Kind
from meoktong.times import to_kst
from nlp.cues import Cue, Cues, Said
from nlp.lazy import lazy
from nlp.morphology import Analyser
from nlp.patterns import Hits, Index, Lexicon, spelled_out

T = TypeVar("T")
A = TypeVar("A")

Indexes = Mapping[Lexicon[Any], Index]
NO_INDEXES: Indexes = MappingProxyType({})

_FULL_WIDTH = "".join(chr(code) for code in range(0xFF01, 0xFF5F))
_RARE = re.compile("[\uff01-\uff5e\u201a\u201b\u201e\u201f`´′″‧•∙⋅・･\t\u2002\u2003\u2009\u200b\u3000\ufeff]")
_FOLD_RARE = str.maketrans(
    _FULL_WIDTH + "‚‛`´′" + "„‟″" + "‧•∙⋅・･" + "\t\u2002\u2003\u2009\u200b\u3000\ufeff",
    "".join(chr(ord(wide) - 0xFEE0) for wide in _FULL_WIDTH).lower() + "'" * 5 + '"' * 3 + "·" * 6 + " " * 7,
)
_FOLD_COMMON = (("‘", "'"), ("’", "'"), ("“", '"'), ("”", '"'), ("ㆍ", "·"), ("\u00a0", " "))

RECALLED = "recalled"  # the mode of a sentence that tells of another, earlier outage
_LONGEST = 1_000  # characters of a sentence
_UNSAFE = re.compile("[\0\ud800-\udfff]")
_CLUSTER = re.compile(  # what may become one character: a syllable in jamo, or anything with its combining marks
    "(?:[\u1100-\u115f\ua960-\ua97c]+[\u1160-\u11a7\ud7b0-\ud7c6]*|.)[\u11a8-\u11ff\ud7cb-\ud7fb\u0300-\u036f\u3099\u309a]*",
    re.DOTALL,
)
_BEHIND_WORD = " ,\"')"
_BEHIND_CLAUSE = re.compile(r"[,\"')]* +")


class _ClauseWords(Struct, frozen=True):
    sentence_lead: str
    sentence_ends: tuple[str, ...]
    clause_ends: tuple[tuple[str, ...], ...]
    modes: dict[str, tuple[Cue, ...]]


class _Compiled:
    """clauses.yml, ready to be matched."""

    def __init__(self) -> None:
        words = read("clauses.yml", _ClauseWords)
        self.sentence_end = re.compile(f"{words.sentence_lead}(?:{'|'.join(words.sentence_ends)})")
        endings = [ending for group in words.clause_ends for source in group for ending in spelled_out(source)]
        self._endings = frozenset(endings)
        self.modes = Cues(words.modes)
        self.clause_ends = Lexicon((ending[-2:] + behind, True) for ending in endings for behind in _BEHIND_WORD)

    def ends_clause(self, text: str, end: int) -> bool:
        """Does a word of `text` that ends a clause end at `end`?"""
        endings = self._endings
        return (
            text[end - 2 : end] in endings
            or text[end - 3 : end] in endings
            or text[end - 1 : end] in endings
            or text[max(end - 4, 0) : end] in endings
        )


@cache
def _words() -> _Compiled:
    return _Compiled()


def lexicons() -> tuple[Lexicon[Any], ...]:
    """The words that are looked for: those of modes, and the last characters of clauses."""
    return _words().modes.words, _words().clause_ends


class Morpheme(NamedTuple):
    """A morpheme as the analyser has it, and the characters [start, end) of its part's normalised text."""

    surface: str
    tag: str
    start: int
    end: int


class Reading:
    """One document under reading."""

    def __init__(self, document: Document, analyser: Analyser, indexes: Indexes = NO_INDEXES) -> None:
        """`indexes` has the index that a lexicon is looked for with; others have a pass of their own."""
        self.kind: Kind = document.kind
        self._published_at = document.published_at
        self.title = Part("title", document.title, analyser, indexes)
        self.text = Part("text", document.text, analyser, indexes)
        self.parts = (self.title, self.text)

    @lazy
    def published(self) -> datetime | None:
        """When the document was published, on Korea's clock."""
        return to_kst(self._published_at) if self._published_at else None

    def close(self) -> None:
        """Let go of the sentences and clauses, which point back at their part: Python finds such circles late."""
        for part in self.parts:
            part.forget()

    @lazy
    def sentences(self) -> tuple["Sentence", ...]:
        """All sentences: those of the title, then those of the text."""
        return (*self.title.sentences, *self.text.sentences)


class Part:
    """The title or the text of a document."""

    start = 0

    def __init__(self, name: str, original: str, analyser: Analyser, indexes: Indexes) -> None:
        self.name = name
        self.analyser = analyser
        self.text, self._places = _normalise(original)
        self.folded = _fold(self.text)
        self.end = len(self.text)
        self._indexes = indexes
        self._hits: dict[Lexicon[Any], Hits[Any]] = {}
        self._said: dict[Cues, list[Said]] = {}
        self._clauses: dict[int, Clause] = {}
        self._remembered: dict[tuple[Callable[..., Any], Any], Any] = {}

    def hits(self, lexicon: Lexicon[T]) -> Hits[T]:
        """Where the lexicon's words stand."""
        found = self._hits.get(lexicon)
        if found is None:
            index = self._indexes.get(lexicon) or lexicon.alone
            self._hits.update(index.find(self.folded))
            found = self._hits[lexicon]
        return found

    def said(self, cues: Cues) -> list[Said]:
        """Every phrase of `cues`, by place."""
        found = self._said.get(cues)
        if found is None:
            found = self._said[cues] = cues.find(self.folded, self.hits(cues.words))
        return found

    @lazy
    def modes(self) -> dict[str, list[int]]:
        """Where words of a mode stand, in order; modes without any are left out."""
        places: dict[str, list[int]] = {}
        for said in self.said(_words().modes):
            places.setdefault(said.name, []).append(said.start)
        return places

    @lazy
    def sentences(self) -> tuple["Sentence", ...]:
        """The sentences, without surrounding space. A line's end always ends a sentence."""
        places = enumerate(zip(*self.cut, strict=True))
        return tuple([Sentence(self, index, start, end) for index, (start, end) in places])

    @lazy
    def _starts(self) -> list[int]:
        return self.cut[0]

    @lazy
    def cut(self) -> tuple[list[int], list[int]]:
        """Where the sentences start and end. What never ends is cut at spaces: no work grows with a text's square."""
        text, begin = self.folded, 0
        starts: list[int] = []
        ends: list[int] = []
        for end in [*[match.end() for match in _words().sentence_end.finditer(text)], self.end]:
            while end > begin:
                cut = end if end - begin <= _LONGEST else _space(text, begin)
                piece = text[begin:cut].rstrip()
                if piece:
                    starts.append(begin + len(piece) - len(piece.lstrip()))
                    ends.append(begin + len(piece))
                begin = cut
        return starts, ends

    def remember(self, answer: Callable[[A], T], about: A) -> T:
        """`answer(about)`, never None, asked again and again: of the part, of what is in it or of its reading."""
        question = answer, about
        known: T | None = self._remembered.get(question)
        if known is None:
            known = self._remembered[question] = answer(about)
        return known

    def forget(self) -> None:
        """Let go of the sentences and clauses."""
        self.__dict__.pop("sentences", None)
        self._clauses.clear()
        self._remembered.clear()

    def sentence_at(self, place: int) -> "Sentence":
        """The sentence that holds the character at `place`, or the last one that begins before it."""
        return self.sentences[bisect_right(self._starts, place, 1) - 1]

    @lazy
    def _clause_ends(self) -> list[int]:
        """The places behind the words that end a clause, in order."""
        text, words, found = self.folded, _words(), []
        for _, _, end in self.hits(words.clause_ends)[1]:
            behind = _BEHIND_CLAUSE.match(text, end - 1) if words.ends_clause(text, end - 1) else None
            if behind:
                found.append(behind.end())
        return found

    def clause_at(self, place: int) -> "Clause":
        """The clause that holds the character at `place`."""
        sentence = self.sentence_at(place)
        place = min(max(place, sentence.start), sentence.end - 1)
        ends = self._clause_ends
        behind = bisect_right(ends, place)
        start = max(ends[behind - 1], sentence.start) if behind else sentence.start
        clause = self._clauses.get(start)
        if clause is None:
            end = min(ends[behind], sentence.end) if behind < len(ends) else sentence.end
            clause = self._clauses[start] = Clause(sentence, start, end)
        return clause

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
        starts, ends = self.cut
        sentence = bisect_right(starts, start, 1) - 1
        text = self.text[starts[sentence] : ends[sentence]]
        if self._places is not None:
            start, end = self._places[start], self._places[end]
        return Evidence(part=self.name, start=start, end=end, sentence=text, rule=rule)


class _Text:
    """A stretch of a part that may be asked for the modes in catalog/clauses.yml."""

    __slots__ = ("end", "folded", "part", "start")

    def __init__(self, part: Part, start: int, end: int) -> None:
        self.part = part
        self.start = start
        self.end = end
        self.folded = part.folded[start:end]

    @property
    def text(self) -> str:
        """The stretch as written."""
        return self.part.text[self.start : self.end]

    def has(self, *modes: str) -> bool:
        """Has the stretch words of one of `modes`?"""
        places = self.part.modes
        for mode in modes:
            if mode in places:
                starts = places[mode]
                first = bisect_left(starts, self.start)
                if first < len(starts) and starts[first] < self.end:
                    return True
        return False


class Sentence(_Text):
    """A sentence of a part; `index` counts from 0 within the part."""

    __slots__ = ("index",)

    def __init__(self, part: Part, index: int, start: int, end: int) -> None:
        super().__init__(part, start, end)
        self.index = index

    def clause_at(self, place: int) -> "Clause":
        """The clause that holds the character at `place` (an offset into the part)."""
        return self.part.clause_at(place)


class Clause(_Text):
    """A clause of a sentence. The clauses of a sentence together are the whole sentence."""

    __slots__ = ("sentence",)

    def __init__(self, sentence: Sentence, start: int, end: int) -> None:
        super().__init__(sentence.part, start, end)
        self.sentence = sentence


def _space(text: str, begin: int) -> int:
    """Where to cut a sentence that begins at `begin` and is too long."""
    space = text.rfind(" ", begin + 1, begin + _LONGEST)
    return space if space > 0 else begin + _LONGEST


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
