"""Does a document tell of an actual outage of something digital?"""

from bisect import bisect_left
from collections.abc import Callable, Sequence

from meoktong.models import Evidence, Kind
from nlp.affected import said_of_any
from nlp.learned import Opinion
from nlp.outages import Outage, drill, earlier, happened, no_outage, own_fault, restores, something_else, subjects
from nlp.services import Mention
from nlp.text import Clause, Part, Reading

_NAMES = frozenset({"outage", "fault"})
_SIGNS = frozenset({"symptom", "act", "recovery"})  # what works again had stopped
_ENOUGH = {Kind.POST: 1, Kind.NEWS: 2}  # signs that make an outage where no word names it
_SHOWN = 3  # pieces of evidence
_TOLD = "relevance", "told"  # what is learned of it
_BACK = 3  # sentences that a post may go on about what it named


def judge(
    reading: Reading, mentions: Sequence[Mention], outages: Sequence[Outage], opinion: Opinion
) -> tuple[Evidence, ...]:
    """The first evidence that the document tells of an outage, present or past; empty if it does not.

    By the rules of `_ruled`, unless its title says that it is on a drill or its sentences make them doubtful, the more
    easily where no outage is said of a service; or by what they say as a whole, where there is any word of an outage.
    Doubted texts are believed of earlier years: they tell of them by the way. The doubts come first: they take less
    time than the rules.
    """
    if not outages or drill(reading.title):
        return ()
    if not opinion.agrees(*_TOLD, ruled=True):
        outages = [outage for outage in outages if earlier(outage.sentence)]
        return _ruled(reading, mentions, outages) if outages else ()
    found = _ruled(reading, mentions, outages)
    if not found and opinion.agrees(*_TOLD, ruled=False):
        return opinion.label(*_TOLD).evidence[:_SHOWN]
    if opinion.agrees(*_TOLD, ruled=True, vague=True) or said_of_any(reading, mentions, outages):
        return found
    return ()


def _ruled(reading: Reading, mentions: Sequence[Mention], outages: Sequence[Outage]) -> tuple[Evidence, ...]:
    """Evidence by rules.

    A name of an outage counts where it is asserted and something digital is named in its sentence, the one before or
    the title; a symptom or a recovery where that stands in its clause: in news two of them, or one that is sure. These
    alone are no outage where the writer finds the fault at home.
    """
    if reading.kind is Kind.POST and any(no_outage(part) for part in reading.parts):
        return ()
    things = _Things(reading, mentions)
    found = _first([o for o in outages if o.kind in _NAMES], things.named_near)
    if not found:
        signs = [o for o in outages if o.kind in _SIGNS]
        found = _first(signs, things.named_with)
        enough = len(found) >= _ENOUGH[reading.kind] or any(things.sure(o) for o in found)
        if not enough or any(own_fault(part) for part in reading.parts):
            return ()
    return tuple(o.part.evidence(o.start, o.end, f"relevance.{o.kind}:{o.word}") for o in found)


def _first(outages: Sequence[Outage], of_something_digital: Callable[[Outage], bool]) -> list[Outage]:
    found: list[Outage] = []
    for outage in outages:
        if of_something_digital(outage) and outage.asserted and not something_else(outage):
            found.append(outage)
            if len(found) == _SHOWN:
                break
    return found


class _Things:
    """The places in a document where services and other digital things are named."""

    def __init__(self, reading: Reading, mentions: Sequence[Mention]) -> None:
        self._reading = reading
        self._mentions = mentions
        self._places: dict[str, list[int]] = {}
        self._in_title = any(m.part is reading.title for m in mentions)

    def _between(self, part: Part, start: int, end: int) -> bool:
        places = self._places.get(part.name)
        if places is None:
            named = (m.start for m in self._mentions if m.part is part)
            places = self._places[part.name] = sorted([*subjects(part), *named])
        place = bisect_left(places, start)
        return place < len(places) and places[place] < end

    def named_near(self, outage: Outage) -> bool:
        """In the outage's sentence, the one before, or as a service in the title?"""
        sentence = outage.sentence
        before = outage.part.sentences[max(0, sentence.index - 1)]
        return self._in_title or self._between(outage.part, before.start, sentence.end)

    def sure(self, outage: Outage) -> bool:
        """Is it said as a fact of a service named there that it failed, or that it or its server works again?"""
        clause = outage.clause
        named = [m for m in self._mentions if m.part is outage.part and clause.start <= m.start < clause.end]
        things = any(clause.start <= place < clause.end for place in subjects(outage.part))
        if outage.kind == "symptom":
            return (bool(named) or (things and self._topic(clause))) and happened(outage.sentence)
        if any(restores(outage, m.end) for m in named if not m.company):
            return True
        return outage.kind == "recovery" and bool(named) and things

    def _topic(self, clause: Clause) -> bool:
        """Does the sentence of the clause, or the one before it, name a service?"""
        sentence = clause.sentence
        start = clause.part.sentences[max(0, sentence.index - 1)].start
        return any(m.part is clause.part and start <= m.start < sentence.end for m in self._mentions)

    def named_with(self, outage: Outage) -> bool:
        """In the outage's clause? A post may name a service a few sentences before or in the title."""
        clause = outage.clause
        if self._between(outage.part, clause.start, clause.end):
            return True
        if self._reading.kind is Kind.NEWS:
            return False
        before = outage.part.sentences[max(0, clause.sentence.index - _BACK)]
        return self._in_title or self._between(outage.part, before.start, clause.end)
