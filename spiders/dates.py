"""Korean dates and times as pages and feeds write them. A time without a zone is Korea's; nothing is guessed.

Only dates with a day count; a two-digit year must be written like 26.02.04. Impossible dates are no dates.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_tz
from typing import Literal

from meoktong.models import Precision
from meoktong.times import KST, midnight_kst, to_kst

FIRST_YEAR, LAST_YEAR = 1990, 2100


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant and how exact it was told."""

    at: datetime
    precision: Precision


Label = Literal["published", "modified"] | None

_WEEKDAY = r"(?:\(?\s*(?:[월화수목금토일](?:요일)?|Mon|Tue|Wed|Thu|Fri|Sat|Sun)\s*\)?[,.]?)"
_CLOCK = (
    r"(?P<half>오전|오후|[AaPp]\.?[Mm]\.?)?\s*(?P<hour>\d{1,2})\s*(?::\s*(?P<minute>\d{2})|시\s*(?P<minute2>\d{1,2})\s*분)"
    r"(?:\s*:\s*(?P<second>\d{2})(?:\.\d+)?|\s*(?P<second2>\d{1,2})초)?(?!\d)(?:\s*(?P<half2>[AaPp]\.?[Mm])\b)?"
)
_OFFSET = r"(?:(?:GMT|UTC)(?=[+-]))?(Z\b|GMT|UTC?\b|[+-]\d{2}:?\d{2}(?!\d))"  # also GMT+0900, as scripts write it
_ZONE = r"\s*(?P<zone>Z\b|UTC|GMT|[+-]\d{2}:?\d{2}(?!\d))?"
_DATE = re.compile(
    r"(?<![\d.])(?:(?P<year>\d{4})\s*(?:[./-]|년)\s*(?P<month>\d{1,2})\s*(?:[./-]|월)\s*(?P<day>\d{1,2})(?!\d)"
    r"|['’]?(?P<year2>\d{2})(?P<sep>[./-])(?P<month2>\d{1,2})(?P=sep)(?P<day2>\d{1,2})(?!\d)(?!\.\d))"
    rf"(?:\s*[.일])?(?:(?:\s*[,|]?\s*T?\s*{_WEEKDAY}?\s*[,|(]?\s*){_CLOCK}\s*\)?{_ZONE})?"
)
_LABELS = re.compile(
    r"(?:(?P<modified>최종\s*수정|수정|업데이트|갱신|[Uu]pdated?|[Mm]odified)"
    r"|(?P<published>기사\s*입력|최초\s*입력|입력|(?<!베오베 )(?<!베스트 )등록"
    r"|원글\s*작성|작성|승인|송고|게재|게시|발행|[Pp]ublished|[Pp]osted))"
    r"\s*(?:일시|일자|시간|시각|일|됨|\s*on)?\s*[:：]?\s*[\[(|]?\s*[:：]?\s*$"
)
_LABEL_REACH = 16  # characters before a date in which its label ends
_RELATIVE = re.compile(r"(?<!\d)(\d{1,3})\s*(초|분|시간|일|주|개월|달)\s*전")
_UNITS = {"초": "seconds", "분": "minutes", "시간": "hours", "일": "days", "주": "weeks"}
_BARE_CLOCK = re.compile(r"^\s*(\d{1,2}):(\d{2})(?::\d{2})?\s*$")
_BARE_DAY = re.compile(r"^\s*(\d{1,2})[./-](\d{1,2})\.?\s*$")
_DIGITS = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(?:\d{2}(?:\d{3})?)?)?$")
_NUMERIC_MONTH = re.compile(
    r"^(?:[A-Za-z]{3},?\s*)?(\d{1,2})\s+(\d{1,2})\s+(\d{4})\s+(\d{1,2}):(\d{2})(?::\d{2})?\s*(Z|GMT|[+-]\d{2}:?\d{2})?"
)
_ENGLISH = re.compile(
    r"^(?:[A-Za-z]{3,9},?\s*)?(?P<mon>[A-Z][a-z]{2})[a-z]*\.?\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4}),?\s+"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?\s*(?P<half>[AaPp][Mm])?\s*(?:(?:GMT|UTC)(?=[+-]))?(?P<zone>Z|GMT|UTC|[+-]\d{2}:?\d{2})?"
)
_RFC_HALF = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp])\.?[Mm]\b")
_RFC_ZONE = re.compile(rf":\d{{2}}\s*{_OFFSET}")
_MONTHS = dict(zip("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), range(1, 13), strict=True))


def parse_text(text: str) -> Moment | None:
    """The first date in visible text, with its time when one follows; None when there is none."""
    return next((moment for moment, _, _ in dates_in(text)), None)


def dates_in(text: str) -> Iterator[tuple[Moment, Label, int]]:
    """Every date in `text` with what the label before it says (published, modified or None) and its offset."""
    for match in _DATE.finditer(text):
        moment = _moment(match)
        if moment is not None:
            label = _LABELS.search(text[max(0, match.start() - _LABEL_REACH) : match.start()])
            kind: Label = None
            if label:
                kind = "modified" if label["modified"] else "published"
            yield moment, kind, match.start()


def labelled(text: str) -> tuple[Moment | None, Moment | None]:
    """The (published, modified) times that carry a label such as 입력 or 수정 in `text`; the first of each."""
    found: dict[Label, Moment] = {}
    for moment, label, _ in dates_in(text):
        found.setdefault(label, moment)
    return found.get("published"), found.get("modified")


def parse_relative(text: str, fetched_at: datetime) -> Moment | None:
    """'35 분 전', '어제 14:05', '13:34' or '08/01' seen at `fetched_at`; whole days and longer are known to the day.

    A clock or a day that would be in the future belongs to the day or the year before.
    """
    here = to_kst(fetched_at)
    if "방금" in text:
        return Moment(fetched_at, Precision.MINUTE)
    if match := _RELATIVE.search(text):
        return _ago(int(match[1]), match[2], here)
    for word, days in (("그저께", 2), ("어제", 1), ("오늘", 0)):
        if word in text:
            day = (here - timedelta(days=days)).date()
            clock = re.search(r"(\d{1,2}):(\d{2})", text)
            if clock is None:
                return Moment(midnight_kst(day), Precision.DAY)
            return _build(day.year, day.month, day.day, int(clock[1]), int(clock[2]))
    if match := _BARE_CLOCK.match(text):
        moment = _build(here.year, here.month, here.day, int(match[1]), int(match[2]))
        if moment is not None and moment.at > here:
            moment = Moment(moment.at - timedelta(days=1), moment.precision)
        return moment
    if match := _BARE_DAY.match(text):
        moment = _build(here.year, int(match[1]), int(match[2]))
        if moment is None or moment.at > here:
            moment = _build(here.year - 1, int(match[1]), int(match[2]))
        return moment
    return None


def parse_machine(value: str) -> Moment | None:
    """A date written for machines (meta tags, JSON, feeds): ISO 8601, RFC 822 and what Korean sites make of them.

    Numeric months, missing spaces, weekdays or zones, 12-hour clocks, 20221017 and 20221017141200 are understood.
    """
    value = " ".join(value.split())
    if digits := _DIGITS.match(value):
        year, month, day, hour, minute = (int(g) if g else None for g in digits.groups())
        return _build(year or 0, month or 0, day or 0, hour, minute)
    if re.match(r"\d{4}-?\d{2}-?\d{2}", value):
        iso = _iso(value)
        if iso is not None:
            return iso
    if match := _NUMERIC_MONTH.match(value):
        day_, month_, year_, hour_, minute_, zone = match.groups()
        return _build(int(year_), int(month_), int(day_), int(hour_), int(minute_), zone=zone)
    if match := _ENGLISH.match(value):
        hour = _hour(int(match["hour"]), match["half"])
        month = _MONTHS.get(match["mon"], 0)
        return _build(int(match["year"]), month, int(match["day"]), hour, int(match["minute"]), zone=match["zone"])
    return _rfc822(value) or parse_text(value)


def _iso(value: str) -> Moment | None:
    try:
        moment = datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d{2}:?\d{2}$)", "", value))
    except ValueError:
        return None
    if re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", value):
        return _build(moment.year, moment.month, moment.day)
    return _sound(moment if moment.tzinfo else moment.replace(tzinfo=KST), Precision.MINUTE)


def _rfc822(value: str) -> Moment | None:
    value = _RFC_HALF.sub(lambda m: f"{_hour(int(m[1]), m[4])}:{m[2]}:{m[3] or '00'}", value)
    fields = parsedate_tz(re.sub(r"^([A-Za-z]{3}),(?=\S)", r"\1, ", value))
    if fields is None:
        return None
    year, month, day, hour, minute, second = fields[:6]
    if ":" not in value:
        return _build(year, month, day)
    zone = _RFC_ZONE.search(value)  # the library takes a missing or unknown zone for UTC
    return _build(year, month, day, hour, minute, second=second, zone=zone[1] if zone else None)


def _moment(match: re.Match[str]) -> Moment | None:
    year = int(match["year"]) if match["year"] else 2000 + int(match["year2"])
    month, day = int(match["month"] or match["month2"]), int(match["day"] or match["day2"])
    if match["hour"] is None:
        return _build(year, month, day)
    hour = _hour(int(match["hour"]), match["half"] or match["half2"])
    minute, second = int(match["minute"] or match["minute2"]), int(match["second"] or match["second2"] or 0)
    return _build(year, month, day, hour, minute, second=second, zone=match["zone"]) or _build(year, month, day)


def _hour(hour: int, half: str | None) -> int:
    """The hour on the 24-hour clock. 오후 14시 happens: an hour above 12 is already on it."""
    if half is None or hour > 12:
        return hour
    afternoon = half == "오후" or half[0] in "pP"
    return hour % 12 + (12 if afternoon else 0)


def _ago(number: int, unit: str, here: datetime) -> Moment:
    if unit in ("초", "분", "시간"):
        return Moment(here - timedelta(**{_UNITS[unit]: number}), Precision.MINUTE)
    days = timedelta(days=30 * number) if unit in ("개월", "달") else timedelta(**{_UNITS[unit]: number})
    return Moment(midnight_kst((here - days).date()), Precision.DAY)


def _build(
    year: int,
    month: int,
    day: int,
    hour: int | None = None,
    minute: int | None = None,
    *,
    second: int = 0,
    zone: str | None = None,
) -> Moment | None:
    try:
        if hour is None:
            return _sound(datetime(year, month, day, tzinfo=KST), Precision.DAY)
        return _sound(datetime(year, month, day, hour, minute or 0, second, tzinfo=_zone(zone)), Precision.MINUTE)
    except ValueError:
        return None


def _zone(zone: str | None) -> tzinfo:
    if zone is None:
        return KST
    if zone in ("Z", "GMT", "UTC", "UT"):
        return UTC
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if zone[0] == "-" else offset)


def _sound(moment: datetime, precision: Precision) -> Moment | None:
    return Moment(moment, precision) if FIRST_YEAR <= moment.year <= LAST_YEAR else None
