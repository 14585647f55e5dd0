"""When the outage that a document mainly tells of began and ended.

Every time told in the text (nlp.moments) gets a role from the words behind it: the outage begins, it is over, or
neither (a report, a notice, an appointment). Earlier outages that the text recalls are set apart. The outage's start is
the first beginning; its end is the last recovery behind it, or follows from the start and a length of time.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from itertools import pairwise
from operator import attrgetter

import msgspec

from meoktong.catalog import Struct, read
from meoktong.models import Kind, Moment, Precision
from meoktong.times import midnight_kst
from nlp import moments, quantities
from nlp.cues import Cue, Cues, Said
from nlp.lazy import lazy
from nlp.moments import Edge, Told
from nlp.text import RECALLED, Part, Reading

_DAY = 24 * 60  # minutes
_LASTED = re.compile(
    r" ?(?:여|쯤|가량|정도|남짓)? ?"
    r"(?:동안|간|만에|만[인의]|뒤|후|지나|이어|지속|계속|먹통|불통|중단|멈|끊|마비|장애|다운|못)"
)
_LENGTH_BEFORE = re.compile("(?:장애|중단|먹통|지속|불통) ?시간[은는이가]? ?(?:약|총|모두)? ?$")
_LONGER = re.compile(" ?(?:이나 )?(?:넘|이상|째|전|마다|씩|단위)")
_REACH = 160  # characters of a sentence that are looked at next to a time
_IDENTIFIED = re.compile("(?:것은|건|때는|시[각점]은|시간은|일시는?) ?$")
_LABELLED = re.compile("(?:발생|시작|복구|종료|정상화|해소)[가-힣 ]{0,4}: ?$")
_LENGTH_AHEAD = re.compile("까지 (?:약 |총 )?[0-9]{1,3}(?:분|시간)")
_AFTER_ALL = re.compile(" ?만[에인]")
_SHORTLY = 24  # characters in which a recovery is told after the time it took
_NEXT = 12  # characters between a time and the duration that counts from it
_OVER_OR_NOT = ("recovered", "eased", "unrecovered")
_OBJECT = re.compile("(?:[를을이가은는]|에서|의)? ?(?:모두|전부|완전히|긴급|가까스로|간신히|다시)? ?")
_QUOTE_AHEAD = re.compile(r" ?[\"']")


class _Role(StrEnum):
    START = "start"
    END = "end"
    EASED = "eased"
    TOLD_OVER = "told over"  # when the end was told of
    NONE = "none"


class _Words(Struct, frozen=True):
    unrecovered: tuple[Cue, ...]
    reported: tuple[Cue, ...]
    recovered: tuple[Cue, ...]
    eased: tuple[Cue, ...]
    onset: tuple[Cue, ...]
    present: tuple[str, ...]
    breaking: tuple[str, ...]


@cache
def _words() -> _Words:
    return read("times.yml", _Words)


@cache
def cues() -> Cues:
    """What may be said of a time. Of phrases that begin at the same place the first list's counts."""
    words = _words()
    return Cues({name: getattr(words, name) for name in ("unrecovered", "reported", "recovered", "eased", "onset")})


def outage_times(reading: Reading) -> tuple[Moment | None, Moment | None]:
    """Start and end of the main outage, each None if the text does not tell it.

    The end may be that of a part of the services: it is the outage's only if the text says that all works again.
    """
    stories = _Story(reading.text, reading), _Story(reading.title, reading)
    start = next((found for story in stories if (found := story.start())), None)
    if start is None and reading.kind is Kind.POST:
        start = next((found for story in stories if (found := story.first_hour())), None)
    if start is None:
        return _day_of_writing(reading), None
    if start.precision is Precision.DAY:
        start = next((found for story in stories if (found := story.hour_on(start))), start)
    return start, next((found for story in stories if (found := story.end(start))), None)


def known_end(reading: Reading, start: Moment | None, end: Moment | None) -> Moment | None:
    """The end of an outage that is over: a post that tells none was written the day the outage began and ended."""
    if end or start is None or reading.kind is not Kind.POST:
        return end
    return Moment(at=midnight_kst(start.at.date()), precision=Precision.DAY, evidence=start.evidence)


class _Candidate(msgspec.Struct, frozen=True):
    told: Told
    role: _Role
    weak: bool  # a beginning by its particle alone: nothing is said to go wrong
    recalled: bool  # of an earlier outage


