"""Predicate-argument frames: a noun and what is said of it, found near each other in a sentence.

A frame says "주문 (or 오더, 장바구니 ...) that 못 받다 (or 끊기다, 막히다 ...)". Nouns are looked for in one
Aho-Corasick pass over a part, predicates in another. A noun's predicate stands after it, up to the frame's `gap` and
not across a change of subject, or right before it ("끊긴 주문"). What is feared, supposed, planned or denied does not
count.

The words come from the catalog: frames from the entry's file, shared sets, actors and barriers from phrases.yml.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, reduce
from operator import itemgetter, or_
from typing import Any

import msgspec

from meoktong.catalog import Damage, Frame, Industry, Struct, read
from meoktong.errors import CatalogError
from meoktong.models import Label
from nlp.cues import Cue, Cues
from nlp.lazy import lazy
from nlp.outages import planned
from nlp.patterns import Lexicon, any_of, compile_pattern, compiled, longest
from nlp.text import Part, Reading, Sentence
from nlp.verbs import Predicate, Predicates

_BEFORE = 18  # characters before a noun in which a modifying predicate may stand
_NOMINAL = 13  # characters that a predicate which is itself a noun (결제 오류) must stand nearer
_TAIL = 16  # characters after a predicate that may take it back


class _Phrases(Struct, frozen=True):
    """phrases.yml: what frames share."""

    verbs: dict[str, tuple[str, ...]]
    actors: dict[str, tuple[str, ...]]
    objects: str  # behind an actor: to whom it is done
    not_nouns: tuple[str, ...]  # longer words that hold a noun without meaning it
    particles: tuple[str, ...]  # what may stand after a noun
    heads: tuple[str, ...]  # a noun followed by one of these modifies the next noun
    barriers: tuple[str, ...]  # between noun and predicate: they do not belong together
    taken_back: tuple[str, ...]  # after a predicate: it did not happen
    supposed: tuple[Cue, ...]  # before it in the clause: it did not happen
    unharmed: tuple[Cue, ...]  # they end what a clause tells of things that kept working
    harm: tuple[str, ...]  # words of a sentence that tells of harm
    self: tuple[str, ...]  # after a trade: it is the author's own
    voice: tuple[str, ...]  # words of a post by somebody who trades


class _Compiled:
    """A frame ready for use."""

    near, unless = compiled(any_of), compiled(any_of)

    def __init__(self, rule: str, label: str, source: Frame) -> None:
        for actor in (source.by, source.not_by):
            if actor and actor not in phrases().actors:
                raise CatalogError(f"{label}: no actors {actor!r} in phrases.yml")
        self.id = label
        self.rule = rule
        self.by = source.by
        self.not_by = source.not_by
        self.source = source


_END = itemgetter(2)


class Found(msgspec.Struct, frozen=True):
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
def _supposed() -> Cues:
    return Cues({"supposed": phrases().supposed})


@cache
def _guards() -> tuple[re.Pattern[str], ...]:
    words = phrases()
    return (
        compile_pattern(rf"(?![가-힣])|(?:{'|'.join(words.particles)})(?:(?![가-힣])|(?=안|못))"),
        any_of(words.heads),
        any_of(words.barriers),
        any_of(words.taken_back),
    )


@cache
def _objects() -> re.Pattern[str]:
    return compile_pattern(phrases().objects)


class Actors:
    """Who speaks or acts in a sentence, as far as phrases.yml tells: the kind of the actor nearest before a place."""

    def __init__(self) -> None:
        self.lexicon = Lexicon([(word, kind) for kind, words in phrases().actors.items() for word in words])

    def nearest(self, sentence: Sentence, place: int) -> str | None:
        """The kind of the last actor before `place` in the sentence, if possible of one who acts; None if none."""
        values, matches = sentence.part.hits(self.lexicon)
        first = bisect_left(matches, sentence.start, key=_END)
        near = matches[first : bisect_right(matches, place, key=_END)]
        before = longest([match for match in near if sentence.start <= match[1]])
        acting = [match for match in before if not _objects().match(sentence.part.folded, match[2])]
        return values[(acting or before)[-1][0]] if before else None


@cache
def _actors() -> Actors:
    return Actors()


class _Said:
    """The predicates of `frames` in a part, found when first asked for."""

    def __init__(self, part: Part, predicates: Predicates, frames: int) -> None:
        self.part = part
        self._predicates = predicates
        self._frames = frames
        self._void: dict[Predicate, bool] = {}

    @lazy
    def _found(self) -> list[Predicate]:
        return self._predicates.find(self.part, self._frames)

    def between(self, start: int, end: int, frames: int) -> list[Predicate]:
        """Those of `frames` that begin in [start, end)."""
        found = self._found
        first = bisect_left(found, (start,))
        return [predicate for predicate in found[first : bisect_left(found, (end,), first)] if predicate[2] & frames]

    def void(self, predicate: Predicate, sentence: Sentence) -> bool:
        """Is a predicate of `sentence` only feared, supposed, planned or denied?"""
        void = self._void.get(predicate)
        if void is None:
            void = self._void[predicate] = _void(sentence, predicate[0], predicate[1])
        return void


class Finder:
    """All frames of one catalog file, looked for together. A set of frames is a number: frame n is its nth bit."""

    def __init__(self, file: str, entries: Mapping[str, Damage] | Mapping[str, Industry]) -> None:
        """`entries` are those of the catalog's `file`. Raises CatalogError for a name unknown to phrases.yml."""
        frames = [(entry.id, frame) for entry in entries.values() for frame in entry.frames]
        self._frames = [_Compiled(f"{file}.{id_}", id_, frame) for id_, frame in frames]
        nouns = dict.fromkeys(phrases().not_nouns, 0)
        verbs: dict[str, int] = {}
        for index, (id_, frame) in enumerate(frames):
            for words, known in ((frame.nouns, nouns), (_expand(id_, frame.verbs), verbs)):
                for word in words:
                    known[word] = known.get(word, 0) | 1 << index
        self._predicates = Predicates(verbs)
        self._bare = _set(not frame.verbs for _, frame in frames)
        self._nouns = Lexicon((noun, found | self._inherited(noun, nouns)) for noun, found in nouns.items())
        self._across = _set(frame.across for _, frame in frames)
        # by the characters between noun and predicate: the frames that let so many stand there
        far = range(max(frame.gap for _, frame in frames) + 1)
        self._reach = [_set(frame.gap >= away for _, frame in frames) for away in far]
        self._reach_nominal = [
            _set((frame.gap - _NOMINAL if frame.gap > _NOMINAL else frame.gap) >= away for _, frame in frames)
            for away in far
        ]
        self._of = {label: _set(id_ == label for id_, _ in frames) for label in entries}
        self._actors = _actors()

    def _inherited(self, noun: str, nouns: Mapping[str, int]) -> int:
        """The predicated frames of the first and last of several words: what holds for 예약 does for 예약 명단."""
        words = noun.split(" ")
        if len(words) == 1 or not nouns[noun]:
            return 0
        return (nouns.get(words[0], 0) | nouns.get(words[-1], 0)) & ~self._bare

    @property
    def lexicons(self) -> tuple[Lexicon[Any], ...]:
        """The words that are looked for."""
        return self._nouns, self._predicates.words, self._actors.lexicon, _supposed().words

    def find(self, reading: Reading, among: Iterable[str] | None = None) -> Iterator[Found]:
        """Every frame in the document, or those of the labels `among`, in the order of their nouns."""
        asked = -1 if among is None else reduce(or_, map(self._of.__getitem__, among), 0)
        if asked:
            for part in reading.parts:
                yield from reversed(list(self._backwards(part, reading.title.folded, asked)))

    def _backwards(self, part: Part, title: str, asked: int) -> Iterator[Found]:
        """The frames of a part that are `asked` for, the last noun's first."""
        folded = part.folded
        values, matches = part.hits(self._nouns)
        nouns = [
            (start, end, values[word] & asked)
            for word, start, end in longest(matches)
            if end - start > 1 or not start or not folded[start - 1].isalnum()
        ]
        said = _Said(part, self._predicates, reduce(or_, (frames for _, _, frames in nouns), 0))
        taken = -1  # where the last noun stands of those that have a predicate
        for start, end, frames in reversed(nouns):
            if not frames:
                continue
            bare = frames & self._bare
            verbs = said.between(start - _BEFORE, end + len(self._reach), frames & ~bare) if frames != bare else []
            if not bare and not verbs:
                continue
            sentence = part.sentence_at(start)
            spans = [(bare, start, end)] if bare and not _void(sentence, start, end) else []
            if verbs:
                open_ = _open(frames & ~bare, folded, end, taken, verbs)
                spans.extend(self._spans(open_, sentence, start, end, verbs, said))
            for bits, first, last in spans:
                for frame in self._members(bits):
                    if self._holds(frame, sentence, title, end):
                        taken = start
                        yield Found(frame.id, f"{frame.rule}:{folded[start:end]}", part, first, last)

    def _spans(
        self, frames: int, sentence: Sentence, start: int, end: int, verbs: list[Predicate], said: _Said
    ) -> Iterator[tuple[int, int, int]]:
        """Which of `frames` have one of `verbs` as predicate of the noun at [start, end), and where the two stand."""
        if not frames:
            return
        folded = said.part.folded
        barrier = _guards()[2]
        for verb in verbs:
            first, last, value, nominal = verb
            held = frames & value
            if not held or first < end or first >= sentence.end:
                continue
            held &= (self._reach_nominal if nominal else self._reach)[first - end]
            if held and barrier.search(folded[end:first]):
                frames &= self._across
                held &= self._across
            if held and not said.void(verb, sentence):
                frames &= ~held
                yield held, start, last
        if folded[end : end + 1] == " ":
            return  # what stands before may belong to the noun that follows
        for verb in verbs:
            first, last, value, nominal = verb  # nouns modify nothing: in 중단 안내 no notice stopped
            held = frames & value
            if nominal or not held or last > start or first < sentence.start:
                continue
            if _MODIFIER.fullmatch(folded, last - 1, start) and not said.void(verb, sentence):
                frames &= ~held
                yield held, first, end

    def _members(self, frames: int) -> Iterator[_Compiled]:
        while frames:
            lowest = frames & -frames
            yield self._frames[lowest.bit_length() - 1]
            frames ^= lowest

    def _holds(self, frame: _Compiled, sentence: Sentence, title: str, end: int) -> bool:
        """Do the words around the noun, which ends at `end`, and who speaks allow the frame?"""
        text = sentence.folded
        if frame.unless and (frame.unless.search(text) or frame.unless.search(title)):
            return False
        near = frame.near
        if near and not (near.search(text) or near.search(title) or any(map(near.search, _beside(sentence)))):
            return False
        if frame.by or frame.not_by:
            kind = self._actors.nearest(sentence, end)
            return not (frame.by and kind != frame.by) and not (frame.not_by and kind == frame.not_by)
        return True


