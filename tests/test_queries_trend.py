"""Periods, gaps and labels over time, counted by hand from tests/weekdata.py, on both databases."""

import json
from datetime import date

import pytest
from click.testing import CliRunner, Result
from weekdata import fill

from meoktong.cli import meoktong
from meoktong.errors import MeoktongError
from meoktong.measure import Interval
from meoktong.queries import frame
from meoktong.queries.counting import By
from meoktong.queries.trend import Measure, Point, trend
from meoktong.queries.weekly import summary
from meoktong.queries.weeks import parse_week
from meoktong.store import Store, connect
from meoktong.store.evaluations import keep
from meoktong.store.retag import Stamp


def short(points: tuple[Point, ...]) -> list[tuple[object, ...]]:
    return [(p.period, p.covered_days, p.documents) for p in points]


def test_weeks(store: Store) -> None:
    fill(store)
    points = trend(store, By.WEEK).points
    assert short(points) == [
        ("2022-W38", 1, 4),
        ("2022-W39", 1, 0),
        ("2022-W40", 0, None),
        ("2022-W41", 3, 3),
        ("2022-W42", 6, 6),
        ("2022-W43", 1, 1),
    ]
    total = summary(store, parse_week("2022-W42")).total
    week = points[4]
    assert (week.documents, week.news, week.posts, week.stories, week.authors) == (6, 3, 3, 5, 1)
    assert (total.documents, total.stories, total.authors) == (6, 5, 1)
    assert (week.first_day, week.days, week.finished) == (date(2022, 10, 17), 7, True)
    assert (week.collected, week.value, week.per_1000) == (7, 6, 857.14)
    assert points[2].collected is points[2].per_1000 is None


