"""How a crawl treats other people's servers, and which servers it lets itself be led to."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from loopback import Handler, Site, answers, crawl, outage, outcomes, serving
from scrapy.http import Response

from meoktong.crawl.addresses import is_public
from meoktong.crawl.patience import retry_after
from meoktong.crawl.policy import Window, verdict
from meoktong.models import Listed, Outcome
from meoktong.store.memory import ATTEMPTS, Known
from meoktong.times import KST, now

SHARED = Path(__file__).parents[2] / "shared" / "robots"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as server:
        yield server


@pytest.mark.parametrize("host", ["localhost", "2130706433", "[::1]", "[::ffff:127.0.0.1]"])
def test_private_addresses_are_refused_however_they_are_spelt(site: Site, sqlite_url: str, host: str) -> None:
    page = f"http://{host}:{site.server_port}/1"
    status, row, errors = crawl(sqlite_url, "--page", page, private=False)
    assert (status, row["outcomes"]) == (5, {"private-address": 1}), errors
    assert site.asked == []


def test_a_redirect_to_a_private_address_is_refused(site: Site, sqlite_url: str) -> None:
    """For this test one loopback address counts as public."""
    code = (
        "import meoktong.crawl.addresses as addresses, meoktong.cli;"
        "addresses.is_public = lambda address: address == '127.0.0.1';"
        "meoktong.cli.main()"
    )
    site.pages["/1"] = answers(302, location=f"http://127.0.0.2:{site.server_port}/2")
    status, row, errors = crawl(sqlite_url, "--page", f"{site.url}/1", private=False, program=("-c", code))
    assert (status, row["outcomes"]) == (5, {"private-address": 1}), errors
    assert "/2" not in site.paths()


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.1", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_robots_as_sites_write_it(site: Site, sqlite_url: str) -> None:
    site.pages["/robots.txt"] = (
        "\ufeffUser-agent: SomeBot\nUser-agent: OtherBot\nDisallow: /\n\n"
        "user-agent:*\nAllow:/board/\nDisallow:/board/sold/\nDisallow: /*?*\nDisallow: /한글\n"
        "sitemap: http://example.org/sitemap.xml\n"
    ).encode()
    allowed = ["/board/1", "/2"]
    forbidden = ["/board/sold/3", "/4?page=1", "/%ED%95%9C%EA%B8%80/5"]
    site.pages |= {path: outage(number) for number, path in enumerate(allowed + forbidden)}
    crawl(sqlite_url, "--feed", site.feed(*allowed, *forbidden))
    assert outcomes(sqlite_url, site.url) == {
        **{path: [Outcome.STORED] for path in allowed},
        **{path: [Outcome.ROBOTS] for path in forbidden},
    }
    assert not set(forbidden) & set(site.paths())
    assert site.paths().count("/robots.txt") == 1


def test_a_redirect_to_another_host_asks_its_robots_file_too(site: Site, sqlite_url: str) -> None:
    with serving() as other:
        other.pages |= {
            "/robots.txt": b"User-agent: *\nDisallow: /private/\n",
            "/private/1": outage(1),
            "/open": outage(2),
        }
        site.pages |= {
            "/robots.txt": answers(
                301, location=f"{other.url}/robots.txt"
            ),  # a moved robots.txt holds for where it stood
            "/1": answers(302, location=f"{other.url}/private/1"),
            "/2": answers(302, location=f"{other.url}/open"),
            "/private/3": outage(3),
        }
        crawl(sqlite_url, "--feed", site.feed("/1", "/2", "/private/3"))
        assert outcomes(sqlite_url, site.url) == {
            "/1": [Outcome.ROBOTS],
            "/2": [Outcome.STORED],
            "/private/3": [Outcome.ROBOTS],
        }
        assert "/private/1" not in other.paths()
        assert "/private/3" not in site.paths()


REAL = {
    "clien": {
        "/service/board/park/18000001": True,
        "/service/board/sold/1": False,
        "/service/search?q=a": False,
        "/service/recommend": False,
        "/login?next=a": False,
        "/login": True,
    },
    "bobaedream": {"/view?code=freeb&No=1": True},
    "82cook": {
        "/entiz/read.php?bn=15&num=1166441": True,
        "/entiz/read.php?bn=15&num=1166440&page=6": False,
        "/ajax/1": False,
    },
}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the recorded robots.txt files in ../shared/robots are not here")
@pytest.mark.parametrize("name", REAL)
def test_robots_files_of_real_sites(site: Site, sqlite_url: str, name: str) -> None:
    (recorded,) = SHARED.glob(f"{name}_*.txt")
    site.pages |= {path: outage(number) for number, path in enumerate(REAL[name])}
    site.pages["/robots.txt"] = recorded.read_bytes()
    crawl(sqlite_url, "--feed", site.feed(*REAL[name]))
    assert outcomes(sqlite_url, site.url) == {
        path: [Outcome.STORED if allowed else Outcome.ROBOTS] for path, allowed in REAL[name].items()
    }


def test_a_robots_file_that_is_not_there_allows_everything(site: Site, sqlite_url: str) -> None:
    site.pages |= {"/robots.txt": answers(403), "/1": outage()}
    assert crawl(sqlite_url, "--page", f"{site.url}/1")[1]["outcomes"] == {"stored": 1}


@pytest.mark.parametrize("status", [429, 500])
def test_a_robots_file_that_cannot_be_read_means_not_now(site: Site, sqlite_url: str, status: int) -> None:
    site.pages |= {"/robots.txt": answers(status), "/1": outage()}
    code, row, _ = crawl(sqlite_url, "--page", f"{site.url}/1")
    assert (code, row["outcomes"]) == (5, {"robots-unreachable": 1})
    assert "/1" not in site.paths()

    del site.pages["/robots.txt"]
    assert crawl(sqlite_url, "--feed", site.feed("/1"))[1]["outcomes"] == {"stored": 1}


def test_crawl_delay_is_kept(site: Site, sqlite_url: str) -> None:
    pages = [f"/{number}" for number in range(3)]
    site.pages |= {path: outage(number) for number, path in enumerate(pages)}
    site.pages["/robots.txt"] = b"User-agent: *\nCrawl-delay: 0.7\n"
    crawl(sqlite_url, "--feed", site.feed(*pages))
    times = [at for _, _, at in site.asked]
    assert len(times) == 5
    assert all(later - earlier > 0.65 for earlier, later in pairwise(times[1:]))


def test_a_crawl_delay_beyond_reason_closes_the_site(site: Site, sqlite_url: str) -> None:
    site.pages |= {"/robots.txt": b"User-agent: *\nCrawl-delay: 86400\n", "/1": outage()}
    assert crawl(sqlite_url, "--page", f"{site.url}/1")[1]["outcomes"] == {"robots": 1}


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_kept(site: Site, sqlite_url: str, status: int) -> None:
    def busy(handler: Handler) -> None:
        if len(site.times("/1")) == 1:
            handler.answer(status, retry_after="1")
        else:
            handler.answer(200, outage())

    site.pages["/1"] = busy
    assert crawl(sqlite_url, "--page", f"{site.url}/1")[1]["outcomes"] == {"stored": 1}
    first, second = site.times("/1")
    assert second - first >= 1


def test_a_site_that_wants_a_long_rest_gets_it(site: Site, sqlite_url: str) -> None:
    pages = [f"/{number}" for number in range(12)]
    site.pages |= dict.fromkeys(pages, answers(429, retry_after="3600"))
    feed = site.feed(*pages)
    status, row, _ = crawl(sqlite_url, "--feed", feed)
    asked = set(site.paths()) & set(pages)
    assert len(asked) <= 4  # those that were on their way
    assert (status, row["outcomes"]) == (5, {"blocked": len(asked), "pending": 12 - len(asked)})

    site.pages |= {path: outage(number) for number, path in enumerate(pages)}
    assert crawl(sqlite_url, "--feed", feed)[1]["stored"] == 12


def test_retry_after_in_seconds_and_as_a_date() -> None:
    def asking(value: str) -> float | None:
        return retry_after(Response("http://example.org/", headers={"Retry-After": value}))

    assert asking("120") == 120
    assert asking("Fri, 16 Oct 2015 10:00:00 GMT") == 0
    assert asking(f"{now() + timedelta(hours=1):%a, %d %b %Y %H:%M:%S} GMT") == pytest.approx(3600, abs=5)
    assert asking("soon") is None
    assert retry_after(Response("http://example.org/")) is None


AT = datetime(2026, 11, 25, 12, tzinfo=KST)
RECHECK = timedelta(days=3)


def known(outcome: Outcome = Outcome.STORED, *, fetched: float | None = None, published: float | None = None) -> Known:
    """As remembered: hours before AT."""
    return Known(
        listed=Listed(url="http://example.org/"),
        outcome=outcome,
        attempts=ATTEMPTS if outcome is Outcome.TIMEOUT else 0,
        fetched_at=None if fetched is None else AT - timedelta(hours=fetched),
        etag=None,
        last_modified=None,
        published_at=None if published is None else AT - timedelta(hours=published),
        modified_at=None,
    )


@pytest.mark.parametrize(
    ("before", "modified", "expected"),
    [
        (None, None, None),
        (known(Outcome.PENDING), None, None),
        (known(Outcome.ROBOTS), None, None),
        (known(Outcome.TIMEOUT), None, Outcome.SEEN),  # it was tried often enough
        (known(fetched=1, published=1.5), None, None),  # half an hour old then, three times that now
        (known(fetched=1, published=3), None, Outcome.SEEN),
        (known(fetched=30, published=70), None, Outcome.SEEN),
        (known(fetched=70, published=80), None, Outcome.SEEN),  # older than three days
        (known(fetched=70), None, Outcome.SEEN),  # undated
        (known(fetched=70, published=80), 60, None),  # the listing says that it changed
        (known(fetched=70, published=80), 75, Outcome.SEEN),
    ],
)
def test_what_is_fetched_again(before: Known | None, modified: float | None, expected: Outcome | None) -> None:
    listed = Listed(url="http://example.org/", modified_at=None if modified is None else AT - timedelta(hours=modified))
    assert verdict(listed, before, Window(), RECHECK, AT) is expected


def test_days_are_those_of_korea() -> None:
    window = Window(since=AT.date(), until=AT.date())
    midnight = datetime(2026, 11, 25, tzinfo=KST)
    assert window.holds(midnight)
    assert window.holds(midnight + timedelta(hours=23, minutes=59))
    assert not window.holds(midnight - timedelta(minutes=1))
    assert not window.holds(midnight + timedelta(days=1))
    assert window.holds(None)
