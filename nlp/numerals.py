"""Numbers as Korean writes them: 1천400, 3조3180억, 14만여, 열두, 서너, 오십.

`DIGITS`, `SINO` and `NATIVE` are sources of regular expressions, each for one number; `read()` gives the value of one.
All repetitions are bounded and a match begins where a run of digits begins, so that matching takes linear time.
"""

import re

_SMALL = {"십": 10, "백": 100, "천": 1000}
_LARGE = {"만": 10**4, "억": 10**8, "조": 10**12}
_SINO = {digit: value for value, digit in enumerate("일이삼사오육칠팔구", start=1)}

_PLAIN = r"[0-9]{1,15}(?:,[0-9]{3}){0,5}(?:\.[0-9]{1,6})?(?![0-9])"

DIGITS = rf"{_PLAIN}여?(?: ?(?:[십백천]?[만억조]|[십백천])여?(?: ?{_PLAIN}여?)?){{0,6}}"
SINO = (
    r"(?:[일이삼사오육칠팔구]?만[0-9일이삼사오육칠팔구]?천(?:[0-9일이삼사오육칠팔구]?백)?"  # 만8천, 이만오천
    r"|[일이삼사오육칠팔구]?[십백천][일이삼사오육칠팔구십백천만억]{0,8}|[일이삼사오육칠팔구]?만)여?"
)

_ONES = {"한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9}
_TENS = {"열": 10, "스물": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70, "여든": 80, "아흔": 90}
_NATIVE: dict[str, tuple[float, float | None]] = {
    **{word: (value, None) for word, value in (_ONES | _TENS).items()},
    **{ten + one: (tens + ones, None) for ten, tens in _TENS.items() for one, ones in _ONES.items()},
    "스무": (20, None),
    "석": (3, None),
    "넉": (4, None),
    "한두": (1, 2),
    "두세": (2, 3),
    "두서너": (2, 4),
    "서너": (3, 4),
    "너댓": (4, 5),
    "네댓": (4, 5),
    "네다섯": (4, 5),
    "너덧": (4, 5),
    "대여섯": (5, 6),
    "예닐곱": (6, 7),
    "일고여덟": (7, 8),
    "일여덟": (7, 8),
    "여덟아홉": (8, 9),
    "이삼": (2, 3),
    "삼사": (3, 4),
    "사오": (4, 5),
    "오륙": (5, 6),
}
NATIVE_WORDS = frozenset(_NATIVE)
ALONE = {"셋": 3, "넷": 4} | {word: value for word, value in _ONES.items() if value > 4}  # 손님 셋: without a unit
NATIVE = "|".join(sorted(NATIVE_WORDS, key=len, reverse=True))
BEGINNINGS = (
    *NATIVE_WORDS,
    *ALONE,
    *_SMALL,
    "만",
    *(digit + scale for digit in _SINO for scale in (*_SMALL, "만")),
)  # of words

HOURS = {**_ONES, "열": 10, "열한": 11, "열두": 12}
HOUR = "|".join(sorted(HOURS, key=len, reverse=True))

# Words for a number of days, the second value where one is a range
DAYS: dict[str, tuple[float, float | None]] = {
    "하루": (1, None),
    "하루이틀": (1, 2),
    "하루 이틀": (1, 2),
    "이틀": (2, None),
    "이삼일": (2, 3),
    "사흘": (3, None),
    "사나흘": (3, 4),
    "삼사일": (3, 4),
    "나흘": (4, None),
    "네댓새": (4, 5),
    "닷새": (5, None),
    "대엿새": (5, 6),
    "엿새": (6, None),
    "이레": (7, None),
    "일주일": (7, None),
    "여드레": (8, None),
    "아흐레": (9, None),
    "열흘": (10, None),
    "이주일": (14, None),
    "보름": (15, None),
    "일년": (365, None),
    "일 년": (365, None),
    "십년": (3650, None),
    "십 년": (3650, None),
}

_SCALE = re.compile(r"(?=([십백천만억조]{1,2}여?$))")
_TOKEN = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?|[일이삼사오육칠팔구십백천만억조]")


def read(number: str) -> tuple[float, float | None]:
    """The value of a match of `DIGITS`, `SINO` or `NATIVE`; two values where one word is a range (서너: 3 to 4)."""
    return _NATIVE.get(number) or (_value(number), None)


def span(first: str, last: str) -> tuple[float, float]:
    """The two values of a range. Where the first lacks a scale it has the last's: 2~3천만 begins at 2천만."""
    low, high = _value(first), _value(last)
    if first.rstrip("여")[-1:] not in _LARGE:
        for scale in _SCALE.findall(last):
            if low * _value(scale) <= high:
                return low * _value(scale), high
    return low, high


def _value(number: str) -> float:
    if number.isdigit():
        return float(number)
    total = section = pending = 0.0
    seen = False
    for token in _TOKEN.findall(number):
        if token in _SMALL:
            section += (pending if seen else 1) * _SMALL[token]
            pending, seen = 0.0, False
        elif token in _LARGE:
            section += pending
            total += (section if section or seen else 1) * _LARGE[token]
            section = pending = 0.0
            seen = False
        else:
            pending = float(_SINO[token]) if token in _SINO else float(token.replace(",", ""))
            seen = True
    if total >= _LARGE["억"] and number.rstrip("여")[-1] in _SMALL:
        section *= _LARGE["만"]  # "1억 2천" leaves out 만
    return round(total + section + pending, 6)
