"""The public read side: what counts, and how it is counted."""

from meoktong.queries.documents import outage_documents

__all__ = ["outage_documents"]
