"""Days told in a text, resolved against the date of publication: 지난 15일, 전날, 지난달 30일, 토요일, 사흘 전.

A day that is told relatively needs the publication date or an absolute date before it; without either it is unknown.
"""

import re
from datetime import date, datetime, timedelta

from meoktong.times import YEARS
from nlp import numerals

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
_YEARS_BACK = {"지난해": 1, "작년": 1, "재작년": 2, "지지난해": 2}
_WEEKDAYS = "월화수목금토일"
_WHILE = 14  # days after one of an earlier month that are told without its name
# behind a weekday to come: 월요일에 다시 오라, 월요일로 미뤘다
_AHEAD = re.compile(
    "에나? (?:다시 )?(?:오시|오라|오세|만나|보자|될|열릴)"
    "|(?: [가-힣]{1,4}[을를])?(?:로)? (?:미[뤘뤄루룬]|밀[렸려린]|넘[겼겨긴])"
)
_LONG_AGO = timedelta(days=13)  # days of the week are then told of that time, not of the last days

_SPAN = rf"[0-9]{{1,2}}일|{'|'.join(_SPANS)}"
_AGO = "전(?=[^가-힣]|[에부까만쯤의인이]|$)"  # and not 전국, 전산
_LENGTH = f"째|차|자|치|간|동안|가량|여|만[에의]| ?(?:사이|안에|이내|넘|연속|동안|정도|만에|{_AGO}|뒤|후)"
_DATE = (
    r"(?P<year>[0-9]{4}|[0-9]{2}(?=년))(?:년 ?|[.-] ?)"
    r"(?P<month>[0-9]{1,2})(?:월 ?|[.-] ?)(?P<day>[0-9]{1,2})(?![0-9])일?"
    r"|(?:(?P<which_year>지난해|작년|재작년|지지난해|올해|지난) ?)?(?P<month_of_year>[0-9]{1,2})(?:월 ?|/)"
    r"(?P<day_of_year>[0-9]{1,2})(?:일|(?= ?\([월화수목금토일]\)|,? (?:오[전후]|[0-9]{1,2}[:시])))"
    r"|(?:(?P<which_month>지난 ?달|전달|이달|이번 ?달|같은 달|다음 ?달|내달|오는|매달|매월|지난) ?)?"
    rf"(?P<day_of_month>[0-9]{{1,2}})일(?!{_LENGTH})"
    rf"|(?<![가-힣])(?P<word>{'|'.join(sorted(_DAY_WORDS, key=len, reverse=True))})(?!서?야|인 [0-9])"
    r"|(?:(?P<which_week>지난 ?주|저번 ?주|이번 ?주|지난) ?)?(?<![가-힣])(?P<weekday>[월화수목금토일])(?:요일|욜)"
    rf"|(?P<ago>{_SPAN}) ?{_AGO}(?![인이])|(?P<running>{_SPAN}) ?째(?!인 [0-9])"
    rf"|(?P<hours_running>[0-9]{{1,2}}|{numerals.HOUR}) ?시간 ?째"
)
DATED = re.compile(rf"(?<![0-9.:-])(?:{_DATE})(?: ?\((?:(?P<numbered>[0-9]{{1,2}})일|[^()\n]{{1,8}})\))?")
WORDS = (
    *"지난 작년 재작년 지지난해 올해 전달 이달 이번 같은 다음 내달 오는 매달 매월 저번".split(),
    *(*_DAY_WORDS, *_SPANS),
    *(day + name for day in _WEEKDAYS for name in ("요일", "욜")),
)  # with which a day begins, if not with a number


