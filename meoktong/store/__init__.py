"""The database: the only place, beside meoktong.queries, that holds SQL."""

from meoktong.store.connection import Store, connect

__all__ = ["Store", "connect"]
