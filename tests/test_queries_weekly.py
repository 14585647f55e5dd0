"""Every figure of a week against counts made by hand (tests/weekdata.py), on both databases."""

from datetime import UTC, date, datetime

import pytest
from making import tagged
from sqlalchemy import func, select
from weekdata import COUPON, LOSS, RANGE, fill, made

from meoktong.queries import outage_documents
from meoktong.queries.counted import Count
from meoktong.queries.freshness import freshness, totals
from meoktong.queries.losses import Role, role_of
from meoktong.queries.weekly import Summary, Tally, summary
from meoktong.queries.weeks import Week, last_complete_week, parse_week
from meoktong.store import Store
from meoktong.store.runs import start_run
from meoktong.store.write import write

WEEK = parse_week("2022-W42")


@pytest.fixture
def week(store: Store) -> Summary:
    fill(store)
    return summary(store, WEEK)


def short(tally: Tally) -> tuple[object, ...]:
    return (
        tally.id,
        tally.documents,
        tally.news,
        tally.posts,
        tally.stories,
        tally.authors,
        tally.previous,
        tally.mean,
    )


def test_totals(week: Summary) -> None:
    assert week.total == Count(documents=6, news=3, posts=3, stories=5, authors=1, incidents=0)
    assert (week.collected, week.covered_days) == (7, 6)
    assert (week.previous, week.mean, week.mean_weeks) == (3, 2.33, 3)
    assert (week.week, week.first_day, week.last_day) == ("2022-W42", date(2022, 10, 17), date(2022, 10, 23))


def test_weeks_without_material_are_gaps_and_quiet_ones_are_zeros(week: Summary) -> None:
    assert [(w.week, w.covered_days, w.documents, w.stories) for w in week.weeks] == [
        ("2022-W38", 1, 4, 4),
        ("2022-W39", 1, 0, 0),
        ("2022-W40", 0, None, None),
        ("2022-W41", 3, 3, 3),
        ("2022-W42", 6, 6, 5),
    ]


def test_services(week: Summary) -> None:
    assert [short(tally) for tally in week.services] == [
        ("kakaotalk", 4, 2, 2, 3, 1, 2, 2.0),
        ("kakao_pay", 2, 2, 0, 1, 0, 0, 0.0),
        ("baemin", 1, 0, 1, 1, 0, 0, 0.0),
        ("kakao_t", 1, 1, 0, 1, 0, 0, 0.0),
        ("kt", 0, 0, 0, 0, 0, 1, 0.33),
    ]
    assert (week.services[0].ko, week.services[0].en) == ("카카오톡", "KakaoTalk")


def test_damages_and_the_matrix(week: Summary) -> None:
    assert [short(tally) for tally in week.damages] == [
        ("order_failure", 3, 2, 1, 2, 0, 0, 0.0),
        ("sales_loss", 2, 1, 1, 2, 1, 0, 0.0),
        ("payment_failure", 2, 2, 0, 1, 0, 0, 0.0),
    ]
    assert {(cell.damage, cell.service): cell.documents for cell in week.damage_by_service} == {
        ("order_failure", "baemin"): 1,
        ("order_failure", "kakao_pay"): 2,
        ("order_failure", "kakaotalk"): 2,
        ("payment_failure", "kakao_pay"): 2,
        ("payment_failure", "kakaotalk"): 2,
        ("sales_loss", "kakao_t"): 1,
        ("sales_loss", "kakaotalk"): 1,
    }
    assert [short(tally)[:2] for tally in week.industries] == [("food_service", 1)]
    assert week.causes == ()


def test_amounts_keep_their_roles_and_copies_repeat_none(week: Summary) -> None:
    assert [(a.won, a.won_high, a.sentence, a.url) for a in week.losses] == [
        (1.2e8, None, LOSS, "https://x.example/first"),
        (3e5, 4e5, RANGE, "https://x.example/p1"),
    ]
    assert [(a.won, a.sentence, a.source_name) for a in week.compensations] == [(5000, COUPON, "한낮일보")]


def test_stories_show_the_copy_published_first(week: Summary) -> None:
    top = week.stories[0]
    assert (top.title, top.documents, top.sources, top.services) == ("first 제목", 2, 1, ("kakao_pay", "kakaotalk"))
    assert [story.documents for story in week.stories] == [2, 1, 1, 1, 1]
    assert str(top.published_at) == "2022-10-17 00:00:00+09:00"


def test_coverage_by_source_and_day(week: Summary) -> None:
    days = {
        source.source: [(d.collected, d.outage, d.runs, d.covered) for d in source.days] for source in week.coverage
    }
    none, crawled = (0, 0, 0, False), (0, 0, 1, True)
    one = (1, 1, 0, True)
    assert days == {
        "board": [none, one, (2, 2, 0, True), none, crawled, none, none],
        "daily": [one, one, none, (1, 0, 0, True), none, none, one],
    }


