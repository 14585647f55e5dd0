"""An annotation as rows of annotation_labels, label_evidence and quantities."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from meoktong.models import Annotation, Evidence, Label, Moment
from meoktong.store.bulk import insert_rows, new_ids
from meoktong.store.schema import AnnotationLabel, LabelEvidence, QuantityRow
from meoktong.times import iso_kst

UNSTATED = "unstated"

Labels = dict[tuple[str, str], list[Evidence]]  # (field, label) -> what earned it


def write_labels(connection: Connection, annotations: Sequence[tuple[int, Annotation]]) -> None:
    """Write the labels, evidence and quantities of new annotations, each with the id of its row."""
    labels: list[tuple[int, str, str]] = []
    earned: list[list[Evidence]] = []
    quantities: list[dict[str, Any]] = []
    for annotation_id, annotation in annotations:
        for (field, label), evidence in labels_of(annotation).items():
            labels.append((annotation_id, field, label))
            earned.append(evidence)
        quantities += [
            {
                "annotation_id": annotation_id,
                "kind": quantity.kind,
                "value": quantity.value,
                "high": quantity.high,
                "surface": quantity.text,
                **_where(quantity.evidence),
            }
            for quantity in annotation.quantities
        ]
    ids = new_ids(connection, AnnotationLabel, len(labels))
    insert_rows(
        connection,
        AnnotationLabel,
        [
            {"id": label_id, "annotation_id": annotation_id, "field": field, "label": label}
            for label_id, (annotation_id, field, label) in zip(ids, labels, strict=True)
        ],
    )
    insert_rows(
        connection,
        LabelEvidence,
        [
            {"label_id": label_id, **_where(evidence)}
            for label_id, found in zip(ids, earned, strict=True)
            for evidence in found
        ],
    )
    insert_rows(connection, QuantityRow, quantities)


def labels_of(annotation: Annotation) -> Labels:
    """Every label of `annotation` by (field, label): catalog ids, the status word, outage times in Korea's clock."""
    labels: Labels = defaultdict(list)
    if annotation.relevant:
        labels["relevant", "true"] += annotation.relevance
    several: dict[str, Iterable[Label]] = {
        "services_affected": annotation.services_affected,
        "services_mentioned": annotation.services_mentioned,
        "damages": annotation.damages,
        "causes": annotation.causes,
        "industries": annotation.industries,
        "status": [annotation.status] if annotation.status else [],
    }
    for field, found in several.items():
        for label in found:
            labels[field, label.id] += label.evidence
    moments: dict[str, Moment | None] = {
        "outage_start": annotation.outage_start,
        "outage_end": annotation.outage_end,
    }
    for field, moment in moments.items():
        if moment is not None:
            labels[field, iso_kst(moment.at)] += moment.evidence
    return labels


def _where(evidence: Evidence) -> dict[str, Any]:
    return {
        "part": evidence.part,
        "start": evidence.start,
        "end": evidence.end,
        "sentence": evidence.sentence,
        "rule": evidence.rule,
    }
