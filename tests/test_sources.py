"""`meoktong sources`: volume against floor and ceiling, shares of filled fields, drift, and what a check has proved."""

import json
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from making import tagged
from sqlalchemy import update

from meoktong.cli import meoktong
from meoktong.queries.sources import source_health
from meoktong.store import Store
from meoktong.store.runs import RunStatus, finish, mark_verified, start_run
from meoktong.store.schema import CrawlRun, RunUrl
from meoktong.store.write import write
from meoktong.times import now, to_kst
from spiders.base import SourceSpider, all_sources
from spiders.facts import Expect
from spiders.search import SearchSpider

SLUG = "hani"


def add(store: Store, count: int, *, run_of: str = SLUG, days_ago: float = 0, **changes: Any) -> int:
    """A run that stores `count` documents of the source, each seen `days_ago`; its id."""
    at = now() - timedelta(days=days_ago)
    run = start_run(store, run_of, name=run_of, kind="news", options={})
    urls = [f"https://www.hani.co.kr/arti/{days_ago}-{run.id}-{n}.html" for n in range(count)]
    write(store, run, [tagged(url, source=SLUG, fetched_at=at, **changes) for url in urls])
    finish(store, run, RunStatus.DONE)
    with store.writing() as connection:
        connection.execute(update(CrawlRun).where(CrawlRun.id == run.id).values(started_at=at, finished_at=at))
        connection.execute(update(RunUrl).where(RunUrl.run_id == run.id).values(at=at))
    return run.id


def listed(store: Store) -> dict[str, dict[str, Any]]:
    url = store.engine.url.render_as_string(hide_password=False)
    done = CliRunner().invoke(meoktong, ["sources", "--database", url, "--format", "json"], catch_exceptions=False)
    return {row["source"]: row for row in json.loads(done.stdout)}


@pytest.fixture
def expecting(monkeypatch: pytest.MonkeyPatch) -> type[SourceSpider]:
    spider = all_sources()[SLUG]
    monkeypatch.setattr(spider, "EXPECT", Expect(floor=5, ceiling=8))
    return spider


def test_every_described_source_is_listed_before_any_ran(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SearchSpider, "ready", lambda: None)
    rows = listed(store)
    assert set(rows) == {slug for slug, spider in all_sources().items() if not spider.replay}
    assert {slug for slug, row in rows.items() if row["flags"]} == {"kakao_search", "naver_search"}  # no keys
    assert {row["volume"] for row in rows.values()} == {None}
    for slug, row in rows.items():
        newest = next(iter(all_sources()[slug].PAGES), None)
        if newest is None:
            assert row["evidence"] in ("documented API", "closed: snippets only")
        else:
            assert row["evidence"] == ("unverified" if newest.reported else f"seen {newest.seen}")


@pytest.mark.parametrize(("count", "flags"), [(4, "below floor"), (5, ""), (8, ""), (9, "above ceiling")])
def test_the_volume_of_a_day_against_floor_and_ceiling(
    store: Store, expecting: type[SourceSpider], count: int, flags: str
) -> None:
    add(store, 20, days_ago=2)  # not of the last 24 hours of crawling
    add(store, count)
    row = listed(store)[SLUG]
    assert (row["volume"], row["floor"], row["ceiling"], row["flags"]) == (count, 5, 8, flags)


def test_a_quiet_source_has_no_floor(
    store: Store, expecting: type[SourceSpider], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expecting, "EXPECT", Expect(floor=5, ceiling=8, quiet=True))
    add(store, 1)
    assert listed(store)[SLUG]["flags"] == ""


def test_the_volume_of_a_day_is_of_all_its_runs(store: Store) -> None:
    add(store, 3, days_ago=0.5)
    add(store, 4)
    assert listed(store)[SLUG]["volume"] == 7


def test_shares_of_filled_fields_and_drift(store: Store) -> None:
    add(store, 12, days_ago=30, run_of="archive", author="김기자")
    add(store, 3, author="김기자")
    add(store, 9, published_at=None)
    with store.reading() as connection:
        health = source_health(connection)[SLUG]
    assert health.documents == 12
    assert health.shares == {"title": 1.0, "date": 0.25, "author": 0.25, "body": 1.0}
    assert health.drifted == ("date", "author")
    row = listed(store)[SLUG]
    assert (row["title"], row["date"], row["author"], row["body"]) == (100, 25, 25, 100)
    assert row["flags"].endswith("drift: date, drift: author")


def test_few_documents_are_no_drift(store: Store) -> None:
    add(store, 12, days_ago=30, run_of="archive", author="김기자")
    add(store, 9)
    with store.reading() as connection:
        health = source_health(connection)[SLUG]
    assert (health.shares["author"], health.drifted) == (0.0, ())


def test_a_source_that_only_an_import_brought_is_not_flagged(store: Store) -> None:
    add(store, 2, run_of="archive")
    row = listed(store)[SLUG]
    assert (row["last_status"], row["last_success"], row["flags"], row["title"]) == (None, None, "", 100)


def test_the_last_failure_is_told_and_the_last_success_kept(store: Store, expecting: type[SourceSpider]) -> None:
    add(store, 6, days_ago=0.1)
    run = start_run(store, SLUG, options={})
    finish(store, run, RunStatus.FAILED, "no page could be read")
    row = listed(store)[SLUG]
    assert row["last_status"] == "failed"
    assert row["last_success"] == to_kst(now() - timedelta(days=0.1)).strftime("%Y-%m-%d %H:%M")
    assert row["flags"] == "last run failed: no page could be read"


def test_a_check_is_the_best_evidence(store: Store) -> None:
    mark_verified(store, SLUG, name="한겨레", kind="news")
    assert listed(store)[SLUG]["evidence"].startswith(f"checked {to_kst(now()).date()}")
