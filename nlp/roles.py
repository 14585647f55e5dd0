"""What a service does where it is named: it is hit, or it is the place, the means, the alternative, the speaker.

The words are in catalog/roles.yml.
"""

import re
from dataclasses import dataclass
from functools import cache

from meoktong.catalog import Struct, read
from nlp.patterns import compile_pattern


class _Words(Struct, frozen=True):
    tail: str
    no_name: str
    no_coinage: str
    fails_after: str
    joined: str
    heads: str
    headed: str
    company_after: str
    company_before: str
    speaker_after: str
    speech: str
    means_after: str
    interrupted_after: str
    compared_after: str
    compared_before: str
    venue_groups: tuple[str, ...]
    carrier_groups: tuple[str, ...]
    lines: str
    venue_after: str
    venue_told: str
    venue_words: str
    used_company: str
    general_after: str
    general_subject: str
    general_when: str
    undergone_subject: str
    undergone: str
    restored: str
    blamed: str
    named_only: str
    counted_after: str
    ranking: str
    other_counts: str
    list_joint: str
    reason: str
    culprit_groups: tuple[str, ...]
    culprit_after: str
    culprit_before: str
    all_of_it: str
    spared: str
    carry_not: str
    topic_after: str
    modifying: str


@dataclass(frozen=True, slots=True)
class Roles:
    """roles.yml, compiled."""

    tail: re.Pattern[str]
    no_name: re.Pattern[str]
    no_coinage: re.Pattern[str]
    fails_after: re.Pattern[str]
    joined: re.Pattern[str]
    heads: re.Pattern[str]
    headed: re.Pattern[str]
    company_after: re.Pattern[str]
    company_before: re.Pattern[str]
    speaker_after: re.Pattern[str]
    speech: re.Pattern[str]
    means_after: re.Pattern[str]
    interrupted_after: re.Pattern[str]
    compared_after: re.Pattern[str]
    compared_before: re.Pattern[str]
    venue_groups: frozenset[str]
    carrier_groups: frozenset[str]
    lines: re.Pattern[str]
    venue_after: re.Pattern[str]
    venue_told: re.Pattern[str]
    venue_words: re.Pattern[str]
    used_company: re.Pattern[str]
    general_after: re.Pattern[str]
    general_subject: re.Pattern[str]
    general_when: re.Pattern[str]
    undergone_subject: re.Pattern[str]
    undergone: re.Pattern[str]
    restored: re.Pattern[str]
    blamed: re.Pattern[str]
    named_only: re.Pattern[str]
    counted_after: re.Pattern[str]
    ranking: re.Pattern[str]
    other_counts: re.Pattern[str]
    list_joint: re.Pattern[str]
    reason: re.Pattern[str]
    culprit_groups: frozenset[str]
    culprit_after: re.Pattern[str]
    culprit_before: re.Pattern[str]
    all_of_it: re.Pattern[str]
    spared: re.Pattern[str]
    carry_not: re.Pattern[str]
    topic_after: re.Pattern[str]
    modifying: re.Pattern[str]


@cache
def roles() -> Roles:
    """The patterns of catalog/roles.yml, compiled once."""
    words = read("roles.yml", _Words)
    compiled = {
        name: compile_pattern(getattr(words, name)) for name in _Words.__struct_fields__ if not name.endswith("_groups")
    }
    return Roles(
        venue_groups=frozenset(words.venue_groups),
        carrier_groups=frozenset(words.carrier_groups),
        culprit_groups=frozenset(words.culprit_groups),
        **compiled,
    )
