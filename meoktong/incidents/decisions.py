"""What persons decide on incidents: it is kept with the documents it is about, and every grouping follows it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from meoktong.errors import IncidentError
from meoktong.incidents.grouping import MERGE, SPLIT, Decision
from meoktong.store import Store
from meoktong.store.schema import Document
from meoktong.store.schema_incidents import (
    AccountRow,
    AlertRow,
    DecisionDocument,
    DecisionRow,
    Incident,
    IncidentDocument,
)
from meoktong.store.views import MAIN

CONFIRM = "confirm"  # groups nothing


def decisions(connection: Connection) -> list[Decision]:
    """All that group, the oldest first."""
    documents: dict[int, tuple[set[int], set[int]]] = {}
    row = DecisionDocument
    for each in connection.execute(select(row.decision_id, row.document_id, row.moved)):
        documents.setdefault(each.decision_id, (set(), set()))[each.moved].add(each.document_id)
    rows = connection.execute(
        select(DecisionRow.id, DecisionRow.kind).where(DecisionRow.kind.in_((MERGE, SPLIT))).order_by(DecisionRow.id)
    )
    return [Decision(each.kind, *map(frozenset, documents[each.id])) for each in rows if each.id in documents]


def confirm(store: Store, slug: str, person: str, at: datetime) -> None:
    """A person vouches for the incident; the newest counts. Raises IncidentError when there is none, StoreError."""
    with store.writing() as connection:
        incident_id = find(connection, slug)
        _record(connection, CONFIRM, person, at, slug, None, _members(connection, incident_id), set())
        connection.execute(
            update(Incident).where(Incident.id == incident_id).values(confirmed_by=person, confirmed_at=at)
        )


def merge(connection: Connection, slug: str, other: str, person: str, at: datetime) -> set[int]:
    """The incident `other` becomes part of `slug`, and its name is given up; returns the documents concerned.

    Raises IncidentError when there is no such incident, they are the same, or one has no documents.
    """
    kept, moved = find(connection, slug), find(connection, other)
    if kept == moved:
        raise IncidentError(f"{slug}: an incident cannot be merged with itself")
    staying, going = _documents(connection, kept, slug), _documents(connection, moved, other)
    _record(connection, MERGE, person, at, slug, other, staying, going)
    connection.execute(delete(IncidentDocument).where(IncidentDocument.incident_id == moved))
    connection.execute(update(AlertRow).where(AlertRow.incident_id == moved).values(incident_id=kept))
    connection.execute(delete(Incident).where(Incident.id == moved))
    return staying | going


def split(connection: Connection, slug: str, names: Collection[str], person: str, at: datetime) -> tuple[set[int], int]:
    """The documents `names` (addresses or importers' ids) become an incident of their own, with the copies of each.

    Returns the documents concerned, and one that is taken out. Raises IncidentError when there is no such incident, one
    of them is not mainly about it, or nothing would be left.
    """
    incident_id = find(connection, slug)
    members = _documents(connection, incident_id, slug)
    known = select(Document.id, Document.url, Document.external_id).where(Document.id.in_(members))
    by_name = {name: row.id for row in connection.execute(known) for name in (row.url, row.external_id)}
    missing = sorted(set(names) - by_name.keys())
    if missing:
        raise IncidentError(f"{slug}: {missing[0]!r} is not among its documents: see meoktong incident {slug} --all")
    stories = select(AccountRow.story_id).where(AccountRow.document_id.in_([by_name[name] for name in names]))
    copies = select(AccountRow.document_id).where(AccountRow.story_id.in_(stories))
    going = set(connection.scalars(copies)) & members
    if going == members:
        raise IncidentError(f"{slug}: nothing would be left of it")
    _record(connection, SPLIT, person, at, slug, None, members - going, going)
    row = IncidentDocument
    connection.execute(delete(row).where(row.incident_id == incident_id, row.document_id.in_(going)))
    return members, min(going)


def made(connection: Connection, document: int) -> str:
    """The id of the incident that the newest split made: `document`, which it took out, is mainly about it now."""
    row = IncidentDocument
    slug = connection.execute(
        select(Incident.slug)
        .join(row, row.incident_id == Incident.id)
        .where(row.document_id == document, row.role == MAIN)
    ).scalar_one()
    newest = select(func.max(DecisionRow.id)).where(DecisionRow.kind == SPLIT).scalar_subquery()
    connection.execute(update(DecisionRow).where(DecisionRow.id == newest).values(other=slug))
    return slug


def find(connection: Connection, slug: str) -> int:
    """The incident's id. Raises IncidentError, which tells where to look when it was merged into another."""
    found = connection.scalar(select(Incident.id).where(Incident.slug == slug))
    if found is not None:
        return found
    into = connection.scalar(
        select(DecisionRow.slug)
        .where(DecisionRow.other == slug, DecisionRow.kind == MERGE)
        .order_by(DecisionRow.id.desc())
        .limit(1)
    )
    hint = f"it was merged into {into}" if into else "see meoktong incidents"
    raise IncidentError(f"no incident {slug!r}: {hint}")


def _documents(connection: Connection, incident_id: int, slug: str) -> set[int]:
    found = _members(connection, incident_id)
    if not found:
        raise IncidentError(f"{slug}: no document tells of it yet, so there is nothing to merge or split")
    return found


def _members(connection: Connection, incident_id: int) -> set[int]:
    row = IncidentDocument
    return set(connection.scalars(select(row.document_id).where(row.incident_id == incident_id, row.role == MAIN)))


def _record(
    connection: Connection,
    kind: str,
    person: str,
    at: datetime,
    slug: str,
    other: str | None,
    kept: set[int],
    moved: set[int],
) -> None:
    decision = connection.execute(
        insert(DecisionRow).values(kind=kind, person=person, at=at, slug=slug, other=other).returning(DecisionRow.id)
    ).scalar_one()
    rows = [
        {"decision_id": decision, "document_id": document, "moved": document in moved}
        for document in sorted(kept | moved)
    ]
    if rows:  # a suspicion has no documents yet
        connection.execute(insert(DecisionDocument), rows)
