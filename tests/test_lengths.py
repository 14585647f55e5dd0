"""Which of the lengths that documents tell of an outage stands, and the end that follows from it."""

import dataclasses
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import text
from test_curate import PUBLISHED, run
from test_incidents import FIRE, keep, told

from meoktong.incidents import rebuild
from meoktong.models import Evidence, Label, Moment, Precision, Quantity, TaggedDocument
from meoktong.queries.counted import Counted
from meoktong.queries.lengths import Basis, Length, length
from meoktong.queries.stated import DURATION, Stated
from meoktong.store import Store
from meoktong.times import KST

START = (FIRE, "minute")


def document(number: int, *, source: str = "paper", day: int = 16, status: str = "recovered") -> Counted:
    return Counted(
        document_id=number,
        annotation_id=number,
        url=f"https://news.example/{number}",
        source=source,
        source_name=source,
        kind="news",
        title="",
        author=None,
        published_at=datetime(2022, 10, day, tzinfo=KST),
        published_precision="day",
        status=status,
        story_id=number,
        labels={},
    )


def said(teller: Counted, minutes: float, surface: str, after: str = " 동안 멈췄다.", before: str = "") -> Stated:
    sentence = before + surface + after
    return Stated(field=DURATION, value=minutes, high=None, surface=surface, sentence=sentence, document=teller)


def end(minutes: int) -> tuple[datetime, str]:
    return FIRE + timedelta(minutes=minutes), "minute"


def best(*amounts: Stated, until: int | None = None, ending: tuple[Counted, ...] = ()) -> Length:
    found = length(START, None if until is None else end(until), ending, amounts)
    assert found is not None
    return found


def test_what_had_not_passed_when_it_was_told_is_no_length() -> None:
    survey = said(document(1), 5 * 365 * 24 * 60, "5년", "간 열여덟 번 장애가 났다.")
    assert length(START, None, (), [survey]) is None
    assert best(survey, said(document(2), 60, "한 시간")).minutes == 60
    undated = said(dataclasses.replace(document(3), published_at=None), 3000, "오십 시간")
    assert best(undated).minutes == 3000


def test_what_is_told_before_the_end_is_a_lower_bound() -> None:
    so_far = [said(document(n, day=17), 2880, "이틀") for n in (1, 2)]
    whole = said(document(3, day=20), 5760, "나흘")
    found = best(*so_far, whole, until=5760)
    assert (found.minutes, found.basis, found.sources, found.against) == (5760, Basis.TIMES, 1, [])
    assert best(*so_far).minutes == 2880
    assert best(*so_far, whole, until=2000, ending=(document(4),)).minutes == 2880  # an hour of that day may be later


def test_what_most_tell_stands_and_the_rest_is_shown() -> None:
    early, other = document(1), document(2)
    hour = (said(early, 60, "한 시간"), said(other, 60, "한 시간"))
    found = best(*hour, until=38, ending=(early,))  # one paper, but two stories
    assert (found.minutes, found.basis, found.sources, found.against) == (60, Basis.STATED, 1, [(38, 1)])
    papers = tuple(document(n, source=f"paper{n}") for n in (3, 4, 5))
    found = best(*hour, until=38, ending=papers)
    assert (found.minutes, found.basis, found.sources, found.against) == (38, Basis.TIMES, 3, [(60, 1)])


def test_a_rough_length_agrees_with_exact_times() -> None:
    found = best(said(document(1, source="other"), 60, "한 시간"), until=57, ending=(document(2),))
    assert (found.minutes, found.basis, found.sources, found.against) == (57, Basis.TIMES, 2, [])


def test_among_equals_the_later_knows_more() -> None:
    found = best(said(document(1), 85, "85분"), said(document(2, day=19), 60, "1시간"))
    assert (found.minutes, found.against) == (60, [(85, 1)])
    parts = (said(document(1), 82, "82분"), said(document(1), 38, "38분"))
    assert best(*parts, until=110, ending=(document(1),)).minutes == 110  # one document: its times, not its parts
    assert best(*parts).minutes == 82


@pytest.mark.parametrize(
    ("surface", "after", "status"),
    [
        ("2시간", " 넘게 멈췄다.", "recovered"),
        ("2시간", "째 먹통이다.", "recovered"),
        ("120분", " 동안 이렇다.", "ongoing"),
    ],
)
def test_a_lower_bound_is_no_length(surface: str, after: str, status: str) -> None:
    bound = said(document(1, status=status), 120, surface, after)
    assert (best(bound).minutes, best(bound).basis) == (120, Basis.AT_LEAST)
    assert best(bound, said(document(2), 84, "84분")).against == [(120, 1)]
    assert best(bound, said(document(2), 150, "150분")).against == []
    both = best(bound, said(document(2), 120, "2시간"), *(said(document(n), 84, "84분") for n in (3, 4)))
    assert (both.minutes, both.against) == (84, [(120, 1)])  # a bound and a length of the same minutes
    assert best(bound, said(document(2, status="ongoing"), 20, "20분")).minutes == 120


