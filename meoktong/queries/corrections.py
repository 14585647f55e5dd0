"""The register of corrections: what was counted one way at some time and is counted another way now, and why."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from meoktong.queries.counted import chunks
from meoktong.store import Store
from meoktong.store.annotate import PERSON
from meoktong.store.schema import Annotation, AnnotationLabel, Document, Source
from meoktong.store.schema_incidents import DecisionDocument, DecisionRow
from meoktong.times import to_kst


class Why(StrEnum):
    """What made the difference."""

    ADDED = "added"  # the document was not known then
    CHANGED = "changed"  # its text or date was
    RETAGGED = "retagged"  # a newer tagger read the same text
    PERSON = "person"  # somebody coded it
    INCIDENT = "incident"  # somebody confirmed, joined or split incidents


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One document that counts otherwise than it did, or a decision on an incident, whose id `url` is then."""

    why: Why
    at: datetime  # Korea's clock
    by: str  # the tagger's version, or who
    url: str
    source: str | None
    title: str
    published_at: datetime | None  # Korea's clock
    lost: tuple[str, ...]  # field:label that no longer count
    gained: tuple[str, ...]


def corrections(
    store: Store, since: datetime, *, first: datetime | None = None, end: datetime | None = None
) -> list[Correction]:
    """What changed after `since`, the earliest change first; with bounds only documents published in [first, end).

    A document that counts the same as before, or counted neither then nor now, is none. Each decision on an incident
    is one, also when a later one has overruled it; with bounds, where one of its documents was published in them.
    Raises StoreError.
    """
    bounds = [*([Document.published_at >= first] if first else []), *([Document.published_at < end] if end else [])]
    with store.reading() as connection:
        touched = connection.scalars(
            select(Annotation.document_id)
            .join(Document, Document.id == Annotation.document_id)
            .where(Annotation.tagged_at > since, *bounds)
            .distinct()
            .order_by(Annotation.document_id)
        ).all()
        found = [each for chunk in chunks(touched) for each in _documents(connection, chunk, since)]
        found += _decisions(connection, since, bounds)
    return sorted(found, key=lambda correction: (correction.at, correction.url))


def _documents(connection: Connection, ids: Sequence[int], since: datetime) -> Iterator[Correction]:
    row = Annotation
    said: dict[int, list[Any]] = defaultdict(list)
    columns = (row.id, row.document_id, row.version_id, row.current, row.relevant)
    for each in connection.execute(
        select(*columns, row.tagger_version, row.analyser, row.tagged_at)
        .where(row.document_id.in_(ids))
        .order_by(row.version_id, row.tagged_at, row.id)
    ):
        said[each.document_id].append(each)
    pairs = {document: (_standing(rows, since), next(r for r in rows if r.current)) for document, rows in said.items()}
    labels = _labels(connection, [r.id for pair in pairs.values() for r in pair if r is not None])
    for document in connection.execute(
        select(Document.id, Document.url, Document.title, Document.published_at, Source.slug)
        .join(Source, Source.id == Document.source_id)
        .where(Document.id.in_(ids))
        .order_by(Document.id)
    ):
        before, after = pairs[document.id]
        old = labels[before.id] if before is not None and before.relevant else frozenset()
        new = labels[after.id] if after.relevant else frozenset()
        rewritten = before is not None and before.version_id != after.version_id and (old or new)
        if old != new or rewritten:
            yield Correction(
                why=_why(before, after),
                at=to_kst(after.tagged_at),
                by=after.analyser if after.tagger_version == PERSON else after.tagger_version,
                url=document.url,
                source=document.slug,
                title=document.title,
                published_at=to_kst(document.published_at) if document.published_at else None,
                lost=tuple(sorted(old - new)),
                gained=tuple(sorted(new - old)),
            )


def _standing(rows: Iterable[Any], since: datetime) -> Any:
    """The annotation that was current at `since`: a person's, else that of the newest version by the newest tagger."""
    known = [row for row in rows if row.tagged_at <= since]
    by_people = [row for row in known if row.tagger_version == PERSON]
    return max(by_people, key=lambda row: (row.tagged_at, row.id)) if by_people else (known or [None])[-1]


def _why(before: Any, after: Any) -> Why:
    if after.tagger_version == PERSON:
        return Why.PERSON
    if before is None:
        return Why.ADDED
    return Why.CHANGED if before.version_id != after.version_id else Why.RETAGGED


def _labels(connection: Connection, ids: Sequence[int]) -> Mapping[int, frozenset[str]]:
    found: dict[int, set[str]] = {each: set() for each in ids}
    row = AnnotationLabel
    for chunk in chunks(ids):
        rows = connection.execute(select(row.annotation_id, row.field, row.label).where(row.annotation_id.in_(chunk)))
        for annotation_id, field, label in rows:
            found[annotation_id].add(f"{field}:{label}")
    return {annotation_id: frozenset(labels) for annotation_id, labels in found.items()}


def _decisions(connection: Connection, since: datetime, bounds: Sequence[ColumnElement[bool]]) -> Iterator[Correction]:
    row = DecisionRow
    decided = select(row).where(row.at > since)
    if bounds:
        concerned = select(DecisionDocument.decision_id).join(Document, Document.id == DecisionDocument.document_id)
        decided = decided.where(row.id.in_(concerned.where(*bounds)))
    for each in connection.execute(decided.order_by(row.id)):
        yield Correction(
            why=Why.INCIDENT,
            at=to_kst(each.at),
            by=each.person,
            url=each.slug,
            source=None,
            title=" ".join(filter(None, (each.kind, each.other))),
            published_at=None,
            lost=(),
            gained=(),
        )
