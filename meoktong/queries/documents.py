"""The one definition of what counts as a document about an outage."""

from typing import Any

from sqlalchemy import Select, func, select

from meoktong.store.schema import Annotation, Document, DocumentStory, Source


def outage_documents() -> Select[*tuple[Any, ...]]:
    """A query for every document that counts, one row each.

    A document counts when its current annotation, which is that of its newest version by the newest tagger, calls it
    relevant: it reports an interruption that did happen. So a later correction wins, and what was counted before stays
    in the older annotations. Documents without a publication time are among the rows: whoever counts by time must
    count them apart.

    Columns: document_id, annotation_id, url, source (slug), source_name, kind, title, author, published_at (UTC or
    None), published_precision, status, story_id (documents that are copies of one text share it).
    """
    return (
        select(
            Document.id.label("document_id"),
            Annotation.id.label("annotation_id"),
            Document.url,
            Source.slug.label("source"),
            Source.name.label("source_name"),
            Document.kind,
            Document.title,
            Document.author,
            Document.published_at,
            Document.published_precision,
            Annotation.status,
            # a story has the id of its first document, so one that was not compared yet is a story of its own
            func.coalesce(DocumentStory.story_id, Document.id).label("story_id"),
        )
        .join(Source, Source.id == Document.source_id)
        .join(Annotation, Annotation.document_id == Document.id)
        .outerjoin(DocumentStory, DocumentStory.document_id == Document.id)
        .where(Annotation.current, Annotation.relevant)
    )