@pytest.mark.parametrize(
    ("before", "surface", "after", "exact"),
    [
        ("복구에 ", "127시간 30분", "이 걸렸다.", True),
        ("", "85분", " 동안 멈췄다.", True),
        ("약 ", "85분", " 동안 멈췄다.", False),
        ("약 ", "1시간 25분", " 동안 멈췄다.", False),
        ("", "85분", "가량 멈췄다.", False),
        ("", "10여분", " 동안 멈췄다.", False),
        ("", "2시간", " 동안 멈췄다.", False),
    ],
)
def test_an_end_is_derived_from_what_is_told_to_the_minute(before: str, surface: str, after: str, exact: bool) -> None:
    one = said(document(1), 90, surface, after, before)
    assert best(one).end_after(START) == (end(90)[0] if exact else None)
    assert best(one).end_after((FIRE, "day")) is None
    other = said(document(2, source="other"), 90, surface, after, before)
    assert best(one, other).end_after(START) == end(90)[0]  # or by several sources


def test_nobody_tells() -> None:
    assert length(START, None, (), ()) is None
    assert length(START, (FIRE, "day"), (document(1),), ()) is None


def stating(number: int, surface: str, minutes: float, ended: datetime | None = None) -> TaggedDocument:
    sentence = f"{number}번째 기사: 카카오톡이 {surface} 동안 멈췄다."
    place = Evidence(part="text", start=0, end=2, sentence=sentence, rule="test")
    item = told(number, "kakaotalk", published=PUBLISHED + timedelta(minutes=minutes), sentence=sentence)
    note = replace(
        item.annotation,
        status=Label(id="recovered", evidence=(place,)),
        outage_end=ended and Moment(at=ended, precision=Precision.MINUTE, evidence=(place,)),
        quantities=(Quantity(kind="duration", value=minutes, high=None, text=surface, evidence=place),),
    )
    return TaggedDocument(document=item.document, annotation=note)


def listed(store: Store) -> dict[str, Any]:
    keys = ("end", "end_precision", "end_derived", "end_sources", "end_conflicts")
    keys += ("duration_minutes", "duration_basis", "duration_sources", "duration_conflicts")
    (row,) = json.loads(run(store, "incidents", "--format", "json").stdout)
    with store.reading() as connection:
        view = connection.execute(text("SELECT ended_kst, duration_minutes, duration_basis FROM incident_overview"))
        ended, minutes, basis = view.one()
    assert (ended.replace(" ", "T"), minutes, basis) == (row["end"], row["duration_minutes"], row["duration_basis"])
    return {key.removeprefix("duration_"): row[key] for key in keys}


def marked(store: Store) -> set[tuple[str, str, bool]]:
    rows = json.loads(run(store, "incident", "2022-10-15-kakao", "--format", "json").stdout)
    return {(row["field"], row["value"], row["stands"]) for row in rows if row["stands"] is not None}


def test_the_commands_show_a_derived_end(store: Store) -> None:
    keep(store, [stating(1, "127시간 30분", 7650)])
    rebuild(store)
    found = listed(store)
    assert [*found.values()] == ["2022-10-20T23:00", "minute", True, 1, [], 7650, "stated", 1, []]
    assert "derived" in run(store, "incidents").stdout
    assert marked(store) == {
        ("outage_start", "2022-10-15T15:30:00+09:00", True),
        ("derived_end", "2022-10-20T23:00:00+09:00", True),
        ("duration", "7650", True),
    }


def test_the_commands_show_lengths_that_contradict(store: Store) -> None:
    keep(store, [stating(1, "1시간", 60, FIRE + timedelta(minutes=38)), stating(2, "한 시간", 60)])
    rebuild(store)
    found = listed(store)
    assert [*found.values()] == ["2022-10-15T16:08", "minute", False, 1, [], 60, "stated", 1, [38]]
    assert "60 (or 38)" in run(store, "incidents").stdout
    assert marked(store) == {
        ("outage_start", "2022-10-15T15:30:00+09:00", True),
        ("outage_end", "2022-10-15T16:08:00+09:00", True),
        ("start_to_end", "38", False),
        ("duration", "60", True),
    }
