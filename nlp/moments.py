"""Times told in a text, resolved against the date of publication: 지난 15일 오후 3시 30분께, 전날, 어제 저녁 7시쯤부터.

A day that is told relatively (어제, 지난 15일, 전날) needs the publication date or an absolute date before it; without
either the time is left out. An hour without 오전 or 오후 takes the half of the day from the hour before it, from the
parts of the day that the text names, or else is an hour at which shops are open.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache

import msgspec

from meoktong.catalog import Struct, read
from meoktong.models import Precision
from meoktong.times import KST
from nlp import numerals
from nlp.lazy import lazy
from nlp.patterns import any_of, beginning
from nlp.text import Part, Sentence

_BACK_FROM_PUBLICATION = {
    "오늘": 0,
    "금일": 0,
    "어제": 1,
    "어저께": 1,
    "어젯밤": 1,
    "간밤": 1,
    "그제": 2,
    "그저께": 2,
    "엊그제": 2,
    "내일": -1,
    "모레": -2,
}
_FROM_NUMBERED_DAY = {"이날": 0, "전날": -1}
_FROM_LAST_DAY = {"다음날": 1, "다음 날": 1, "이튿날": 1, "익일": 1, "같은 날": 0, "같은날": 0, "그날": 0, "당일": 0}
_DAY_WORDS = {**_BACK_FROM_PUBLICATION, **_FROM_NUMBERED_DAY, **_FROM_LAST_DAY}
_SPANS = {"하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "이레": 7, "일주일": 7, "열흘": 10}
_DAY, _MORNING = 24, 6  # hours
_WEEKDAYS = "월화수목금토일"

_PARTS = "오전|오후|새벽|아침|점심|대낮|한낮|낮|저녁|심야|한밤|밤|am|pm"
_NIGHT = ("밤", "심야", "한밤")
_OF_A_NIGHT = dict.fromkeys(("어젯밤", "간밤"), "밤")  # days that name the part of the day too
_SPAN = rf"[0-9]{{1,2}}일|{'|'.join(_SPANS)}"
_LENGTH = "째|차|자|치|간|동안|가량|여|만[에의]| ?(?:사이|안에|이내|넘|연속|동안|정도|만에|전|뒤|후)"
_DATE = (
    r"(?P<year>[0-9]{4}|[0-9]{2}(?=년))(?:년 ?|[.-] ?)"
    r"(?P<month>[0-9]{1,2})(?:월 ?|[.-] ?)(?P<day>[0-9]{1,2})(?![0-9])일?"
    r"|(?:(?P<which_year>지난해|작년|올해|지난) ?)?(?P<month_of_year>[0-9]{1,2})월 ?(?P<day_of_year>[0-9]{1,2})일"
    r"|(?:(?P<which_month>지난 ?달|전달|이달|이번 ?달|같은 달|다음 ?달|내달|오는|매달|매월|지난) ?)?"
    rf"(?P<day_of_month>[0-9]{{1,2}})일(?!{_LENGTH})"
    rf"|(?P<word>{'|'.join(sorted(_DAY_WORDS, key=len, reverse=True))})"
    r"|(?:(?P<which_week>지난 ?주|저번 ?주|이번 ?주|지난) ?)?(?<![가-힣])(?P<weekday>[월화수목금토일])(?:요일|욜)"
    rf"|(?P<ago>{_SPAN}) ?전(?![인이])|(?P<running>{_SPAN}) ?째"
    rf"|(?P<hours_running>[0-9]{{1,2}}|{numerals.HOUR}) ?시간 ?째"
)
_TIME = (
    rf"(?:(?P<part>{_PARTS}) ?)?(?:(?P<hour>[0-9]{{1,2}})|(?<![가-힣])(?P<native_hour>{numerals.HOUR})) ?"
    r"시(?!간|즌|스|장|민|청|내|작|점|행|험|급|적|름|라도|설|중)"
    r"(?: ?(?P<minute>[0-9]{1,2}) ?분(?!간)| ?(?P<half>반)(?![복품납응려대찬면]))?"
    r"|(?P<clock_hour>[0-9]{1,2}):(?P<clock_minute>[0-9]{2})(?![0-9:])"
    rf"|(?P<point>정오|자정)|(?P<only_part>{_PARTS})(?=늦|[에부께쯤까]|[^가-힣]|$)"
)
_DATED = re.compile(rf"(?<![0-9.:-])(?:{_DATE})(?: ?\((?:(?P<numbered>[0-9]{{1,2}})일|[^()\n]{{1,8}})\))?")
_TIMED = re.compile(rf"(?<![0-9.:])(?:{_TIME})(?: ?\([^()\n]{{1,8}}\))?")
_FIRST, _SECOND = beginning(
    (
        *"지난 작년 올해 전달 이달 이번 같은 다음 내달 오는 매달 매월 저번 정오 자정".split(),
        *(*_DAY_WORDS, *_SPANS, *_PARTS.split("|")),
        *(day + name for day in _WEEKDAYS for name in ("요일", "욜")),
        *(hour for hour in numerals.HOURS if hour[1:]),
    )
)
_HOUR = "".join(hour for hour in numerals.HOURS if not hour[1:])
# Where a time can begin: by a number's unit or by its first two characters
_ANCHOR = re.compile(f"[0-9{_FIRST}{_HOUR}](?:(?<=[0-9])[0-9]*(?=[년월일시.:-]| 시)|{_SECOND}|(?<=[{_HOUR}])(?= ?시))")
_AFTER = re.compile(
    r"(?: ?(?:께|경|쯤|즈음|무렵|정도|전후|가량|늦게))?(?: ?(?:넘어|지나)서?|에(?!서)|을|를|께|인)?"
    r"(?: ?(?:(?P<start>부터|이후|이래|에서(?= ?[오새밤0-9]))|(?P<until>까지(?![도로라])|사이)|(?P<between>[~∼〜-])"
    r"|(?P<still>도(?![가-힣])|까지도|현재|기준|라[더는고])))?"
)


class Edge(StrEnum):
    """What the particle behind a time makes of it."""

    AT = "at"
    FROM = "from"
    UNTIL = "until"
    STILL = "still"  # ...에도, ... 현재: neither a beginning nor an end


class _Words(Struct, frozen=True):
    abroad: str
    home: str
    morning: str
    evening: str


class Told(msgspec.Struct, frozen=True):
    """A time told in [start, end) of `sentence`'s part. `at` is in Asia/Seoul, of a day its midnight."""

    sentence: Sentence
    start: int
    end: int
    at: datetime
    precision: Precision
    edge: Edge
    again: bool  # "the same day": told of something else
    running: bool  # "for the third day"


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    words = read("moments.yml", _Words)
    return any_of([words.abroad]), any_of([words.home]), any_of([words.morning]), any_of([words.evening])