class _Story:
    """The times of one part, each with its role."""

    def __init__(self, part: Part, reading: Reading) -> None:
        self.part = part
        self.published = reading.published
        self.recent = reading.kind is Kind.POST
        self.latest = reading.published
        if self.latest and self.latest == midnight_kst(self.latest.date()):
            self.latest += timedelta(days=1)

    @lazy
    def said(self) -> list[Said]:
        """What is said of outages and recoveries."""
        return self.part.said(cues())

    @lazy
    def told(self) -> list[Told]:
        """The times of the part, none of them after the publication."""
        told = moments.told(self.part, self.published, recent=self.recent)
        return [one for one in told if self.latest is None or one.at <= self.latest]

    @lazy
    def candidates(self) -> list[_Candidate]:
        """The times that begin or end an outage."""
        return list(_candidates(self.told, self.said)) if self.told else []

    def start(self) -> Moment | None:
        """The beginning told of first, of another outage only if there is none of this one."""
        starts = [candidate for candidate in self.candidates if candidate.role is _Role.START]
        strong = [c.told for c in starts if not (c.recalled or c.weak or c.told.running)]
        for told in (strong, [c.told for c in starts if not c.recalled], [c.told for c in starts]):
            if told:
                return _moment(_first(told), "outage_start")
        return None

    def first_hour(self) -> Moment | None:
        """The hour that is named first: a post often says just that ("9시에 긁었는데 결제 오류")."""
        exact = (one for one in self.told if one.precision is Precision.MINUTE and one.edge is not Edge.STILL)
        return next((_moment(one, "outage_start") for one in exact if not one.sentence.has(RECALLED)), None)

    def hour_on(self, day: Moment) -> Moment | None:
        """The hour from which something is said to have been so on `day`; in a post, the first hour of that day."""
        ends = {candidate.told.start for candidate in self.candidates if candidate.role is not _Role.START}
        starts = (candidate.told for candidate in self.candidates if candidate.role is _Role.START)
        hours = (one for one in self.told if one.start not in ends) if self.recent else starts
        exact = (one for one in hours if one.precision is Precision.MINUTE and one.edge in (Edge.AT, Edge.FROM))
        same_day = (one for one in exact if one.at.date() == day.at.date() and not one.again)
        return next((_moment(one, "outage_start") for one in same_day), None)

    def end(self, start: Moment) -> Moment | None:
        """The end told of last, in the surest words there are."""
        return (
            self._last(start, _Role.END)
            or self._last(start, _Role.EASED)
            or self._after_duration(start)
            or self._last(start, _Role.TOLD_OVER)
        )

    def _last(self, start: Moment, role: _Role) -> Moment | None:
        told = [
            c.told for c in self.candidates if c.role is role and not c.recalled and _last_instant(c.told) > start.at
        ]
        if not told:
            return None
        last = max(told, key=_last_instant)
        same_day = [one for one in told if one.at.date() == last.at.date()]
        exact = [one for one in same_day if one.precision is Precision.MINUTE]
        return _moment(max(exact or [last], key=_last_instant), "outage_end")

    def _after_duration(self, start: Moment) -> Moment | None:
        """The end that follows from a start and the time that the outage lasted."""
        starts = [c.told for c in self.candidates if c.role is _Role.START and not c.recalled]
        attached: list[tuple[datetime, Precision, int, int]] = []
        others: list[tuple[datetime, Precision, int, int]] = []
        for begin, end, minutes in quantities.durations(self.part):
            sentence = self.part.sentence_at(begin)
            if sentence.has(RECALLED) or not _any_within(self.said, sentence.start, sentence.end):
                continue
            behind = bisect_left(starts, begin, key=attrgetter("start"))
            near = starts[behind - 1] if behind and starts[behind - 1].sentence is sentence else None
            if near and near.precision is Precision.DAY and start.precision is Precision.MINUTE:
                near = None
            base = near or start
            length = timedelta(minutes=minutes)
            if minutes >= _DAY and self._over_after(end):
                at, precision = midnight_kst((base.at + length).date()), Precision.DAY
            elif minutes < _DAY and (start.precision is Precision.DAY or self._lasted(begin, end, near)):
                at, precision = base.at + (timedelta() if base.precision is Precision.DAY else length), base.precision
            else:
                continue
            if self.latest is None or at <= self.latest:
                (attached if near else others).append((at, precision, begin, end))
        if not attached and not others:
            return None
        at, precision, begin, end = max(attached) if attached else others[0]
        return Moment(at=at, precision=precision, evidence=(self.part.evidence(begin, end, "outage_end.duration"),))

    def _over_after(self, end: int) -> bool:
        """Is the length of time that ends at `end` the one after which all works again ("사흘 만에 복구됐다")?"""
        within = _within(self.said, end, end + _SHORTLY) if _AFTER_ALL.match(self.part.folded, end) else []
        return bool(within) and within[0].name in ("recovered", "eased")

    def _lasted(self, begin: int, end: int, near: Told | None) -> bool:
        """Is the duration at [begin, end) the time that the outage lasted? `near` is the beginning told before it."""
        text = self.part.folded
        if _LONGER.match(text, end):
            return False
        since = near is not None and near.edge is Edge.FROM and begin - near.end < _NEXT
        return bool(since or _LASTED.match(text, end) or _LENGTH_BEFORE.search(text[max(0, begin - 16) : begin]))


