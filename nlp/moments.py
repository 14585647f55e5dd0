"""Times told in a text, resolved against the date of publication: 지난 15일 오후 3시 30분께, 전날, 어제 저녁 7시쯤부터.

A day that is told relatively (어제, 지난 15일, 전날) needs the publication date or an absolute date before it; without
either the time is left out. An hour without 오전 or 오후 takes the half of the day from the hour before it, from the
parts of the day that the text names, or else is an hour at which shops are open.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec

from meoktong.models import Precision
from meoktong.times import KST
from nlp import asides, days, hours, numerals
from nlp.asides import pattern
from nlp.days import DATED, Days
from nlp.lazy import lazy
from nlp.patterns import beginning
from nlp.text import Part, Sentence

_MORNING = 6  # hours

_OF_A_NIGHT = dict.fromkeys(("어젯밤", "간밤"), "밤")  # days that name the part of the day too
_TIME = (
    rf"(?:(?P<part>{hours.PARTS}|{hours.PAST_MIDNIGHT}) ?)?"
    rf"(?:(?P<hour>[0-9]{{1,2}})|(?<![가-힣])(?P<native_hour>{numerals.HOUR})) ?"
    r"시(?!간|즌|스|장|민|청|내|작|점|행|험|급|적|름|라도|설|중)"
    r"(?: ?(?P<minute>[0-9]{1,2}) ?분(?!간)| ?(?P<half>반)(?![복품납응려대찬면]))?"
    r"|(?P<clock_hour>[0-9]{1,2}):(?P<clock_minute>[0-9]{2})(?![0-9:])"
    r"|(?P<bare_minute>[0-9]{1,2})분"
    r"(?=까지|쯤?부터|(?<=[서터∼〜~-][0-9]{2}분) ?사이|(?<=[서터] [0-9]{2}분) ?사이|에 (?!한|1))"
    rf"|(?P<point>정오|자정)|(?<!룻)(?P<only_part>{hours.PARTS})(?=늦|[에엔부께쯤까]|이 ?[돼되]|[^가-힣]|$)"
)
_TIMED = re.compile(rf"(?<![0-9.:])(?:{_TIME})(?: ?\([^()\n]{{1,8}}\))?")
_FIRST, _SECOND = beginning(
    (
        *(*days.WORDS, *hours.PARTS.split("|"), "정오", "자정"),
        *(hour for hour in numerals.HOURS if hour[1:]),
    )
)
_HOUR = "".join(hour for hour in numerals.HOURS if not hour[1:])
# Where a time can begin: by a number's unit or by its first two characters
_ANCHOR = re.compile(
    f"[0-9{_FIRST}{_HOUR}]"
    f"(?:(?<=[0-9])(?<![0-9][0-9])[0-9]{{0,7}}(?=[년월일시.:/-]| 시|분(?:[까사에 ]|쯤?부터))"  # a run is tried once
    f"|{_SECOND}|(?<=[{_HOUR}])(?= ?시))"
)
_AFTER = re.compile(
    r"(?: ?(?:께|경|쯤|즈음|무렵|정도|전후|가량|늦게|가까이))?(?: ?(?:조금|좀|살짝|막|약간))?"
    r"(?: ?(?:넘어|지나)(?:서|고)?| ?안 ?[돼되]서|에(?!서)|을|를|께|인)?"
    r"(?: ?(?:(?P<start>부터|이후|이래|에서(?= ?[오새밤0-9]))|(?P<until>까(?:지(?![도로라])|진)|사이)"
    r"|(?P<between>[~∼〜-])"
    r"|(?P<still> ?이미(?= )|로(?= ?(?:알려[졌진]|알린|(?:알렸|발표했|전해졌|추정했)(?:으나|지만)))"
    r"|도(?![가-힣])"
    r"|인? ?(?:지금|현재)(?! (?:(?:정상|복구|해결)[가-힣]{0,2}[됐된됨]|되네|되긴|됩니|됨|돼요|풀[렸림]|다시))"
    r"|로(?= ?(?:미|옮|늦|연기|다시|잡|앞당|바꾸|바꿨|예정))|이?면 |[을를]? ?(?:넘기|지나)면(?!서)"
    r"|앞두|앞둔|까지도|기준(?!으로 [^.\n]{0,16}(?:복구|정상|해결))|라[더는고])))?"
)


_BEFORE = re.compile(
    "(?: ?되기(?: ?(?:조금|좀))?)?(?: ?(?:직|얼마))? ?전(?:에|부터|까지|쯤)"
)  # some time before, on that day


class Edge(StrEnum):
    """What the particle behind a time makes of it."""

    AT = "at"
    FROM = "from"
    UNTIL = "until"
    STILL = "still"  # ...에도, ... 현재: neither a beginning nor an end


class Told(msgspec.Struct, frozen=True):
    """A time told in [start, end) of `sentence`'s part. `at` is in Asia/Seoul, of a day its midnight."""

    sentence: Sentence
    start: int
    end: int
    at: datetime
    precision: Precision
    edge: Edge
    day: date  # to which it belongs: midnight to that before or behind it
    dated: bool  # told with its day
    halved: bool  # told with its half of the day
    again: bool  # "the same day": told of something else
    recalled: bool  # in a sentence that goes back to an earlier outage than that told of before
    running: bool  # "for the third day"
    stamp: bool  # when something was added to the text: "(8시 35분 보강)"
    part: str | None  # of the day, where no hour is told
    vague: bool  # such a part alone, from which nothing is said to be so: it can tell an end

    def holds(self, at: datetime) -> bool:
        """Is `at` in the part of the day that is told?"""
        return self.part is None or hours.holds(self.part, at.hour)


