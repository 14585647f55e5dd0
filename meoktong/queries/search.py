"""Documents that hold given words, however they are spaced, inflected or followed by particles."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Select, and_, distinct, func, select

from meoktong.queries.documents import outage_documents
from meoktong.queries.filters import Filters, check_source, conditions
from meoktong.store import Store
from meoktong.store.schema import Document, DocumentStory, DocumentVersion, Source
from meoktong.store.schema_incidents import IncidentDocument
from meoktong.store.search import matching, prefer_index
from meoktong.store.views import MAIN
from meoktong.terms import Query, Word, pattern
from meoktong.times import to_kst

AROUND = 60  # characters of an excerpt on each side of the first word found
MARK = "【{}】"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A document found. `published_at` is on Korea's clock."""

    document_id: int
    url: str
    source: str
    source_name: str
    kind: str
    title: str
    published_at: datetime | None
    published_precision: str | None
    outage: bool
    story_id: int
    in_title: bool
    excerpt: str  # around the first word found, which is marked


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The first hits, and how many documents there are in all, in how many stories and incidents."""

    documents: int
    stories: int
    incidents: int
    hits: tuple[Hit, ...]


def search(store: Store, query: Query, filters: Filters | None = None, *, limit: int = 20) -> Found:
    """The documents whose newest version `query` finds; make one with `nlp.words.query`.

    Those with all the words in their title come first, then the newest, then the highest id: the same order on every
    database. Raises MeoktongError for a source that is not there, and StoreError.
    """
    in_title = DocumentVersion.id.in_(matching(store, query, in_title=True))
    filters = filters or Filters()
    found = _found(store, query, filters)
    everything = found.subquery()
    with store.reading() as connection:
        check_source(connection, filters.source)
        prefer_index(connection)
        documents, stories = connection.execute(
            select(func.count(), func.count(distinct(everything.c.story_id))).select_from(everything)
        ).one()
        incidents = connection.scalar(
            select(func.count(distinct(IncidentDocument.incident_id))).where(
                IncidentDocument.role == MAIN, IncidentDocument.document_id.in_(select(everything.c.document_id))
            )
        )
        first = connection.execute(
            found.add_columns(in_title.label("in_title"))
            .order_by(in_title.desc(), Document.published_at.desc().nulls_last(), Document.id.desc())
            .limit(limit)
        ).all()
        hits = _hits(connection, query, first)
    return Found(documents=documents, stories=stories, incidents=incidents or 0, hits=hits)


def excerpt(words: Sequence[Word], text: str) -> str:
    """The text around the first of `words`, all of them marked; its beginning when there is none."""
    flat = " ".join(unicodedata.normalize("NFC", text).split())
    wanted = pattern(words)
    first = wanted.search(flat)
    start = max(0, first.start() - AROUND) if first else 0
    end = (first.end() if first else 0) + AROUND
    marked = wanted.sub(lambda match: MARK.format(match[0]), flat[start:end])
    return ("…" if start else "") + marked + ("…" if end < len(flat) else "")


def _found(store: Store, query: Query, filters: Filters) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Document.id.label("document_id"),
            DocumentVersion.id.label("version_id"),
            func.coalesce(DocumentStory.story_id, Document.id).label("story_id"),
        )
        .join(
            DocumentVersion,
            and_(DocumentVersion.document_id == Document.id, DocumentVersion.number == Document.version),
        )
        .outerjoin(DocumentStory, DocumentStory.document_id == Document.id)
        .where(DocumentVersion.id.in_(matching(store, query)), *conditions(filters))
    )


def _hits(connection: Connection, query: Query, rows: Sequence[Any]) -> tuple[Hit, ...]:
    ids = [row.document_id for row in rows]
    words = list(chain.from_iterable(query.any_of))
    outage = outage_documents()
    outages = set(
        connection.scalars(
            outage.with_only_columns(outage.selected_columns.document_id).where(
                outage.selected_columns.document_id.in_(ids)
            )
        )
    )
    shown = {
        row.id: row
        for row in connection.execute(
            select(
                Document.id,
                Document.url,
                Document.kind,
                Document.published_at,
                Document.published_precision,
                Source.slug,
                Source.name,
                DocumentVersion.title,
                DocumentVersion.text,
            )
            .join(Source)
            .join(DocumentVersion, DocumentVersion.document_id == Document.id)
            .where(DocumentVersion.id.in_([row.version_id for row in rows]))
        )
    }
    return tuple(
        Hit(
            document_id=row.document_id,
            url=document.url,
            source=document.slug,
            source_name=document.name,
            kind=document.kind,
            title=document.title,
            published_at=document.published_at and to_kst(document.published_at),
            published_precision=document.published_precision,
            outage=row.document_id in outages,
            story_id=row.story_id,
            in_title=bool(row.in_title),
            excerpt=excerpt(words, document.text),
        )
        for row in rows
        for document in (shown[row.document_id],)
    )
