"""How soon `meoktong watch` notices an outage, and how often it is wrong: a back-test of all past hours.

    python benchmarks/alerts.py [DOCUMENTS]      an invented corpus over seven years, whose outages are known
    python benchmarks/alerts.py DATABASE_URL     a database that is there; nothing is written

In the corpus an alert is right when it is about the service of an outage that began up to 12 days before; in a
database, when documents tell of an outage of its provider within a day. A service-month is a service watched for 30
days; services that nobody named are not counted.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import quantiles
from tempfile import TemporaryDirectory

from corpus import HOURS, START, Outage, _moments, corpus, fill
from sqlalchemy import func, select

from meoktong.alerts import bursts, find
from meoktong.catalog import provider_of
from meoktong.queries.incidents import incidents
from meoktong.store import Store, connect
from meoktong.store.schema import Document

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LASTS = 12 * DAY
FIRST = START + bursts.WEEKS * bursts.WEEK
LIMITS = (1e-3, 1e-4, 1e-5, 1e-6)

Alerts = list[tuple[str, datetime]]  # service and hour


def back_test(store: Store, limit: float, since: datetime, until: datetime) -> tuple[Alerts, float]:
    """The alerts, and the service-months."""
    bursts.LIMIT = limit
    with store.reading() as connection:
        found = find(connection, since, until)
    alerts = [(service, span.first) for service, spans in found.items() for span in spans]
    return alerts, len(found) * (until - since) / (30 * DAY)


def invented(size: int) -> None:
    """On a corpus."""
    counts = Counter(outage for _, outage in _moments(size, Random(1)) if outage)
    outages = [o for o, count in counts.items() if o.start >= FIRST and count >= bursts.LEAST]
    with TemporaryDirectory() as folder, connect(f"sqlite:///{Path(folder) / 'alerts.db'}") as store:
        fill(store, corpus(size))
        for limit in LIMITS:
            alerts, months = back_test(store, limit, FIRST, START + HOURS * HOUR)
            right = [alert for alert in alerts if any(_about(alert, o) for o in outages)]
            found = {o: min(a[1] for a in right if _about(a, o)) for o in outages if any(_about(a, o) for a in right)}
            delays = quantiles([(hour + HOUR - o.start) / HOUR for o, hour in found.items()], n=10)
            _say(limit, len(alerts), len(alerts) - len(right), months)
            print(
                f"    {len(found)} of {len(outages)} outages with {bursts.LEAST} documents or more, by the end of hour "
                f"{delays[4]:.0f} (half of them), {delays[8]:.0f} (nine in ten)"
            )


def _about(alert: tuple[str, datetime], outage: Outage) -> bool:
    service, hour = alert
    return service == outage.service and outage.start - HOUR <= hour <= outage.start + LASTS


def known(url: str) -> None:
    """On a database."""
    with connect(url, migrate=False) as store:
        with store.reading() as connection:
            row = Document.published_at
            first, last = connection.execute(select(func.min(row), func.max(row))).one()
        told = [(i.provider, i.start.at) for i in incidents(store) if i.start]
        for limit in LIMITS:
            alerts, months = back_test(store, limit, first, last + HOUR)
            wrong = sum(not _told(alert, told) for alert in alerts)
            _say(limit, len(alerts), wrong, months)


def _told(alert: tuple[str, datetime], told: Sequence[tuple[str, datetime]]) -> bool:
    service, hour = alert
    return any(provider == provider_of(service) and abs(start - hour) <= DAY for provider, start in told)


def _say(limit: float, alerts: int, wrong: int, months: float) -> None:
    share = wrong / months if months else 0
    print(f"{limit:7.0e}: {alerts} alerts, {wrong} wrong in {months:,.0f} service-months ({share:.4f} each)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("given", nargs="?", default="50000", metavar="DOCUMENTS|DATABASE_URL")
    given = parser.parse_args().given
    if given.isdigit():
        invented(int(given))
    else:
        known(given)
