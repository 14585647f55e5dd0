"""Bursts noticed in the database: each opens a suspected incident, or belongs to one that is known."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from meoktong.alerts.bursts import WEEK, WEEKS, Burst, burst
from meoktong.catalog import provider_of
from meoktong.incidents.grouping import day_of
from meoktong.incidents.keeping import new_slug
from meoktong.models import Precision
from meoktong.queries.coverage import coverage, covered_days
from meoktong.queries.mentions import HOUR, Alert, alerts, by_service_and_hour, hours_of, mentions, voices_by_hour
from meoktong.store import Store
from meoktong.store.schema_incidents import AlertRow, Incident
from meoktong.times import midnight_kst, to_kst

SAME = timedelta(hours=24)  # between two hours above the limit, of one burst
NEAR = timedelta(days=1)  # between a burst and the start of the incident that it belongs to


@dataclass(slots=True)
class Span:
    """Hours above the limit that are one burst about a service."""

    first: datetime
    last: datetime
    id: int | None = None  # of its alert, when it is known already
    burst: Burst | None = None  # its first hour, when it is new


def watch(store: Store, since: datetime, until: datetime, at: datetime) -> list[Alert]:
    """Look at the hours of [since, until) and open an alert for each new burst; returns those.

    Looking at the same hours again finds nothing new. Raises StoreError; then everything is as before.
    """
    with store.writing() as connection:
        opened = []
        for service, spans in find(connection, since, until).items():
            for span in spans:
                if span.burst:
                    opened.append(_open(connection, service, span, span.burst, at))
                else:
                    connection.execute(update(AlertRow).where(AlertRow.id == span.id).values(last_hour=span.last))
    return opened


def find(connection: Connection, since: datetime, until: datetime) -> dict[str, list[Span]]:
    """By service the bursts that reach into [since, until): those known already, and new ones. Writes nothing.

    An hour above the limit within a day of a burst of the service prolongs that.
    """
    first = since.replace(minute=0, second=0, microsecond=0)
    past = first - WEEKS * WEEK - HOUR
    named = by_service_and_hour(mentions(connection, past, until))
    covered = _covered(connection, past, until) if named else set()
    found: dict[str, list[Span]] = {}
    for service, hours in sorted(named.items()):
        spans = _known(connection, service)
        usable = covered.difference(*map(_hours, spans))  # a burst would hide the next one
        voices = voices_by_hour(hours)
        for hour in sorted(hour for hour in hours if hour >= first):
            above = burst(voices, hour, usable)
            if above is None:
                continue
            usable.discard(hour)
            near = [span for span in spans if span.first <= hour <= span.last + SAME]
            if near:
                near[-1].last = max(near[-1].last, hour)
            else:
                spans.append(Span(hour, hour, burst=above))
        found[service] = [span for span in spans if span.last >= first]
    return found


def pending(store: Store) -> list[Alert]:
    """Alerts that no webhook took yet, the oldest first."""
    with store.reading() as connection:
        return alerts(connection, AlertRow.sent_at.is_(None))


def _covered(connection: Connection, since: datetime, until: datetime) -> set[datetime]:
    """Hours of days on which something was looked at; a gap is no quiet hour."""
    first, last = to_kst(since).date(), to_kst(until).date() + timedelta(days=1)
    days = covered_days(coverage(connection, midnight_kst(first), midnight_kst(last)))
    return hours_of(midnight_kst(day) for day in days)


def _known(connection: Connection, service: str) -> list[Span]:
    row = AlertRow
    query = select(row.first_hour, row.last_hour, row.id).where(row.service == service).order_by(row.first_hour)
    return [Span(*each) for each in connection.execute(query)]


def _hours(span: Span) -> set[datetime]:
    return {span.first + n * HOUR for n in range((span.last - span.first) // HOUR + 1)}


def _open(connection: Connection, service: str, span: Span, above: Burst, at: datetime) -> Alert:
    incident_id = _incident(connection, service, above.hour)
    alert_id = connection.execute(
        insert(AlertRow)
        .values(
            incident_id=incident_id,
            service=service,
            first_hour=span.first,
            last_hour=span.last,
            voices=above.voices,
            expected=above.expected,
            probability=above.probability,
            opened_at=at,
        )
        .returning(AlertRow.id)
    ).scalar_one()
    (alert,) = alerts(connection, AlertRow.id == alert_id)
    return alert


def _incident(connection: Connection, service: str, hour: datetime) -> int:
    """The id of the provider's incident that starts nearest to `hour`; a suspected one where there is none."""
    provider = provider_of(service)
    near = connection.execute(
        select(Incident.id, Incident.started_at).where(
            Incident.provider == provider, Incident.started_at.between(hour - NEAR, hour + NEAR)
        )
    ).all()
    if near:
        nearest: int = min(near, key=lambda row: (abs(row.started_at - hour), row.id)).id
        return nearest
    made = insert(Incident).values(
        slug=new_slug(connection, day_of(hour), provider),
        provider=provider,
        started_at=midnight_kst(to_kst(hour).date()),
        started_precision=Precision.DAY,
    )
    suspected: int = connection.execute(made.returning(Incident.id)).scalar_one()
    return suspected
