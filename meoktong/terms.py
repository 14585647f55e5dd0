"""Words as the full-text index has them: the same on every database, whatever its idea of Korean.

A text is indexed by its pairs of neighbouring syllables, across spaces, so that spacing cannot matter and no analyser
has to read a million documents. A query is a list of words, split by an analyser (`nlp.words`) that drops particles and
endings; a word is found where all its pairs are. Each syllable is written in three ASCII characters (onset, vowel,
final), so a verb's stem is a prefix: 멈추, 멈췄 and 멈춘 share the pair of 멈 and the onset of 추.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from meoktong.errors import MeoktongError

LONGEST = 40  # characters of a word in Latin letters or digits that count
LONGEST_QUERY = 200  # terms
IN_TITLE = "t"  # begins a term of the title, which is also a term of the document

_FIRST, _ONSET, _VOWEL = 0xAC00, 21 * 28, 28  # the first syllable, and how many share an onset, and a vowel too
_PAIR = 6  # characters of a pair of syllables
_LETTERS = "0123456789abcdefghijklmnopqr"
CODES = {
    chr(_FIRST + number): chr(ord("a") + onset) + chr(ord("a") + vowel) + final
    for number, (onset, vowel, final) in enumerate(product(range(19), range(21), _LETTERS))
}
SPACES = " \t\u3000"  # that may be within a run
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_THOUSANDS = re.compile(r",(?<=\d,)(?=\d{3}(?!\d))")
# Hangul with spaces between, or letters and digits of another script; lone jamo such as ㅋㅋ are neither
RUN = re.compile(r"[가-힣](?:[가-힣 \t\u3000]*[가-힣])?|(?:(?![가-힣\u1100-\u11ff])[^\W_])+")
_PIECE = re.compile(r'(-?)"([^"]*)"|(\S+)')
_QUOTES = str.maketrans(dict.fromkeys("“”„‟「」『』«»", '"'))


@dataclass(frozen=True, slots=True)
class Word:
    """What is looked for. Of a `stem`'s last syllable only the onset counts, of a single one the vowel too."""

    text: str
    stem: bool = False


Words = tuple[Word, ...]
Split = Callable[[str], Sequence[Word]]


@dataclass(frozen=True, slots=True)
class Query:
    """Documents with every word of at least one group of `any_of` and not all the words of any group of `without`."""

    any_of: tuple[Words, ...]
    without: tuple[Words, ...] = ()


def parse(text: str, split: Split) -> Query:
    """The query that a person typed: words; "a phrase" as it stands; -word to exclude; OR between alternatives.

    `split` finds the words in what is not quoted. Everything else that is no letter or digit means nothing. Raises
    MeoktongError when nothing is left to look for.
    """
    any_of: list[Words] = []
    without: list[Words] = []
    for part in re.split(r"\s+(?:OR|\|)\s+", normal(text).translate(_QUOTES)):
        plain: list[str] = []
        words: list[Word] = []
        for minus, phrase, bare in _PIECE.findall(part):
            if bare.startswith("-"):
                without.append(_words(bare[1:], split))
            elif bare:
                plain.append(bare)
            elif minus:
                without.append((Word(phrase),))
            else:
                words.append(Word(phrase))
        any_of.append(tuple(dict.fromkeys([*_words(" ".join(plain), split), *words])))
    wanted = tuple(found for group in any_of if (found := _searchable(group)))
    if not wanted:
        raise MeoktongError(f"{text!r} has no word to look for")
    query = Query(wanted, tuple(found for group in without if (found := _searchable(group))))
    if sum(len(terms_of(word)) for group in (*query.any_of, *query.without) for word in group) > LONGEST_QUERY:
        raise MeoktongError(f"a search takes about {LONGEST_QUERY} syllables at most")
    return query


def terms_of(word: Word) -> list[tuple[str, bool]]:
    """The terms that a document with `word` has, and whether a term is but the beginning of the document's."""
    found = list(_wanted(normal(word.text)))
    if word.stem and found:
        last = found[-1][0]
        found[-1] = (last[: 4 if len(last) == _PAIR else 2], True)
    return found


def pattern(words: Sequence[Word]) -> re.Pattern[str]:
    """Finds `words` in a text in NFC, however they are spaced."""
    spellings = sorted({_spelling(word) for word in words}, key=len, reverse=True)
    return re.compile("|".join(spellings), re.IGNORECASE)


def normal(text: str) -> str:
    """`text` in one spelling: composed syllables, half-width forms, lower case but for OR, numbers without commas."""
    composed = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return _THOUSANDS.sub("", composed)


def _words(text: str, split: Split) -> Words:
    """By `split`; as it stands when that leaves nothing."""
    return _searchable(split(text)) or _searchable([Word(text)])


def _searchable(words: Sequence[Word]) -> Words:
    return tuple(word for word in words if terms_of(word))


def _wanted(text: str) -> Iterator[tuple[str, bool]]:
    """Terms with whether they are beginnings."""
    for run in RUN.findall(text):
        if not is_hangul(run):
            yield from ((term, False) for term in foreign(run))
        elif len(run) == 1:
            yield CODES[run], True
        else:
            yield from ((CODES[one] + CODES[other], False) for one, other in pairwise("".join(run.split())))


def is_hangul(run: str) -> bool:
    """Whether a run found by RUN is of syllables."""
    return "가" <= run[0] <= "힣"


def foreign(run: str) -> list[str]:
    """The terms of a run that is not."""
    return ["w" + run[:LONGEST].lower()] if run.isascii() else [f"u{ord(c):x}" for c in run.casefold()]


def _spelling(word: Word) -> str:
    characters = [c for c in normal(word.text) if not c.isspace()]
    spelt = [re.escape(c) for c in characters]
    if word.stem:
        share = _ONSET if len(spelt) > 1 else _VOWEL
        first = ord(characters[-1]) - (ord(characters[-1]) - _FIRST) % share
        spelt[-1] = f"[{chr(first)}-{chr(first + share - 1)}]"
    return r"[ \t\u3000]*".join(spelt)
