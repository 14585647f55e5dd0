"""Bursts open suspected incidents, and a webhook gets each alert once: real HTTP on the loopback."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner
from making import annotation, document
from test_curate import run
from test_incidents import keep, told

from meoktong.alerts import pending, watch
from meoktong.alerts.bursts import HOUR, WEEK, at_least, burst, reference_hours
from meoktong.alerts.webhook import send
from meoktong.cli import meoktong
from meoktong.cli._exits import Exit
from meoktong.errors import MeoktongError, WebhookError
from meoktong.incidents import rebuild, refresh
from meoktong.models import Evidence, Kind, Label, TaggedDocument
from meoktong.queries.incidents import State, incidents
from meoktong.store import Store
from meoktong.times import iso_kst, now

NOON = datetime(2022, 10, 15, 3, tzinfo=UTC)  # a Saturday
NAMED = Evidence(part="text", start=0, end=2, sentence="카톡 왜 이래요", rule="test")


def post(number: int, at: datetime, author: str | None = None) -> TaggedDocument:
    """Somebody names the service without saying that it failed."""
    mentioned = (Label(id="kakaotalk", evidence=(NAMED,)),)
    note = annotation(
        relevant=False,
        relevance=(),
        services_affected=(),
        services_mentioned=mentioned,
        damages=(),
        status=None,
        outage_start=None,
        quantities=(),
    )
    text = "".join(chr(0xAC00 + (number * 977 + i * 131) % 11172) for i in range(60))
    address = f"https://board.example/{number}"
    post = document(address, kind=Kind.POST, author=author or f"poster{number}", text=text, published_at=at)
    return TaggedDocument(document=post, annotation=note)


@pytest.fixture
def quiet(store: Store) -> Store:
    """Eight weeks in which a post a week names the service at noon, then eight posts within an hour."""
    keep(store, [post(week, NOON - week * WEEK) for week in range(1, 9)])
    keep(store, [post(100 + n, NOON + timedelta(minutes=7 * n)) for n in range(8)])
    return store


def look(store: Store) -> list[Any]:
    return watch(store, NOON - timedelta(days=1), NOON + timedelta(days=1), now())


def test_the_tail_is_that_of_the_negative_binomial() -> None:
    """Against simulation: a rate from the posterior, then a count with this rate."""
    chance = Random(1)
    shape, rate, count, rounds = 6.5, 24.0, 2, 20_000
    over = 0
    for _ in range(rounds):
        waited, events = chance.expovariate(1), 0
        mean = chance.gammavariate(shape, 1 / rate)
        while waited <= mean:
            waited, events = waited + chance.expovariate(1), events + 1
        over += events >= count
    assert at_least(count, shape, rate) == pytest.approx(over / rounds, abs=0.006)
    assert at_least(0, shape, rate) == 1.0


def test_an_hour_is_compared_with_its_own_past() -> None:
    usable = set(reference_hours(NOON))
    busy = dict.fromkeys(usable, 6)
    assert burst({NOON: 5}, NOON, usable)
    assert burst({NOON: 2}, NOON, usable) is None  # too few to be a burst
    assert burst(busy | {NOON: 9}, NOON, usable) is None  # usual at this hour of the week
    assert burst(busy | {NOON: 30}, NOON, usable)
    assert burst({NOON: 5}, NOON, set()) is None  # nobody looked before: a gap is no quiet


def test_a_burst_opens_a_suspected_incident_once(quiet: Store) -> None:
    (alert,) = look(quiet)
    assert (alert.incident, alert.service, alert.first_hour, alert.voices) == (
        "2022-10-15-kakao",
        "kakaotalk",
        NOON,
        8,
    )
    assert len(alert.documents) == 8
    assert look(quiet) == []
    shown = json.loads(run(quiet, "incident", "2022-10-15-kakao", "--format", "json").stdout)
    assert [(row["field"], row["service"], row["at"], row["sources"], row["url"]) for row in shown] == [
        ("burst", "kakaotalk", "2022-10-15T12:00", 8, "https://board.example/100")
    ]
    (suspected,) = incidents(quiet)
    assert (suspected.id, suspected.state, suspected.severity) == ("2022-10-15-kakao", State.SUSPECTED, None)


def test_one_poster_is_no_burst_however_often_he_posts(store: Store) -> None:
    keep(store, [post(week, NOON - week * WEEK) for week in range(1, 9)])
    keep(store, [post(100 + n, NOON + timedelta(minutes=n), author="the same") for n in range(20)])
    assert look(store) == []


def test_the_next_hours_prolong_a_burst(quiet: Store) -> None:
    look(quiet)
    keep(quiet, [post(200 + n, NOON + 3 * HOUR + timedelta(minutes=n)) for n in range(6)])
    assert look(quiet) == []
    assert len(pending(quiet)) == 1


def test_documents_make_it_detected_under_the_same_id(quiet: Store) -> None:
    look(quiet)
    rebuild(quiet)
    assert [i.state for i in incidents(quiet)] == [State.SUSPECTED]
    keep(quiet, [told(300, "kakaotalk", published=NOON + HOUR, start=NOON)])
    refresh(quiet)
    (detected,) = incidents(quiet)
    assert (detected.id, detected.state, detected.documents) == ("2022-10-15-kakao", State.DETECTED, ["d300"])
    assert look(quiet) == []


def test_a_burst_about_a_known_outage_belongs_to_it(quiet: Store) -> None:
    keep(quiet, [told(300, "kakaotalk", published=NOON + HOUR, start=NOON)])
    refresh(quiet)
    (alert,) = look(quiet)
    assert [i.id for i in incidents(quiet)] == [alert.incident]


@contextmanager
def receiver(*answers: int) -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """A webhook that gives `answers` one after the other, then 200, and what it was sent."""
    received: list[tuple[str, Any]] = []
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.headers["Idempotency-Key"], json.loads(body)))
            self.send_response(left.pop(0) if left else 200)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_webhook_gets_each_alert_once(quiet: Store) -> None:
    (alert,) = look(quiet)
    with receiver() as (url, received):
        assert (send(quiet, url, now()), send(quiet, url, now())) == (1, 0)
    ((key, sent),) = received
    assert key == str(alert.id)
    assert (sent["incident"], sent["service"], sent["hour"], sent["voices"]) == (
        "2022-10-15-kakao",
        "kakaotalk",
        iso_kst(NOON),
        8,
    )
    assert sent["documents"][0] == {"url": "https://board.example/100", "title": "카톡 먹통에 가게들 한숨"}
    assert pending(quiet) == []


@pytest.mark.parametrize("answer", [500, 404, 302])
def test_what_a_webhook_refuses_is_kept(quiet: Store, answer: int) -> None:
    look(quiet)
    with receiver(answer) as (url, received):
        with pytest.raises(WebhookError, match=f"answered {answer}"):
            send(quiet, url, now())
        assert len(pending(quiet)) == 1
        assert send(quiet, url, now()) == 1
    assert len(received) == 2


def test_the_command(quiet: Store) -> None:
    with socket.socket() as nobody:  # bound, but nobody listens
        nobody.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{nobody.getsockname()[1]}/hook"
        days = ("--once", "--from", "2022-10-15", "--to", "2022-10-15")
        failed = run(quiet, "watch", *days, "--webhook", gone)
    assert failed.exit_code == 1
    assert isinstance(failed.exception, MeoktongError)
    assert "kept for the next time" in str(failed.exception)
    assert failed.stdout.count("2022-10-15T12:00 kakaotalk: 8 voices in an hour") == 1
    with receiver() as (url, received):
        again = run(quiet, "watch", *days, "--webhook", url)
        last = run(quiet, "watch", *days, "--webhook", url)
    assert (len(received), again.output, last.output) == (1, "", "")
    assert (again.return_value, last.return_value) == (Exit.DONE, Exit.NOTHING_NEW)
    assert CliRunner().invoke(meoktong, ["watch", "--webhook", "ftp://x"]).exit_code == 2