def told(part: Part, published: datetime | None, *, recent: bool = False) -> list[Told]:
    """The times of `part` in order, resolved; those that cannot be resolved are left out.

    `recent`: the text tells of the last hours, as a post does; an hour without 오전 or 오후 is the last that was.
    """
    return list(_Reader(part, published, recent=recent).read())


class _Reader:
    """Reads a part from left to right and remembers which day and hour it has come to."""

    def __init__(self, part: Part, published: datetime | None, *, recent: bool) -> None:
        self.part = part
        self.published = published
        # the time of day of the publication, where it is known
        self.now = None if published is None or _is_midnight(published) else published
        self.recent = recent
        self.numbered = self.day = published.date() if published else None
        self.hour: datetime | None = None
        self.day_part: str | None = None  # what the word of the day tells of the hour right behind it
        self.range_from = -9  # the end of a time behind which "~" stands

    def read(self) -> Iterator[Told]:
        """Every time, in order."""
        text = self.part.folded
        done = 0
        for anchor in _ANCHOR.finditer(text):
            start = anchor.start()
            if start < done:
                continue
            dated = _DATED.match(text, start)
            end = dated.end() if dated else start
            timed = _TIMED.match(text, end) or (_TIMED.match(text, end + 1) if text.startswith(" ", end) else None)
            if dated or timed:
                done = timed.end() if timed else end
                told = self._told(start, done, dated, timed)
                if told:
                    yield told

    def _told(self, start: int, end: int, dated: re.Match[str] | None, timed: re.Match[str] | None) -> Told | None:
        sentence = self.part.sentence_at(start)
        if self._abroad(sentence, start, end) or (timed and timed["only_part"] and not dated):
            return None
        if dated and not self._move(dated):
            return None
        if self.day is None:
            return None
        after = _AFTER.match(self.part.folded, end)
        edge = _edge(after)
        if edge is Edge.AT and start - self.range_from in (0, 1, 2):
            edge = Edge.UNTIL
        self.range_from = after.end() if after and after["between"] else -9
        exact = timed is not None and not timed["only_part"]
        self.day_part = _OF_A_NIGHT.get(dated["word"]) if dated else None
        at = self._clock(timed, edge, dated is not None) if timed and exact else _midnight(self.day)
        if at is None:
            return None
        running = bool(dated and (dated["running"] or dated["hours_running"]))
        return Told(
            sentence=sentence,
            start=start,
            end=end,
            at=at,
            precision=Precision.MINUTE if exact else Precision.DAY,
            edge=Edge.FROM if running else edge,
            again=bool(dated and dated["word"] in ("같은 날", "같은날")),
            running=running,
        )

    def _abroad(self, sentence: Sentence, start: int, end: int) -> bool:
        """Is the time one of another zone?"""
        abroad, home, _, _ = _patterns()
        text = self.part.folded
        before = text[max(sentence.start, start - 12) : start]
        return bool((abroad.search(before) and not home.search(before)) or abroad.search(text, start, end))

    def _move(self, dated: re.Match[str]) -> bool:
        """Go to the day that `dated` names; False if it cannot be known or lies ahead."""
        day = self._day(dated)
        if day is None or (self.published and day > self.published.date()):
            return False
        self.day = day
        self.hour = None
        if dated["word"] is None and not (dated["running"] or dated["hours_running"]):
            self.numbered = day
        return True

    def _day(self, dated: re.Match[str]) -> date | None:
        if dated["year"]:
            year = int(dated["year"])
            return _date(year if year > 99 else 2000 + year, int(dated["month"]), int(dated["day"]))
        base = self.published.date() if self.published else self.numbered
        if base is None:
            return None
        if dated["month_of_year"]:
            return _in_year(base, dated["which_year"], int(dated["month_of_year"]), int(dated["day_of_year"]))
        number = dated["numbered"] or dated["day_of_month"]
        if number:
            return _in_month(base, self.day, dated["which_month"], int(number))
        if dated["weekday"]:
            return _weekday(base, (dated["which_week"] or "").replace(" ", ""), _WEEKDAYS.index(dated["weekday"]))
        if dated["hours_running"]:
            return self._hours_ago(dated["hours_running"])
        span = dated["ago"] or dated["running"]
        if span:
            days = _SPANS.get(span) or int(span.removesuffix("일"))
            return _back(base, days if dated["ago"] else days - 1)
        return self._worded(dated["word"])

    def _worded(self, word: str) -> date | None:
        if word in _BACK_FROM_PUBLICATION:
            return _back(self.published.date(), _BACK_FROM_PUBLICATION[word]) if self.published else None
        if word in _FROM_NUMBERED_DAY:
            return self.numbered and _back(self.numbered, -_FROM_NUMBERED_DAY[word])
        return self.day and _back(self.day, -_FROM_LAST_DAY[word])

    def _hours_ago(self, word: str) -> date | None:
        hours = numerals.HOURS.get(word) or int(word)
        if self.now and hours <= _DAY:
            return (self.now - timedelta(hours=hours)).date()
        return self.published and self.published.date()

    def _clock(self, timed: re.Match[str], edge: Edge, dated: bool) -> datetime | None:
        """The time of day `timed` on the present day, and remember it for the next."""
        if self.day is None:
            return None
        at = self._point(timed["point"], dated, edge) if timed["point"] else self._hour(timed, edge)
        night = self.now is not None and (self.recent or self.now.hour < _MORNING)
        if at and self.now and night and at > self.now and not dated and self.day == self.now.date():
            at -= timedelta(days=1)  # "낮 3시반부터", written after midnight
        if at is not None:
            self.hour = at
        return at

    def _point(self, point: str, dated: bool, edge: Edge) -> datetime:
        """Noon, or midnight: the one that begins a day if an outage begins on it, else the one that ends the day."""
        assert self.day is not None  # noqa: S101
        begins = dated and edge is Edge.FROM
        hours = 12 if point == "정오" else 0 if begins else 24
        return _midnight(self.day) + timedelta(hours=hours)

    def _hour(self, timed: re.Match[str], edge: Edge) -> datetime | None:
        assert self.day is not None  # noqa: S101
        word = timed["native_hour"]
        hour = numerals.HOURS[word] if word else int(timed["hour"] or timed["clock_hour"])
        minute = 30 if timed["half"] else int(timed["minute"] or timed["clock_minute"] or 0)
        if hour > 24 or minute > 59:
            return None
        midnight = _midnight(self.day)
        part = timed["part"] or self.day_part
        if part:
            at = midnight + timedelta(hours=_by_part(part, hour), minutes=minute)
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
        early = midnight + timedelta(hours=hour % 12, minutes=minute)
        late = early + timedelta(hours=12)
        if self.recent and self.now and self.day == self.now.date():
            return max((at for at in (early, late) if at <= self.now), default=early)
        if self.hour:
            return _near(self.hour, early, late, edge)
        return self._by_context(early, late)

    def _by_context(self, early: datetime, late: datetime) -> datetime:
        """Which of two times of day is meant, where nothing before it tells."""
        if self._parts_named == (True, False):
            first = early
        elif self._parts_named == (False, True):
            first = late
        else:
            first = early if 7 <= early.hour <= 11 else late
        other = early if first is late else late
        return other if self.now and other <= self.now < first else first

    @lazy
    def _parts_named(self) -> tuple[bool, bool]:
        """Does the text name mornings, and evenings?"""
        _, _, morning, evening = _patterns()
        text = self.part.folded
        return morning.search(text) is not None, evening.search(text) is not None


