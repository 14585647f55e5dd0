"""How the outage stands as of the text: ongoing, partly restored, recovered, or unstated (None)."""

from datetime import timedelta
from enum import StrEnum
from functools import cache

import msgspec

from meoktong.catalog import read
from meoktong.models import Kind, Label, Moment, Precision
from nlp.cues import Cue, Cues
from nlp.learned import Opinion
from nlp.text import RECALLED, Part, Reading


class Status(StrEnum):
    """The words of the codebook."""

    ONGOING = "ongoing"
    PARTIAL = "partial"
    RECOVERED = "recovered"


_NEAR = 150  # characters
_OF_DATA = 24  # characters behind a word for data in which it is what works again or does not
_STALE = timedelta(days=4)
_FRESH = timedelta(hours=5)
_BRIEF = 3  # sentences of a post that leaves out what everybody knows: "배민 터졌나요?"
_SO_FAR = "outage_end.until"  # the outage lasted until then, or until then at least
_TROUBLE = frozenset({"ongoing", "broken"})  # what is out of order, if said right behind what works again
_IN_NEWS = frozenset({"lasting", "counted"})  # lists that count only there
_IN_POSTS = frozenset({"gone", "past_tense", "present_tense"})
_TOLD = frozenset({"outage_end.at", "outage_end.from"})  # ends whose hour a text names, and does not reckon


@cache
def cues() -> Cues:
    """What may be said of how things stand."""
    return Cues(read("status.yml", dict[str, tuple[Cue, ...]]))


class _Phrase(msgspec.Struct, frozen=True):
    """A phrase of the list `name` at [start, end) of `part`."""

    part: Part
    start: int
    end: int
    name: str


def find(reading: Reading, opinion: Opinion, start: Moment | None = None, end: Moment | None = None) -> Label | None:
    """The status and the words that decided it, or None if the text does not state one.

    Both the rules and what is learned have a say; `start` and `end` are the times that the text tells of its outage.
    Where they say too little, the complaint of a brief post is of the moment.
    """
    standing = opinion.choose("status", by_rules(reading, start, end))
    return complaint(reading, start) if standing is None and len(reading.sentences) <= _BRIEF else standing


def by_rules(reading: Reading, start: Moment | None = None, end: Moment | None = None) -> Label | None:
    """The status by rules.

    `start` and `end` are the times that the text tells of its outage: one that is told with its end is over, unless
    something is said to be out of order still, and complaints of one that began days before do not say that it lasts.
    """
    said = _said(reading)
    stated = _stated(said)
    if stated:
        return stated
    if "counted" in said:
        return None
    bounded, ongoing = said.get("bounded"), said.get("ongoing") or said.get("promised")
    if end and end.precision is Precision.MINUTE and reading.kind is Kind.NEWS:
        if "ongoing" in said and end.evidence[0].rule == _SO_FAR:
            return _label(Status.ONGOING, said["ongoing"])
        return Label(id=Status.RECOVERED, evidence=end.evidence)
    if bounded and not (ongoing and ongoing.start - bounded.end < _NEAR):
        return _label(Status.RECOVERED, bounded)
    if ongoing:
        return _label(Status.ONGOING, ongoing)
    if end and (reading.kind is Kind.NEWS or end.evidence[0].rule in _TOLD):
        return Label(id=Status.RECOVERED, evidence=end.evidence)
    if _stale(reading, start):
        return None
    trouble = said.get("broken") or said.get("unfinished")
    if trouble:
        return _label(Status.ONGOING, trouble)
    return _told_as_past(reading, said, start) if reading.kind is Kind.POST else None


def _stale(reading: Reading, start: Moment | None) -> bool:
    return start is not None and reading.published is not None and reading.published - start.at > _STALE


def _stated(said: dict[str, _Phrase]) -> Label | None:
    """What is said of recovery, if anything is."""
    if "relapsed" in said:
        return _label(Status.ONGOING, said["relapsed"])
    if "complete" in said:
        return _label(Status.RECOVERED, said["complete"])
    if "partial" in said:
        return _label(Status.PARTIAL, said["partial"])
    if "mostly" in said and (rest := said.get("still") or said.get("promised") or said.get("ongoing")):
        return _label(Status.PARTIAL, said["mostly"], rest)
    again = said.get("recovered") or said.get("mostly")
    if not again:
        return None
    promised = said.get("promised")
    if promised and promised.part is again.part and promised.start < again.start:
        promised = None  # what it was promised before it came back
    rest = said.get("still") or said.get("lasting") or promised
    return _label(Status.PARTIAL, again, rest) if rest else _label(Status.RECOVERED, again)


def _told_as_past(reading: Reading, said: dict[str, _Phrase], start: Moment | None) -> Label | None:
    """What a post means that says nothing of recovery: what its writer complains of lasted the day before.

    Of what began a few hours ago people also write in the past tense while it lasts.
    """
    gone = said.get("gone")
    if not gone and "present_tense" not in said and not _just_begun(reading, start):
        gone = said.get("past_tense")
    return _label(Status.RECOVERED, gone) if gone else None


def _just_begun(reading: Reading, start: Moment | None) -> bool:
    if start is None or reading.published is None or start.precision is not Precision.MINUTE:
        return False
    return reading.published - start.at < _FRESH


def complaint(reading: Reading, start: Moment | None = None) -> Label | None:
    """What the writer of a post complains of lasts, unless it began days before."""
    if reading.kind is not Kind.POST or not reading.sentences or _stale(reading, start):
        return None
    first = reading.sentences[0]
    return _label(Status.ONGOING, _Phrase(first.part, first.start, first.end, "post"))


def _said(reading: Reading) -> dict[str, _Phrase]:
    """The first phrase from each list; what is said of earlier outages, if nothing is said of this one.

    "still" is what is out of order right behind the last word of recovery: before it, it is what was out of order, and
    far behind it something else, such as a compensation that is still not paid. What failed again has not recovered.
    """
    present: dict[str, _Phrase] = {}
    past: dict[str, _Phrase] = {}
    foreign = _IN_NEWS if reading.kind is Kind.POST else _IN_POSTS
    for part in (reading.title, reading.text):
        over = of_data = -_NEAR
        for one in part.said(cues()):
            start, end, name = one.start, one.end, one.name
            if name == "data":
                of_data = end
                continue
            if start - of_data < _OF_DATA and "." not in part.folded[of_data:start]:
                continue
            found = past if part.sentence_at(start).has(RECALLED) else present
            phrase = _Phrase(part, start, end, name)
            if name == "relapsed" and not found.pop("recovered", None):
                continue
            if name in foreign:
                continue
            found.setdefault(name, phrase)
            if name == "recovered":
                found.pop("still", None)
                found.pop("relapsed", None)
                if found.get("lasting", phrase).part is part:
                    found.pop("lasting", None)
                over = end
            elif start - over < _NEAR and name in _TROUBLE:
                found.setdefault("still", phrase)
    return present or past


def _label(status: Status, *phrases: _Phrase) -> Label:
    evidence = (phrase.part.evidence(phrase.start, phrase.end, f"status.{phrase.name}") for phrase in phrases)
    return Label(id=status, evidence=tuple(evidence))
