"""Does a document tell of an actual outage of something digital?"""

from collections.abc import Sequence

from meoktong.models import Evidence
from nlp.outages import Outage, own_fault, subject_near
from nlp.services import Mention
from nlp.text import Reading


def judge(reading: Reading, mentions: Sequence[Mention], outages: Sequence[Outage]) -> tuple[Evidence, ...]:
    """The evidence that the document tells of an outage, present or past; empty if it does not.

    An outage word counts where it is asserted and something digital that can stop is named with it.
    """
    named = {id(m.part.sentence_at(m.start)) for m in mentions}
    found = [o for o in outages if _counts(o, named)]
    strong = [o for o in found if o.kind in {"outage", "fault"}]
    if not strong and (not found or any(own_fault(part) for part in reading.parts)):
        return ()
    return tuple(o.part.evidence(o.start, o.end, f"relevance.{o.kind}:{o.word}") for o in (strong or found))


def _counts(outage: Outage, named: set[int]) -> bool:
    if outage.kind in {"recovery", "working"} or not outage.asserted:
        return False
    return id(outage.clause.sentence) in named or subject_near(outage)
