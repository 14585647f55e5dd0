"""The words of `meoktong crawl`: what it refuses, what it prints, and what it tells a scheduler."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from loopback import Site, answers, crawl, finish, outage, serving, start

from meoktong.cli import meoktong
from meoktong.cli.crawl import exit_status
from meoktong.crawl.report import Report
from meoktong.errors import SettingsError
from meoktong.models import Kind
from meoktong.store.runs import RunStatus
from spiders.generic import GenericSpider

DONE, NOTHING, FAILED, INTERRUPTED = RunStatus.DONE, RunStatus.NOTHING_NEW, RunStatus.FAILED, RunStatus.INTERRUPTED
HELD = None
ROOT = Path(__file__).parent.parent


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as server:
        yield server


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "no source nowhere; there are: .*hani"),
        (["naver_news"], "naver_news has no listing to crawl"),
        (["hani", "--feed", "https://example.org/rss"], "give sources or --feed, not both"),
        (["--feed", "https://example.org/rss", "--page", "https://example.org/1"], "exactly one of"),
        (["--page", "ftp://example.org/1"], "no http address"),
        (["--page", "no address"], "no http address"),
        (["hani", "--since", "2026-02-02", "--until", "2026-02-01"], "--since is after --until"),
        (["hani", "--since", "yesterday"], "does not match the format"),
        (["hani", "--limit", "0"], "x>=1"),
        (["hani", "-s", "DOWNLOAD_DELAYS=1"], "Scrapy has no setting DOWNLOAD_DELAYS"),
        (["hani", "-s", "DOWNLOAD_DELAY"], "is not NAME=VALUE"),
        (["hani", "-s", "DOWNLOAD_DELAY=slow"], "DOWNLOAD_DELAY: 'slow' is no number"),
        (["hani", "-s", "AUTOTHROTTLE_ENABLED=maybe"], "neither true nor false"),
    ],
)
def test_what_is_refused(tmp_path: Path, arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(meoktong, ["crawl", "--database", f"sqlite:///{tmp_path}/x.db", *arguments])
    assert result.exit_code == 2, result.output
    assert re.search(words, result.output), result.output
    assert not (tmp_path / "x.db").exists()


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        ([DONE], 0),
        ([DONE, NOTHING], 0),
        ([DONE, HELD], 0),
        ([NOTHING, NOTHING], 3),
        ([NOTHING, HELD], 3),
        ([DONE, FAILED], 4),
        ([NOTHING, FAILED], 4),
        ([FAILED, FAILED], 5),
        ([FAILED, HELD], 5),
        ([HELD, HELD], 75),
        ([FAILED, INTERRUPTED], 130),
    ],
)
def test_exit_statuses(statuses: list[RunStatus | None], status: int) -> None:
    assert exit_status([Report(source="x", status=each) for each in statuses]) == status


TWO_SOURCES = """
import sys, spiders.base
from spiders.facts import Expect, Source
home = sys.argv.pop(1)
class One(spiders.base.NewsSpider):
    name = "one"
    SOURCE = Source(name_ko="하나", homepage=home, hosts=(home.partition("//")[2],))
    EXPECT = Expect(floor=1, ceiling=10)
    FEEDS = (home + "/feed.xml", home + "/missing.xml")
class Two(One):
    name = "two"
    EXPECT = Expect(floor=3, ceiling=10)
    FEEDS = (home + "/second.xml",)
spiders.base.all_sources = lambda: {"one": One, "two": Two}
import meoktong.cli
meoktong.cli.main()
"""


def test_sources_run_side_by_side_and_each_is_judged(site: Site, sqlite_url: str) -> None:
    site.pages |= {"/1": outage(1), "/2": outage(2)}
    site.feed("/2")
    site.pages["/second.xml"] = site.pages["/feed.xml"]
    site.feed("/1")
    process = start(sqlite_url, program=("-c", TWO_SOURCES, site.url), form="table")
    out, errors = process.communicate(timeout=100)
    assert process.returncode == 4, errors
    assert re.search(r"one +1 +1 +1 +0 +0 +0 +done", out)
    assert re.search(r"two +1 +1 +1 +0 +0 +0 +failed", out)
    assert f"one: 1 of 2 listings could not be read: {site.url}/missing.xml answered 404" in out
    assert "two: 1 pages were discovered, at least 3 are normal" in out
    assert errors == ""


def test_settings_of_the_file_are_checked_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "meoktong.toml").write_text("[scrapy]\nDOWNLOAD_DELAYS = 1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(meoktong, ["crawl", "--page", "http://127.0.0.1:9/"])
    assert isinstance(result.exception, SettingsError)
    assert str(result.exception) == "Scrapy has no setting DOWNLOAD_DELAYS"


def test_a_page_of_a_described_source_belongs_to_it() -> None:
    spider = GenericSpider(page="http://m.hani.co.kr/arti/economy/1.html")
    assert (spider.name, spider.SOURCE.name_ko, spider.kind) == ("hani", "한겨레", Kind.NEWS)
    spider = GenericSpider(feed="https://news.example:8443/rss")
    assert (spider.name, spider.SOURCE.homepage) == ("news.example:8443", "https://news.example:8443/")


def test_scrapy_itself_can_try_a_source(site: Site, tmp_path: Path) -> None:
    site.pages["/1"] = outage()
    words = [
        "TWISTED_DNS_RESOLVER=scrapy.resolver.CachingHostnameResolver",
        "AUTOTHROTTLE_ENABLED=0",
        "DOWNLOAD_DELAY=0",
    ]
    command = [
        sys.executable,
        "-m",
        "scrapy",
        "crawl",
        "generic",
        "-a",
        f"feed={site.feed('/1')}",
        "-O",
        f"{tmp_path}/x.jsonl",
    ]
    command += [word for setting in words for word in ("-s", setting)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=100)
    (line,) = (tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["title"] == "카카오톡 먹통 1보"


def test_verbose_logs_and_quiet_does_not(site: Site, sqlite_url: str) -> None:
    site.pages["/1"] = answers(404)
    assert crawl(sqlite_url, "--page", f"{site.url}/1")[2] == ""
    _, _, errors = finish(start(sqlite_url, "-v", "--page", f"{site.url}/2"))
    assert "Spider closed (finished)" in errors
