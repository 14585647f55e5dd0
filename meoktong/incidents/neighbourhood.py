"""What a change may touch: the accounts to be grouped again, and those that decide where they go.

Grouping these gives every one of `core` the place that grouping all accounts would give it; tests compare the two.
The lookups follow the rules in grouping.py, each a little wider than its rule.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

from sqlalchemy import ColumnElement, Connection, select
from sqlalchemy.orm import InstrumentedAttribute

from meoktong.incidents.accounts import Accounts, load, load_where
from meoktong.incidents.grouping import DAY, RECALLED, REPORTED, SAME_WEEK, Account, Decision, day_of
from meoktong.queries.counted import chunks
from meoktong.store.schema_incidents import AccountRow, Incident, IncidentDocument, NamedDate
from meoktong.store.views import MAIN
from meoktong.times import midnight_kst

SPANS = 100  # in one statement


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Accounts by document: `core` may change their incident, `recalling` the others that they recall.

    `context` are those with a start that decide about both; `recalling` are among them.
    """

    core: Accounts
    recalling: Accounts
    context: Accounts


def neighbourhood(
    connection: Connection, before: Accounts, after: Accounts, decisions: Sequence[Decision]
) -> Neighbourhood:
    """Of a change of the accounts `before` to `after`."""
    changed = [*before.values(), *after.values()]
    ties = [_tied(connection, decision) for decision in decisions]
    documents = {*before, *after, *_beside(connection, changed)}
    tied = (each for each in ties if not each.isdisjoint(documents))  # also those that were in no incident until now
    incidents = _incidents(connection, documents.union(*tied))
    core = dict(after)
    while True:
        incidents = _with_ties(connection, incidents, ties)
        core |= _members(connection, incidents)
        concerned = [*core.values(), *before.values()]
        core |= _watching(connection, concerned)
        recalling = {d: a for d, a in _naming(connection, concerned).items() if d not in core and a.start}
        context = _deciding(connection, [*core.values(), *recalling.values()])
        around = _incidents(connection, {*core, *recalling, *context})
        more = _chained(connection, [*core.values(), *before.values()], ties) | _tied_among(connection, around, ties)
        if more <= incidents:
            dated = _members(connection, around, AccountRow.started_at.is_not(None))
            return Neighbourhood(core, recalling, {d: a for d, a in dated.items() if d not in core})
        incidents |= more


def _beside(connection: Connection, accounts: Sequence[Account]) -> Accounts:
    """Accounts with a start that may be of one outage with one of `accounts`."""
    roots, providers = {a.root for a in accounts}, {p for a in accounts for p in a.providers}
    near = _load_within(connection, AccountRow.started_at, _spans(_starts(accounts), 2 * DAY, 2 * DAY))
    return {d: a for d, a in near.items() if a.root in providers or not a.providers.isdisjoint(roots)}


def _load_within(
    connection: Connection,
    column: InstrumentedAttribute[datetime | None],
    spans: Sequence[tuple[datetime, datetime]],
    *conditions: ColumnElement[bool],
) -> Accounts:
    """The accounts whose `column` lies in one of `spans` and that meet `conditions`."""
    found: Accounts = {}
    for start in range(0, len(spans), SPANS):
        within = [column.between(low, high) for low, high in spans[start : start + SPANS]]
        found |= load_where(connection, reduce(or_, within), *conditions)
    return found


def _watching(connection: Connection, accounts: Sequence[Account]) -> Accounts:
    """Those that may join, leave or recall an incident of the dated ones among `accounts`."""
    dated = [a for a in accounts if a.start is not None]
    starts, roots = _starts(dated), sorted({a.root for a in dated})
    undated, published = AccountRow.started_at.is_(None), AccountRow.published_at
    found = _load_within(connection, published, _spans(starts, DAY, RECALLED), undated, AccountRow.root.in_(roots))
    found |= load_where(connection, undated, published.is_(None), AccountRow.root.in_(roots))
    soon = _load_within(connection, published, _spans(starts, DAY, REPORTED), undated)
    found |= {d: a for d, a in soon.items() if not a.providers.isdisjoint(roots)}
    found |= load(connection, AccountRow.story_id, {a.story_id for a in dated}, undated)
    named = {d: a for d, a in _naming(connection, dated).items() if a.start is None}
    return found | named


def _naming(connection: Connection, accounts: Iterable[Account]) -> Accounts:
    """Those that name the day or month on which one of `accounts` starts, of a provider that they speak of."""
    dated = [a for a in accounts if a.start is not None]
    roots, days = {a.root for a in dated}, {day_of(start) for start in _starts(dated)}
    naming: set[int] = set()
    for chunk in chunks(sorted(days | {day[:7] for day in days})):
        naming |= set(connection.scalars(select(NamedDate.document_id).where(NamedDate.day.in_(chunk))))
    named = load(connection, AccountRow.document_id, naming)
    return {d: a for d, a in named.items() if not roots.isdisjoint(a.spoken_of)}


