"""The one door: a document in, its annotation out.

    annotation = Tagger().tag(document)

The same text, tagger version, catalog and analyser give an equal annotation.
"""

from functools import cache, partial

from meoktong.catalog import catalog_hash
from meoktong.models import Annotation, Document
from nlp import (
    affected,
    causes,
    damages,
    industries,
    learned,
    morphology,
    outages,
    quantities,
    relevance,
    services,
    status,
    text,
    time_roles,
    times,
    unnamed,
)
from nlp.patterns import Index
from nlp.text import Indexes, Reading

TAGGER_VERSION = "0.1.0"


class Tagger:
    """Reads documents with the analyser called `analyser` (mecab, kiwi, komoran or okt)."""

    def __init__(self, analyser: str = "mecab") -> None:
        self._analyser = morphology.analyser(analyser)

    def tag(self, document: Document) -> Annotation:
        """What `document` says of an outage. Where it tells of none, only `services_mentioned` is filled."""
        reading = Reading(document, self._analyser, _indexes())
        annotation = self._annotation(reading)
        reading.close()
        return annotation

    def _annotation(self, reading: Reading) -> Annotation:
        mentions = services.find(reading)
        hits = [
            outage
            for part in reading.parts
            for outage in outages.find(part, [m.end for m in mentions if m.part is part])
        ]
        opinion = learned.Opinion(reading)
        relevant = relevance.judge(reading, mentions, hits, opinion)
        annotation = partial(
            Annotation, tagger_version=TAGGER_VERSION, catalog_hash=catalog_hash(), analyser=self._analyser.name
        )
        if not relevant:
            return annotation(relevant=False, services_mentioned=affected.mentioned(mentions))
        hit, named = affected.decide(reading, mentions, hits)
        opinion.disregard("damages", damages.denied(reading))
        opinion.disregard("causes", causes.refuted(reading))
        harm = opinion.add("damages", partial(damages.find, reading))
        start, end = times.outage_times(reading)
        standing = status.find(reading, opinion, start, end)
        return annotation(
            relevant=True,
            relevance=relevant,
            services_affected=hit,
            services_mentioned=named,
            damages=harm,
            industries=opinion.add("industries", partial(industries.find, reading, harm)),
            causes=opinion.add("causes", partial(causes.find, reading, hits, hit)),
            status=standing,
            outage_start=start,
            outage_end=times.known_end(reading, start, end)
            if standing and standing.id == status.Status.RECOVERED
            else None,
            quantities=quantities.find(reading),
        )


@cache
def _indexes() -> Indexes:
    """What every document is looked through for, and what those that tell of an outage are."""
    finders = damages.finder(), industries.finder()
    indexes = (
        Index([services.names(), *outages.lexicons(), *text.lexicons()]),
        Index(
            [
                *(lexicon for finder in finders for lexicon in finder.lexicons),
                damages.unharmed().words,
                *causes.lexicons(),
                status.cues().words,
                unnamed.lexicon(),
                time_roles.cues().words,
            ]
        ),
    )
    return {lexicon: index for index in indexes for lexicon in index.lexicons}


@cache
def _default() -> Tagger:
    return Tagger()


def tag(document: Document) -> Annotation:
    """`document` tagged by the default tagger, which is started on first use."""
    return _default().tag(document)
