"""`meoktong watch`: bursts of documents that name a service."""

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from meoktong.cli._exits import Exit
from meoktong.cli._options import database_option, days_options
from meoktong.errors import MeoktongError
from meoktong.times import midnight_kst, now

if TYPE_CHECKING:
    from meoktong.store import Store

BACK = timedelta(days=2)  # that is looked at again: documents are crawled late


@click.command(
    epilog="\b\nExample:\n  meoktong watch --once\n  meoktong watch --interval 10 --webhook https://hooks.example/outages"
)
@click.option("--once", is_flag=True, help="Look once, then end: for cron and timers.")
@click.option("--interval", type=click.IntRange(1), default=10, show_default=True, help="Minutes between two looks.")
@click.option("--webhook", metavar="URL", callback=lambda _c, _o, url: _http(url), help="Post alerts to it as JSON.")
@days_options()
@database_option
def command(
    *,
    once: bool,
    interval: int,
    webhook: str | None,
    since: datetime | None,
    until: datetime | None,
    database: str,
) -> int:
    """Open an alert where more independent voices name a service in an hour than its own past explains.

    Most outages raise no alert: in the back-test of docs/alerts.md 79 of 275 made-up outages did, with one wrong alert
    in seven months, and none on the coded documents or the demo, where no hour has three voices.

    Each new alert is one line; its incident is suspected until documents tell of it, and keeps its id. Looked at are
    the last two days, or the days given. A webhook gets each alert once; what it did not take is posted the next time.

    Exit status with --once: 0 there are new alerts, or some were posted; 3 there are none; 1 the webhook took not all.
    """
    from meoktong.store import connect

    with connect(database, create=False) as store:
        while True:
            try:
                done = _look(store, webhook, since, until)
            except MeoktongError as error:
                if once:
                    raise
                click.echo(f"meoktong: {error}; trying again in {interval} minutes", err=True)
            else:
                if once:
                    return Exit.DONE if done else Exit.NOTHING_NEW
            time.sleep(interval * 60)


def _look(store: "Store", webhook: str | None, since: datetime | None, until: datetime | None) -> int:
    from meoktong.alerts import watch
    from meoktong.alerts.webhook import line, send

    at = now()
    first = midnight_kst(since.date()) if since else at - BACK
    last = midnight_kst(until.date()) + timedelta(days=1) if until else at
    opened = watch(store, first, last, at)
    for alert in opened:
        click.echo(line(alert))
    return len(opened) + (send(store, webhook, at) if webhook else 0)


def _http(url: str | None) -> str | None:
    if url is not None and not url.startswith(("http://", "https://")):
        raise click.BadParameter("is no http:// or https:// address")
    return url
