"""`meoktong crawl`, end to end: every outcome, in one run and over several."""

import contextlib
import gzip
import re
import socket
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from loopback import OTHER, Handler, Page, Site, answers, article, cached, crawl, outage, outcomes, serving
from sqlalchemy import update

from meoktong.models import Outcome
from meoktong.store import connect
from meoktong.store.schema import Url
from meoktong.times import now, to_kst


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as server:
        yield server


@pytest.fixture
def shut() -> Iterator[Site]:
    """A site whose robots.txt cannot be read."""
    with serving() as server:
        server.pages["/robots.txt"] = answers(503)
        yield server


def test_every_page_has_one_outcome_and_they_add_up(site: Site, shut: Site, sqlite_url: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}/nobody"
    in_a_week = (now() + timedelta(days=7)).isoformat()
    wall = b"<html><head><title>Just a moment...</title></head><body>wait</body></html>"
    expected: dict[str, tuple[Outcome, Page | None]] = {
        "/outage": (Outcome.STORED, outage()),
        "/other": (Outcome.OFF_TOPIC, article("한강 공원에 나무 이천 그루", *OTHER)),
        "/moved": (Outcome.STORED, answers(301, location="/target")),
        "/copy": (Outcome.DUPLICATE, outage()),
        "/in-a-week": (Outcome.BAD_DATE, outage(2, published=in_a_week)),
        "/empty": (Outcome.NO_TEXT, article("사진만 있는 기사")),
        "/menu": (Outcome.NOT_ARTICLE, b"<html><body><ul><li>menu</ul></body></html>"),
        "/garbled": (Outcome.BAD_ENCODING, b"<html><body>" + bytes(range(128, 256)) * 40 + b"</body></html>"),
        "/login": (Outcome.BLOCKED, answers(401)),
        "/forbidden": (Outcome.BLOCKED, answers(403)),
        "/often": (Outcome.BLOCKED, answers(429)),
        "/law": (Outcome.BLOCKED, answers(451)),
        "/wall": (Outcome.BLOCKED, wall),
        "/wall503": (Outcome.BLOCKED, answers(503, wall)),
        "/gone": (Outcome.GONE, answers(410)),
        "/missing": (Outcome.GONE, None),
        "/broken": (Outcome.HTTP_ERROR, answers(500)),
        "/ftp": (Outcome.HTTP_ERROR, answers(302, location="ftp://127.0.0.1/x")),
        "/slow": (Outcome.TIMEOUT, lambda handler: time.sleep(1.5)),
        "/hangup": (Outcome.UNREACHABLE, lambda handler: handler.connection.shutdown(socket.SHUT_RDWR)),
        "/loop": (Outcome.REDIRECT_LOOP, answers(302, location="/loop")),
        "/large": (Outcome.TOO_LARGE, article("큰 기사", "글" * 50_000)),
        "/endless": (Outcome.TOO_LARGE, endless),
        "/bomb": (Outcome.TOO_LARGE, answers(200, gzip.compress(bytes(1_000_000)), content_encoding="gzip")),
        "/secret/1": (Outcome.ROBOTS, outage(3)),
        nobody: (Outcome.ROBOTS_UNREACHABLE, None),
        f"{shut.url}/x": (Outcome.ROBOTS_UNREACHABLE, None),
    }
    site.pages |= {path: page for path, (_, page) in expected.items() if page is not None}
    site.pages |= {"/target": outage(4), "/robots.txt": b"User-agent: *\nDisallow: /secret\n"}
    feed = site.feed("/outage", *expected, "/outage?utm_source=rss", "ftp://127.0.0.1/file")
    status, row, errors = crawl(sqlite_url, "--feed", feed)
    found = outcomes(sqlite_url, site.url)
    # Whichever of the two copies came first is the original.
    assert sorted(found["/outage"] + found["/copy"]) == [Outcome.DUPLICATE, Outcome.STORED]
    same = {"/outage", "/copy"}
    assert {path: words for path, words in found.items() if path not in same} == {
        path: [outcome] for path, (outcome, _) in expected.items() if path not in same
    }
    assert row["outcomes"] == Counter(str(outcome) for outcome, _ in expected.values())
    assert row["discovered"] == len(expected)
    assert row["discovered"] == row["stored"] + row["updated"] + row["off-topic"] + row["dropped"]
    assert (status, row["status"]) == (0, "done"), errors
    assert "/secret/1" not in site.paths()
    assert shut.paths() == ["/robots.txt"] * 2
    assert all(re.fullmatch(r"meoktong/\S+ \(\+test@example\.org\)", asked["User-Agent"]) for _, asked, _ in site.asked)
    assert not any("Cookie" in asked for _, asked, _ in site.asked)


