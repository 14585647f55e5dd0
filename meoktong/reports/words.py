"""What readers see: words and sentences by language, numbers and dates as that language writes them."""

from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from meoktong.times import to_kst

Language = Literal["ko", "en"]
LANGUAGES: tuple[Language, ...] = ("ko", "en")
SIZES = ((10**12, " trillion"), (10**9, " billion"), (10**6, " million"))
UNITS = ((10**12, "조"), (10**8, "억"), (10**4, "만"))


class Words:
    """One language. Calling it fills a sentence; unknown keys and missing fields raise KeyError."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._words = _load()[language]

    def __call__(self, key: str, **fields: object) -> str:
        """The sentence `key` with `fields` filled in; whole numbers get thousands separators."""
        shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in fields.items()}
        return self._words[key].format_map(shown)

    def has(self, key: str) -> bool:
        """Whether there is a word `key`."""
        return key in self._words

    def name(self, ko: str, en: str) -> str:
        """Whichever of two names is this language's."""
        return ko if self.language == "ko" else en

    def day(self, day: date, *, year: bool = False) -> str:
        """10월 17일(월), or 17 Oct (Mon); with the year before or behind it."""
        if self.language == "en":
            return f"{day:%a} {day.day} {day:%b}" + (f" {day.year}" if year else "")
        weekday = self("weekdays")[day.weekday()]
        return (f"{day.year}년 " if year else "") + f"{day.month}월 {day.day}일({weekday})"

    def moment(self, moment: datetime | None) -> str:
        """2022-10-17 14:12 on Korea's clock; a dash when there is none."""
        return f"{to_kst(moment):%Y-%m-%d %H:%M}" if moment else "–"

    def won(self, value: float) -> str:
        """An amount in won as it is read: 1조 8,586억 원, 4,900원, ₩1.8586 trillion."""
        if self.language == "en":
            size, name = next(((size, name) for size, name in SIZES if value >= size), (1, ""))
            return f"₩{value / size:,.10g}{name}"
        whole = round(value)
        parts = []
        for size, unit in UNITS:
            count, whole = divmod(whole, size)
            if count:
                parts.append(f"{count:,}{unit}")
        if whole or not parts:
            return " ".join([*parts, f"{whole:,}원"])
        return " ".join([*parts, "원"])


@cache
def _load() -> dict[str, dict[str, str]]:
    return msgspec.yaml.decode(
        files("meoktong.reports").joinpath("words.yml").read_bytes(), type=dict[str, dict[str, str]]
    )
