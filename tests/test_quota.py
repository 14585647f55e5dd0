"""The quota of search APIs: counted by day in Korea, shared by runs that reserve at once, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from meoktong.store import Store, connect, quota


def test_a_call_beyond_the_quota_is_not_counted(store: Store) -> None:
    assert [quota.reserve(store, "one", 3) for _ in range(5)] == [True, True, True, False, False]
    assert quota.reserve(store, "other", 1)
    assert quota.calls_today(store) == {"one": 3, "other": 1}
    assert quota.reserve(store, "one", 4)  # whoever bought more has more


def test_the_day_is_koreas(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for hour, left in ((14, True), (14, False), (15, True), (15, False)):  # 15:00 UTC is midnight in Korea
        monkeypatch.setattr(quota, "now", lambda hour=hour: datetime(2026, 11, 25, hour, 30, tzinfo=UTC))
        assert quota.reserve(store, "one", 1) is left


def test_crawls_at_once_share_one_quota(database_url: str) -> None:
    def crawl(_: int) -> int:
        with connect(database_url) as store:
            return sum(quota.reserve(store, "one", 50) for _ in range(20))

    connect(database_url).close()
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(crawl, range(4))) == 50
    with connect(database_url) as store:
        assert quota.calls_today(store) == {"one": 50}
