"""Dates as pages and feeds write them; what is no date stays none."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meoktong.models import Precision
from meoktong.times import KST, iso_kst
from spiders.dates import dates_in, labelled, parse_machine, parse_relative, parse_text

SEEN = datetime(2022, 10, 17, 14, 12, tzinfo=KST)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-10-17 14:12", "2022-10-17T14:12:00+09:00"),
        ("2022.10.17. 오후 2:12", "2022-10-17T14:12:00+09:00"),
        ("2022.10.17. 오전 12:05", "2022-10-17T00:05:00+09:00"),
        ("2022.10.17. 오후 12:05", "2022-10-17T12:05:00+09:00"),
        ("2022년 10월 17일 18시 36분", "2022-10-17T18:36:00+09:00"),
        ("2022.10.17 (월) 04:06", "2022-10-17T04:06:00+09:00"),
        ("2022.10.17 (08:26)", "2022-10-17T08:26:00+09:00"),
        ("2026. 9. 7. 09:54", "2026-09-07T09:54:00+09:00"),
        ("26.02.04 15:56:29", "2026-02-04T15:56:29+09:00"),
        ("'26.9.15 8:00 PM", "2026-09-15T20:00:00+09:00"),
        ("2022/10/17 23:24 송고", "2022-10-17T23:24:00+09:00"),
        ("2022-10-17", "2022-10-17T00:00:00+09:00"),
    ],
)
def test_visible_dates(text: str, expected: str) -> None:
    moment = parse_text(text)
    assert moment is not None
    assert iso_kst(moment.at) == expected
    assert (moment.precision is Precision.DAY) == (":" not in text and "시" not in text)


@pytest.mark.parametrize("text", ["", "제1.2.3판", "2022.13.45", "02-123-4567", "버전 3.10.2", "2022-02-30 10:00"])
def test_what_is_no_date(text: str) -> None:
    assert parse_text(text) is None


def test_labels_tell_publication_from_correction() -> None:
    published, modified = labelled("등록 :2022-10-17 14:12수정 :2022-10-18 22:29")
    assert published is not None
    assert modified is not None
    assert (iso_kst(published.at)[:16], iso_kst(modified.at)[:16]) == ("2022-10-17T14:12", "2022-10-18T22:29")


def test_a_letter_l_between_two_dates_separates_them() -> None:
    found = list(dates_in("기사입력 2023-04-04 19:01 l 최종수정 2023-04-04 19:45"))
    assert [(iso_kst(moment.at)[11:16], label) for moment, label, _ in found] == [
        ("19:01", "published"),
        ("19:45", "modified"),
    ]


@pytest.mark.parametrize(
    ("text", "expected", "precision"),
    [
        ("방금 전", "2022-10-17T14:12", Precision.MINUTE),
        ("35 분 전", "2022-10-17T13:37", Precision.MINUTE),
        ("3시간 전", "2022-10-17T11:12", Precision.MINUTE),
        ("2일 전", "2022-10-15T00:00", Precision.DAY),
        ("어제 14:05", "2022-10-16T14:05", Precision.MINUTE),
        ("그저께", "2022-10-15T00:00", Precision.DAY),
        ("13:34", "2022-10-17T13:34", Precision.MINUTE),
        ("23:59", "2022-10-16T23:59", Precision.MINUTE),
        ("08/01", "2022-08-01T00:00", Precision.DAY),
        ("12/31", "2021-12-31T00:00", Precision.DAY),
    ],
)
def test_relative_times_are_resolved_against_the_fetch(text: str, expected: str, precision: Precision) -> None:
    moment = parse_relative(text, SEEN)
    assert moment is not None
    assert iso_kst(moment.at)[:16] == expected
    assert moment.precision is precision


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2022-10-17T14:12:00+09:00", "2022-10-17T14:12"),
        ("2022-10-17T05:12:00Z", "2022-10-17T14:12"),
        ("2022-10-17T14:12:00+0900", "2022-10-17T14:12"),
        ("2022-10-17 14:12:00", "2022-10-17T14:12"),
        ("20221017141200", "2022-10-17T14:12"),
        ("20221017", "2022-10-17T00:00"),
        ("Mon, 17 Oct 2022 14:12:00 +0900", "2022-10-17T14:12"),
        ("Mon, 17 Oct 2022 05:12:00 GMT", "2022-10-17T14:12"),
        ("Mon,17 Oct 2022 14:12:00 +0900", "2022-10-17T14:12"),
        ("Mon, 17 10 2022 14:12:00 +0900", "2022-10-17T14:12"),
        ("17 Oct 2022  14:12:00 +0900", "2022-10-17T14:12"),
        ("Oct 17, 2022 2:12 PM", "2022-10-17T14:12"),
        ("Mon, 17 Oct 2022 14:12:00", "2022-10-17T14:12"),
        ("17 Oct 2022 14:12", "2022-10-17T14:12"),
        ("Mon, 17 Oct 2022 14:12:00 KST", "2022-10-17T14:12"),
        ("Mon, 17 Oct 2022 05:12:00 UT", "2022-10-17T14:12"),
        ("Mon Oct 17 2022 14:12:00 GMT+0900 (KST)", "2022-10-17T14:12"),
    ],
)
def test_machine_dates(value: str, expected: str) -> None:
    moment = parse_machine(value)
    assert moment is not None
    assert iso_kst(moment.at)[:16] == expected


@pytest.mark.parametrize("value", ["", "null", "0000-00-00 00:00:00", "1970-01-01T00:00:00Z", "-", "3"])
def test_machine_values_that_are_no_date(value: str) -> None:
    assert parse_machine(value) is None


@given(st.text(max_size=200))
def test_no_text_makes_the_readers_fail(text: str) -> None:
    parse_machine(text)
    parse_relative(text, SEEN)
    assert all(moment.at.tzinfo for moment, _, _ in dates_in(text))
