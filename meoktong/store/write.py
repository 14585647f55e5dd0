"""Writing documents with their annotations: in batches, repeatable, all or nothing."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select, update

from meoktong.models import Annotation, Document, Extent, Outcome, Precision, TaggedDocument
from meoktong.store import search
from meoktong.store.annotate import Reading, write_annotations, write_first_annotations
from meoktong.store.bulk import insert_rows, new_ids
from meoktong.store.connection import Store
from meoktong.store.memory import Answer, Result, end
from meoktong.store.runs import Run
from meoktong.store.schema import Document as DocumentRow
from meoktong.store.schema import DocumentVersion, Source
from meoktong.store.stale import mark, mark_new
from meoktong.times import now, to_kst


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the tables hold of a document, with its newest version."""

    url: str
    id: int
    version: int
    extent: str
    last_seen_at: datetime
    published_at: datetime | None
    published_precision: str | None
    published_origin: str | None
    modified_at: datetime | None
    version_id: int
    content_hash: str


@dataclass(slots=True)
class _Writing:
    """A document on its way into the tables; the row ids are 0 until their rows are there."""

    document: Document
    annotation: Annotation
    stored: _Stored | None
    digest: str
    document_id: int = 0
    version_id: int = 0

    def __post_init__(self) -> None:
        if self.stored is not None:
            self.document_id = self.stored.id
            self.version_id = 0 if self.changed else self.stored.version_id

    @property
    def lesser(self) -> bool:
        """Whether it says less than what is stored: a part of the text, or an older recording of the page.

        A snippet replaces not even another: each query cuts its own.
        """
        if self.stored is None:
            return False
        fetched_at, seen_at = self.document.fetched_at, self.stored.last_seen_at
        extent = self.document.extent
        shorter = extent is Extent.SNIPPET or (extent is Extent.EXCERPT and self.stored.extent == Extent.FULL)
        return shorter or (fetched_at is not None and fetched_at < seen_at)

    @property
    def changed(self) -> bool:
        """Whether a version must be added."""
        return self.stored is None or (self.stored.content_hash != self.digest and not self.lesser)

    @property
    def number(self) -> int:
        """Of the newest version, this one included."""
        before = self.stored.version if self.stored else 0
        return before + self.changed

    @property
    def outcome(self) -> Outcome:
        """How the document ends."""
        if not self.annotation.relevant:
            return Outcome.OFF_TOPIC
        if self.stored is None:
            return Outcome.STORED
        return Outcome.UPDATED if self.changed else Outcome.UNCHANGED


def write(
    store: Store,
    run: Run,
    items: Sequence[TaggedDocument],
    *,
    answers: Mapping[str, Answer] | None = None,
    others: Sequence[Result] = (),
) -> list[Outcome]:
    """Store documents under their own sources, and how their addresses ended, in one transaction.

    Each document ends as STORED, UPDATED (its title, text, comments or day of publication changed: a version is
    added), UNCHANGED, or OFF_TOPIC when it is not relevant (kept all the same); the outcomes are in the order of
    `items`. Its annotation becomes the current one; but an excerpt of a text that is stored in full, a snippet of any,
    or a page recorded before the one that is stored, leaves all as it is. Writing the same again changes nothing. An
    address may come twice: the later one counts as a correction. `answers` has, by address, what servers said;
    `others` are addresses that ended without a document. Raises StoreError.
    """
    outcomes: dict[int, Outcome] = {}
    with store.writing() as connection:
        for indices in _rounds(items):
            written = _write_distinct(store, connection, [items[i] for i in indices])
            outcomes |= dict(zip(indices, written, strict=True))
        results = [
            Result(url=item.document.url, outcome=outcomes[i], answer=(answers or {}).get(item.document.url))
            for i, item in enumerate(items)
        ]
        end(connection, run, [*results, *others])
    return [outcomes[i] for i in range(len(items))]


def _rounds(items: Sequence[TaggedDocument]) -> Iterator[list[int]]:
    """Indices of `items`, so that no address comes twice in a round and later ones are in later rounds."""
    seen: dict[str, int] = {}
    rounds: list[list[int]] = []
    for i, item in enumerate(items):
        number = seen[item.document.url] = seen.get(item.document.url, -1) + 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(i)
    return iter(rounds)


