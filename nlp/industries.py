"""Industries: whose harm a document describes, when they trade or work, by the frames of catalog/industries.yml.

A trade counts where its sentence, or the next one, tells of harm: it holds evidence of a damage type or one of the
words `harm` of phrases.yml. A post is about its author's harm: the trade counts that the author claims, or names while
speaking as a trader, or names in the title of a post that tells of harm.
"""

import re
from collections.abc import Iterable
from functools import cache

from meoktong import catalog
from meoktong.models import Kind, Label
from nlp.frames import Finder, Found, labels, phrases
from nlp.patterns import any_of
from nlp.text import Reading, Sentence


def find(reading: Reading, damages: Iterable[Label], among: Iterable[str] | None = None) -> tuple[Label, ...]:
    """The industries of a document that tells of an outage, in the order of the catalog, each with its evidence.

    `damages` are the document's damage labels. Only the industries `among` are looked for, if any are given.
    """
    hurt = {(item.part, item.sentence) for label in damages for item in label.evidence}

    trader = reading.kind is Kind.POST and any(_voice().search(part.folded) for part in reading.parts)

    def harmed(sentence: Sentence) -> bool:
        return (sentence.part.name, sentence.text) in hurt or _harm().search(sentence.folded) is not None

    def counts(found: Found) -> bool:
        part, place = found.part, found.part.sentence_at(found.start).index
        if trader or any(map(harmed, part.sentences[place : place + 2])):
            return True
        if part is reading.title and reading.kind is Kind.POST and hurt:
            return True
        return reading.kind is Kind.POST and _own().match(part.folded, found.end) is not None

    return labels(filter(counts, finder().find(reading, among)), catalog.load().industries)


@cache
def finder() -> Finder:
    """The frames of all industries."""
    return Finder("industries", catalog.load().industries)


@cache
def _harm() -> re.Pattern[str]:
    return any_of(phrases().harm)


@cache
def _own() -> re.Pattern[str]:
    return any_of(phrases().self)


@cache
def _voice() -> re.Pattern[str]:
    return any_of(phrases().voice)
