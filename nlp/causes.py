"""Which causes a document states for the outages it tells of, by the signs in catalog/causes.yml."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from meoktong.catalog import Sign, Struct, load, read
from meoktong.models import Evidence, Label
from nlp.cues import Cue, Cues
from nlp.outages import Outage, planned
from nlp.patterns import Lexicon, compile_pattern, compiled, spelled_out
from nlp.text import Part, Reading, Sentence

_BRIEF = 24  # characters of a sentence that goes on with the one before: "해명은 짧았다. 내부 시스템 오류."
_AND = (*spelled_out("{ㅆ}고"), "하고", "히고", "되고", "으며")
_SHORT = 2  # words of so few characters need a boundary before them
_HANGUL = re.compile("[가-힣]")


class _Reasons(Struct, frozen=True):
    """reasons.yml: what tells a stated cause from a word that only stands in the text."""

    markers: str
    refuted: tuple[Cue, ...]
    unreal: str
    shown: str


class _Test:
    """A sign of the cause `id`, compiled."""

    near, unless = compiled(), compiled()

    def __init__(self, id_: str, source: Sign) -> None:
        self.id = id_
        self.source = source
        self.told = source.told

    def holds(self, sentence: Sentence) -> bool:
        text = sentence.folded
        if len(text) < _BRIEF and sentence.index:  # the answer to what the sentence before asks
            text = f"{sentence.part.sentences[sentence.index - 1].folded} {text}"
        return not (self.near and not self.near.search(text)) and not (self.unless and self.unless.search(text))


@dataclass(frozen=True, slots=True)
class _Compiled:
    signs: Lexicon[tuple[_Test, ...]]
    markers: re.Pattern[str]
    refuted: Cues
    unreal: re.Pattern[str]
    shown: re.Pattern[str]


def find(
    reading: Reading, outages: Sequence[Outage], affected: Sequence[Label], among: Collection[str] | None = None
) -> tuple[Label, ...]:
    """The stated causes of a relevant document's outages, in the catalog's order.

    `affected` are the services that stopped. Only the causes `among` are looked for, if any are given.
    """
    asked = load().causes if among is None else among
    found: dict[str, list[Evidence]] = {}
    told = {id(o.sentence) for o in outages if o.kind != "working"}
    for part in reading.parts:
        for id_, evidence in _in_part(part, told, asked):
            found.setdefault(id_, []).append(evidence)
    for id_, evidence in _by_cloud(affected):
        found.setdefault(id_, []).append(evidence)
    return tuple(Label(id=id_, evidence=tuple(found[id_])) for id_ in load().causes if id_ in found)


def _in_part(part: Part, told: set[int], asked: Collection[str]) -> Iterator[tuple[str, Evidence]]:
    signs = _signs()
    values, matches = part.hits(signs.signs)
    for word, start, end in matches:
        if end - start <= _SHORT and start and _HANGUL.match(part.folded, start - 1):
            continue  # the end of a longer word: 정전 in 행정전산망
        sentence = part.sentence_at(start)
        stated = None
        for test in values[word]:
            if test.id not in asked or not test.holds(sentence):
                continue
            if stated is None:
                stated = _stated(sentence, start, end)
            if stated and (
                not test.told or part.name == "title" or id(sentence) in told or signs.markers.search(sentence.folded)
            ):
                yield test.id, part.evidence(start, end, f"causes.{test.id}:{part.folded[start:end].strip()}")


def _stated(sentence: Sentence, start: int, end: int) -> bool:
    """Is what stands at [start, end) neither denied nor supposed nearby, nor shown on a screen?"""
    signs = _signs()
    text = sentence.part.folded
    if signs.shown.match(text, end):
        return False
    denials = sentence.part.remember(_refuted, sentence.part)
    behind = bisect_right(denials, (start, len(text)))
    if behind and start < denials[behind - 1][1]:
        return False
    if planned(sentence):
        return False
    return not signs.unreal.search(text, end, min(sentence.clause_at(start).end, end + 20))


def refuted(reading: Reading) -> list[tuple[Part, int, int]]:
    """The characters [start, end) of each part that tell of causes only to deny them, or as a rumour, by place."""
    return [(part, start, end) for part in reading.parts for start, end in part.remember(_refuted, part)]


def _refuted(part: Part) -> list[tuple[int, int]]:
    """What `refuted` finds in one part.

    A denial reaches back as far as its clause and, where that names no cause, what leads to it, but not into a clause
    that is only coordinate.
    """
    spans: list[tuple[int, int]] = []
    denials = part.said(_signs().refuted)
    signs = _placed(part) if denials else []
    for said in denials:
        clause = part.clause_at(said.start)
        names_cause = bisect_left(signs, clause.start) < bisect_left(signs, said.start)
        while not names_cause and clause.start > clause.sentence.start:
            before = part.clause_at(clause.start - 1)
            if before.folded.rstrip(" ,").endswith(_AND):
                break
            clause = before
        if spans and clause.start < spans[-1][1]:
            spans[-1] = spans[-1][0], said.end
        else:
            spans.append((clause.start, said.end))
    return spans


def _placed(part: Part) -> list[int]:
    """Where the signs begin that count in their sentences: by far not every 시스템 or 접속 names a cause."""
    values, matches = part.hits(_signs().signs)
    return sorted(
        start for word, start, _ in matches if any(test.holds(part.sentence_at(start)) for test in values[word])
    )


def _by_cloud(affected: Sequence[Label]) -> Iterator[tuple[str, Evidence]]:
    services = load().services
    for cause in load().causes.values():
        if not cause.clouds:
            continue
        clouds = [label for label in affected if services[label.id].group in cause.clouds]
        if clouds and len(clouds) < len(affected):
            yield cause.id, clouds[0].evidence[0]


def lexicons() -> tuple[Lexicon[Any], ...]:
    """The words that may state a cause, and those that may deny one."""
    return _signs().signs, _signs().refuted.words


@cache
def _signs() -> _Compiled:
    reasons = read("reasons.yml", _Reasons)
    tests: dict[str, tuple[_Test, ...]] = {}
    for cause in load().causes.values():
        for sign in cause.signs:
            test = _Test(cause.id, sign)
            for word in (word for source in sign.words for word in spelled_out(source)):
                tests[word] = (*tests.get(word, ()), test)
    return _Compiled(
        signs=Lexicon(tests.items()),
        markers=compile_pattern(reasons.markers),
        refuted=Cues({"refuted": reasons.refuted}),
        unreal=compile_pattern(reasons.unreal),
        shown=compile_pattern(reasons.shown),
    )