def told(
    part: Part, published: datetime | None, *, recent: bool = False, day: date | None = None, title: str = ""
) -> list[Told]:
    """The times of `part` in order, resolved; those that cannot be resolved are left out.

    `recent`: the text tells of the last hours, as a post does; an hour without 오전 or 오후 is the last that was.
    `day`: the one that was told of before `part`; `title`: that of the text, which may name a half of the day.
    """
    return list(_Reader(part, published, day, title, recent=recent).read())


class _Reader:
    """Reads a part from left to right and remembers which day and hour it has come to."""

    def __init__(self, part: Part, published: datetime | None, day: date | None, title: str, *, recent: bool) -> None:
        self.part = part
        self.title = title
        self.published = published
        # the time of day of the publication, where it is known
        self.now = None if published is None or _is_midnight(published) else published
        self.recent = recent
        self.added = asides.added(part) if recent else part.end
        self.days = Days(published, day)
        self.hour: datetime | None = None
        self.halved = True  # is the half of the day known of the last time?
        self.vague: tuple[date, str] | None = None  # the last part of a day that was told without an hour
        self.day_part: str | None = None  # what the word of the day tells of the hour right behind it
        self.sentence: int | None = None  # the last in which a day was told
        self.recalling = False  # does it tell of an earlier outage than those before it?
        self.range_from = -9  # the end of a time behind which "~" stands

    def read(self) -> Iterator[Told]:
        """Every time, in order."""
        text = self.part.folded
        done = 0
        for anchor in _ANCHOR.finditer(text):
            start = anchor.start()
            if start < done:
                continue
            dated = DATED.match(text, start)
            end = dated.end() if dated else start
            timed = _TIMED.match(text, end) or (_TIMED.match(text, end + 1) if text.startswith(" ", end) else None)
            if dated or timed:
                done = timed.end() if timed else end
                told = self._told(start, done, dated, timed)
                if told and (self.recent or not told.stamp):
                    yield told

    def _enter(self, sentence: Sentence) -> None:
        """Come to a day in `sentence`: days in one that recalled an earlier outage do not go on."""
        if sentence.index == self.sentence:
            return
        if self.recalling:
            self.days.back()
        self.sentence = sentence.index
        text, before = self.part.folded, self.part.sentences[max(sentence.index - 1, 0)]
        self.recalling = bool(
            pattern("again").search(text, sentence.start, sentence.end)
            or pattern("relapse").search(text, before.start, sentence.end)
            or (self.days.named and pattern("earlier").search(text, sentence.start, sentence.end))
        )
        self.days.keep()

    def _told(self, start: int, end: int, dated: re.Match[str] | None, timed: re.Match[str] | None) -> Told | None:
        sentence = self.part.sentence_at(start)
        after = _AFTER.match(self.part.folded, end)
        edge = _edge(after)
        vague = timed is not None and timed["only_part"] is not None and not dated
        if asides.abroad(self.part, sentence, start, end) or (vague and not self._placed):
            return None
        if dated:
            self._enter(sentence)
        else:
            self._return(start)
        aside = dated is not None and self._aside(end)
        day = self._day(end, dated, timed, aside=aside)
        if day is None:
            return None
        if aside or asides.of_other(self.part, sentence, start, end, begins=edge is Edge.FROM):
            edge = Edge.STILL
        own = timed is not None and self.recent and asides.of_writer(self.part, sentence, start, end)
        if edge is Edge.AT and start - self.range_from in (0, 1, 2):
            edge = Edge.UNTIL
        self.range_from = after.end() if after and after["between"] else -9
        exact = timed is not None and not timed["only_part"] and not _BEFORE.match(self.part.folded, end)
        self.day_part = _OF_A_NIGHT.get(dated["word"]) if dated else None
        if timed and timed["only_part"] and not own and (edge is Edge.FROM or (dated and edge is Edge.AT)):
            self.vague = day, timed["only_part"]
        at = self._clock(day, timed, edge, dated is not None) if timed and not timed["only_part"] else _midnight(day)
        if at is None:
            return None
        if not exact:  # before midnight is the day before
            at = _midnight((at - timedelta(minutes=1)).date() if timed and timed["point"] == "자정" else day)
        running = bool(dated and (dated["running"] or dated["hours_running"]))
        return Told(
            sentence=sentence,
            start=start,
            end=end,
            at=at,
            precision=Precision.MINUTE if exact else Precision.DAY,
            edge=Edge.STILL if own else Edge.FROM if running else edge,
            day=day,
            dated=dated is not None,
            halved=self.halved,
            again=bool(dated and dated["word"] in ("같은 날", "같은날")),
            recalled=self.recalling,
            running=running,
            stamp=asides.stamps(self.part, start, end),
            part=timed["only_part"] if timed else None,
            vague=vague and edge is not Edge.FROM,
        )

    def _day(self, end: int, dated: re.Match[str] | None, timed: re.Match[str] | None, *, aside: bool) -> date | None:
        """The day of a time that ends at `end`, to which the text goes if it is told with it and not `aside`."""
        if dated:
            passing = timed is None and pattern("tells").match(self.part.folded, end) is not None
            day = self.days.move(dated, passing=passing or aside)
            if day and not dated["hours_running"]:
                self.hour = None
            return day
        day = self.days.day
        part = timed and timed["only_part"]
        if day and part and not self.days.named and self.now and self.now.hour < hours.begins(part):
            return day - timedelta(days=1)  # "저녁부터", written after midnight
        return day

    def _aside(self, end: int) -> bool:
        """Is the day that ends at `end` one of an earlier outage, or in a post, of something else?"""
        if pattern("followed").match(self.part.folded, end):
            return True
        return self.recent and pattern("aside").match(self.part.folded, end) is not None

    def _return(self, start: int) -> None:
        """Another paragraph than that which recalled an earlier outage goes on with the one told of before."""
        recalled = self.part.sentences[self.sentence or 0]
        if self.recalling and "\n" in self.part.folded[recalled.end - 1 : start]:
            self.recalling = False
            self.days.back()

    @property
    def _placed(self) -> bool:
        """Is it known of which day the text tells, if it names a part of the day alone?"""
        return self.days.named or (self.recent and self.published is not None)

    def _clock(self, day: date, timed: re.Match[str], edge: Edge, dated: bool) -> datetime | None:
        """The time of day `timed` on `day`, and remember it for the next."""
        at = self._point(day, timed["point"], dated, edge) if timed["point"] else self._hour(day, timed, edge)
        later = timed.start() > self.added
        if at and self.now and at > self.now and not dated and day == self.now.date() and not later:
            at -= timedelta(days=1)  # "낮 3시반부터", written after midnight
        if at and self.now is None and self.published and not dated and at.date() > self.published.date():
            at -= timedelta(days=1)  # "밤 12시에", written on the day that began then
        if at and edge is not Edge.STILL:
            self.hour = at
        return at

    def _point(self, day: date, point: str, dated: bool, edge: Edge) -> datetime:
        """Noon, or midnight: of a day that has not ended, or on which an outage begins, the first; else the last."""
        self.halved = True
        begins = dated and (edge is Edge.FROM or (edge is Edge.AT and self.published and day == self.published.date()))
        hours = 12 if point == "정오" else 0 if begins else 24
        return _midnight(day) + timedelta(hours=hours)

    def _hour(self, day: date, timed: re.Match[str], edge: Edge) -> datetime | None:
        if timed["bare_minute"]:  # "11시 37분부터 44분까지"
            return self._same_hour(int(timed["bare_minute"]), later=timed.start() > self.added)
        word = timed["native_hour"]
        hour = numerals.HOURS[word] if word else int(timed["hour"] or timed["clock_hour"])
        minute = 30 if timed["half"] else int(timed["minute"] or timed["clock_minute"] or 0)
        if hour > 24 or minute > 59:
            return None
        midnight = _midnight(day)
        part = timed["part"] or self.day_part or self._vague_part(day, timed)
        sure = self.halved
        self.halved = True
        if part:
            at = midnight + timedelta(hours=hours.by_part(part, hour), minutes=minute)
            if (
                self.hour
                and at < self.hour
                and self.hour.hour >= 18
                and part in ("새벽", "오전")
                and edge is not Edge.FROM
            ):
                at += timedelta(days=1)
            return at
        if hour > 12 or hour == 0 or timed["clock_hour"]:
            return midnight + timedelta(hours=hour, minutes=minute)
        self.halved = False
        early = midnight + timedelta(hours=hour % 12, minutes=minute)
        late = early + timedelta(hours=12)
        if self.recent and self.now and day == self.now.date():
            return self._of_today(self.now, early, late, sure=sure, later=timed.start() > self.added)
        if self.hour:
            return hours.nearest(self.hour, early, late, begins=edge is Edge.FROM, ends=edge is Edge.UNTIL)
        return self._by_context(early, late)

    def _vague_part(self, day: date, timed: re.Match[str]) -> str | None:
        """The part of `day` that was told before its first hour."""
        if self.hour or timed["clock_hour"] or not self.vague or self.vague[0] != day:
            return None
        hour = int(timed["hour"]) if timed["hour"] else None
        if self.recent and (hour is None or not hours.holds(self.vague[1], hours.by_part(self.vague[1], hour))):
            return None
        return self.vague[1]

    def _of_today(self, now: datetime, early: datetime, late: datetime, *, sure: bool, later: bool) -> datetime:
        """Which of two times of the day of writing is meant.

        The first behind the one told before, if of that the half of the day is `sure`, the next behind `now` in what
        was added `later`, or else the last that was.
        """
        since = self.hour if self.hour and self.hour.date() == early.date() else None
        if since and (sure or later):
            behind = next((at for at in (early, late) if since <= at <= now), None)
            if behind or not later:
                return behind or late
        if later:
            return next(at for at in (early, late, early + timedelta(days=1)) if at > now)
        return next(at for at in (late, early, late - timedelta(days=1)) if at <= now)

    def _same_hour(self, minute: int, *, later: bool) -> datetime | None:
        """Minute `minute` behind the last time, or the writing of what was added `later`, if it is of the same hour."""
        last = self.now if later else self.hour
        return last.replace(minute=minute) if last and last.minute < minute <= 59 else None

    def _by_context(self, early: datetime, late: datetime) -> datetime:
        """Which of two times of day is meant, where nothing before it tells."""
        if self._parts_named == (True, False) and (early.hour >= _MORNING or "새벽" in self.part.folded):
            first = early
        elif self._parts_named == (False, True):
            first = late
        else:
            first = early if 7 <= early.hour <= 11 else late
        other = early if first is late else late
        return other if self.now and other <= self.now < first else first

    @lazy
    def _parts_named(self) -> tuple[bool, bool]:
        """Does the title name mornings, and evenings? If both or neither, does the text?"""
        for text in (self.title, self.part.folded):
            named = pattern("morning").search(text) is not None, pattern("evening").search(text) is not None
            if named[0] != named[1]:
                break
        return named


def _edge(after: re.Match[str] | None) -> Edge:
    if after is None:
        return Edge.AT
    if after["start"] or after["between"]:
        return Edge.FROM
    if after["until"]:
        return Edge.UNTIL
    return Edge.STILL if after["still"] else Edge.AT


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=KST)


def _is_midnight(moment: datetime) -> bool:
    return moment.hour == moment.minute == 0