def test_days_are_koreas(store: Store) -> None:
    fill(store)
    points = trend(store, By.DAY, since=date(2022, 10, 16), until=date(2022, 10, 22)).points
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
    points = trend(store, By.MONTH, group="service").points
    assert {(p.period, p.label): p.documents for p in points} == {
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


def test_a_provider_counts_a_document_of_two_services_once(store: Store) -> None:
    fill(store)
    points = trend(store, By.MONTH, group="provider", since=date(2022, 10, 1), until=date(2022, 10, 31)).points
    assert [(p.label, p.documents, p.ko) for p in points][:1] == [("kakao", 8, "카카오")]


def test_a_source_has_its_own_coverage_and_volume(store: Store) -> None:
    fill(store)
    points = trend(store, By.WEEK, group="source", since=date(2022, 10, 10), until=date(2022, 10, 23)).points
    assert [(p.period, p.label, p.ko, p.covered_days, p.documents, p.collected) for p in points] == [
        ("2022-W41", "daily", "한낮일보", 3, 3, 3),
        ("2022-W41", "board", "장터게시판", 0, None, None),
        ("2022-W42", "daily", "한낮일보", 4, 3, 4),
        ("2022-W42", "board", "장터게시판", 3, 3, 3),
    ]
    (one,) = trend(store, By.WEEK, where={"source": "board"}, since=date(2022, 10, 17), until=date(2022, 10, 17)).points
    assert (one.documents, one.collected, one.covered_days) == (3, 3, 3)


def test_what_is_kept_changes_no_coverage(store: Store) -> None:
    fill(store)
    points = trend(store, By.WEEK, where={"damage": "order_failure"}).points
    assert short(points)[3:] == [("2022-W41", 3, 0), ("2022-W42", 6, 3), ("2022-W43", 1, 0)]
    week = points[4]
    assert (week.news, week.posts, week.stories, week.authors) == (2, 1, 2, 0)
    both = trend(store, By.WEEK, where={"damage": "order_failure", "service": "baemin"}).points
    assert both[4].documents == 1


def test_money_keeps_its_role(store: Store) -> None:
    fill(store)
    (week,) = trend(store, measure=Measure.AMOUNT, since=date(2022, 10, 17), until=date(2022, 10, 17)).points
    assert (week.loss, week.claimed, week.compensation) == (120_300_000, 0, 5_000)
    assert (week.value, week.per_1000, week.estimate) == (120_300_000, None, None)


def test_the_last_week_is_not_finished(store: Store) -> None:
    fill(store)
    ahead = trend(store, By.WEEK, since=date(2022, 10, 17), until=date(2099, 1, 1)).points
    assert (ahead[0].finished, ahead[-1].finished, ahead[-1].documents) == (True, False, None)


def test_counts_carry_an_interval_once_the_tagger_was_measured(store: Store) -> None:
    fill(store)
    asked = {"since": date(2022, 10, 17), "until": date(2022, 10, 17)}
    before = trend(store, group="service", **asked)
    assert before.trust == ()
    assert before.points[0].estimate is None
    exact = Interval(0.9, 0.9, 0.9)
    figures = {
        "services_affected": {"precision": exact, "recall": exact, "ratio": Interval(1.25, 1.0, 1.5)},
        "damages": {"precision": exact, "recall": exact, "ratio": Interval(0.8, 0.5, 1.0)},
        "causes": {"precision": exact, "recall": exact, "ratio": Interval(0.0, 0.0, 0.0)},
    }
    keep(store, Stamp(tagger_version="0", catalog_hash="c", analyser="mecab"), figures, basis="old", documents=5)
    assert trend(store, group="service", **asked).trust == ()  # another tagger's
    keep(store, Stamp(tagger_version="1", catalog_hash="c", analyser="mecab"), figures, basis="x.jsonl", documents=50)
    found = trend(store, group="service", **asked)
    assert [(t.field, t.documents, t.basis) for t in found.trust] == [("services_affected", 50, "x.jsonl")]
    point = found.points[0]
    assert point.estimate is not None
    assert (point.label, point.value, point.estimate.value, point.estimate.low, point.estimate.high) == (
        *("kakaotalk", 4, 5.0),
        *(4.0, 6.0),
    )
    two = trend(store, where={"service": "kakaotalk", "damage": "order_failure"}, **asked).points[0].estimate
    assert two is not None
    assert (two.value, two.low, two.high) == (2.0, 1.0, 3.0)
    assert trend(store, group="cause", **asked).trust == ()  # no label of it was ever given: nothing to correct by
    assert trend(store, measure=Measure.INCIDENTS, group="service", **asked).points[0].estimate is None


def test_an_empty_database(store: Store) -> None:
    assert trend(store, By.WEEK).points == ()
    assert short(trend(store, By.DAY, since=date(2022, 1, 1), until=date(2022, 1, 2)).points) == [
        ("2022-01-01", 0, None),
        ("2022-01-02", 0, None),
    ]


def test_a_year_ends_within_a_week(store: Store) -> None:
    weeks = trend(store, By.WEEK, since=date(2020, 12, 31), until=date(2021, 1, 4)).points
    assert [p.period for p in weeks] == ["2020-W53", "2021-W01"]
    months = trend(store, By.MONTH, since=date(2024, 2, 29), until=date(2024, 2, 29)).points
    assert [(p.period, p.days) for p in months] == [("2024-02", 29)]


def test_points_as_a_frame(store: Store) -> None:
    fill(store)
    table = frame(trend(store, By.WEEK).points)
    assert table["documents"].to_list() == [4, 0, None, 3, 6, 1]
    assert table["first_day"].dtype.is_temporal()


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"group": "title"}, "no field to count by"),
        ({"group": "service", "where": {"damage": "x", "cause": "y"}}, "at most two"),
        ({"since": date(2022, 1, 2), "until": date(2022, 1, 1)}, "later than the last"),
    ],
)
def test_what_cannot_be_counted(store: Store, question: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        trend(store, **question)


def test_a_source_that_is_not_there_is_no_gap(store: Store) -> None:
    fill(store)
    with pytest.raises(MeoktongError, match="no source 'dayly' in this database; known: board, daily"):
        trend(store, where={"source": "dayly"})


def command(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(meoktong, ["trend", "--database", url, *arguments])


def test_the_command(database_url: str) -> None:
    with connect(database_url) as store:
        fill(store)
    result = command(database_url, "--service", "kakaotalk", "--from", "2022-10-03", "--format", "json")
    found = json.loads(result.stdout)
    assert [(row["period"], row["documents"]) for row in found["rows"]] == [
        ("2022-W40", None),
        ("2022-W41", 2),
        ("2022-W42", 4),
        ("2022-W43", 1),
    ]
    assert (found["freshness"]["documents"], found["trust"], found["question"]["by"]) == (17, [], "week")
    listed = command(database_url, "--group", "damage", "--from", "2022-10-17", "--to", "2022-10-17", "--format", "csv")
    header, first, *_ = listed.stdout.splitlines()
    assert dict(zip(header.split(","), first.split(","), strict=True)) == {
        "period": "2022-W42",
        "first_day": "2022-10-17",
        "days": "7",
        "covered_days": "6",
        "finished": "True",
        "label": "order_failure",
        "ko": "주문 불가",
        "en": "Orders blocked",
        "documents": "3",
        "news": "2",
        "posts": "1",
        "stories": "2",
        "incidents": "0",
        "authors": "0",
        "loss": "120000000",
        "claimed": "0",
        "compensation": "0",
        "collected": "7",
        "value": "3",
        "per_1000": "428.57",
        "estimate": "",
        "low": "",
        "high": "",
    }
    assert "17 documents, 15 of them of outages" in listed.stderr
    assert "no intervals" in listed.stderr
    table = command(database_url, "--from", "2022-10-17", "--to", "2099-01-01", "--by", "month", "--measure", "amount")
    assert "2022-10 " in table.stdout
    assert "2098-12 *" in table.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--service", "kakao-talk"], "no service 'kakao-talk' in the catalog"),
        (["--industry", "x"], "no industry 'x' in the catalog"),
        (["--provider", "x"], "no provider 'x' in the catalog"),
        (["--from", "2022-10-02", "--to", "2022-10-01"], "is before --from"),
        (["--group", "cause", "--service", "kt", "--damage", "sales_loss"], "at most two"),
    ],
)
def test_what_cannot_be_asked(sqlite_url: str, arguments: list[str], said: str) -> None:
    result = command(sqlite_url, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