def _candidates(told: list[Told], said: list[Said]) -> Iterator[_Candidate]:
    """`told` with what each means by what is `said` near it; those that mean nothing for the outage are left out."""
    before: _Candidate | None = None
    for one in told:
        sentence = one.sentence
        lead = sentence.part.folded[max(sentence.start, one.start - 12) : one.start]
        near = _within(said, one.end, min(sentence.end, one.end + _REACH))
        if _LABELLED.search(lead) or (not near and _IDENTIFIED.search(lead)):
            near = _within(said, max(sentence.start, one.start - _REACH), one.start)[-1:]
        closes = _LENGTH_AHEAD.match(sentence.part.folded, one.end) is not None or (
            before is not None and before.role is _Role.START and not before.weak and before.told.sentence is sentence
        )
        names = _meanings(sentence.part.folded, near)
        role = _role(one, names, closes=closes)
        if role is not _Role.NONE:
            weak = role is _Role.START and "onset" not in names
            other = one.again and role is _Role.START
            before = _Candidate(one, role, weak, other or sentence.has(RECALLED))
            yield before


def _meanings(text: str, said: list[Said]) -> list[str]:
    """What `said` means, in order: an outage that is only the object of its recovery (장애를 복구했다) is left out."""
    objects = {
        one.start
        for one, after in pairwise(said)
        if one.name == "onset" and after.name in _OVER_OR_NOT and _OBJECT.fullmatch(text, one.end, after.start)
    }
    return [one.name for one in said if one.start not in objects]


def _within(said: list[Said], start: int, end: int) -> list[Said]:
    """What is `said` from `start` to `end`; `said` is in order."""
    first = bisect_left(said, start, key=attrgetter("start"))
    return said[first : bisect_left(said, end, first, key=attrgetter("start"))]


def _any_within(said: list[Said], start: int, end: int) -> bool:
    first = bisect_left(said, start, key=attrgetter("start"))
    return first < len(said) and said[first].start < end


def _role(told: Told, said: list[str], *, closes: bool) -> _Role:
    """What a time is, by its particle and what is said next; `closes`: an outage begins before it in the sentence."""
    first = said[0] if said else None
    if told.edge is Edge.STILL or first == "unrecovered" or _QUOTE_AHEAD.match(told.sentence.part.folded, told.end):
        return _Role.NONE
    if first == "recovered":
        return _Role.END
    if first == "eased":
        return _Role.EASED
    if first == "reported" and "recovered" in said and told.edge is Edge.AT and told.precision is Precision.MINUTE:
        return _Role.TOLD_OVER
    if told.edge is Edge.UNTIL:
        bounds = first == "onset" or (closes and told.precision is Precision.MINUTE)
        return _Role.END if bounds else _Role.NONE
    if told.edge is Edge.FROM:
        return _Role.START
    return _Role.START if first == "onset" else _Role.NONE


def _first(told: list[Told]) -> Told:
    """The beginning of the outage told of first: to the minute if the same day is told so too."""
    exact = [one for one in told if one.precision is Precision.MINUTE]
    if not exact:
        return told[0]
    earliest = min((one for one in exact if one.at.date() == exact[0].at.date()), key=lambda one: one.at)
    days = [one for one in told if one.precision is Precision.DAY and one.start < exact[0].start]
    if days and days[0].at.date() < earliest.at.date():
        return days[0]
    return earliest


def _last_instant(told: Told) -> datetime:
    return told.at + timedelta(days=1) if told.precision is Precision.DAY else told.at


def _moment(told: Told, field: str) -> Moment:
    evidence = told.sentence.part.evidence(told.start, told.end, f"{field}.{told.edge}")
    return Moment(at=told.at, precision=told.precision, evidence=(evidence,))


def _day_of_writing(reading: Reading) -> Moment | None:
    """The day a post was written, or breaking news published, if it tells of an outage of the moment and of no time."""
    if reading.published is None or not reading.sentences:
        return None
    words, first = _words(), reading.sentences[0]
    if reading.kind is Kind.POST:
        recalls = any(sentence.has(RECALLED) for sentence in reading.sentences)
        if recalls and not any(word in part.folded for part in reading.parts for word in words.present):
            return None
    elif not any(word in reading.title.folded for word in words.breaking):
        return None
    evidence = first.part.evidence(first.start, first.end, "outage_start.present")
    return Moment(at=midnight_kst(reading.published.date()), precision=Precision.DAY, evidence=(evidence,))