def _edge(after: re.Match[str] | None) -> Edge:
    if after is None:
        return Edge.AT
    if after["start"] or after["between"]:
        return Edge.FROM
    if after["until"]:
        return Edge.UNTIL
    return Edge.STILL if after["still"] else Edge.AT


def _by_part(part: str, hour: int) -> int:
    """Hours since the day's midnight: 밤 12시 is 24, 오전 12시 is 0."""
    if hour > 12:
        return hour
    if part in ("오전", "am", "새벽", "아침"):
        return hour % 12
    if part in _NIGHT and (hour == 12 or hour < 5):
        return 24 + hour % 12
    if part in ("낮", "대낮", "한낮", "점심") and hour in (10, 11):
        return hour
    return hour % 12 + 12


def _near(before: datetime, early: datetime, late: datetime, edge: Edge) -> datetime:
    """Which of two times goes on from `before`: the next of them, if there is one, or in the same half of the day."""
    following = [at for at in (early, late) if at >= before]
    if edge is not Edge.FROM and following:
        return following[0]
    if edge is Edge.UNTIL:
        return early + timedelta(days=1)
    return late if before.hour >= 12 else early


def _in_year(base: date, which: str | None, month: int, day: int) -> date | None:
    if which in ("지난해", "작년"):
        return _date(base.year - 1, month, day)
    found = _date(base.year, month, day)
    if found and found > base + timedelta(days=31):
        return _date(base.year - 1, month, day)
    return found


