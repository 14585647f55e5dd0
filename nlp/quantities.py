"""Amounts in a document: money in won, percent, durations in minutes, counts of people, cases, shops and devices.

A text is read in three steps. Every number is found with the unit behind it; numbers that belong together are joined
(15만~17만원 is one range, 1시간 30분 one duration); what then turns out to be a date, an age, an ordinal or another
word is left out.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import msgspec
from msgspec.structs import replace

from meoktong.catalog import Struct, read
from meoktong.models import Quantity
from nlp import numerals
from nlp.patterns import beginning
from nlp.text import Part, Reading

MONEY, PERCENT, DURATION, COUNT = "money", "percent", "duration", "count"

_MINUTES = {
    "초": 1 / 60,
    "분": 1,
    "시간": 60,
    "일": 1440,
    "영업일": 1440,
    "주": 10080,
    "주일": 10080,
    "개월": 43200,
    "달": 43200,
    "년": 525600,
}
_LOWER = ("초", "분", "시간", "주", "개월")  # the first unit of a range may be lower than the last: 30분에서 1시간
_LAST_OF_MONTH, _WEEKS, _LONGEST, _LAST_GENERATION = 31, 52, 100, 10
_TWO_DIGIT_YEARS = 15  # "21년" without a word of length behind it is 2021
_PERSON = 5  # characters of a word for people, with the space behind it
_TENTH = 10  # percent: 3할
_YEARS = range(1900, 2101)
_CENTURY = 100 * 365 * 24 * 60  # minutes

# Dates, clock times, telephone numbers, versions, fractions and scores: numbers that are no amounts.
# What follows the first digits of all of them is told first, which spares nine trials an amount.
_SKIPPED = (
    r"(?=[0-9]+(?: ?[시대~-]|[:년월분./]))(?:"
    r"[0-9]{1,2}(?: ?[~-] ?[0-9]{1,2})? ?시(?!간)(?: ?[0-9]{1,2}(?: ?[~-] ?[0-9]{1,2})? ?분| ?반)?"
    r"|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?![0-9])"
    r"|[0-9]{2,4}년 ?[0-9]{1,2}월(?: ?[0-9]{1,2}일)?"
    r"|[0-9]{1,2}월(?: ?[0-9]{1,2}일)?"
    r"|[0-9]{2,4}[./-][0-9]{1,2}[./-][0-9]{1,2}(?![0-9])"
    r"|[0-9]{2,4}-[0-9]{3,4}-[0-9]{4}(?![0-9])"
    r"|1[0-9]{3}-[0-9]{4}(?![0-9]| ?[원명건개만%])"
    r"|[0-9]{1,3}(?:\.[0-9]{1,6}){2,9}"
    r"|[0-9]{1,6}분의 ?[0-9]{1,6}(?![0-9]| ?배)"
    r"|[0-9]{1,3} ?대 ?[0-9]{1,3}(?![0-9]))"
)
# Where an amount can begin: a number in digits, or the first two characters of one in words where a word begins
_FIRST, _SECOND = beginning((*numerals.DAYS, *numerals.BEGINNINGS))
_ANCHOR = re.compile(f"[0-9{_FIRST}](?:(?<=[0-9])[0-9]*|(?<![가-힣a-z0-9].){_SECOND})")
_JOINED = re.compile(r" ?[~∼〜–—-] ?| ?(?:에서|부터|내지) ?(?:(?:많게는|길게는|최대|최장) )?")
_CHANGED = re.compile("대?(?:으로|로)")  # "50건에서 250건으로" is a change, no range
_HALF = re.compile(r" ?반(?:(?![가-힣])|(?=[이만을은도의에여째쯤넘]|정도|가량|동안))")
_AGO = re.compile(r" ?전(?:(?![가-힣])|(?=[에의인만쯤]|부터|까지|보다))")
_ORDINAL = re.compile(r"째| ?차(?![가-힣이])")
_PERCENTAGE_POINT = re.compile(r" ?(?:포인트|p(?![a-z])|pt)")
_UNIT_AHEAD = re.compile(
    r" ?(?:이 (?:쓰|이용|가입|보는)|[a-z가-힣]{0,3}달러|엔(?![가-힣])|유로|위안|파운드|여?[ 가-힣]{0,2}[명개건회원])"
)
_PEOPLE_BEFORE = re.compile("이용자|가입자|회원|인구|다운로드|조회|구독|건수|동접|시청자|팔로워")
_SYLLABLE = re.compile("[가-힣]")
_VAGUE_BEFORE = re.compile(r"(?<![가-힣])[수몇] ?$")
_HONOURED_BEFORE = re.compile(r"님(?:들?[은는이가도]?) ?$")
_GUESTS_BEFORE = re.compile(r"(?:단골|회원|고객|어르신|환자|신 ?분[이은만도]) ?$")
_GUESTS = re.compile(r" ?(?:[이은도을만.,;]|중|께|한테|에게|모두|정도|$)")
_WHOLE_DAY_BEFORE = re.compile(r"(?:만|꼬박|단|온) ?$")
_IN_ALL_BEFORE = re.compile(r"(?:(?<![가-힣])(?:총|약|만)|꼬박|무려|장장|최장|최대|보다) ?$")
# 전반 18분부터, 44분에 매매가 다시
_CLOCK = re.compile("부터|께|경|인 지금|에 (?:[가-힣]{1,6}[이가은는] )?(?:다시|갑자기|재개|복구|시작|끝|끊|열|풀)")
_CLOCK_BEFORE = re.compile("분(?:께|쯤|경)?(?:부터|에서)? ?[~∼-]? ?$")  # 오전 11시 37분부터 44분까지
# 일년 중 가장 바쁜 날, 한 달에 3만원, 25일만 되면, 하루 종일
_OF_ALL = re.compile(
    " ?(?:중에?|가운데) (?:가장|제일|젤|최고|최대|딱|단)|(?<=[달년])에[는도만]?(?! ?걸)|(?<=[0-9]일)만 (?:되|돼)"
    "|(?<=하루) ?(?:내내|종일)"
)
_FOR_DAYS = re.compile("이면|이었|은? ?[0-9]+만")  # 1~2일이면 40만원
_NO_WEEK = re.compile("당|부(?!터)|인")  # 한 주당, 한 주부
_LARGE = re.compile("만여?$|억|조여?$")
_BARE_SCALES = ("십", "백", "천")
_NOT_EVEN = re.compile("도|조차")
_NO_ONE = re.compile("도|조차|씩")  # not even one, or one at a time
_NOUN_AHEAD = re.compile(r" (?!이상|규모|가운데|넘|전부|모두|중)[가-힣]")
_ALL_OF_THEM = re.compile("가? (?:꽉|전부|규모|남짓)")  # 90대가 꽉 찼다
_NUMBERED = ("세대", "부", "자리", "세트")  # below ten they are ordinals: 4세대, 2부, 1세트


class _Counts(Struct, frozen=True):
    after_any_number: tuple[str, ...]
    after_one: str
    after_digits: tuple[str, ...]
    people: str
    machines: str


class _Money(Struct, frozen=True):
    before: str
    after: str


class _Words(Struct, frozen=True):
    counts: _Counts
    no_numbers: tuple[str, ...]
    endings: tuple[str, ...]
    lengths_of_days: tuple[str, ...]
    lengths_of_one_day: tuple[str, ...]
    lengths_of_years: tuple[str, ...]
    money: _Money


@dataclass(frozen=True, slots=True)
class _Patterns:
    amount: re.Pattern[str]
    one: re.Pattern[str]
    people_before: re.Pattern[str]
    machine_before: re.Pattern[str]
    length_of_days: re.Pattern[str]
    length_of_one_day: re.Pattern[str]
    length_of_years: re.Pattern[str]
    money_before: re.Pattern[str]
    money_after: re.Pattern[str]


class _Amount(msgspec.Struct, frozen=True):
    """The number at [start, end) with its unit; `number` as written. A unit of None waits for the number behind it."""

    start: int
    end: int
    number: str
    unit: str | None
    low: float
    high: float | None = None
    compound: bool = False  # made of several units, so neither a date nor a clock time


@cache
def _patterns() -> _Patterns:
    words = read("quantities.yml", _Words)
    ending = rf"(?:(?![가-힣])|(?={'|'.join(words.endings)}))"
    measures = _any(_MINUTES)
    counted = "|".join(words.counts.after_any_number)
    units = rf"(?:{measures}|{counted}|프로|퍼|할(?!인)){ending}|원(?![칙소장서]|화(?!폐))"
    digit_units = rf"{units}|%|퍼센트|(?:{'|'.join(words.counts.after_digits)}){ending}"
    clock = rf"(?:{numerals.NATIVE}) ?시(?!간)(?: ?[0-9]{{1,2}} ?분)?"
    return _Patterns(
        amount=re.compile(
            rf"(?<![0-9a-z제])(?<![0-9][.,:/])"
            rf"(?:{_SKIPPED}|(?P<digits>{numerals.DIGITS})(?: ?(?P<unit>{digit_units}))?)"
            rf"|(?<![가-힣a-z0-9])(?:{clock}|(?P<days>{_any(numerals.DAYS)}){ending}"
            rf"|(?!{'|'.join(words.no_numbers)})(?P<word>{numerals.NATIVE}|{numerals.SINO}) ?(?P<word_unit>{units})"
            rf"|(?P<alone>{_any(numerals.ALONE)})(?=[이을은도과의,.]|에게|한테|뿐))"
        ),
        one=re.compile(words.counts.after_one),
        people_before=re.compile(rf"(?:{words.counts.people}) $"),
        machine_before=re.compile(rf"(?:{words.counts.machines})[은는이가를을도만의]? ?(?:약 ?|총 ?)?$"),
        length_of_days=re.compile(rf" ?(?:{'|'.join(words.lengths_of_days)})"),
        length_of_one_day=re.compile("|".join(words.lengths_of_one_day)),
        length_of_years=re.compile("|".join(words.lengths_of_years)),
        money_before=re.compile(rf"(?:{words.money.before})[가-힣]{{0,2}} ?(?:[가-힣]{{1,4}} )?$"),
        money_after=re.compile(rf"[^\n.]{{0,6}}(?:{words.money.after})"),
    )


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


def find(reading: Reading) -> tuple[Quantity, ...]:
    """Every amount of the title and the text, each distinct (kind, value, high) once, where it stands first."""
    found: dict[tuple[str, float, float | None], Quantity] = {}
    for part in reading.parts:
        for quantity in _quantities(part):
            found.setdefault((quantity.kind, quantity.value, quantity.high), quantity)
    return tuple(found.values())


def durations(part: Part) -> Iterator[tuple[int, int, float]]:
    """Every exact duration of `part` in order: its place [start, end) in the normalised text, and its minutes.

    Those of more than a century are left out: no time can be reckoned with them.
    """
    for amount, kind, factor in _measured(part.folded):
        if kind == DURATION and amount.high is None and amount.low * factor <= _CENTURY:
            yield amount.start, amount.end, amount.low * factor


def _quantities(part: Part) -> Iterator[Quantity]:
    for amount, kind, factor in _measured(part.folded):
        yield Quantity(
            kind=kind,
            value=round(amount.low * factor, 4),
            high=None if amount.high is None else round(amount.high * factor, 4),
            text=part.text[amount.start : amount.end],
            evidence=part.evidence(amount.start, amount.end, f"quantities.{kind}"),
        )


@lru_cache(maxsize=4)  # `nlp.times` and the tagger ask for the same title and text
def _measured(text: str) -> tuple[tuple[_Amount, str, float], ...]:
    """Every quantity of `text`, with its kind and what one of its unit is worth."""
    measured = ((amount, _measure(text, amount)) for amount in _join(text, _amounts(text)))
    return tuple((amount, *measure) for amount, measure in measured if measure is not None)


def _amounts(text: str) -> Iterator[_Amount]:
    """Every number of `text` with its unit, in order."""
    pattern = _patterns().amount
    done = 0
    for anchor in _ANCHOR.finditer(text):
        match = pattern.match(text, anchor.start()) if anchor.start() >= done else None
        if match is None:
            continue
        done = match.end()
        number = match["digits"] or match["word"]
        if match["days"]:
            yield _Amount(*match.span(), match["days"], "일", *numerals.DAYS[match["days"]])
        elif match["alone"]:
            people = _patterns().people_before.search(text, max(0, match.start() - _PERSON), match.start())
            if people:
                yield _Amount(*match.span(), match["alone"], "명", numerals.ALONE[match["alone"]])
        elif number and not (match["word"] and _VAGUE_BEFORE.search(text[max(0, match.start() - 3) : match.start()])):
            unit = match["unit"] or match["word_unit"]
            # 카페24 주가: the number belongs to the word before it
            if (
                match["unit"]
                and text[match.end("digits")] == " "
                and _SYLLABLE.match(text[match.start() - 1 : match.start()])
            ):
                unit = None
            yield _Amount(*match.span(), number, unit, *numerals.read(number))


def _before(text: str, amount: _Amount) -> str:
    return text[max(0, amount.start - 16) : amount.start]


def _join(text: str, amounts: Iterable[_Amount]) -> Iterator[_Amount]:
    """`amounts` with the two ends of a range, and the parts of a duration, made one."""
    before: _Amount | None = None
    for amount in amounts:
        joined = before and (_range(text, before, amount) or _duration(text, before, amount))
        if before and not joined:
            yield _with_half(text, before)
        before = joined or amount
    if before:
        yield _with_half(text, before)


def _range(text: str, first: _Amount, last: _Amount) -> _Amount | None:
    between = _JOINED.fullmatch(text, first.end, last.start)
    if between is None or first.high is not None or last.high is not None:
        return None
    if between[0].strip() in ("에서", "부터") and _CHANGED.match(text, last.end):
        return None
    if first.unit in _MINUTES and "부터" in between[0]:
        return None  # 1일부터 사흘 동안
    if first.unit in _LOWER and last.unit in _MINUTES and first.unit != last.unit:
        low, high = first.low * _MINUTES[first.unit] / _MINUTES[last.unit], last.low
    elif first.unit not in (None, last.unit):
        return None
    else:
        low, high = numerals.span(first.number, last.number) if first.unit != "일" else (first.low, last.low)
    if not low < high:
        return None
    return replace(first, end=last.end, unit=last.unit, low=low, high=high)


def _duration(text: str, first: _Amount, last: _Amount) -> _Amount | None:
    if first.unit not in _MINUTES or last.unit not in _MINUTES or last.high is not None:
        return None
    if text[first.end : last.start] not in ("", " ", "여 ") or _MINUTES[first.unit] <= _MINUTES[last.unit]:
        return None
    if first.unit == "일" and first.number not in numerals.DAYS and not _IN_ALL_BEFORE.search(_before(text, first)):
        return None  # "21일 여섯 시간" is a date and a duration
    rest = last.low * _MINUTES[last.unit] / _MINUTES[first.unit]
    if first.high is not None:  # 20분에서 1시간 10분
        return replace(first, end=last.end, high=first.high + rest)
    return replace(first, end=last.end, low=first.low + rest, compound=True)


def _with_half(text: str, amount: _Amount) -> _Amount:
    """`amount` with the half behind it: 한 시간 반, 두 달 반."""
    half = _HALF.match(text, amount.end)
    if half is None or amount.high is not None or amount.unit not in _MINUTES or amount.unit in ("초", "분"):
        return amount
    return replace(amount, end=half.end(), low=amount.low + 0.5, compound=True)


def _measure(text: str, amount: _Amount) -> tuple[str, float] | None:
    """The kind of `amount` and what one of its unit is worth; None if it is no quantity."""
    unit, end = amount.unit, amount.end
    if unit is None:
        return (MONEY, 1) if _is_money(text, amount) else None
    if unit == "원":
        if amount.number in numerals.NATIVE_WORDS:
            return None  # 한 원고
        return None if amount.number in _BARE_SCALES and _NOT_EVEN.match(text, end) else (MONEY, 1)
    if unit == "할":
        return PERCENT, _TENTH
    if unit in ("%", "퍼센트", "프로", "퍼"):
        return None if _PERCENTAGE_POINT.match(text, end) else (PERCENT, 1)
    if unit == "분" and _is_people(text, amount):
        return COUNT, 1
    if unit in _MINUTES:
        return (DURATION, _MINUTES[unit]) if _is_duration(text, amount, unit) else None
    return (COUNT, 1) if _is_count(text, amount, unit) else None


def _is_people(text: str, amount: _Amount) -> bool:
    """Does 분 count people? 두 분, 손님 3분, 단골 40여 분께."""
    before = _before(text, amount)
    if amount.number in numerals.NATIVE_WORDS or (amount.low < _TENTH and _HONOURED_BEFORE.search(before)):
        return True
    return bool(_GUESTS_BEFORE.search(before) and _GUESTS.match(text, amount.end))


def _is_money(text: str, amount: _Amount) -> bool:
    """Is a number without a unit money? 예비비 261억, 매출 30만 날림."""
    if not _LARGE.search(amount.number) or _UNIT_AHEAD.match(text, amount.end):
        return False
    words = _patterns()
    if words.money_before.search(_before(text, amount)):
        return True
    if _PEOPLE_BEFORE.search(_before(text, amount)):
        return False
    return "억" in amount.number or words.money_after.match(text, amount.end) is not None


def _is_duration(text: str, amount: _Amount, unit: str) -> bool:
    """Is `amount` a length of time, and not a day of the month, a year, an ordinal (사흘째) or a date (두 달 전)?"""
    if _MINUTES[unit] < _MINUTES["일"]:
        return not (text.startswith("대", amount.end) or (unit == "분" and _is_clock(text, amount)))
    if unit in ("주", "달", "개월") and text.startswith("째", amount.end):
        return True
    after = text, amount.end
    if _ORDINAL.match(*after) or _AGO.match(*after) or _OF_ALL.match(*after):
        return False
    if amount.compound or _patterns().length_of_days.match(*after):
        return amount.low not in _YEARS or unit != "년"
    if unit == "일":
        return _is_days(text, amount)
    if unit == "년":
        if amount.number.startswith("0") or amount.low >= _LONGEST:
            return False
        return amount.low < _TWO_DIGIT_YEARS or _patterns().length_of_years.match(*after) is not None
    return unit not in ("주", "주일") or (amount.low <= _WEEKS and not _NO_WEEK.match(*after))


def _is_days(text: str, amount: _Amount) -> bool:
    after = text, amount.end
    if amount.number == "하루" and amount.high is None:
        return bool(_patterns().length_of_one_day.match(*after) or _WHOLE_DAY_BEFORE.search(_before(text, amount)))
    if amount.number in numerals.DAYS or (amount.high or amount.low) > _LAST_OF_MONTH:
        return True
    if amount.high:
        return amount.low < _TENTH and _FOR_DAYS.match(*after) is not None
    return _IN_ALL_BEFORE.search(_before(text, amount)) is not None


def _is_clock(text: str, amount: _Amount) -> bool:
    """Are minutes those of a clock, whose hour was told before?"""
    if text.startswith("까지", amount.end):
        return _CLOCK_BEFORE.search(_before(text, amount)) is not None
    return _CLOCK.match(text, amount.end) is not None


def _is_count(text: str, amount: _Amount, unit: str) -> bool:
    """Does `amount` count something? Ages (20대), ranks (3대 은행), generations and 한 명도 do not."""
    if text.startswith("째", amount.end):
        return False
    if amount.high is None and amount.low == 1 and (unit == "인" or _NO_ONE.match(text, amount.end)):
        return False
    if amount.number == "한" and not _patterns().one.match(text, amount.start + 1):
        return False
    if unit in _NUMBERED:
        return amount.low >= _LAST_GENERATION
    if unit == "대" and amount.low < 100:
        if amount.number.endswith("여") or _patterns().machine_before.search(_before(text, amount)):
            return True
        if amount.number in numerals.NATIVE_WORDS:
            return text[amount.start : amount.end] != "세대"  # 젊은 세대
        alone = amount.low % 10 != 0 and not _NOUN_AHEAD.match(text, amount.end)
        return alone or _ALL_OF_THEM.match(text, amount.end) is not None
    return True
