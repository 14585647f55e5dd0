"""Predicate-argument frames: a noun and what is said of it, found near each other in a sentence.

A frame says "주문 (or 오더, 장바구니 ...) that 못 받다 (or 끊기다, 막히다 ...)". Nouns are looked for in one
Aho-Corasick pass over a part. Only where one stands are predicates looked for: after it, up to the frame's `gap` and
not across a change of subject, or right before it ("끊긴 주문"). What is feared, supposed, planned or denied does not
count.

The words come from the catalog: frames from the entry's file, shared sets, actors and barriers from phrases.yml.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from meoktong.catalog import Damage, Frame, Industry, Struct, read
from meoktong.errors import CatalogError
from meoktong.models import Label
from nlp.patterns import Hit, Lexicon, any_of, compile_pattern
from nlp.text import Part, Reading, Sentence
from nlp.verbs import compile_verbs

_BEFORE = 18  # characters before a noun in which a modifying predicate may stand
_VERB = 14  # characters that a predicate may reach beyond the gap
_NOMINAL = 13  # characters that a predicate which is itself a noun (결제 오류) must stand nearer
_TAIL = 16  # characters after a predicate that may take it back


class _Phrases(Struct, frozen=True):
    """phrases.yml: what frames share."""

    verbs: dict[str, tuple[str, ...]]
    actors: dict[str, tuple[str, ...]]
    not_nouns: tuple[str, ...]  # longer words that hold a noun without meaning it
    particles: tuple[str, ...]  # what may stand after a noun
    heads: tuple[str, ...]  # a noun followed by one of these modifies the next noun
    barriers: tuple[str, ...]  # between noun and predicate: they do not belong together
    taken_back: tuple[str, ...]  # after a predicate: it did not happen
    supposed: tuple[str, ...]  # before it in the clause: it did not happen
    harm: tuple[str, ...]  # words of a sentence that tells of harm
    self: tuple[str, ...]  # after a trade: it is the author's own
    voice: tuple[str, ...]  # words of a post by somebody who trades


class _Compiled(NamedTuple):
    """A frame ready for use."""

    id: str
    verbs: re.Pattern[str] | None
    gap: int
    across: bool
    by: str | None
    not_by: str | None
    near: re.Pattern[str] | None
    unless: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Found:
    """A frame found in a part: the label it stands for and the characters [start, end) that decided it."""

    id: str
    rule: str
    part: Part
    start: int
    end: int


@cache
def phrases() -> _Phrases:
    """The sets that frames share."""
    return read("phrases.yml", _Phrases)


@cache
def _guards() -> tuple[re.Pattern[str], ...]:
    words = phrases()
    return (
        compile_pattern(rf"(?![가-힣])|(?:{'|'.join(words.particles)})(?:(?![가-힣])|(?=안|못))"),
        any_of(words.heads),
        any_of(words.barriers),
        any_of(words.taken_back),
        any_of(words.supposed),
    )


class Actors:
    """Who speaks or acts in a sentence, as far as phrases.yml tells: the kind of the actor nearest before a place."""

    def __init__(self) -> None:
        self._lexicon = Lexicon([(word, kind) for kind, words in phrases().actors.items() for word in words])

    def nearest(self, sentence: Sentence, place: int) -> str | None:
        """The kind of the last actor before `place` in the sentence; None if there is none."""
        kind = None
        for hit in self._lexicon.find_longest(sentence.part.folded[sentence.start : place]):
            kind = hit.value
        return kind


class Finder:
    """All frames of one catalog file, looked for together."""

    def __init__(self, file: str, entries: Mapping[str, Damage] | Mapping[str, Industry]) -> None:
        """`entries` are those of the catalog's `file`. Raises CatalogError for a name unknown to phrases.yml."""
        self._file = file
        by_noun: dict[str, list[_Compiled]] = {word: [] for word in phrases().not_nouns}
        for entry in entries.values():
            for frame in entry.frames:
                compiled = _compile(entry.id, frame)
                for noun in frame.nouns:
                    by_noun.setdefault(noun, []).append(compiled)
        self._lexicon = Lexicon((noun, tuple(found)) for noun, found in by_noun.items())
        self._actors = Actors()

    def find(self, reading: Reading) -> Iterator[Found]:
        """Every frame in the document, in the order of their nouns."""
        title = reading.title.folded
        for part in reading.parts:
            found: list[Found] = []
            taken = -1  # where the last noun stands of those that have a predicate
            for hit in reversed(list(self._lexicon.find_longest(part.folded))):
                here = list(self._at(hit, part, title, taken))
                if here:
                    taken = hit.start
                    found.extend(here)
            yield from reversed(found)

    def _at(self, hit: Hit[tuple[_Compiled, ...]], part: Part, title: str, taken: int) -> Iterator[Found]:
        """The frames of the noun that `hit` found."""
        start, end, frames = hit
        folded = part.folded
        if not frames or (end - start == 1 and start and folded[start - 1].isalnum()):
            return
        particle, head, *_ = _guards()
        sentence = part.sentence_at(start)
        whole = particle.match(folded, end)
        modifies = head.match(folded, end)
        for frame in frames:
            if frame.verbs:
                if modifies or not (whole or frame.verbs.match(folded, end)):
                    continue
                if taken == end + 1 and not frame.verbs.match(folded, taken):
                    continue  # the first of two nouns in a row: the predicate is the second's
            yield from self._found(frame, sentence, title, start, end)

    def _found(self, frame: _Compiled, sentence: Sentence, title: str, start: int, end: int) -> Iterator[Found]:
        span = _span(frame, sentence, start, end)
        if span is None:
            return
        text = sentence.folded
        if frame.unless and (frame.unless.search(text) or frame.unless.search(title)):
            return
        if frame.near and not any(map(frame.near.search, (text, title, *_beside(sentence)))):
            return
        if frame.by or frame.not_by:
            kind = self._actors.nearest(sentence, end)
            if (frame.by and kind != frame.by) or (frame.not_by and kind == frame.not_by):
                return
        rule = f"{self._file}.{frame.id}:{sentence.part.folded[start:end]}"
        yield Found(frame.id, rule, sentence.part, *span)


