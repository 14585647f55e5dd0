"""Where a text says that something digital stopped, recovered or kept working.

`find(part)` is exact matching with a look at the neighbours of each hit. `Outage.asserted` asks its clause and
sentence; it is computed when first asked for.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Literal

from meoktong.catalog import Struct, read
from nlp.lazy import lazy
from nlp.patterns import Lexicon, compile_pattern, compiled, ending, longest
from nlp.text import Clause, Part, Sentence

Kind = Literal["outage", "fault", "symptom", "act", "slang", "harm", "recovery", "working"]

_DENIABLE = frozenset({"outage", "fault"})  # "not recovered" is an outage still, and symptoms are denials themselves
_SLANG = 20  # characters between a service and slang for its failure
_REACH = 60  # characters looked at next to a hit
_TRIED = 24  # characters before one that can hold what users do
_THING = 24  # characters before one that can hold the word for a thing
_CANCELLED = 15  # characters behind one in which "nothing to do with it" takes it back


class _Stem(Struct, frozen=True):
    kind: Kind
    words: tuple[str, ...]
    before: str | None = None
    after: str | None = None
    not_before: str | None = None
    not_after: str | None = None


class _Words(Struct, frozen=True):
    stems: tuple[_Stem, ...]
    denied_after: str
    unreal_before: str
    unreal_after: str
    when_after: str
    past: str
    subjects: tuple[str, ...]
    other_things: str
    plan: str
    plan_lead: str
    plan_not: str
    slang_things: str
    slang_gap: str
    own_fault: str
    drill: str
    no_outage: str
    happened: str
    earlier: str
    restored_gap: str
    survey: str
    tried: str
    since: str


class _Test:
    """A stem's neighbours, compiled."""

    before, not_before = compiled(ending), compiled(ending)
    after, not_after = compiled(), compiled()

    def __init__(self, source: _Stem) -> None:
        self.kind = source.kind
        self.source = source

    def holds(self, text: str, start: int, end: int) -> bool:
        if self.after and not self.after.match(text, end):
            return False
        if self.not_after and self.not_after.match(text, end):
            return False
        if self.before or self.not_before:
            left = text[max(0, start - _REACH) : start]
            if self.before and not self.before.search(left):
                return False
            if self.not_before and self.not_before.search(left):
                return False
        return True


class _Compiled:
    """outages.yml, ready to be matched."""

    def __init__(self) -> None:
        words = read("outages.yml", _Words)
        tests: dict[str, tuple[_Test, ...]] = {}
        for stem in words.stems:
            test = _Test(stem)
            for word in stem.words:
                tests[word] = (*tests.get(word, ()), test)
        self.stems = Lexicon(tests.items())
        self.denied_after = compile_pattern(words.denied_after)
        self.unreal_before = compile_pattern(words.unreal_before)
        self.unreal_after = compile_pattern(words.unreal_after)
        self.when_after = compile_pattern(words.when_after)
        self.past = compile_pattern(words.past)
        self.subjects = Lexicon((word, word) for word in words.subjects)
        self.other_things = compile_pattern(words.other_things)
        self.plan = compile_pattern(words.plan)
        self.plan_lead = compile_pattern(words.plan_lead)
        self.plan_not = compile_pattern(words.plan_not)
        self.drill = compile_pattern(words.drill)
        self.own_fault = compile_pattern(words.own_fault)
        self.no_outage = compile_pattern(words.no_outage)
        self.restored_gap = compile_pattern(words.restored_gap)
        self.since = compile_pattern(words.since)
        self.happened = compile_pattern(words.happened)
        self.earlier = compile_pattern(words.earlier)
        self.survey = compile_pattern(words.survey)
        self.tried = compile_pattern(words.tried)
        self.slang_gap = compile_pattern(words.slang_gap)
        self.slang_of_things = compile_pattern(f"(?:{words.slang_things}{words.slang_gap})\\Z")

    def find(self, part: Part, names: Sequence[int]) -> Iterator["Outage"]:
        text = part.folded
        values, matches = part.hits(self.stems)
        for word, start, end in longest(matches):
            for test in values[word]:
                slang = test.kind == "slang"
                if test.holds(text, start, end) and not (slang and not self._of_something(text, start, names)):
                    yield Outage(part, start, end, "symptom" if slang else test.kind)
                    break

    def _of_something(self, text: str, start: int, names: Sequence[int]) -> bool:
        """Slang for failing ("죽었다") counts only right behind what fails."""
        if self.slang_of_things.search(text[max(0, start - _SLANG) : start]):
            return True
        near = names[bisect_left(names, start - _SLANG) : bisect_right(names, start)]
        return any(self.slang_gap.fullmatch(text, end, start) for end in near)


