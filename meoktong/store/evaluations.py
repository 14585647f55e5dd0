"""How well a tagger agreed with people, kept so that every count can carry an interval."""

from collections.abc import Mapping

from sqlalchemy import insert

from meoktong.measure import Interval
from meoktong.store.connection import Store
from meoktong.store.retag import Stamp
from meoktong.store.schema_counts import Evaluation
from meoktong.times import now


def keep(
    store: Store, stamp: Stamp, figures: Mapping[str, Mapping[str, Interval]], *, basis: str, documents: int
) -> None:
    """Keep what meoktong.measure found of the tagger `stamp` on so many `documents`.

    A field of which the tagger gave no label cannot correct a count and is left out. Raises StoreError.
    """
    at = now()
    rows = [
        {
            "measured_at": at,
            "basis": basis,
            "tagger_version": stamp.tagger_version,
            "catalog_hash": stamp.catalog_hash,
            "analyser": stamp.analyser,
            "documents": documents,
            "field": field,
            "precision": found["precision"].value,
            "recall": found["recall"].value,
            "ratio": found["ratio"].value,
            "ratio_low": found["ratio"].low,
            "ratio_high": found["ratio"].high,
        }
        for field, found in figures.items()
        if found["ratio"].value
    ]
    with store.writing() as connection:
        if rows:
            connection.execute(insert(Evaluation), rows)
