"""Damage types: harm that a document says did happen, by the frames of catalog/damages.yml."""

from collections.abc import Iterable, Iterator
from functools import cache

from meoktong import catalog
from meoktong.models import Label
from nlp.cues import Cues
from nlp.frames import Finder, labels, phrases
from nlp.text import Part, Reading


def find(reading: Reading, among: Iterable[str] | None = None) -> tuple[Label, ...]:
    """The damage types of a document that tells of an outage, in the order of the catalog, each with its evidence.

    Only the types `among` are looked for, if any are given.
    """
    return labels(finder().find(reading, among), catalog.load().damages)


def denied(reading: Reading) -> Iterator[tuple[Part, int, int]]:
    """The characters [start, end) of each part that tell of things which kept working, by place."""
    for part in reading.parts:
        behind = 0
        for said in part.said(unharmed()):
            start, behind = max(part.clause_at(said.start).start, behind), said.end
            yield part, start, said.end


@cache
def finder() -> Finder:
    """The frames of all damage types."""
    return Finder("damages", catalog.load().damages)


@cache
def unharmed() -> Cues:
    """What a clause that tells of no harm ends with."""
    return Cues({"unharmed": phrases().unharmed})
