"""Earlier outages, which a text recalls beside the one that it mainly tells of."""

import re
from functools import cache

from meoktong.catalog import Struct, read
from nlp.patterns import any_of
from nlp.text import Sentence

_REACH = 600  # characters of a sentence that are looked at: none that a person wrote is longer


class _Words(Struct, frozen=True):
    words: tuple[str, ...]


@cache
def _pattern() -> re.Pattern[str]:
    return any_of(read("recalled.yml", _Words).words)


def is_recalled(sentence: Sentence) -> bool:
    """Does `sentence` tell of another, earlier outage?"""
    return _pattern().search(sentence.folded, 0, _REACH) is not None
