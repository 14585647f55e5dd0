"""When the outage that a document mainly tells of began and ended.

Every time told in the text (nlp.moments) gets a role from the words behind it: the outage begins, it is over, or
neither (a report, a notice, an appointment). Earlier outages that the text recalls are set apart. The outage's start is
the first beginning; its end is the last recovery behind it, or follows from the start and a length of time, as the
start may from the end.
"""

import re
from datetime import date, datetime, timedelta
from operator import attrgetter

import msgspec

from meoktong.models import Kind, Moment, Precision
from meoktong.times import midnight_kst
from nlp import asides, moments, quantities
from nlp.cues import Said
from nlp.lazy import lazy
from nlp.moments import Edge, Told
from nlp.text import RECALLED, Part, Reading
from nlp.time_lengths import AFTER_SOME, DAY, SHORTLY, Length, lengths, took
from nlp.time_roles import Candidate, Role, candidates, cues, within, words

_LATER = re.compile(" ?(?:여|쯤|가량|정도|남짓)? ?(?:뒤|만에|후|있다)")
_NEXT_WORD = 8  # characters
_ROUGHLY = timedelta(minutes=15)
_HALF_DAY = timedelta(hours=12)
_JUST_NOW = re.compile(
    "(?:방금|이제 막) [^.,\n]{0,10}?"
    "(?:[됨됐]|[되뜨]네|돼요|[됩뜹]니다|들어[가오와왔]|풀[렸림리]|돌아[왔와]|열[렸리림]|복구)"
)
_LAUNCHED = re.compile(
    "(?:부터|에)? ?(?:[^ .\n]{1,10} ){0,3}"
    "(?:문을 (?:연|열)|새로 (?:연|열)|개통|가동|도입|(?:새 )?(?:앱|시스템|누리집)[을를이] (?:연|열|선보))"
)
_FROM_THE_FIRST = re.compile(
    "첫날부터|개통 ?(?:뒤|이후|직후|후)|문을 연 (?:뒤|이후|직후)|첫날 |일주일 ?내내|한 달 가까이"
)
_SEEN = re.compile("(?:은|는|엔|에는) |(?:에|에야)? ?[^.,\n]{0,10}(?:보니|켜니|하니|들어가니|출근하니)")
_AGO = re.compile(" ?(?:정도|쯤|가량)? ?전(?:쯤)?부터")
_SINCE = re.compile(
    "(?:멈[춘추]|멎은|끊긴|끊어진|꺼진|막힌|중단된|먹통이 된|마비된|터진|닫힌) ?지 (?:벌써 |어느덧 |약 |꼬박 )?$"
)
_NOT_BEFORE = re.compile("[^ ,.]{0,3} ?(?:에|이 [돼되](?:어)?서)야")
_SUBJECT = re.compile("[이가] ")  # a day of which something is said, not when: "월욜이 더 무섭다"


def outage_times(reading: Reading) -> tuple[Moment | None, Moment | None]:
    """Start and end of the main outage, each None if the text does not tell it.

    The end may be that of a part of the services: it is the outage's only if the text says that all works again.
    """
    text, title = stories = reading.text.remember(_stories, reading)
    start = (
        text.start()
        or title.start()
        or text.ago()
        or title.ago()
        or text.first_open()
        or title.first_open()
        or text.launched()
        or _day_of_writing(reading)
    )
    if start is None:
        return None, None
    if start.precision is Precision.DAY:
        start = next((found for story in stories if (found := story.hour_on(start))), start)
    end = next((found for story in stories if (found := story.end(start))), None)
    if end and (start.precision, end.precision) == (Precision.DAY, Precision.MINUTE):
        start = next((found for story in stories if (found := story.start_before(start, end))), start)
    return start, end


def known_end(reading: Reading, start: Moment | None, end: Moment | None) -> Moment | None:
    """The end of an outage that is over, where no words tell it: the last time that nothing else is said of.

    A post that tells none was written when it had just ended, if it says so.
    """
    if end or start is None:
        return end
    stories = reading.text.remember(_stories, reading)
    last = next((found for story in stories if (found := story.last_open(start))), None)
    if last or reading.kind is not Kind.POST:
        return last
    return next((found for story in stories if (found := story.just_now())), None)