class Days:
    """The days of a text read from left to right: `day` is the one it has come to, None where none is known."""

    def __init__(self, published: datetime | None, day: date | None = None) -> None:
        self.published = published
        self.numbered = self.day = published.date() if published else None
        self.named = day is not None  # has a day been told?
        self.day = day or self.day
        self.kept = self.numbered, self.day

    def keep(self) -> None:
        """Remember the days that the text has come to."""
        self.kept = self.numbered, self.day

    def back(self) -> None:
        """Go back to the days remembered."""
        self.numbered, self.day = self.kept

    def move(self, dated: re.Match[str], *, passing: bool = False) -> date | None:
        """The day that the match `dated` of `DATED` names, to which the text goes: None if it is unknown or lies ahead.

        Where it is named in `passing`, as the day of a notice, the text stays with the day named before it.
        """
        day = self._day(dated)
        if day is None or (self.published and day > self.published.date()):
            return None
        if not (passing and self.named):
            self.day = day
        self.named = True
        if dated["word"] is None and not (dated["running"] or dated["hours_running"]):
            self.numbered = day
        return day

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
            ahead = 20 if dated.string.startswith(("까지", "부터"), dated.end()) else 7
            which = _which(dated)
            if which is None and dated.string.endswith("부터 ", 0, dated.start()) and self.day:
                return _on_from(self.day, int(number))
            return _in_month(base, self.day, which, int(number), ahead)
        if dated["weekday"]:
            return self._of_week(base, dated)
        if dated["hours_running"]:
            return self._hours_ago(dated["hours_running"])
        span = dated["ago"] or dated["running"]
        if span:
            days = _SPANS.get(span) or int(span.removesuffix("일"))
            return _back(base, days if dated["ago"] else days - 1)
        return self._worded(dated["word"])

    def _of_week(self, base: date, dated: re.Match[str]) -> date | None:
        """The day of the week that `dated` names; None if it lies ahead, or is that of an unknown week years ago."""
        if _AHEAD.match(dated.string, dated.end()) or dated.string.endswith("년 전 ", 0, dated.start()):
            return None
        if self.day and base - self.day > _LONG_AGO:
            return _next_weekday(self.day, _WEEKDAYS.index(dated["weekday"]))
        return _weekday(base, (dated["which_week"] or "").replace(" ", ""), _WEEKDAYS.index(dated["weekday"]))

    def _worded(self, word: str) -> date | None:
        if word in _BACK_FROM_PUBLICATION:
            return _back(self.published.date(), _BACK_FROM_PUBLICATION[word]) if self.published else None
        if word in _FROM_NUMBERED_DAY:
            return self.numbered and _back(self.numbered, -_FROM_NUMBERED_DAY[word])
        return _back(self.day, -_FROM_LAST_DAY[word]) if self.day and self.named else None

    def _hours_ago(self, word: str) -> date | None:
        hours = numerals.HOURS.get(word) or int(word)
        if self.published is None:
            return None
        told_hour = self.published.hour or self.published.minute
        return (self.published - timedelta(hours=hours if told_hour and hours <= 24 else 0)).date()


def _which(dated: re.Match[str]) -> str | None:
    """The word for the month of a day; in "닷새가 지난 25일" there is none."""
    which = dated["which_month"]
    return None if which == "지난" and dated.string.endswith(("가 ", "이 "), 0, dated.start()) else which


def _in_year(base: date, which: str | None, month: int, day: int) -> date | None:
    if which in _YEARS_BACK:
        return _date(base.year - _YEARS_BACK[which], month, day)
    found = _date(base.year, month, day)
    if found and found > base + timedelta(days=31):
        return _date(base.year - 1, month, day)
    return found


def _in_month(base: date, present: date | None, which: str | None, day: int, ahead: int) -> date | None:
    """Day `day` of the month that `which` names; without one, the last such day, or one of the coming `ahead`."""
    word = (which or "").replace(" ", "")
    first = (present if word == "같은달" and present else base).replace(day=1)
    if word in ("매달", "매월"):
        return None
    if word in ("다음달", "내달"):
        first = (first + timedelta(days=32)).replace(day=1)
    elif word in ("지난달", "전달"):
        first = (first - timedelta(days=1)).replace(day=1)
    elif not word and present and timedelta(days=31) < base - present and present.day < day <= present.day + _WHILE:
        first = present.replace(day=1)
    elif word in ("", "지난") and day > base.day + (0 if word else ahead):
        first = (first - timedelta(days=1)).replace(day=1)
    return _date(first.year, first.month, day)


def _on_from(first: date, day: int) -> date | None:
    """The next day with the number `day` from `first` on."""
    month = first if day >= first.day else first.replace(day=1) + timedelta(days=32)
    return _date(month.year, month.month, day)


def _weekday(base: date, which: str, weekday: int) -> date | None:
    """The last such day; with 지난 not today, with 지난주 that of the week before."""
    if which in ("지난주", "저번주"):
        return _back(base, base.weekday() + 7 - weekday)
    back = (base.weekday() - weekday) % 7
    return _back(base, back or (7 if which == "지난" else 0))


def _next_weekday(day: date, weekday: int) -> date:
    """The first such day from `day` on."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _date(year: int, month: int, day: int) -> date | None:
    """The date, if there is one and an outage can have it."""
    try:
        return date(year, month, day) if year in YEARS else None
    except ValueError:
        return None


def _back(day: date, days: int) -> date | None:
    try:
        return day - timedelta(days=days)
    except OverflowError:
        return None