def test_freshness(week: Summary, store: Store) -> None:
    state = week.freshness
    # 14 articles (one of them written twice) and 3 posts; 2 articles tell of no outage
    assert (state.documents, state.outage_documents, state.stories, state.undated) == (17, 15, 14, 1)
    assert [(t.tagger_version, t.documents) for t in state.tagging] == [("1", 16), ("2", 1)]
    assert str(state.last_published_at) == "2022-10-24 00:00:00+09:00"
    assert [(s.source, s.documents, s.last_run_status) for s in state.sources] == [
        ("board", 3, "failed"),
        ("daily", 14, "done"),
    ]
    assert not state.stale
    with store.reading() as connection:
        assert freshness(connection, datetime(2100, 1, 1, tzinfo=UTC)).stale
    assert totals(store) == "17 documents, 15 of them of outages, 14 stories, 0 incidents, newest of 2022-10-24 00:00"


def test_one_definition_of_what_counts(store: Store) -> None:
    run = start_run(store, "daily", options={})
    wrong = made("w", "2022-10-17T10:00", services="kt")
    right = made("w", "2022-10-17T10:00", text="고친 글", note={"relevant": False})
    write(store, run, [wrong, tagged("https://x.example/kept")])
    count = select(func.count()).select_from(outage_documents().subquery())
    with store.reading() as connection:
        assert connection.scalar(count) == 2
    write(store, run, [right])
    with store.reading() as connection:
        assert connection.scalar(count) == 1


def test_an_empty_database(store: Store) -> None:
    found = summary(store, WEEK)
    assert found.total == Count(documents=0, news=0, posts=0, stories=0, authors=0, incidents=0)
    assert (found.covered_days, found.previous, found.mean, found.services, found.coverage) == (0, None, None, (), ())
    assert found.freshness.stale
    assert totals(store) == "0 documents, 0 of them of outages, 0 stories, 0 incidents, none dated"


def test_a_week_without_material_has_no_vanished_services(store: Store) -> None:
    fill(store)
    found = summary(store, parse_week("2022-W40"))
    assert (found.covered_days, found.services) == (0, ())
    assert found.weeks[-1].documents is None


@pytest.mark.parametrize(
    ("sentence", "surface", "role"),
    [
        ("하루에 50만원을 손해 봤다.", "50만원", Role.LOSS),
        ("매출이 평소보다 300만원 줄었다.", "300만원", Role.LOSS),
        ("미리 만든 음식 20만원어치를 버렸다.", "20만원어치", Role.LOSS),
        ("업주에게 3만원을 보상하기로 했다.", "3만원", Role.COMPENSATION),
        ("손해를 본 가게에 위로금 10만원을 주기로 했다.", "10만원", Role.COMPENSATION),
        ("평소보다 10만원가량 차이가 난다고 했다.", "10만원", Role.LOSS),
        ("손님은 20만원을 물어내라고 했다.", "20만원", Role.CLAIMED),
        ("점주들은 5억원 배상을 청구했다.", "5억원", Role.CLAIMED),
        ("시가총액 3조원이 증발했다.", "3조원", Role.OTHER),
        ("이용료는 한 달에 9900원이다.", "9900원", Role.OTHER),
        ("문장에 없는 금액", "1원", Role.OTHER),
        ("점심 장사 매출 80만원 날렸어요.", "80만원", Role.LOSS),
        ("주말 매출 45만원이 줄었다.", "45만원", Role.LOSS),
        ("하루 매출 25만원인 가게는 피해가 컸다.", "25만원", Role.OTHER),
        ("평소 35만원을 벌었는데 그날은 12만원 손해였다.", "35만원", Role.OTHER),
        ("평소 35만원을 벌었는데 그날은 12만원 손해였다.", "12만원", Role.LOSS),
        ("피해액이 90억원에 이를 것으로 우려된다.", "90억원", Role.OTHER),
        ("손실이 최대 70억원까지 날 수 있다.", "70억원", Role.OTHER),
        ("회사는 2억원의 손실은 없었다고 밝혔다.", "2억원", Role.OTHER),
        ("하마터면 15만원을 날릴 뻔했다.", "15만원", Role.OTHER),
        ("손해가 10만원이 아니라 30만원이다.", "30만원", Role.LOSS),
        ("7만원 손해를 봤다며 손님이 끊길까 우려했다.", "7만원", Role.LOSS),
        ("18만원 손해를 봤는데 보상받을 수 있는지 모르겠다.", "18만원", Role.LOSS),
    ],
)
def test_roles_of_amounts(sentence: str, surface: str, role: Role) -> None:
    assert role_of(sentence, surface) is role


def test_weeks_are_koreas() -> None:
    assert str(parse_week("2020w53")) == "2020-W53"
    assert parse_week("2022-W42").start == datetime(2022, 10, 16, 15, tzinfo=UTC)
    assert parse_week("2022-W42").before(42) == parse_week("2021-W52")
    # Sunday evening in London is Monday in Korea
    assert last_complete_week(datetime(2022, 10, 23, 15, tzinfo=UTC)) == WEEK
    assert last_complete_week(datetime(2022, 10, 23, 14, 59, tzinfo=UTC)) == Week(date(2022, 10, 10))


@pytest.mark.parametrize("text", ["2022-42", "2022-W54", "2022-W00", "next", "", "2021-W53", "0000-W01"])
def test_what_is_no_week(text: str) -> None:
    with pytest.raises(ValueError, match="week"):
        parse_week(text)