def _stories(reading: Reading) -> tuple["_Story", "_Story"]:
    title = _Story(reading.title, reading)
    day = None
    if reading.kind is Kind.POST and "밤" not in reading.title.folded and title.told:  # a night ends on the next day
        day = title.told[-1].day
    return _Story(reading.text, reading, day), title


class _Story:
    """The times of one part, each with its role."""

    def __init__(self, part: Part, reading: Reading, day: date | None = None) -> None:
        self.part = part
        self.day = day  # that the title of a post has named
        self.title = "" if part is reading.title else reading.title.folded
        self.published = reading.published
        self.recent = reading.kind is Kind.POST
        self.latest = reading.published
        if self.latest and self.latest == midnight_kst(self.latest.date()):
            self.latest += timedelta(days=1)
        elif self.latest and self.recent and asides.added(part) < part.end:
            self.latest += _HALF_DAY

    @lazy
    def said(self) -> list[Said]:
        """What is said of outages and recoveries."""
        return self.part.said(cues())

    @lazy
    def told(self) -> list[Told]:
        """The times of the part, none of them after the publication, or far behind it in what a post adds later."""
        told = moments.told(self.part, self.published, recent=self.recent, day=self.day, title=self.title)
        return [one for one in told if (self.latest is None or one.at <= self.latest) and self._tells(one)]

    def _tells(self, told: Told) -> bool:
        """Is it a time, or a part of the day right behind which all is told to work again (점심 지나 돌아왔다)?"""
        if not told.vague:
            return True
        broke = any(one.name == "onset" for one in within(self.said, self.part.start, told.start))
        said = within(self.said, told.end, min(told.sentence.end, told.end + SHORTLY))
        if said and self.part.folded.startswith("다시", said[0].start):  # that alone may be said of anything
            said = [one for one in said[1:] if one.start - said[0].end <= _NEXT_WORD]
        return broke and told.edge is Edge.AT and bool(said) and said[0].name in ("recovered", "eased")

    @lazy
    def later(self) -> list[int]:
        """Where lengths of time stand behind which something is said to happen."""
        text = self.part.folded
        return [begin for begin, end, _ in quantities.durations(self.part) if _LATER.match(text, end)]

    @lazy
    def candidates(self) -> list[Candidate]:
        """The times that begin or end an outage."""
        return list(candidates(self.told, self.said, self.later)) if self.told else []

    def start(self) -> Moment | None:
        """The beginning told of first, of another outage only if there is none of this one."""
        starts = [candidate for candidate in self.candidates if candidate.role is Role.START]
        strong = [
            c.told
            for c in starts
            if not (c.recalled or c.told.running) and (not c.weak or (c.exact and c.told.edge is Edge.FROM))
        ]
        for told in (strong, [c.told for c in starts if not c.recalled], [c.told for c in starts]):
            if told:
                return self._shortly_after(_first(told))
        return None

    def _shortly_after(self, told: Told) -> Moment:
        """The beginning at `told`, or the time behind it after which something is said to go wrong."""
        if told.precision is Precision.MINUTE and told.edge is Edge.AT:
            for begin, end, minutes in quantities.durations(self.part):
                if not told.end <= begin < told.sentence.end or self._happens(told.end, begin):
                    continue
                broke = within(self.said, end, end + SHORTLY)[:1]
                if minutes < DAY and AFTER_SOME.match(self.part.folded, end) and broke and broke[0].name == "onset":
                    evidence = (self.part.evidence(told.start, end, "outage_start.after"),)
                    at = told.at + timedelta(minutes=minutes)
                    return Moment(at=at, precision=Precision.MINUTE, evidence=evidence)
        return _moment(told, "outage_start")

    def _happens(self, start: int, end: int) -> bool:
        """Is anything said of outages there but that something starts?"""
        said = within(self.said, start, end)
        return any(not self.part.folded.startswith("시작", one.start) for one in said)

    def first_open(self) -> Moment | None:
        """The first hour of which nothing is said (9시에 긁었는데 결제 오류); of a post, the day if there is none."""
        told = [c.told for c in self.candidates if c.role is Role.OPEN and c.told.edge is Edge.AT and not c.recalled]
        exact = [one for one in told if one.precision is Precision.MINUTE]
        ends = [c.told.at for c in self.candidates if c.role in (Role.END, Role.EASED) and not c.recalled]
        days = told if self.recent else [one for one in told if ends and one.at <= ends[0]]
        days = [one for one in days if not _SUBJECT.match(self.part.folded, one.end)]
        return next((self._shortly_after(one) for one in exact or days), None)

    def ago(self) -> Moment | None:
        """The beginning that is counted back from the moment of writing: 10분 전부터, 멈춘 지 나흘."""
        text, now = self.part.folded, self.published
        if now is None:
            return None
        for begin, end, minutes in quantities.durations(self.part):
            ago = _AGO.match(text, end) is not None and not text.endswith("되기 ", 0, begin)
            exact = ago and minutes < DAY and now != midnight_kst(now.date())
            if exact or (minutes >= DAY and _SINCE.search(text[max(0, begin - 16) : begin])):
                at = now - timedelta(minutes=minutes)
                evidence = (self.part.evidence(begin, end, "outage_start.ago"),)
                if exact:
                    return Moment(at=at, precision=Precision.MINUTE, evidence=evidence)
                return Moment(at=midnight_kst(at.date()), precision=Precision.DAY, evidence=evidence)
        return None

    def launched(self) -> Moment | None:
        """The day on which something went into service that went wrong from its first day on."""
        if self.recent and _FROM_THE_FIRST.search(self.part.folded) is None:
            return None
        days = (one for one in self.told if one.precision is Precision.DAY and not one.recalled)
        found = next((told for told in days if _LAUNCHED.match(self.part.folded, told.end)), None)
        return _moment(found, "outage_start") if found else None

    def just_now(self) -> Moment | None:
        """The moment of writing, if it is said to work again since just then."""
        found = _JUST_NOW.search(self.part.folded)
        if found is None or self.published is None or self.published == midnight_kst(self.published.date()):
            return None
        evidence = self.part.evidence(found.start(), found.end(), "outage_end.now")
        return Moment(at=self.published, precision=Precision.MINUTE, evidence=(evidence,))

    def hour_on(self, day: Moment) -> Moment | None:
        """The hour from which something is said to have been so on `day`, or the first hour of that day."""
        hours = [
            c
            for c in self.candidates
            if c.exact
            and day.at.date() in (c.told.day, c.told.at.date())
            and c.told.edge in (Edge.AT, Edge.FROM)
            and not c.told.again
        ]
        begun = (c.told for c in self.candidates if c.role is Role.START and c.told.edge is Edge.FROM and c.told.part)
        since = next((told for told in begun if self.recent and told.at == day.at), None)
        if since:
            hours = [c for c in hours if c.role is Role.START and since.holds(c.told.at)]
        starts = [c for c in hours if c.role is Role.START]
        opens = [c for c in hours if c.role in (Role.START, Role.OPEN)]
        found = next(iter(opens if self.recent else starts or opens), None)
        return _moment(found.told, "outage_start") if found else None

    def start_before(self, day: Moment, end: Moment) -> Moment | None:
        """The hour on `day` that follows from the `end` and the length of time after which it came."""
        for begin, behind, minutes in quantities.durations(self.part):
            at = end.at - timedelta(minutes=minutes)
            if minutes < DAY and at.date() == day.at.date() and took(self.part, self.said, begin, behind):
                evidence = self.part.evidence(begin, behind, "outage_start.duration")
                return Moment(at=at, precision=Precision.MINUTE, evidence=(evidence,))
        return None

    def _lengths(self, start: Moment) -> list[Length]:
        starts = [c.told for c in self.candidates if c.role is Role.START and not c.recalled]
        return lengths(self.part, self.said, starts, start, self.latest, recent=self.recent)

    def end(self, start: Moment) -> Moment | None:
        """The end told of last, in the surest words there are; those that tell no more than the day of `start` last."""
        over = self._last(start, Role.END) and self._last(start, Role.END, Role.UNTIL)
        eased = self._last(start, Role.EASED, Role.UNTIL)
        lasted = self._lengths(start)
        ends = (
            over if _telling(over, start) else None,
            eased if _telling(eased, start) else None,
            max((one.moment for one in lasted if one.attached), key=attrgetter("at"), default=None),
            lasted[0].moment if lasted else None,
            over,
            eased,
            self._last(start, Role.TOLD_OVER),
        )
        return next((end for end in ends if end), None)

    def last_open(self, start: Moment) -> Moment | None:
        """The last hour in the two days from `start` of which nothing is said."""
        opens = (c.told for c in self.candidates if c.role is Role.OPEN and c.exact and not c.recalled)
        hours = (told for one in opens if (told := one if one.day == start.at.date() else self._behind(one, start)))
        behind = [one for one in hours if start.at < one.at < start.at + timedelta(days=2)]
        return _moment(max(behind, key=_last_instant), "outage_end") if behind else None

    def _last(self, start: Moment, *roles: Role) -> Moment | None:
        ends = (
            self._behind(c.told, start)
            for c in self.candidates
            if c.role in roles and not c.recalled and not self._seen(c.told, start)
        )
        told = [one for one in ends if one]
        if not told:
            return None
        last = max(told, key=_last_instant)
        exact = [one for one in told if one.precision is Precision.MINUTE]
        if Role.END in roles or _NOT_BEFORE.match(self.part.folded, last.end):
            exact = [one for one in exact if one.at.date() == last.at.date()]  # a later day is surer than a part's hour
        return _moment(max(exact or [last], key=_last_instant), "outage_end")

    def _seen(self, told: Told, start: Moment) -> bool:
        """Is `told` a later day on which the writer of a post only sees that all works (오늘 아침에 보니 멀쩡)?"""
        later = told.precision is Precision.DAY and told.day > start.at.date() and told.edge is Edge.AT
        if not (later and self.recent) or self.part.folded.endswith(("더니 ", "다가 "), 0, told.start):
            return False
        return _SEEN.match(self.part.folded, told.end) is not None

    def _behind(self, told: Told, start: Moment) -> Told | None:
        """`told`, if behind `start`; one without its half of the day, or a day, is the next such hour behind it."""
        if _last_instant(told) > start.at:
            first = told.at - _HALF_DAY
            nearer = not told.halved and first.date() == told.at.date() and start.at < first
            exact = start.precision is Precision.MINUTE
            return msgspec.structs.replace(told, at=first) if nearer and exact else told
        if told.dated or told.edge is Edge.UNTIL or told.precision is Precision.DAY:
            return None
        first = told.at + (start.at.date() - told.at.date())
        hours = (0, 24) if told.halved else (0, 12, 24)
        later = (first + timedelta(hours=hour) for hour in hours)
        at = next((one for one in later if one > start.at and (self.latest is None or one <= self.latest)), None)
        return msgspec.structs.replace(told, at=at) if at else None


