"""Industries: whose harm a document describes, when they trade or work, by the frames of catalog/industries.yml.

A trade counts where its sentence tells of harm: it holds evidence of a damage type or one of the words `harm` of
phrases.yml. In a post the author's own trade ("편의점 합니다") counts wherever it is named.
"""

import re
from collections.abc import Iterable
from functools import cache

from meoktong import catalog
from meoktong.models import Kind, Label
from nlp.frames import Finder, Found, labels, phrases
from nlp.patterns import any_of
from nlp.text import Reading


def find(reading: Reading, damages: Iterable[Label]) -> tuple[Label, ...]:
    """The industries of a document that tells of an outage, in the order of the catalog, each with its evidence.

    `damages` are the document's damage labels.
    """
    hurt = {(item.part, item.sentence) for label in damages for item in label.evidence}
    own = _own() if reading.kind is Kind.POST else None

    def counts(found: Found) -> bool:
        sentence = found.part.sentence_at(found.start)
        if (found.part.name, sentence.text) in hurt or _harm().search(sentence.folded):
            return True
        return own is not None and own.match(found.part.folded, found.end) is not None

    return labels(filter(counts, _finder().find(reading)), catalog.load().industries)


@cache
def _finder() -> Finder:
    return Finder("industries", catalog.load().industries)


@cache
def _harm() -> re.Pattern[str]:
    return any_of(phrases().harm)


@cache
def _own() -> re.Pattern[str]:
    return any_of(phrases().self)
