"""The database: the only place, beside meoktong.queries, that holds SQL."""

from meoktong.store import schema_counts as schema_counts  # so that the metadata is whole
from meoktong.store import schema_incidents as schema_incidents
from meoktong.store.connection import Store, connect

__all__ = ["Store", "connect"]
