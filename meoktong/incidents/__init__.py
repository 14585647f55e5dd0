"""Documents that tell of one outage joined into incidents: read from the database, grouped, and kept there."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select

from meoktong.incidents import decisions
from meoktong.incidents.accounts import Accounts, load, load_where, sync
from meoktong.incidents.grouping import group
from meoktong.incidents.keeping import Scope, keep
from meoktong.incidents.neighbourhood import Neighbourhood, neighbourhood
from meoktong.store import Store
from meoktong.store.schema_incidents import AccountRow, Incident

MOST = 4  # from a change of one account in so many on, grouping all is cheaper than looking for neighbours


def refresh(store: Store) -> int:
    """Bring the incidents up to date with the documents and return how many documents were new or changed.

    Only what a change may touch is grouped again; the outcome is that of `rebuild`. Raises StoreError; then everything
    is as before.
    """
    with store.writing() as connection:
        before, after = sync(connection)
        _group_again(connection, before, after)
    return len(before.keys() | after.keys())


def rebuild(store: Store) -> int:
    """Read and group all outage documents anew and return how many incidents there are.

    For after a change of the catalog or of the rules. Ids, persons' decisions and suspicions stay. Raises StoreError;
    then everything is as before.
    """
    with store.writing() as connection:
        before, after = sync(connection, everything=True)
        _group_again(connection, before, after)
        return connection.scalar(select(func.count()).select_from(Incident)) or 0


def merge(store: Store, slug: str, other: str, person: str, at: datetime) -> None:
    """A person says that the incident `other` is part of `slug`. Raises IncidentError and StoreError."""
    with store.writing() as connection:
        _group_documents(connection, decisions.merge(connection, slug, other, person, at))


def split(store: Store, slug: str, documents: Collection[str], person: str, at: datetime) -> str:
    """A person says that `documents` tell of another outage than `slug`; returns the id of the incident they make.

    Raises IncidentError and StoreError.
    """
    with store.writing() as connection:
        concerned, taken = decisions.split(connection, slug, documents, person, at)
        _group_documents(connection, concerned)
        return decisions.made(connection, taken)


def _group_documents(connection: Connection, documents: Collection[int]) -> None:
    accounts = load(connection, AccountRow.document_id, documents)
    _group_again(connection, accounts, accounts)


def _group_again(connection: Connection, before: Accounts, after: Accounts) -> None:
    changed = before.keys() | after.keys()
    if not changed:
        return
    decided = decisions.decisions(connection)
    known = connection.scalar(select(func.count()).select_from(AccountRow)) or 0
    if MOST * len(changed) >= known:
        near = Neighbourhood(core=load_where(connection), recalling={}, context={})
    else:
        near = neighbourhood(connection, before, after, decided)
    groups = group([*near.core.values(), *near.context.values()], decided)
    moving = frozenset(near.core.keys() | changed)
    keep(connection, groups, Scope(moving.union(near.recalling), moving, frozenset(changed)))