def endless(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    with contextlib.suppress(OSError):
        for _ in range(1000):
            handler.wfile.write(b"x" * 10_000)


def test_a_second_run_fetches_what_is_new_or_may_have_changed(site: Site, database_url: str) -> None:
    fresh = now() - timedelta(hours=1)
    site.pages |= {
        "/old": outage(1),
        "/same": cached(outage(2, published=fresh.isoformat()), '"v1"'),
        "/plain": outage(3, published=fresh.isoformat()),
        "/corrected": outage(4, published=fresh.isoformat()),
    }
    feed = site.feed("/old", "/same", "/plain", "/corrected")
    status, row, errors = crawl(database_url, "--feed", feed)
    assert (status, row["outcomes"]) == (0, {"stored": 4}), errors

    status, row, _ = crawl(database_url, "--feed", feed)
    assert (status, row["status"], row["outcomes"]) == (3, "nothing-new", {"seen": 4})

    with connect(database_url) as store, store.writing() as connection:  # read when they were ten minutes old
        connection.execute(update(Url).values(fetched_at=fresh + timedelta(minutes=10)))
    site.pages["/corrected"] = outage(5, published=fresh.isoformat())
    site.pages["/new"] = outage(6, published=now().isoformat())
    site.feed("/old", "/same", "/plain", "/corrected", "/new")
    site.asked.clear()
    status, row, errors = crawl(database_url, "--feed", feed)
    assert status == 0, errors
    assert {path: words[-1] for path, words in outcomes(database_url, site.url).items()} == {
        "/old": Outcome.SEEN,
        "/same": Outcome.NOT_MODIFIED,
        "/plain": Outcome.UNCHANGED,
        "/corrected": Outcome.UPDATED,
        "/new": Outcome.STORED,
    }
    assert "/old" not in site.paths()

    with connect(database_url) as store, store.writing() as connection:
        connection.execute(update(Url).values(fetched_at=fresh + timedelta(minutes=10)))
    crawl(database_url, "--feed", feed)
    assert outcomes(database_url, site.url)["/same"][-1] == Outcome.NOT_MODIFIED  # the ETag outlives an answer 304


def test_an_unchanged_feed_is_not_sent_again(site: Site, sqlite_url: str) -> None:
    site.pages["/1"] = outage()
    feed = site.feed("/1")
    body = site.pages["/feed.xml"]
    assert isinstance(body, bytes)
    site.pages["/feed.xml"] = cached(body, '"f1"')
    assert crawl(sqlite_url, "--feed", feed, "--limit", "5")[0] == 0  # a part of the feed: its ETag is not kept
    assert crawl(sqlite_url, "--feed", feed)[1]["outcomes"] == {"seen": 1}
    status, row, errors = crawl(sqlite_url, "--feed", feed)
    assert (status, row["discovered"], row["status"]) == (3, 0, "nothing-new"), errors


def test_days_and_limits(site: Site, sqlite_url: str) -> None:
    days = [now() - timedelta(days=days) for days in range(4)]
    for number, day in enumerate(days):
        site.pages[f"/{number}"] = outage(number, published=day.isoformat())
    site.pages["/undated"] = outage(9, published=days[3].isoformat())
    feed = site.feed(*[(f"/{number}", day) for number, day in enumerate(days)], "/undated")
    since, until = (f"{to_kst(day).date()}" for day in (days[2], days[1]))
    _, row, errors = crawl(sqlite_url, "--feed", feed, "--since", since, "--until", until)
    assert outcomes(sqlite_url, site.url) == {
        "/0": [Outcome.OUT_OF_RANGE],
        "/1": [Outcome.STORED],
        "/2": [Outcome.STORED],
        "/3": [Outcome.OUT_OF_RANGE],
        "/undated": [Outcome.OUT_OF_RANGE],
    }, errors
    assert not {"/0", "/3"} & set(site.paths())
    _, row, _ = crawl(sqlite_url, "--feed", feed, "--limit", "1")
    assert row["outcomes"] == {"over-limit": 2, "seen": 2, "stored": 1}
    _, row, _ = crawl(sqlite_url, "--feed", feed)
    assert row["outcomes"] == {"seen": 3, "stored": 2}
    assert Counter(site.paths())["/undated"] == 2


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (b"<html><body><ul><li>menu</ul></body></html>", "none gave a document"),
        (answers(403), "no page could be read: 1 blocked"),
    ],
)
def test_a_run_that_brings_nothing_fails(site: Site, sqlite_url: str, page: Page, words: str) -> None:
    site.pages["/1"] = page
    status, row, _ = crawl(sqlite_url, "--feed", site.feed("/1"))
    assert (status, row["status"]) == (5, "failed")
    assert words in row["message"]


def test_a_run_without_a_listing_fails(site: Site, sqlite_url: str) -> None:
    status, row, _ = crawl(sqlite_url, "--feed", f"{site.url}/feed.xml")
    assert (status, row["status"]) == (5, "failed")
    assert "1 of 1 listings could not be read" in row["message"]
