"""A crawl that is stopped, killed, or loses its database: nothing is lost, and the next run completes it."""

import resource
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator

import pytest
from loopback import Site, answers, crawl, expire_lease, finish, outage, outcomes, serving, start, wait_until
from servers import Server

from meoktong.models import Outcome

PAGES = [f"/{number}" for number in range(20)]


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as server:
        server.pages |= {path: outage(number) for number, path in enumerate(PAGES)}
        server.feed(*PAGES)
        yield server


def fetched(site: Site) -> Counter[str]:
    return Counter(path for path in site.paths() if path in PAGES)


def begin(site: Site, database: str) -> "subprocess.Popen[str]":
    """A slow crawl that has fetched some of its pages."""
    process = start(database, "--feed", f"{site.url}/feed.xml", DOWNLOAD_DELAY="0.2")
    wait_until(lambda: len(fetched(site)) >= 4 or process.poll() is not None)
    assert process.poll() is None, process.communicate()
    return process


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_stores_what_it_fetched_and_the_next_one_the_rest(
    site: Site, sqlite_url: str, stop: signal.Signals
) -> None:
    process = begin(site, sqlite_url)
    process.send_signal(stop)
    status, row, errors = finish(process)
    assert (status, row["status"]) == (130, "interrupted"), errors
    asked = fetched(site)
    assert 4 <= len(asked) < len(PAGES)
    assert row["outcomes"] == {"stored": len(asked), "pending": len(PAGES) - len(asked)}
    assert f"{len(PAGES) - len(asked)} pages are left" in row["message"]

    status, row, errors = crawl(sqlite_url, "--feed", f"{site.url}/feed.xml")
    assert status == 0, errors
    assert fetched(site) == dict.fromkeys(PAGES, 1)  # each page was asked for once in all
    assert {words[-1] for words in outcomes(sqlite_url, site.url).values()} == {Outcome.STORED, Outcome.SEEN}
    assert row["outcomes"] == {"stored": len(PAGES) - len(asked), "seen": len(asked)}


def test_a_stop_waits_for_nobody(site: Site, sqlite_url: str) -> None:
    site.pages |= dict.fromkeys(PAGES, answers(503, retry_after="60"))
    process = start(sqlite_url, "--feed", f"{site.url}/feed.xml", DOWNLOAD_DELAY="2")
    wait_until(lambda: bool(fetched(site)))
    process.send_signal(signal.SIGINT)
    status, row, errors = finish(process)
    assert (status, row["outcomes"]) == (130, {"pending": len(PAGES)}), errors
    assert max(fetched(site).values()) == 1  # no retry was waited for


def test_a_killed_run_holds_its_source_until_its_lease_ends_and_is_then_completed(
    site: Site, database_url: str
) -> None:
    process = begin(site, database_url)
    process.kill()
    process.communicate()
    status, row, _ = crawl(database_url, "--feed", f"{site.url}/feed.xml")
    assert (status, row["status"], row["discovered"]) == (75, "held", 0)
    assert "run 1" in row["message"]

    expire_lease(database_url)
    site.pages["/feed.xml"] = b""  # what is left is known without the listing
    crawl(database_url, "--feed", f"{site.url}/feed.xml")
    last = {path: words[-1] for path, words in outcomes(database_url, site.url).items()}
    assert last == dict.fromkeys(PAGES, Outcome.STORED)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs Linux to limit the files of another process")
def test_a_run_that_can_write_no_more_ends_with_one_line(site: Site, sqlite_url: str) -> None:
    process = begin(site, sqlite_url)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1, 1))
    status, row, errors = finish(process)
    assert (status, row["status"], errors) == (5, "failed", "")
    assert "the disk cannot be written" in row["message"]
    assert row["outcomes"]["pending"] > 0

    expire_lease(sqlite_url)
    status, row, errors = crawl(sqlite_url, "--feed", f"{site.url}/feed.xml")
    assert status == 0, errors
    assert {words[-1] for words in outcomes(sqlite_url, site.url).values()} <= {Outcome.STORED, Outcome.SEEN}
    assert set(fetched(site)) == set(PAGES)


def test_a_run_whose_server_goes_away_ends_with_one_line_and_is_completed_when_it_is_back(
    site: Site, postgres_alone: Server
) -> None:
    process = begin(site, postgres_alone.url)
    postgres_alone.stop()
    status, row, errors = finish(process)
    assert (status, row["status"], errors) == (5, "failed", "")
    assert row["message"].startswith("postgresql")

    postgres_alone.start()
    expire_lease(postgres_alone.url)
    status, row, errors = crawl(postgres_alone.url, "--feed", f"{site.url}/feed.xml")
    assert status == 0, errors
    last = {path: words[-1] for path, words in outcomes(postgres_alone.url, site.url).items()}
    assert last.keys() == set(PAGES)
    assert set(last.values()) <= {Outcome.STORED, Outcome.SEEN}