def _open(frames: int, folded: str, end: int, taken: int, verbs: list[Predicate]) -> int:
    """Those of `frames` whose noun, which ends at `end`, can have one of `verbs` as its own predicate."""
    particle, head, *_ = _guards()
    if head.match(folded, end):
        return 0
    if not particle.match(folded, end):
        frames &= _begun(verbs, end)
    if taken == end + 1:  # the first of two nouns in a row: the predicate is the second's
        frames &= _begun(verbs, taken)
    return frames


def _begun(verbs: list[Predicate], place: int) -> int:
    return reduce(or_, (verb[2] for verb in verbs if verb[0] == place), 0)


def _set(holds: Iterable[bool]) -> int:
    return sum(1 << index for index, held in enumerate(holds) if held)


def labels(found: Iterable[Found], order: Iterable[str]) -> tuple[Label, ...]:
    """What was found as labels in the given order of ids, each noun as evidence once."""
    by_id: dict[str, dict[tuple[str, int], Found]] = {}
    for item in found:
        by_id.setdefault(item.id, {}).setdefault((item.part.name, item.start), item)
    return tuple(
        Label(id=id_, evidence=tuple(f.part.evidence(f.start, f.end, f.rule) for f in by_id[id_].values()))
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


_NOT = re.compile("(?:^|[^가-힣])안 ?$")  # right before what did not happen: 데이터는 안 날아갔다
_MODIFIER = compile_pattern(
    r"[가-힣]{0,3}(?:다는 |(?:{ㄴ}|(?<!다)는|던) (?:[가-힣0-9]{1,4}(?<![이가은는을를도에의와과로큼안]) )?)"
)


def _void(sentence: Sentence, start: int, end: int) -> bool:
    """Is what stands at [start, end) only feared, supposed, planned or denied?"""
    part = sentence.part
    if (
        planned(sentence)
        or _NOT.search(part.folded, max(sentence.start, start - 3), start)
        or _guards()[-1].match(part.folded, end, min(end + _TAIL, sentence.end))
    ):
        return True
    before = [said.start for said in part.said(_supposed()) if sentence.start <= said.start and said.end <= end]
    return bool(before) and before[-1] >= sentence.clause_at(start).start


def _expand(label: str, verbs: tuple[str, ...]) -> Iterator[str]:
    for verb in verbs:
        if not verb.startswith("@"):
            yield verb
        elif verb[1:] in phrases().verbs:
            yield from phrases().verbs[verb[1:]]
        else:
            raise CatalogError(f"{label}: no verbs {verb!r} in phrases.yml")
