"""Documents drawn for people to code, and what the people said."""

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, and_, select

from meoktong.models import Annotation, Label
from meoktong.store.annotate import PERSON, Reading, read_annotations, write_annotations
from meoktong.store.connection import Store
from meoktong.store.schema import Annotation as AnnotationRow
from meoktong.store.schema import Document, DocumentVersion, ReviewItem
from meoktong.times import now

LISTS = ("services_affected", "services_mentioned", "damages", "causes", "industries")
DROPPED = 0.4  # share of a sample that the relevance filter dropped: its recall is measured, not assumed


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A document of a sample, with what is said of it now. `weight`: how many documents it stands for."""

    document_id: int
    version_id: int
    stratum: str
    weight: float
    url: str
    kind: str
    published_at: datetime | None
    title: str
    text: str
    current: Annotation


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """What a person said of a document, and what the newest tagger said of the same version of it."""

    document_id: int
    coder: str
    current: bool  # the newest coding of the document, and so the one that counts
    stratum: str
    weight: float
    person: Annotation
    machine: Annotation | None


def draw(store: Store, sample: str, size: int, seed: int) -> list[Drawn]:
    """Draw about `size` documents at random for the sample `sample` and remember them; by document id.

    Documents that tell of an outage and dropped ones, news and posts, are drawn from apart, so that rare kinds are in
    the sample. The same database, size and seed draw the same documents. A sample that is known is given again.
    """
    with store.writing() as connection:
        known = connection.execute(select(ReviewItem).where(ReviewItem.sample == sample)).all()
        if not known:
            rows = connection.execute(
                select(Document.id, DocumentVersion.id.label("version_id"), Document.kind, AnnotationRow.relevant)
                .join(
                    DocumentVersion,
                    and_(DocumentVersion.document_id == Document.id, DocumentVersion.number == Document.version),
                )
                .join(AnnotationRow, and_(AnnotationRow.document_id == Document.id, AnnotationRow.current))
                .order_by(Document.id)
            )
            strata: dict[str, list[tuple[int, int]]] = {}
            for row in rows:
                stratum = f"{row.kind} {'relevant' if row.relevant else 'dropped'}"
                strata.setdefault(stratum, []).append((row.id, row.version_id))
            items = [
                {"sample": sample, "document_id": document, "version_id": version, "stratum": stratum, "weight": weight}
                for stratum, weight, chosen in _choose(strata, size, seed)
                for document, version in chosen
            ]
            if items:
                connection.execute(store.insert(ReviewItem), items)
    return _drawn(store, sample)


def save_codings(store: Store, coder: str, coded: Mapping[int, Annotation]) -> list[int]:
    """Keep what `coder` says of documents, by document id; it is current from now on.

    Labels that the machine gave too keep the machine's evidence, and a document that stays relevant its quantities,
    which people do not code. Returns the ids that are in no sample, which are left out.
    """
    with store.writing() as connection:
        versions = dict(
            connection.execute(
                select(ReviewItem.document_id, ReviewItem.version_id).where(ReviewItem.document_id.in_(coded))
            ).all()
        )
        machine = _machine(connection, versions.values())
        readings = []
        for document_id, version_id in versions.items():
            said = replace(coded[document_id], tagger_version=PERSON, analyser=coder)
            readings.append(Reading(document_id, version_id, _supported(said, machine.get(version_id))))
        write_annotations(connection, readings, now())
    return sorted(set(coded) - set(versions))


def codings(store: Store) -> list[Coding]:
    """Everything that people coded, by document and coder, with the machine's word on the same version."""
    with store.reading() as connection:
        rows = connection.execute(
            select(
                AnnotationRow.id,
                AnnotationRow.version_id,
                AnnotationRow.document_id,
                AnnotationRow.analyser,
                AnnotationRow.current,
            )
            .where(AnnotationRow.tagger_version == PERSON)
            .order_by(AnnotationRow.document_id, AnnotationRow.analyser)
        ).all()
        said = read_annotations(connection, [row.id for row in rows])
        machine = _machine(connection, [row.version_id for row in rows])
        items = connection.execute(
            select(ReviewItem.version_id, ReviewItem.stratum, ReviewItem.weight).order_by(ReviewItem.sample)
        )
        strata = {item.version_id: (item.stratum, item.weight) for item in items}
    found = []
    for row in rows:
        stratum, weight = strata.get(row.version_id, ("", 1.0))
        found.append(
            Coding(
                document_id=row.document_id,
                coder=row.analyser,
                current=row.current,
                stratum=stratum,
                weight=weight,
                person=said[row.id],
                machine=machine.get(row.version_id),
            )
        )
    return found


def _machine(connection: Connection, version_ids: Collection[int]) -> dict[int, Annotation]:
    """The newest word of a tagger on each version."""
    rows = connection.execute(
        select(AnnotationRow.version_id, AnnotationRow.id)
        .where(AnnotationRow.version_id.in_(version_ids), AnnotationRow.tagger_version != PERSON)
        .order_by(AnnotationRow.tagged_at, AnnotationRow.id)
    )
    newest = dict(rows.all())
    annotations = read_annotations(connection, list(newest.values()))
    return {version: annotations[row_id] for version, row_id in newest.items()}


def _supported(said: Annotation, machine: Annotation | None) -> Annotation:
    """`said` with the machine's evidence for what both say."""
    if machine is None:
        return said

    def labels(field: str) -> tuple[Label, ...]:
        known = {label.id: label for label in getattr(machine, field)}
        return tuple(known.get(label.id, label) for label in getattr(said, field))

    supported: dict[str, Any] = {field: labels(field) for field in LISTS}
    return replace(
        said,
        relevance=machine.relevance if said.relevant else (),
        quantities=machine.quantities if said.relevant else (),
        **supported,
    )


def _drawn(store: Store, sample: str) -> list[Drawn]:
    with store.reading() as connection:
        rows = connection.execute(
            select(
                ReviewItem.document_id,
                ReviewItem.version_id,
                ReviewItem.stratum,
                ReviewItem.weight,
                Document.url,
                Document.kind,
                Document.published_at,
                DocumentVersion.title,
                DocumentVersion.text,
                AnnotationRow.id.label("annotation_id"),
            )
            .join(Document, Document.id == ReviewItem.document_id)
            .join(DocumentVersion, DocumentVersion.id == ReviewItem.version_id)
            .join(AnnotationRow, and_(AnnotationRow.document_id == Document.id, AnnotationRow.current))
            .where(ReviewItem.sample == sample)
            .order_by(ReviewItem.document_id)
        ).all()
        current = read_annotations(connection, [row.annotation_id for row in rows])
    drawn = []
    for row in rows:
        values = row._asdict()
        drawn.append(Drawn(current=current[values.pop("annotation_id")], **values))
    return drawn


def _choose(
    strata: Mapping[str, list[tuple[int, int]]], size: int, seed: int
) -> list[tuple[str, float, list[tuple[int, int]]]]:
    generator = random.Random(seed)  # noqa: S311  # a sample, not a secret
    chosen = []
    halves = {word: sorted(name for name in strata if name.endswith(word)) for word in ("relevant", "dropped")}
    for word, names in halves.items():
        share = 1.0 if not all(halves.values()) else DROPPED if word == "dropped" else 1 - DROPPED
        total = sum(len(strata[name]) for name in names)
        for name in names:
            members = strata[name]
            count = min(len(members), max(1, round(size * share * len(members) / total)))
            chosen.append((name, len(members) / count, generator.sample(members, count)))
    return chosen
