"""Outage documents with their labels, read once and counted in memory.

Counting in SQL would have both databases join every label ever stored with the few documents of a week.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, select

from meoktong import catalog
from meoktong.models import Kind
from meoktong.queries.documents import outage_documents
from meoktong.store.schema import AnnotationLabel
from meoktong.store.schema_incidents import IncidentDocument
from meoktong.store.views import MAIN

FIELDS = {"services_affected": "services", "damages": "damages", "causes": "causes", "industries": "industries"}
CHUNK = 1000  # values in one statement

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One outage document: the columns of outage_documents(), its labels by field (a key of FIELDS), its incidents."""

    document_id: int
    annotation_id: int
    url: str
    source: str
    source_name: str
    kind: str
    title: str
    author: str | None
    published_at: datetime | None
    published_precision: str | None
    status: str
    story_id: int
    labels: Mapping[str, Sequence[str]]
    incidents: Sequence[int] = ()  # row ids of those that it tells mainly of


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many documents, and how many stories, posters and outages they are."""

    documents: int
    news: int
    posts: int
    stories: int  # copies of one text counted once
    authors: int  # posters by their keyed hashes, each once for each incident; posts without a name add none
    incidents: int  # outages that they tell mainly of


NOTHING = Count(documents=0, news=0, posts=0, stories=0, authors=0, incidents=0)


def counted(
    connection: Connection,
    since: datetime | None = None,
    until: datetime | None = None,
    stories: Collection[int] | None = None,
) -> list[Counted]:
    """The outage documents published in [since, until), the earliest first; with `stories` only those of these.

    Without either bound those without a publication time are among them, as the last.
    """
    documents = outage_documents()
    at = documents.selected_columns.published_at
    if since is not None:
        documents = documents.where(at >= since)
    if until is not None:
        documents = documents.where(at < until)
    if stories is not None:
        documents = documents.where(documents.selected_columns.story_id.in_(stories))
    return _counted(connection, documents.order_by(at.nulls_last(), documents.selected_columns.document_id))


def counted_among(connection: Connection, documents: Collection[int]) -> list[Counted]:
    """Those of `documents` that are outage documents, by their ids."""
    found: list[Counted] = []
    for chunk in chunks(sorted(documents)):
        query = outage_documents()
        at = query.selected_columns.document_id
        found += _counted(connection, query.where(at.in_(chunk)).order_by(at))
    return found


def _counted(connection: Connection, query: Select[*tuple[Any, ...]]) -> list[Counted]:
    rows = connection.execute(query).all()
    labels = _labels(connection, [row.annotation_id for row in rows])
    incidents = _incidents(connection, [row.document_id for row in rows])
    return [
        Counted(**row._mapping, labels=labels[row.annotation_id], incidents=incidents.get(row.document_id, ()))
        for row in rows
    ]


def total(documents: Iterable[Counted]) -> Count:
    """All of `documents`."""
    found = list(documents)
    posts = [d for d in found if d.kind == Kind.POST]
    return Count(
        documents=len(found),
        news=len(found) - len(posts),
        posts=len(posts),
        stories=len({d.story_id for d in found}),
        authors=len({(d.author, incident) for d in posts if d.author for incident in d.incidents or (None,)}),
        incidents=len({incident for d in found for incident in d.incidents}),
    )


def voices(documents: Iterable[Counted]) -> int:
    """Independent sources among `documents`: never more than the stories, nor than the newspapers and posters.

    Copies of one text are one, two articles of one paper are one, and a poster is one however often he posts.
    """
    found = list(documents)
    tellers = {(d.kind, d.author if d.kind == Kind.POST and d.author else d.source) for d in found}
    return min(len({d.story_id for d in found}), len(tellers))


def by_label(documents: Iterable[Counted], field: str) -> dict[str, Count]:
    """`documents` by their labels of `field`, most documents first.

    A document with two labels counts under both, so the counts do not add up to the total.
    """
    groups: dict[str, list[Counted]] = defaultdict(list)
    for document in documents:
        for label in document.labels[field]:
            groups[label].append(document)
    counts = {label: total(group) for label, group in groups.items()}
    return dict(sorted(counts.items(), key=lambda item: (-item[1].documents, -item[1].stories, item[0])))


def pairs(documents: Iterable[Counted], one: str, other: str) -> Counter[tuple[str, str]]:
    """How many documents have a label of field `one` together with a label of field `other`."""
    return Counter(pair for d in documents for pair in product(d.labels[one], d.labels[other]))


def names(field: str, label: str) -> tuple[str, str]:
    """The Korean and English names of a label; the id itself when an older catalog had it."""
    entry = getattr(catalog.load(), FIELDS[field]).get(label)
    return (entry.ko, entry.en) if entry else (label, label)


def chunks(ids: Sequence[T]) -> Iterator[Sequence[T]]:
    """`ids` in parts that fit a statement."""
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def _labels(connection: Connection, annotation_ids: Sequence[int]) -> dict[int, dict[str, list[str]]]:
    found: dict[int, dict[str, list[str]]] = {each: {field: [] for field in FIELDS} for each in annotation_ids}
    row = AnnotationLabel
    for chunk in chunks(annotation_ids):
        rows = connection.execute(
            select(row.annotation_id, row.field, row.label)
            .where(row.annotation_id.in_(chunk), row.field.in_(list(FIELDS)))
            .order_by(row.id)
        )
        for annotation_id, field, label in rows:
            found[annotation_id][field].append(label)
    return found


def _incidents(connection: Connection, document_ids: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    row = IncidentDocument
    for chunk in chunks(document_ids):
        rows = connection.execute(
            select(row.document_id, row.incident_id)
            .where(row.document_id.in_(chunk), row.role == MAIN)
            .order_by(row.incident_id)
        )
        for document_id, incident_id in rows:
            found[document_id].append(incident_id)
    return found
