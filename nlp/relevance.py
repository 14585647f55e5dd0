"""Does a document tell of an actual outage of something digital?"""

from collections.abc import Sequence

from meoktong.models import Evidence, Kind
from nlp.outages import Outage, own_fault, something_else, subject_in
from nlp.services import Mention
from nlp.text import Reading

_NAMES = frozenset({"outage", "fault"})
_ENOUGH = {Kind.POST: 1, Kind.NEWS: 2}  # symptoms that make an outage where no word names it


def judge(reading: Reading, mentions: Sequence[Mention], outages: Sequence[Outage]) -> tuple[Evidence, ...]:
    """The evidence that the document tells of an outage, present or past; empty if it does not.

    A name of an outage counts where it is asserted and something digital is named in its sentence, the one before or
    the title; a symptom where that stands in its clause. Symptoms alone are no outage where the writer finds the fault
    at home.
    """
    named = [o for o in outages if o.kind in _NAMES and _about_services(o, reading, mentions)]
    if named:
        return _evidence(named)
    symptoms = [o for o in outages if o.kind == "symptom" and _of_clause(o, reading, mentions)]
    if len(symptoms) < _ENOUGH[reading.kind] or any(own_fault(part) for part in reading.parts):
        return ()
    return _evidence(symptoms)


def _evidence(outages: Sequence[Outage]) -> tuple[Evidence, ...]:
    return tuple(o.part.evidence(o.start, o.end, f"relevance.{o.kind}:{o.word}") for o in outages)


def _about_services(outage: Outage, reading: Reading, mentions: Sequence[Mention]) -> bool:
    if not outage.asserted or something_else(outage):
        return False
    part, sentence = outage.part, outage.clause.sentence
    start = part.sentences[max(0, sentence.index - 1)].start
    if subject_in(part, start, sentence.end):
        return True
    return any(m.part is reading.title or (m.part is part and start <= m.start < sentence.end) for m in mentions)


def _of_clause(outage: Outage, reading: Reading, mentions: Sequence[Mention]) -> bool:
    """Is the symptom that of something digital? A post may name that in the sentence before or in the title."""
    if not outage.asserted or something_else(outage):
        return False
    part, clause = outage.part, outage.clause
    if subject_in(part, clause.start, clause.end):
        return True
    start = clause.start
    if reading.kind is Kind.POST:
        if any(m.part is reading.title for m in mentions):
            return True
        start = part.sentences[max(0, clause.sentence.index - 1)].start
    return any(m.part is part and start <= m.start < clause.end for m in mentions)