def labels(found: Iterable[Found], order: Iterable[str]) -> tuple[Label, ...]:
    """What was found as labels with their evidence, in the given order of ids."""
    by_id: dict[str, list[Found]] = {}
    for item in found:
        by_id.setdefault(item.id, []).append(item)
    return tuple(
        Label(id=id_, evidence=tuple(item.part.evidence(item.start, item.end, item.rule) for item in by_id[id_]))
        for id_ in order
        if id_ in by_id
    )


def _beside(sentence: Sentence) -> Iterator[str]:
    """The sentences before and after this one."""
    sentences = sentence.part.sentences
    if sentence.index:
        yield sentences[sentence.index - 1].folded
    if sentence.index + 1 < len(sentences):
        yield sentences[sentence.index + 1].folded


def _span(frame: _Compiled, sentence: Sentence, start: int, end: int) -> tuple[int, int] | None:
    """Where noun and predicate stand, or None if no predicate holds for the noun."""
    folded = sentence.part.folded
    if frame.verbs is None:
        return None if _void(sentence, start, end) else (start, end)
    barrier = _guards()[2]
    for match in frame.verbs.finditer(folded, end, min(end + frame.gap + _VERB, sentence.end)):
        gap = frame.gap - _NOMINAL if match["nominal"] and frame.gap > _NOMINAL else frame.gap
        if match.start() - end > gap:
            continue
        if not frame.across and barrier.search(folded[end : match.start()]):
            break
        if not _void(sentence, match.start(), match.end()):
            return start, match.end()
    if folded[end : end + 1] == " ":
        return None  # what stands before may belong to the noun that follows
    before = max(start - _BEFORE, sentence.start)
    for match in frame.verbs.finditer(folded, before, start):
        if _MODIFIER.fullmatch(folded, match.end() - 1, start) and not _void(sentence, match.start(), match.end()):
            return match.start(), end
    return None


_MODIFIER = compile_pattern(r"[가-힣]{0,3}(?:다는 |(?:{ㄴ}|(?<!다)는|던) (?:[가-힣0-9]{1,4} )?)")


def _void(sentence: Sentence, start: int, end: int) -> bool:
    """Is what stands at [start, end) only feared, supposed, planned or denied?"""
    *_, taken_back, supposed = _guards()
    folded = sentence.part.folded
    if taken_back.match(folded, end, min(end + _TAIL, sentence.end)):
        return True
    return bool(supposed.search(folded, sentence.clause_at(start).start, end))


def _compile(label: str, frame: Frame) -> _Compiled:
    for actor in (frame.by, frame.not_by):
        if actor and actor not in phrases().actors:
            raise CatalogError(f"{label}: no actors {actor!r} in phrases.yml")
    return _Compiled(
        id=label,
        verbs=_predicates(_expand(label, frame.verbs)) if frame.verbs else None,
        gap=frame.gap,
        across=frame.across,
        by=frame.by,
        not_by=frame.not_by,
        near=any_of(frame.near) if frame.near else None,
        unless=any_of(frame.unless) if frame.unless else None,
    )


def _predicates(verbs: Iterable[str]) -> re.Pattern[str]:
    all_ = set(verbs)
    verbal = {verb for verb in all_ if verb.endswith("다")}
    return compile_pattern(
        f"(?:{compile_verbs(verbal) or '(?!)'})|(?P<nominal>{compile_verbs(all_ - verbal) or '(?!)'})"
    )


def _expand(label: str, verbs: tuple[str, ...]) -> Iterator[str]:
    for verb in verbs:
        if not verb.startswith("@"):
            yield verb
        elif verb[1:] in phrases().verbs:
            yield from phrases().verbs[verb[1:]]
        else:
            raise CatalogError(f"{label}: no verbs {verb!r} in phrases.yml")