class Outage:
    """A stretch [start, end) of a part that says so; `word` is what it says, folded."""

    __slots__ = ("__dict__", "end", "kind", "part", "start")

    def __init__(self, part: Part, start: int, end: int, kind: Kind) -> None:
        self.part = part
        self.start = start
        self.end = end
        self.kind = kind

    @property
    def word(self) -> str:
        """The stem found."""
        return self.part.folded[self.start : self.end].strip()

    @lazy
    def sentence(self) -> Sentence:
        """The sentence it stands in."""
        return self.part.sentence_at(self.start)

    @lazy
    def clause(self) -> Clause:
        """The clause it stands in."""
        return self.part.clause_at(self.start)

    @lazy
    def asserted(self) -> bool:
        """Does the text say that it happened: neither denied, feared, supposed nor planned?"""
        text, words = self.part.folded, _compiled()
        if self.kind in _DENIABLE and words.denied_after.match(text, self.end):
            return False
        when = words.when_after.match(text, self.end)
        if when and not words.past.search(text, when.end(), self.sentence.end) and not earlier(self.sentence):
            return False
        if words.unreal_after.match(text, self.end) or words.unreal_before.search(
            text[max(0, self.start - 12) : self.start]
        ):
            return False
        unreal = ("feared",) if self.kind == "recovery" else ("hypothetical", "feared")  # what can be used again works
        real = self._tried or words.since.match(text, self.end) is not None
        if self.sentence.has(*unreal) and self.clause.has(*unreal) and not real:
            return False
        return not planned(self.sentence)

    @property
    def _tried(self) -> bool:
        """Is it what users meet whenever they do something: "열면 저절로 닫힌다"?"""
        left = self.part.folded[max(0, self.start - _TRIED) : self.start]
        return self.kind == "harm" and _compiled().tried.search(left) is not None


@cache
def _compiled() -> _Compiled:
    return _Compiled()


def lexicons() -> tuple[Lexicon[Any], ...]:
    """The words that are looked for."""
    return _compiled().stems, _compiled().subjects


def find(part: Part, names: Sequence[int]) -> list[Outage]:
    """What `part` says of things stopping, by place. Overlapping stems: the longest counts.

    `names` are the places where the names of services end, in order.
    """
    return list(_compiled().find(part, names))


def told_by_sentence(outages: Iterable[Outage]) -> dict[Sentence, list[Outage]]:
    """What each sentence asserts of things that stop or work."""
    found: dict[Sentence, list[Outage]] = {}
    for outage in outages:
        found.setdefault(outage.sentence, []).append(outage)
    return {sentence: list(_told(inside)) for sentence, inside in found.items()}


def _told(outages: Sequence[Outage]) -> Iterator[Outage]:
    """Those of one sentence without what it takes back right behind in the same clause: "장애와 상관없다"."""
    working = [o for o in outages if o.kind == "working"]
    for outage in outages:
        if outage.kind == "working" or (
            outage.asserted
            and not (
                working and any(0 <= w.start - outage.end <= _CANCELLED and w.clause is outage.clause for w in working)
            )
        ):
            yield outage


def planned(sentence: Sentence) -> bool:
    """Does the sentence tell of what is to come, or go on with the plan that its text opens with?"""
    return sentence.part.remember(_planned, sentence)


def _planned(sentence: Sentence) -> bool:
    words, part = _compiled(), sentence.part
    if words.plan.search(sentence.folded) is None and not part.remember(_opens_with_plan, part):
        return False
    return words.plan_not.search(sentence.folded) is None


def _opens_with_plan(part: Part) -> bool:
    words, opening = _compiled(), [s.folded for s in part.sentences[:2]]
    return any(words.plan_lead.search(s) for s in opening) and not any(words.plan_not.search(s) for s in opening)


def something_else(outage: Outage) -> bool:
    """Is it said of something that is no digital service: traffic lights, a bullpen?"""
    left = outage.part.folded[max(0, outage.start - _THING) : outage.start]
    return _compiled().other_things.search(left) is not None


def subjects(part: Part) -> list[int]:
    """Where digital things that can stop are named, in order."""
    return [start for _, start, _ in part.hits(_compiled().subjects)[1]]


def own_fault(part: Part) -> re.Match[str] | None:
    """Where a writer says that the fault was their own device, account or setting."""
    return _compiled().own_fault.search(part.folded)


def drill(title: Part) -> re.Match[str] | None:
    """Where a title says that its text is about a drill: nothing in it happened."""
    return _compiled().drill.search(title.folded)


def no_outage(part: Part) -> re.Match[str] | None:
    """Where a post shows that it tells of no outage, whatever its other words."""
    return _compiled().no_outage.search(part.folded)


def happened(sentence: Sentence) -> bool:
    """Does the sentence tell of what happened or goes on, and not of what a survey found?"""
    words, text = _compiled(), sentence.folded
    return words.happened.search(text) is not None and words.survey.search(text) is None


def earlier(sentence: Sentence) -> bool:
    """Does the sentence name an earlier year, or the month before, in which what it tells of happened?"""
    return _compiled().earlier.search(sentence.folded) is not None


def restores(outage: Outage, end: int) -> bool:
    """Is the recovery said right behind a name that ends at `end`?"""
    gap = _compiled().restored_gap
    return outage.kind == "recovery" and gap.fullmatch(outage.part.folded, end, outage.start) is not None
