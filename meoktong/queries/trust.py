"""How far counts can be trusted: the tagger's measured precision and recall, and what they make of a count.

People and the tagger read the same documents. For each field, people gave `ratio` labels for each one that the tagger
gave (precision / recall), so a count is corrected by it: the ratio estimate of survey sampling (Cochran 1977, chapter
6), for counts the same as the correction of Rogan & Gladen (Am J Epidemiol 107, 1978). Its interval is a bootstrap of
the coded documents.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import prod

from sqlalchemy import Connection, func, select

from meoktong.queries.counting import LABELS
from meoktong.queries.freshness import Tagging
from meoktong.store.annotate import PERSON
from meoktong.store.schema_counts import Evaluation
from meoktong.times import to_kst


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What was measured of one field. An older or newer tagger's measurement says nothing of these counts."""

    field: str
    precision: float
    recall: float
    ratio: float
    low: float  # of `ratio`, with 95 % confidence
    high: float
    documents: int  # compared
    basis: str  # corrections, or the name of a coded file
    measured_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a count would be if people had read all documents, with 95 % confidence."""

    value: float
    low: float
    high: float


def trust(connection: Connection, tagging: Sequence[Tagging]) -> dict[str, Trust]:
    """The newest measurement, by field, of the tagger that read most documents; empty when it was never measured."""
    machine = next((each for each in tagging if each.tagger_version != PERSON), None)
    if machine is None:
        return {}
    row = Evaluation
    same = (
        row.tagger_version == machine.tagger_version,
        row.catalog_hash == machine.catalog_hash,
        row.analyser == machine.analyser,
    )
    newest = select(func.max(row.measured_at)).where(*same).scalar_subquery()
    rows = connection.execute(select(row.__table__).where(*same, row.measured_at == newest).order_by(row.id))
    return {
        found.field: Trust(
            field=found.field,
            precision=found.precision,
            recall=found.recall,
            ratio=found.ratio,
            low=found.ratio_low,
            high=found.ratio_high,
            documents=found.documents,
            basis=found.basis,
            measured_at=to_kst(found.measured_at),
        )
        for found in rows
    }


def needed(fields: Iterable[str], measured: Mapping[str, Trust]) -> tuple[Trust, ...]:
    """What counts by `fields` (of counting.FIELDS) rest on; empty when one of it was not measured."""
    rest = {LABELS["service" if field == "provider" else field] for field in fields if field in (*LABELS, "provider")}
    found = [measured.get(field) for field in sorted(rest) or ["relevant"]]
    return () if None in found else tuple(each for each in found if each)


def estimate(count: int, rests_on: Sequence[Trust]) -> Estimate | None:
    """`count` corrected by what it rests on (see `needed`); None when that is nothing.

    Two fields are taken for independent, so their ratios multiply and the interval is the wider.
    """
    if not rests_on:
        return None
    return Estimate(
        value=round(count * prod(each.ratio for each in rests_on), 1),
        low=round(count * prod(each.low for each in rests_on), 1),
        high=round(count * prod(each.high for each in rests_on), 1),
    )
