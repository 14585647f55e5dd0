"""How the outage stands as of the text: ongoing, partly restored, recovered, or unstated (None)."""

from enum import StrEnum
from functools import cache

from meoktong.catalog import read
from meoktong.models import Evidence, Kind, Label, Moment
from nlp.cues import Cue, Cues
from nlp.recalled import is_recalled
from nlp.text import Reading


class Status(StrEnum):
    """The words of the codebook."""

    ONGOING = "ongoing"
    PARTIAL = "partial"
    RECOVERED = "recovered"


@cache
def _cues() -> Cues:
    return Cues(read("status.yml", dict[str, tuple[Cue, ...]]))


def find(reading: Reading, *, ended: Moment | None = None) -> Label | None:
    """The status and the words that decided it, or None if the text does not state one.

    `ended` is the time to which the text says the outage lasted: an outage that is told with its end is over, unless
    something is said to be out of order still.
    """
    said = _said(reading)
    recovered, ongoing = said.get("recovered"), said.get("ongoing")
    if "partial" in said:
        return _label(Status.PARTIAL, said["partial"])
    if recovered and ongoing:
        return _label(Status.PARTIAL, recovered, ongoing)
    if ongoing:
        return _label(Status.ONGOING, ongoing)
    if recovered or "bounded" in said:
        return _label(Status.RECOVERED, recovered or said["bounded"])
    if ended:
        return _label(Status.RECOVERED, *ended.evidence)
    if "unfinished" in said:
        return _label(Status.ONGOING, said["unfinished"])
    if reading.kind is Kind.POST and "gone" in said:
        return _label(Status.RECOVERED, said["gone"])
    if reading.kind is Kind.POST and reading.sentences:
        first = reading.sentences[0]
        return _label(Status.ONGOING, first.part.evidence(first.start, first.end, "status.post"))
    return None


def _said(reading: Reading) -> dict[str, Evidence]:
    """The first evidence from each list of words; what is said of earlier outages, if nothing is said of this one."""
    present: dict[str, Evidence] = {}
    past: dict[str, Evidence] = {}
    for part in (reading.text, reading.title):
        for start, end, name in _cues().find(part.folded):
            if name not in present:
                found = past if is_recalled(part.sentence_at(start)) else present
                found.setdefault(name, part.evidence(start, end, f"status.{name}"))
    return present or past


def _label(status: Status, *evidence: Evidence) -> Label:
    return Label(id=status, evidence=evidence)
