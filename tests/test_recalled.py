"""Times of earlier outages that sentences name, and whose outages they are."""

from datetime import date

import pytest

from meoktong.incidents.recalled import Recalled, recalled, stretches

PUBLISHED = date(2023, 2, 14)


def told(sentence: str, published: date | None = PUBLISHED) -> list[str]:
    return [f"{first}" if first == last else f"{first} {last}" for first, last in stretches(sentence, published)]


@pytest.mark.parametrize(
    ("sentence", "days"),
    [
        ("지난해 10월 15일에도 멈췄다.", ["2022-10-15"]),
        ("지난해 10월에도 멈췄다.", ["2022-10-01 2022-10-31"]),
        ("2년 전 10월에도 멈췄다.", ["2021-10-01 2021-10-31"]),
        ("지난해 말에도 멈췄다.", ["2022-11-01 2022-12-31"]),
        ("지난해 말했던 것과 다르다.", []),
        ("작년 여름에 멈췄다.", ["2022-06-01 2022-08-31"]),
        ("재작년 초에 멈췄다.", ["2021-01-01 2021-02-28"]),
        ("2021년 하반기에 멈췄다.", ["2021-07-01 2021-12-31"]),
        ("지난 겨울에 멈췄다.", ["2022-12-01 2023-02-28"]),
        ("지난 여름에 멈췄다.", ["2022-06-01 2022-08-31"]),
        ("10월 15일에 멈췄다.", ["2022-10-15"]),
        ("지난달 26일에 멈췄다.", ["2023-01-26"]),
        ("지난달에도 멈췄다.", ["2023-01-01 2023-01-31"]),
        ("이달 3일에 멈췄다.", ["2023-02-03"]),
        ("이달 들어 잦다.", []),
        ("12일에 멈춘 지 이틀이다.", ["2023-02-12"]),
        ("20일에 이어 오늘도 멈췄다.", ["2023-01-20"]),
        ("3일 동안 멈췄다.", []),
        ("9일 만에 또 멈췄다.", []),
        ("3일째 멈췄다.", []),
        ("오는 12일에 배상한다.", []),
        ("다음 달 3일까지 고친다.", []),
        ("먹통이 풀린 지 얼마 안 돼 또 멈췄다.", ["2023-01-15 2023-02-14"]),
        ("2월 30일에 멈췄다.", []),
        ("31일과 2022년 10월 15일에 멈췄다.", ["2023-01-31", "2022-10-15"]),
    ],
)
def test_the_times_that_a_sentence_names(sentence: str, days: list[str]) -> None:
    assert told(sentence) == days


def test_without_a_publication_only_years_are_known() -> None:
    assert told("지난해 10월과 2021년 말, 그리고 12일에 멈췄다.", None) == ["2021-11-01 2021-12-31"]


def test_a_sentence_speaks_of_whom_it_names() -> None:
    month, day = ("2022-10-01", "2022-10-31"), ("2022-10-15", "2022-10-15")
    assert recalled({"지난해 10월에 멈췄다.": ()}, "kt", PUBLISHED) == {Recalled("kt", *month)}
    assert recalled({"지난해 10월에 카톡이 멈췄다.": ["kakao"]}, "kt", PUBLISHED) == {Recalled("kakao", *month)}
    same = recalled({"지난해 10월 15일에 같은 회사 탓에 카톡이 멈췄다.": ["kakao"]}, "kt", PUBLISHED)
    assert same == {Recalled("kakao", *day), Recalled("kt", *day)}
    assert recalled({"지난해 10월에 새 요금제를 냈다.": ()}, "kt", PUBLISHED) == frozenset()


def test_a_stretch_is_looked_for_by_its_months() -> None:
    assert Recalled("kt", "2021-12-01", "2022-02-28").days() == ["2021-12", "2022-01", "2022-02"]
    assert Recalled("kt", "2022-10-15", "2022-10-15").days() == ["2022-10-15"]
