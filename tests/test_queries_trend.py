"""Periods, gaps and labels over time, counted by hand from tests/weekdata.py, on both databases."""

import json
from datetime import date

import pytest
from click.testing import CliRunner, Result
from weekdata import fill

from meoktong.cli import meoktong
from meoktong.queries.counted import Count
from meoktong.queries.trend import By, Point, trend
from meoktong.queries.weekly import summary
from meoktong.queries.weeks import parse_week
from meoktong.store import Store, connect


def short(points: list[Point]) -> list[tuple[object, ...]]:
    return [(p.period, p.covered_days, p.count.documents if p.count else None) for p in points]


def test_weeks(store: Store) -> None:
    fill(store)
    points = trend(store, By.WEEK)
    assert short(points) == [
        ("2022-W38", 1, 4),
        ("2022-W39", 1, 0),
        ("2022-W40", 0, None),
        ("2022-W41", 3, 3),
        ("2022-W42", 6, 6),
        ("2022-W43", 1, 1),
    ]
    assert points[4].count == summary(store, parse_week("2022-W42")).total
    assert (points[4].first_day, points[4].days) == (date(2022, 10, 17), 7)


def test_days_are_koreas(store: Store) -> None:
    fill(store)
    points = trend(store, By.DAY, since=date(2022, 10, 16), until=date(2022, 10, 22))
    assert short(points) == [
        ("2022-10-16", 1, 1),
        ("2022-10-17", 1, 1),
        ("2022-10-18", 1, 2),
        ("2022-10-19", 1, 2),
        ("2022-10-20", 1, 0),
        ("2022-10-21", 1, 0),
        ("2022-10-22", 0, None),
    ]


def test_months_by_service(store: Store) -> None:
    fill(store)
    points = trend(store, By.MONTH, field="services_affected")
    counts = {(p.period, p.label): p.count.documents for p in points if p.count}
    assert counts == {
        ("2022-09", "kakaotalk"): 4,
        ("2022-10", "kakaotalk"): 7,
        ("2022-09", "kakao_pay"): 0,
        ("2022-10", "kakao_pay"): 2,
        ("2022-09", "baemin"): 0,
        ("2022-10", "baemin"): 1,
        ("2022-09", "kakao_t"): 0,
        ("2022-10", "kakao_t"): 1,
        ("2022-09", "kt"): 0,
        ("2022-10", "kt"): 1,
    }
    assert [p.label for p in points[:5]] == ["kakaotalk", "kakao_pay", "baemin", "kakao_t", "kt"]
    assert [p.days for p in points[::5]] == [30, 31]
    assert points[0].ko == "카카오톡"


def test_what_is_kept_changes_no_coverage(store: Store) -> None:
    fill(store)
    points = trend(store, By.WEEK, keep=lambda document: "order_failure" in document.labels["damages"])
    assert short(points)[3:] == [("2022-W41", 3, 0), ("2022-W42", 6, 3), ("2022-W43", 1, 0)]
    assert points[4].count == Count(documents=3, news=2, posts=1, stories=2, authors=0)


def test_an_empty_database(store: Store) -> None:
    assert trend(store, By.WEEK) == []
    assert short(trend(store, By.DAY, since=date(2022, 1, 1), until=date(2022, 1, 2))) == [
        ("2022-01-01", 0, None),
        ("2022-01-02", 0, None),
    ]


def test_a_year_ends_within_a_week(store: Store) -> None:
    weeks = trend(store, By.WEEK, since=date(2020, 12, 31), until=date(2021, 1, 4))
    assert [p.period for p in weeks] == ["2020-W53", "2021-W01"]
    months = trend(store, By.MONTH, since=date(2024, 2, 29), until=date(2024, 2, 29))
    assert [(p.period, p.days) for p in months] == [("2024-02", 29)]


def command(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(meoktong, ["trend", "--database", url, *arguments])


def test_the_command(database_url: str) -> None:
    with connect(database_url) as store:
        fill(store)
    result = command(database_url, "--service", "kakaotalk", "--since", "2022-10-03", "--format", "json")
    rows = json.loads(result.stdout)
    assert [(row["period"], row["documents"]) for row in rows] == [
        ("2022-W40", None),
        ("2022-W41", 2),
        ("2022-W42", 4),
        ("2022-W43", 1),
    ]
    listed = command(
        database_url, "--of", "damage", "--since", "2022-10-17", "--until", "2022-10-17", "--format", "csv"
    )
    assert listed.stdout.splitlines()[:2] == [
        "period,first_day,days,covered_days,label,ko,en,documents,news,posts,stories,authors",
        "2022-W42,2022-10-17,7,6,order_failure,주문 불가,Orders blocked,3,2,1,2,0",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--service", "kakao-talk"], "no service 'kakao-talk' in the catalog"),
        (["--industry", "x"], "no industry 'x' in the catalog"),
        (["--since", "2022-10-02", "--until", "2022-10-01"], "--since is later than --until"),
    ],
)
def test_what_cannot_be_asked(sqlite_url: str, arguments: list[str], said: str) -> None:
    result = command(sqlite_url, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