def _in_month(base: date, present: date | None, which: str | None, day: int) -> date | None:
    """Day `day` of the month that `which` names; without one, the last such day, or one within the coming week."""
    word = (which or "").replace(" ", "")
    first = (present if word == "같은달" and present else base).replace(day=1)
    if word in ("매달", "매월"):
        return None
    if word in ("다음달", "내달"):
        first = (first + timedelta(days=32)).replace(day=1)
    elif word in ("지난달", "전달"):
        first = (first - timedelta(days=1)).replace(day=1)
    elif word in ("", "지난"):
        ahead = 7 if not word else 0
        if day > base.day + ahead:
            first = (first - timedelta(days=1)).replace(day=1)
    return _date(first.year, first.month, day)


def _weekday(base: date, which: str, weekday: int) -> date | None:
    """The last such day; with 지난 not today, with 지난주 that of the week before."""
    if which in ("지난주", "저번주"):
        return _back(base, base.weekday() + 7 - weekday)
    back = (base.weekday() - weekday) % 7
    return _back(base, back or (7 if which == "지난" else 0))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _back(day: date, days: int) -> date | None:
    try:
        return day - timedelta(days=days)
    except OverflowError:
        return None


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=KST)


def _is_midnight(moment: datetime) -> bool:
    return moment.hour == moment.minute == 0