def _telling(end: Moment | None, start: Moment) -> bool:
    """Does `end` tell more than the day of `start`?"""
    return end is not None and (end.precision is Precision.MINUTE or end.at.date() > start.at.date())


def _first(told: list[Told]) -> Told:
    """The beginning of the outage told of first: to the minute if the same day is told so too."""
    exact = [one for one in told if one.precision is Precision.MINUTE]
    if not exact:
        return told[0]
    earliest, *later = sorted((one for one in exact if one.at.date() == exact[0].at.date()), key=attrgetter("at"))
    if earliest.at.minute == 0:  # the hour, roughly: another tells the minute
        earliest = next((one for one in later if timedelta() < one.at - earliest.at <= _ROUGHLY), earliest)
    days = [one for one in told if one.precision is Precision.DAY and one.start < exact[0].start]
    if days and days[0].at.date() < earliest.at.date():
        return days[0]
    return earliest


def _last_instant(told: Told) -> datetime:
    return told.at + timedelta(days=1) if told.precision is Precision.DAY else told.at


def _moment(told: Told, field: str) -> Moment:
    rule = f"{field}.{'part' if told.vague else told.edge}"
    evidence = told.sentence.part.evidence(told.start, told.end, rule)
    return Moment(at=told.at, precision=told.precision, evidence=(evidence,))


def _day_of_writing(reading: Reading) -> Moment | None:
    """The day a post was written, or breaking news published, if it tells of an outage of the moment and of no time."""
    if reading.published is None or not reading.sentences:
        return None
    lists, first = words(), reading.sentences[0]
    if reading.kind is Kind.POST:
        recalls = any(sentence.has(RECALLED) for sentence in reading.sentences)
        if recalls and not any(word in part.folded for part in reading.parts for word in lists.present):
            return None
    elif not any(word in reading.title.folded for word in lists.breaking):
        return None
    evidence = first.part.evidence(first.start, first.end, "outage_start.present")
    return Moment(at=midnight_kst(reading.published.date()), precision=Precision.DAY, evidence=(evidence,))
