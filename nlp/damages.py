"""Damage types: harm that a document says did happen, by the frames of catalog/damages.yml."""

from collections.abc import Iterable
from functools import cache

from meoktong import catalog
from meoktong.models import Label
from nlp.frames import Finder, labels
from nlp.text import Reading


def find(reading: Reading, among: Iterable[str] | None = None) -> tuple[Label, ...]:
    """The damage types of a document that tells of an outage, in the order of the catalog, each with its evidence.

    Only the types `among` are looked for, if any are given.
    """
    return labels(finder().find(reading, among), catalog.load().damages)


@cache
def finder() -> Finder:
    """The frames of all damage types."""
    return Finder("damages", catalog.load().damages)