def _write_distinct(store: Store, connection: Connection, items: Sequence[TaggedDocument]) -> list[Outcome]:
    rows = connection.execute(
        select(
            DocumentRow.url,
            DocumentRow.id,
            DocumentRow.version,
            DocumentRow.extent,
            DocumentRow.last_seen_at,
            DocumentRow.published_at,
            DocumentRow.published_precision,
            DocumentRow.published_origin,
            DocumentRow.modified_at,
            DocumentVersion.id.label("version_id"),
            DocumentVersion.content_hash,
        )
        .join(DocumentVersion)
        .where(
            DocumentVersion.number == DocumentRow.version,
            DocumentRow.url.in_([item.document.url for item in items]),
        )
    )
    stored = {row["url"]: _Stored(**row) for row in rows.mappings()}
    writings = []
    for item in items:
        before = stored.get(item.document.url)
        document = _with_known_date(item.document, before)
        writings.append(_Writing(document, item.annotation, before, _digest(document)))
    at = now()
    better = [writing for writing in writings if not writing.lesser]
    _write_documents(store, connection, better, at)
    _write_versions(connection, better, at)
    new = [w for w in better if w.stored is None]
    mark_new(connection, {w.document_id: w.document.published_at for w in new})
    write_first_annotations(connection, _readings(new), at)
    if len(better) > len(new):
        write_annotations(connection, _readings(w for w in better if w.stored is not None), at)
    return [writing.outcome for writing in writings]


def _readings(writings: Iterable[_Writing]) -> list[Reading]:
    return [Reading(w.document_id, w.version_id, w.annotation) for w in writings]


def _with_known_date(document: Document, stored: _Stored | None) -> Document:
    """`document` with the publication time that is known already, when this reading did not find one."""
    if document.published_at is not None or stored is None or stored.published_at is None:
        return document
    return replace(
        document,
        published_at=stored.published_at,
        published_precision=Precision(stored.published_precision) if stored.published_precision else None,
        published_origin=stored.published_origin,
        published_reason=None,
    )


def _digest(document: Document) -> str:
    """Of what an annotation rests on; the day alone, because a list that says "3 hours ago" moves the minute."""
    day = document.published_at and to_kst(document.published_at).date()
    content = [document.title, document.text, [comment.text for comment in document.comments], day]
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


def _write_documents(store: Store, connection: Connection, writings: list[_Writing], at: datetime) -> None:
    new = [w for w in writings if w.stored is None]
    if new:
        sources = _sources(store, connection, [w.document for w in new])
        for writing, document_id in zip(new, new_ids(connection, DocumentRow, len(new)), strict=True):
            writing.document_id = document_id
        insert_rows(
            connection,
            DocumentRow,
            [
                {
                    "id": w.document_id,
                    "url": w.document.url,
                    "source_id": sources[w.document.source],
                    "kind": w.document.kind,
                    "first_seen_at": w.document.fetched_at or at,
                    **_columns(w, at),
                }
                for w in new
            ],
        )
    old = [w for w in writings if w.stored is not None]
    if old:
        mark(connection, [w.stored.published_at for w in old if w.stored])  # a date may have been corrected
        columns = _columns(old[0], at)
        connection.execute(
            update(DocumentRow)
            .where(DocumentRow.id == bindparam("row"))
            .values({name: bindparam(f"new_{name}") for name in columns}),
            [{"row": w.document_id, **{f"new_{name}": value for name, value in _columns(w, at).items()}} for w in old],
        )


def _sources(store: Store, connection: Connection, documents: Sequence[Document]) -> dict[str, int]:
    """Row ids by slug; a source that an import brings is named by its slug until its first crawl."""
    kinds = {document.source: document.kind for document in documents}
    rows = [{"slug": slug, "name": slug, "kind": kind} for slug, kind in kinds.items()]
    connection.execute(store.insert(Source).on_conflict_do_nothing(index_elements=[Source.slug]), rows)
    found = connection.execute(select(Source.slug, Source.id).where(Source.slug.in_(kinds)))
    return {row.slug: row.id for row in found}


def _columns(writing: _Writing, at: datetime) -> dict[str, Any]:
    """The columns of `documents` that follow the newest reading."""
    document = writing.document
    known = writing.stored.modified_at if writing.stored else None
    return {
        "external_id": document.external_id,
        "extent": document.extent,
        "title": document.title,
        "author": document.author,
        "published_at": document.published_at,
        "published_precision": document.published_precision,
        "published_origin": document.published_origin,
        "published_reason": document.published_reason,
        "modified_at": document.modified_at or known,
        "last_seen_at": document.fetched_at or at,
        "version": writing.number,
    }


def _write_versions(connection: Connection, writings: list[_Writing], at: datetime) -> None:
    changed = [w for w in writings if w.changed]
    for writing, version_id in zip(changed, new_ids(connection, DocumentVersion, len(changed)), strict=True):
        writing.version_id = version_id
    insert_rows(
        connection,
        DocumentVersion,
        [
            {
                "id": w.version_id,
                "document_id": w.document_id,
                "number": w.number,
                "fetched_at": w.document.fetched_at or at,
                "modified_at": w.document.modified_at,
                "title": w.document.title,
                "text": w.document.text,
                "comments": w.document.comments,
                "content_hash": w.digest,
            }
            for w in changed
        ],
    )
    search.add(connection, [(w.version_id, w.document.title, w.document.text) for w in changed])
