"""Alerts posted to a webhook: each once, and none lost."""

import urllib.error
import urllib.request
from datetime import datetime
from http.client import HTTPException
from typing import IO, Any

import msgspec
from sqlalchemy import select, update

from meoktong.alerts import pending
from meoktong.errors import WebhookError
from meoktong.queries.mentions import Alert
from meoktong.store import Store
from meoktong.store.schema_incidents import AlertRow
from meoktong.times import iso_kst

TIMEOUT = 10  # seconds
SHOWN = 5  # documents with an alert


def send(store: Store, url: str, at: datetime) -> int:
    """Post every alert that was not taken yet, the oldest first; how many were taken.

    An alert is taken when the answer is 2xx. While it is posted other writers wait, so that two watchers do not both
    post it. Its number is the Idempotency-Key, for the one case in which it comes twice: the machine fails after the
    answer. Raises WebhookError at the first that is not taken, which like those after it stays for the next call.
    """
    done = 0
    for alert in pending(store):
        with store.writing() as connection:
            row = AlertRow
            if connection.scalar(select(row.id).where(row.id == alert.id, row.sent_at.is_(None))) is None:
                continue
            post(url, alert)
            connection.execute(update(row).where(row.id == alert.id).values(sent_at=at))
        done += 1
    return done


def post(url: str, alert: Alert) -> None:
    """One HTTP POST of JSON. Raises WebhookError unless the answer is 2xx; a redirect is no such answer."""
    request = urllib.request.Request(  # noqa: S310  # the address comes from the operator, and the schemes are checked
        url,
        data=msgspec.json.encode(payload(alert)),
        headers={"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": str(alert.id)},
    )
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT):
            pass
    except urllib.error.HTTPError as error:
        with error:
            raise WebhookError(f"{url}: answered {error.code}; the alert is kept for the next time") from None
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise WebhookError(f"{url}: {reason}; the alert is kept for the next time") from None


def payload(alert: Alert) -> dict[str, Any]:
    """An alert as JSON has it; docs/alerts.md explains the keys. `text` is what chat services show."""
    return {
        "id": alert.id,
        "text": line(alert),
        "incident": alert.incident,
        "service": alert.service,
        "hour": iso_kst(alert.first_hour),
        "voices": alert.voices,
        "expected": round(alert.expected, 3),
        "probability": float(f"{alert.probability:.2g}"),
        "documents": [{"url": m.url, "title": m.title} for m in alert.documents[:SHOWN]],
    }


def line(alert: Alert) -> str:
    """An alert in one line."""
    return (
        f"{iso_kst(alert.first_hour)[:16]} {alert.service}: {alert.voices} voices in an hour, {alert.expected:.2f} "
        f"expected; incident {alert.incident}"
    )


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected POST would become a GET and lose the alert."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        """Refuse."""
