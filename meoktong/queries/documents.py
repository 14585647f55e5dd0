"""The one definition of what counts as a document about an outage."""

from typing import Any

from sqlalchemy import Select

from meoktong.store import views


def outage_documents() -> Select[*tuple[Any, ...]]:
    """A query for every document that counts, one row each.

    A document counts when its current annotation, which is that of its newest version by the newest tagger, calls it
    relevant: it reports an interruption that did happen. So a later correction wins, and what was counted before stays
    in the older annotations. Documents without a publication time are among the rows: whoever counts by time must
    count them apart.

    Columns: document_id, annotation_id, url, source (slug), source_name, kind, title, author, published_at (UTC or
    None), published_precision, status, story_id (documents that are copies of one text share it).
    """
    return views.outage_documents()
