"""Annotations of document versions: which one is current, and reading them back."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, tuple_, update

from meoktong.models import Annotation, Evidence, Label, Moment, Precision, Quantity
from meoktong.store.bulk import insert_rows, new_ids
from meoktong.store.labels import UNSTATED, write_labels
from meoktong.store.schema import Annotation as AnnotationRow
from meoktong.store.schema import AnnotationLabel, LabelEvidence, QuantityRow
from meoktong.store.stale import mark_changed

PERSON = "person"  # the tagger version of what a person coded; its analyser is the coder's name

Evidences = dict[tuple[str, str], tuple[Evidence, ...]]  # by (field, label)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was said of the newest version of a document, by a tagger or a person."""

    document_id: int
    version_id: int
    annotation: Annotation

    @property
    def by_person(self) -> bool:
        """Whether a person said it."""
        return self.annotation.tagger_version == PERSON


def write_annotations(connection: Connection, readings: Sequence[Reading], at: datetime) -> None:
    """Keep what was said and make it current, unless a person has coded the document: that stays current.

    A tagger's word on a version is kept once for each tagger version, catalog and analyser; a person's new word
    replaces the same person's old one.
    """
    mark_changed(connection, [r.document_id for r in readings])
    _forget_old_words(connection, readings)
    said = connection.execute(
        select(AnnotationRow.id, *_KEY).where(AnnotationRow.version_id.in_([r.version_id for r in readings]))
    )
    existing = {tuple(row)[1:]: row.id for row in said}
    coded = _coded_by_people(connection, [r.document_id for r in readings])
    chosen = [r for r in readings if r.by_person or r.document_id not in coded]
    kept = [existing[key] for r in chosen if (key := _key(r)) in existing]
    connection.execute(
        update(AnnotationRow)
        .where(
            AnnotationRow.document_id.in_([r.document_id for r in chosen]),
            AnnotationRow.current,
            AnnotationRow.id.not_in(kept),
        )
        .values(current=False)
    )
    connection.execute(update(AnnotationRow).where(AnnotationRow.id.in_(kept)).values(current=True))
    current = {_key(r) for r in chosen}
    _add(connection, [(r, _key(r) in current) for r in readings if _key(r) not in existing], at)


def write_first_annotations(connection: Connection, readings: Sequence[Reading], at: datetime) -> None:
    """`write_annotations` for new documents, of which nobody has said anything; the caller marks them as new."""
    _add(connection, [(reading, True) for reading in readings], at)


def read_annotations(connection: Connection, ids: Collection[int]) -> dict[int, Annotation]:
    """The annotations with these row ids, as they were written."""
    evidence: dict[int, Evidences] = defaultdict(dict)
    found: dict[int, list[Evidence]] = defaultdict(list)
    for row in connection.execute(
        select(LabelEvidence)
        .join(AnnotationLabel, AnnotationLabel.id == LabelEvidence.label_id)
        .where(AnnotationLabel.annotation_id.in_(ids))
        .order_by(LabelEvidence.id)
    ):
        found[row.label_id].append(_evidence(row))
    for label in connection.execute(
        select(AnnotationLabel).where(AnnotationLabel.annotation_id.in_(ids)).order_by(AnnotationLabel.id)
    ):
        evidence[label.annotation_id][label.field, label.label] = tuple(found[label.id])
    quantities: dict[int, list[Quantity]] = defaultdict(list)
    for amount in connection.execute(
        select(QuantityRow).where(QuantityRow.annotation_id.in_(ids)).order_by(QuantityRow.id)
    ):
        quantities[amount.annotation_id].append(
            Quantity(
                kind=amount.kind, value=amount.value, high=amount.high, text=amount.surface, evidence=_evidence(amount)
            )
        )
    rows = connection.execute(select(AnnotationRow).where(AnnotationRow.id.in_(ids)))
    return {row.id: _annotation(row, evidence[row.id], tuple(quantities[row.id])) for row in rows}


def _add(connection: Connection, readings: Sequence[tuple[Reading, bool]], at: datetime) -> None:
    """Insert readings, each with whether it is the current one."""
    ids = new_ids(connection, AnnotationRow, len(readings))
    rows = [
        {"id": row_id, **_columns(reading, at), "current": current}
        for row_id, (reading, current) in zip(ids, readings, strict=True)
    ]
    insert_rows(connection, AnnotationRow, rows)
    write_labels(connection, [(row_id, reading.annotation) for row_id, (reading, _) in zip(ids, readings, strict=True)])


_KEY = (AnnotationRow.version_id, AnnotationRow.tagger_version, AnnotationRow.catalog_hash, AnnotationRow.analyser)


def _key(reading: Reading) -> tuple[int, str, str, str]:
    annotation = reading.annotation
    return reading.version_id, annotation.tagger_version, annotation.catalog_hash, annotation.analyser


def _forget_old_words(connection: Connection, readings: Sequence[Reading]) -> None:
    old = [(r.version_id, r.annotation.analyser) for r in readings if r.by_person]
    if old:
        connection.execute(
            delete(AnnotationRow).where(
                AnnotationRow.tagger_version == PERSON,
                tuple_(AnnotationRow.version_id, AnnotationRow.analyser).in_(old),
            )
        )


def _coded_by_people(connection: Connection, document_ids: Collection[int]) -> frozenset[int]:
    return frozenset(
        connection.scalars(
            select(AnnotationRow.document_id).where(
                AnnotationRow.document_id.in_(document_ids), AnnotationRow.tagger_version == PERSON
            )
        )
    )


def _columns(reading: Reading, at: datetime) -> dict[str, Any]:
    annotation = reading.annotation
    start, stop = annotation.outage_start, annotation.outage_end
    return {
        "document_id": reading.document_id,
        "version_id": reading.version_id,
        "relevant": annotation.relevant,
        "status": annotation.status.id if annotation.status else UNSTATED,
        "outage_start": start and start.at,
        "outage_start_precision": start and start.precision,
        "outage_end": stop and stop.at,
        "outage_end_precision": stop and stop.precision,
        "tagger_version": annotation.tagger_version,
        "catalog_hash": annotation.catalog_hash,
        "analyser": annotation.analyser,
        "tagged_at": at,
    }


def _annotation(row: Row[Any], evidence: Evidences, quantities: tuple[Quantity, ...]) -> Annotation:
    def labels(field: str) -> tuple[Label, ...]:
        return tuple(Label(id=label, evidence=found) for (of, label), found in evidence.items() if of == field)

    def moment(field: str, at: datetime | None, precision: str | None) -> Moment | None:
        if at is None or precision is None:
            return None
        return Moment(at=at, precision=Precision(precision), evidence=next(iter(labels(field))).evidence)

    return Annotation(
        relevant=row.relevant,
        relevance=evidence.get(("relevant", "true"), ()),
        services_affected=labels("services_affected"),
        services_mentioned=labels("services_mentioned"),
        damages=labels("damages"),
        causes=labels("causes"),
        industries=labels("industries"),
        status=next(iter(labels("status")), None),
        outage_start=moment("outage_start", row.outage_start, row.outage_start_precision),
        outage_end=moment("outage_end", row.outage_end, row.outage_end_precision),
        quantities=quantities,
        tagger_version=row.tagger_version,
        catalog_hash=row.catalog_hash,
        analyser=row.analyser,
    )


def _evidence(row: Row[Any]) -> Evidence:
    return Evidence(part=row.part, start=row.start, end=row.end, sentence=row.sentence, rule=row.rule)
