"""Documents that tell of one outage joined into incidents: read from the database, grouped, and kept there."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from meoktong.incidents.grouping import Account, Group, group, provider_of, root
from meoktong.queries.counted import Counted, chunks, counted
from meoktong.store import Store
from meoktong.store.schema import Annotation, AnnotationLabel, LabelEvidence
from meoktong.store.schema_incidents import Incident, IncidentDocument
from meoktong.store.views import BACKGROUND, MAIN
from meoktong.times import to_kst

_DATE = re.compile(r"(\d{4})년\s*(\d{1,2})월(?:\s*(\d{1,2})일)?")


def rebuild(store: Store) -> int:
    """Put every outage document into incidents anew and return how many there are.

    An incident keeps its id and slug as long as more of its documents stay together with each other than go elsewhere.
    Raises StoreError; then everything is as before.
    """
    with store.writing() as connection:
        groups = group(accounts_of(connection, counted(connection)))
        _save(connection, groups)
    return len(groups)


def accounts_of(connection: Connection, documents: Sequence[Counted]) -> list[Account]:
    """What each of `documents` says; those that name no interrupted service tell of no incident."""
    moments: dict[int, Any] = {}
    places: dict[int, dict[str, tuple[bool, int]]] = defaultdict(dict)
    dates: dict[int, set[tuple[int, int, int | None]]] = defaultdict(set)
    label, evidence = AnnotationLabel, LabelEvidence
    for chunk in chunks([d.annotation_id for d in documents]):
        rows = connection.execute(
            select(
                Annotation.id,
                Annotation.outage_start,
                Annotation.outage_start_precision,
                Annotation.outage_end,
                Annotation.outage_end_precision,
            ).where(Annotation.id.in_(chunk))
        )
        moments |= {row.id: row for row in rows}
        for row in connection.execute(
            select(label.annotation_id, label.label, evidence.part, evidence.start, evidence.sentence)
            .join(evidence, evidence.label_id == label.id)
            .where(label.annotation_id.in_(chunk), label.field == "services_affected")
        ):
            place = (row.part != "title", row.start)
            found = places[row.annotation_id]
            found[row.label] = min(place, found.get(row.label, place))
            dates[row.annotation_id] |= set(_dates(row.sentence))
    accounts = []
    for document in documents:
        services, causes = document.labels["services_affected"], document.labels["causes"]
        if services:
            _, start, start_precision, end, end_precision = moments[document.annotation_id]
            accounts.append(
                Account(
                    document_id=document.document_id,
                    story_id=document.story_id,
                    root=root(services, causes, places[document.annotation_id]),
                    providers=frozenset(map(provider_of, services)),
                    causes=frozenset(causes),
                    published_at=document.published_at,
                    start=start,
                    start_precision=start_precision,
                    end=end,
                    end_precision=end_precision,
                    dates=frozenset(dates[document.annotation_id]),
                )
            )
    return accounts


def _dates(sentence: str) -> Iterable[tuple[int, int, int | None]]:
    for year, month, day in _DATE.findall(sentence):
        yield int(year), int(month), int(day) if day else None


def _save(connection: Connection, groups: Sequence[Group]) -> None:
    """Write what differs from what is stored."""
    old = _stored(connection)
    ids = _ids(groups, old)
    slugs = {row.id: row.slug for row in connection.execute(select(Incident.id, Incident.slug))}
    gone = sorted(slugs.keys() - set(ids))
    for chunk in chunks(gone):
        connection.execute(delete(IncidentDocument).where(IncidentDocument.incident_id.in_(chunk)))
        connection.execute(delete(Incident).where(Incident.id.in_(chunk)))
    taken = set(slugs.values())
    for incident_id, found in zip(ids, groups, strict=True):
        start, end = found.moment("start"), found.moment("end")
        values = {
            "provider": found.provider,
            "started_at": start[0] if start else None,
            "started_precision": start[1] if start else None,
            "ended_at": end[0] if end else None,
            "ended_precision": end[1] if end else None,
        }
        if incident_id in slugs:
            connection.execute(update(Incident).where(Incident.id == incident_id).values(**values))
        else:
            slug = _slug(found, taken)
            taken.add(slug)
            connection.execute(insert(Incident).values(id=incident_id, slug=slug, **values))
        _save_documents(connection, incident_id, found, old.get(incident_id, {}))


def _save_documents(connection: Connection, incident_id: int, found: Group, old: Mapping[int, str]) -> None:
    new = dict.fromkeys(found.background, BACKGROUND) | dict.fromkeys(found.documents, MAIN)
    row = IncidentDocument
    for document_id, _ in sorted(old.items() - new.items()):
        connection.execute(delete(row).where(row.incident_id == incident_id, row.document_id == document_id))
    added = [
        {"incident_id": incident_id, "document_id": document_id, "role": role}
        for document_id, role in sorted(new.items() - old.items())
    ]
    if added:
        connection.execute(insert(row), added)


def _stored(connection: Connection) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = defaultdict(dict)
    row = IncidentDocument
    for incident_id, document_id, role in connection.execute(select(row.incident_id, row.document_id, row.role)):
        found[incident_id][document_id] = role
    return found


def _ids(groups: Sequence[Group], old: Mapping[int, Mapping[int, str]]) -> list[int]:
    """For each group the id of the stored incident with which it shares most documents; new ones count on."""
    was = {document: incident for incident, roles in old.items() for document, role in roles.items() if role == MAIN}
    shared = Counter(
        (was[document], place) for place, found in enumerate(groups) for document in found.documents if document in was
    )
    ids: dict[int, int] = {}
    taken: set[int] = set()
    for (incident_id, place), _ in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
        if place not in ids and incident_id not in taken:
            ids[place] = incident_id
            taken.add(incident_id)
    following = max(old, default=0) + 1
    for place in range(len(groups)):
        if place not in ids:
            ids[place] = following
            following += 1
    return [ids[place] for place in range(len(groups))]


def _slug(found: Group, taken: set[str]) -> str:
    start = found.moment("start")
    day = f"{to_kst(start[0]):%Y-%m-%d}" if start else "undated"
    slug, number = f"{day}-{found.provider}", 1
    while slug in taken:
        number += 1
        slug = f"{day}-{found.provider}-{number}"
    return slug