def _chained(connection: Connection, accounts: Sequence[Account], ties: Sequence[set[int]]) -> set[int]:
    """Incidents without a start that those among `accounts` without one may join or part."""
    undated = [a for a in accounts if a.start is None]
    without = AccountRow.started_at.is_(None)
    times = [a.published_at for a in undated if a.published_at]
    near = _load_within(
        connection,
        AccountRow.published_at,
        _spans(times, SAME_WEEK, SAME_WEEK),
        without,
        AccountRow.root.in_(sorted({a.root for a in undated})),
    )
    near |= load(connection, AccountRow.story_id, {a.story_id for a in undated}, without)
    decided = {document for tied in ties for document in tied}
    return _incidents(connection, set(near), Incident.started_at.is_(None)) | (
        _incidents(connection, set(near)) & _incidents(connection, decided)
    )


def _deciding(connection: Connection, core: Iterable[Account]) -> Accounts:
    """Accounts with a start whose incident one of `core` may join or recall."""
    accounts = list(core)
    undated = [a for a in accounts if a.start is None]
    roots, started = sorted({a.root for a in undated}), AccountRow.started_at
    providers = sorted({p for a in undated for p in a.providers})
    times = [a.published_at for a in undated if a.published_at]
    found = _load_within(connection, started, _spans(times, RECALLED, DAY), AccountRow.root.in_(roots))
    found |= _load_within(connection, started, _spans(times, REPORTED, DAY), AccountRow.root.in_(providers))
    timeless = sorted({a.root for a in undated if a.published_at is None})
    found |= load(connection, AccountRow.root, timeless, started.is_not(None))
    found |= load(connection, AccountRow.story_id, {a.story_id for a in undated}, started.is_not(None))
    everyone = sorted({p for a in accounts for p in a.spoken_of})
    months = _joined({_month(day) for a in accounts for day in a.days})
    return found | _load_within(connection, started, months, AccountRow.root.in_(everyone))


def _members(connection: Connection, incidents: set[int], *conditions: ColumnElement[bool]) -> Accounts:
    documents: set[int] = set()
    for chunk in chunks(sorted(incidents)):
        query = select(IncidentDocument.document_id).where(IncidentDocument.incident_id.in_(chunk))
        documents |= set(connection.scalars(query.where(IncidentDocument.role == MAIN)))
    return load(connection, AccountRow.document_id, documents, *conditions)


def _incidents(connection: Connection, documents: set[int], *conditions: ColumnElement[bool]) -> set[int]:
    """The incidents that `documents` are mainly about."""
    found: set[int] = set()
    row = IncidentDocument
    for chunk in chunks(sorted(documents)):
        query = select(row.incident_id).join(Incident, Incident.id == row.incident_id)
        found |= set(connection.scalars(query.where(row.document_id.in_(chunk), row.role == MAIN, *conditions)))
    return found


def _tied(connection: Connection, decision: Decision) -> set[int]:
    """The documents whose incidents a decision ties together: also those that would join one that was taken out."""
    moved = load(connection, AccountRow.document_id, decision.moved)
    return {*decision.kept, *decision.moved, *_beside(connection, [*moved.values()])}


def _with_ties(connection: Connection, incidents: set[int], ties: Sequence[set[int]]) -> set[int]:
    """`incidents`, and those that persons' decisions tie to them."""
    found = set(incidents)
    tied = [_incidents(connection, documents) for documents in ties]
    while more := [each for each in tied if not found.isdisjoint(each) and not each <= found]:
        found = found.union(*more)
    return found


def _tied_among(connection: Connection, incidents: set[int], ties: Sequence[set[int]]) -> set[int]:
    decided = {document for tied in ties for document in tied}
    return _with_ties(connection, _incidents(connection, decided) & incidents, ties)


def _starts(accounts: Iterable[Account]) -> list[datetime]:
    return [a.start for a in accounts if a.start is not None]


def _spans(moments: Iterable[datetime], before: timedelta, after: timedelta) -> list[tuple[datetime, datetime]]:
    return _joined([(moment - before, moment + after) for moment in moments])


def _joined(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """The same stretches of time, without overlap."""
    found: list[tuple[datetime, datetime]] = []
    for low, high in sorted(spans):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return found


def _month(day: str) -> tuple[datetime, datetime]:
    """The month of a day or month as Account.dates names it."""
    first = midnight_kst(date(int(day[:4]), int(day[5:7]), 1))
    return first, first + 31 * DAY
