"""Groups of accounts written as incidents: what differs from the stored ones, under ids that stay."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from meoktong.incidents.accounts import load
from meoktong.incidents.grouping import Group, day_of
from meoktong.incidents.severity import lasted, severity
from meoktong.models import Precision
from meoktong.queries.counted import Counted, chunks, counted_among
from meoktong.queries.lengths import DERIVED, STATED, length
from meoktong.queries.stated import Stated, stated
from meoktong.store.schema_incidents import AccountRow, AlertRow, Incident, IncidentDocument
from meoktong.store.stale import mark_documents
from meoktong.store.views import BACKGROUND, MAIN

Roles = dict[int, str]  # of documents in an incident
NEAR = timedelta(days=1)  # between a suspicion and the start that documents then tell


@dataclass(frozen=True, slots=True)
class Scope:
    """Documents that were looked at anew: `moving` may change their incident, `recalling` what they recall.

    `changed` are those that themselves are new or changed.
    All `changed` are `moving`, and all of these `recalling`.
    """

    recalling: frozenset[int]
    moving: frozenset[int]
    changed: frozenset[int]


def keep(connection: Connection, groups: Sequence[Group], scope: Scope) -> None:
    """Store where the documents in `scope` are now; other documents in `groups` stay where they are.

    An incident keeps its id and slug as long as more of its documents stay together with each other than go elsewhere.
    One that was suspected of the same provider and day is taken up under its id. What is said of an incident is put
    together again when its documents, or what one of them says, changed.
    """
    old = _stored(connection, scope.recalling.union(*(g.documents for g in groups)))
    was = {document: incident for incident, roles in old.items() for document, role in roles.items() if role == MAIN}
    wanted = [_roles(found, old, was, scope) for found in groups]
    ids = _ids(connection, groups, was, scope)
    left = sorted(old.keys() - set(ids))
    for incident_id in left:
        _write_roles(connection, incident_id, {}, {d: r for d, r in old[incident_id].items() if d in scope.recalling})
    _forget_empty(connection, left)
    new = [
        (incident_id, found, roles)
        for incident_id, found, roles in zip(ids, groups, wanted, strict=True)
        if old.get(incident_id) != roles or not scope.changed.isdisjoint(found.documents)
    ]
    mainly = [{d for d, role in roles.items() if role == MAIN} for _, _, roles in new]
    told = _told(connection, set().union(*mainly))
    for (incident_id, found, roles), members in zip(new, mainly, strict=True):
        found.accounts += load(connection, AccountRow.document_id, members - found.documents).values()
        _write(connection, incident_id, found, [told[d] for d in sorted(members)])
        _write_roles(connection, incident_id, roles, old.get(incident_id, {}))


def _roles(found: Group, old: Mapping[int, Roles], was: Mapping[int, int], scope: Scope) -> Roles:
    """The roles that documents shall have in `found`; those that are not looked at anew join it as they were."""
    background, mainly = found.background & scope.recalling, set(found.documents)
    for incident_id in {was[document] for document in found.documents - scope.moving}:
        for document, role in old[incident_id].items():
            if role == MAIN and document not in scope.moving:
                mainly.add(document)
            elif role == BACKGROUND and document not in scope.recalling:
                background.add(document)
    return dict.fromkeys(background, BACKGROUND) | dict.fromkeys(mainly, MAIN)


def _told(connection: Connection, ids: Collection[int]) -> dict[int, tuple[Counted, list[Stated]]]:
    documents = counted_among(connection, ids)
    amounts: dict[int, list[Stated]] = defaultdict(list)
    for each in stated(connection, documents):
        amounts[each.document.document_id].append(each)
    return {d.document_id: (d, amounts[d.document_id]) for d in documents}


def _write(
    connection: Connection, incident_id: int, found: Group, told: Sequence[tuple[Counted, Sequence[Stated]]]
) -> None:
    documents = [document for document, _ in told]
    start, end = found.moment("start"), found.moment("end")
    ending = {a.document_id for a in found.accounts if end and (a.end, a.end_precision) == end}
    amounts = [each for _, stated_here in told for each in stated_here]
    lasting = length(start, end, [d for d in documents if d.document_id in ending], amounts)
    derived = lasting.end_after(start) if lasting and start and not end else None
    first = min((d for d in documents if d.published_at), key=lambda d: (d.published_at, d.document_id), default=None)
    values = {
        "provider": found.provider,
        "started_at": start[0] if start else None,
        "started_precision": start[1] if start else None,
        "ended_at": end[0] if end else derived,
        "ended_precision": end[1] if end else derived and Precision.MINUTE,
        "ended_basis": STATED if end else derived and DERIVED,
        "duration_minutes": lasting and lasting.minutes,
        "duration_basis": lasting and lasting.basis,
        "first_report_at": first.published_at if first else None,
        "first_report_precision": first.published_precision if first else None,
        "severity": severity(documents, lasted(start, end, lasting.minutes if lasting else None)),
    }
    changed = connection.execute(update(Incident).where(Incident.id == incident_id).values(**values))
    if not changed.rowcount:
        slug = new_slug(connection, day_of(start[0]) if start else "undated", found.provider)
        connection.execute(insert(Incident).values(id=incident_id, slug=slug, **values))


def _write_roles(connection: Connection, incident_id: int, new: Roles, old: Roles) -> None:
    row = IncidentDocument
    mark_documents(connection, {d for d, _ in old.items() ^ new.items()})
    for chunk in chunks(sorted(d for d, _ in old.items() - new.items())):
        connection.execute(delete(row).where(row.incident_id == incident_id, row.document_id.in_(chunk)))
    added = [
        {"incident_id": incident_id, "document_id": document_id, "role": role}
        for document_id, role in sorted(new.items() - old.items())
    ]
    if added:
        connection.execute(insert(row), added)


def _stored(connection: Connection, documents: Collection[int]) -> dict[int, Roles]:
    """All documents of the incidents that have one of `documents`."""
    row = IncidentDocument
    incidents: set[int] = set()
    for chunk in chunks(sorted(documents)):
        incidents |= set(connection.scalars(select(row.incident_id).where(row.document_id.in_(chunk))))
    found: dict[int, Roles] = defaultdict(dict)
    for chunk in chunks(sorted(incidents)):
        query = select(row.incident_id, row.document_id, row.role).where(row.incident_id.in_(chunk))
        for incident_id, document_id, role in connection.execute(query):
            found[incident_id][document_id] = role
    return dict(found)


def _ids(connection: Connection, groups: Sequence[Group], was: Mapping[int, int], scope: Scope) -> list[int]:
    """For each group the id of the stored incident with which it shares most documents; new ones count on.

    A group with documents that are not looked at anew is the incident of these.
    """
    shared: Counter[tuple[int, int]] = Counter()
    ids: dict[int, int] = {}
    for place, found in enumerate(groups):
        shared.update((was[document], place) for document in found.documents if document in was)
        for document in found.documents - scope.moving:
            ids[place] = was[document]
    taken = set(ids.values())
    for (incident_id, place), _ in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
        if place not in ids and incident_id not in taken:
            ids[place] = incident_id
            taken.add(incident_id)
    following = (connection.scalar(select(func.max(Incident.id))) or 0) + 1
    for place, found in enumerate(groups):
        if place not in ids:
            suspected = _suspected(connection, found, taken)
            ids[place] = following if suspected is None else suspected
            taken.add(ids[place])
            following += suspected is None
    return [ids[place] for place in range(len(groups))]


def _suspected(connection: Connection, found: Group, taken: set[int]) -> int | None:
    """An incident without documents that `found` turns out to be."""
    start = found.moment("start")
    times = [start[0]] if start else [a.published_at for a in found.accounts if a.published_at]
    if not times:
        return None
    has_documents = select(IncidentDocument.incident_id).where(
        IncidentDocument.incident_id == Incident.id, IncidentDocument.role == MAIN
    )
    return connection.scalars(
        select(Incident.id)
        .where(
            Incident.provider.in_(sorted({a.root for a in found.accounts})),
            Incident.started_at.between(min(times) - NEAR, max(times) + NEAR),
            Incident.id.not_in(taken),
            ~has_documents.exists(),
        )
        .order_by(Incident.id)
    ).first()


def _forget_empty(connection: Connection, incidents: Collection[int]) -> None:
    """Delete those without documents, but not what an alert or a person holds."""
    held = select(AlertRow.incident_id).where(AlertRow.incident_id == Incident.id)
    told = select(IncidentDocument.incident_id).where(
        IncidentDocument.incident_id == Incident.id, IncidentDocument.role == MAIN
    )
    for chunk in chunks(sorted(incidents)):
        empty = Incident.id.in_(chunk) & ~told.exists()
        connection.execute(update(Incident).where(empty).values(severity=None, first_report_at=None))
        connection.execute(delete(Incident).where(empty, ~held.exists(), Incident.confirmed_by.is_(None)))


def new_slug(connection: Connection, day: str, provider: str) -> str:
    """A name that no incident has: YYYY-MM-DD-provider, and -2, -3 ... where that is taken."""
    wanted = f"{day}-{provider}"
    taken = set(connection.scalars(select(Incident.slug).where(Incident.slug.startswith(wanted, autoescape=True))))
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
