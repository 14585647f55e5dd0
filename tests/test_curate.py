"""What persons decide on incidents, and the facts that are put together of one: severity, totals, recoveries."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from making import annotation, document
from test_incidents import FIRE, keep, told

from meoktong.cli import meoktong
from meoktong.incidents import rebuild, refresh
from meoktong.incidents.severity import lasted, severity
from meoktong.models import Evidence, Kind, Label, Moment, Precision, Quantity, TaggedDocument
from meoktong.queries.counted import counted
from meoktong.queries.incident import statements
from meoktong.queries.incidents import Part, State, incidents
from meoktong.queries.stated import field_of
from meoktong.store import Store

PUBLISHED = FIRE.astimezone(UTC) + timedelta(hours=2)


def run(store: Store, *arguments: str) -> Any:
    url = store.engine.url.render_as_string(hide_password=False)
    return CliRunner().invoke(meoktong, [*arguments, "--database", url], standalone_mode=False)


def documents(store: Store) -> dict[str, Sequence[str]]:
    return {each.id: each.documents for each in incidents(store)}


@pytest.fixture
def two(store: Store) -> Store:
    """Two outages of one day, of two documents each."""
    keep(store, [told(n, "kakaotalk" if n < 3 else "kt", published=PUBLISHED) for n in (1, 2, 3, 4)])
    refresh(store)
    return store


def test_a_merge_is_kept_and_new_documents_follow_it(two: Store) -> None:
    merged = run(two, "curate", "merge", "2022-10-15-kt", "2022-10-15-kakao", "--by", "kim")
    assert merged.exit_code == 0, merged.output
    assert documents(two) == {"2022-10-15-kt": ["d1", "d2", "d3", "d4"]}
    keep(two, [told(5, "kakao_pay", published=PUBLISHED)])
    refresh(two)
    rebuild(two)
    assert documents(two) == {"2022-10-15-kt": ["d1", "d2", "d3", "d4", "d5"]}
    gone = run(two, "curate", "confirm", "2022-10-15-kakao", "--by", "kim")
    assert gone.exit_code == 1
    assert "merged into 2022-10-15-kt" in str(gone.exception)


def test_a_split_is_kept_and_the_rest_keeps_its_id(two: Store) -> None:
    done = run(two, "curate", "split", "2022-10-15-kakao", "d1", "--by", "kim")
    assert done.output == "2022-10-15-kakao-2: made of documents of 2022-10-15-kakao\n"
    keep(two, [told(5, "kakao_pay", published=PUBLISHED)])
    refresh(two)
    rebuild(two)
    assert documents(two) == {
        "2022-10-15-kakao": ["d2", "d5"],
        "2022-10-15-kt": ["d3", "d4"],
        "2022-10-15-kakao-2": ["d1"],
    }
    run(two, "curate", "merge", "2022-10-15-kakao", "2022-10-15-kakao-2", "--by", "lee")
    rebuild(two)
    assert documents(two)["2022-10-15-kakao"] == ["d1", "d2", "d5"]


def test_what_cannot_be_decided_is_one_line(two: Store) -> None:
    for words, said in (
        (("split", "2022-10-15-kakao", "d3"), "'d3' is not among its documents"),
        (("split", "2022-10-15-kakao", "d1", "d2"), "nothing would be left"),
        (("merge", "2022-10-15-kakao", "2022-10-15-kakao"), "merged with itself"),
        (("merge", "2022-10-15-kakao", "nobody"), "no incident 'nobody'"),
    ):
        failed = run(two, "curate", *words, "--by", "kim")
        assert failed.exit_code == 1
        assert said in str(failed.exception)
    assert documents(two) == {"2022-10-15-kakao": ["d1", "d2"], "2022-10-15-kt": ["d3", "d4"]}


def test_a_confirmation_is_kept(two: Store) -> None:
    run(two, "curate", "confirm", "2022-10-15-kt", "--by", "kim")
    rebuild(two)
    assert [(i.state, i.confirmed_by) for i in incidents(two)] == [(State.DETECTED, None), (State.CONFIRMED, "kim")]
    assert documents(two) == {"2022-10-15-kakao": ["d1", "d2"], "2022-10-15-kt": ["d3", "d4"]}


def test_no_decision_is_overwritten(two: Store) -> None:
    for words in (
        ("confirm", "2022-10-15-kt", "--by", "kim"),
        ("confirm", "2022-10-15-kt", "--by", "lee"),
        ("split", "2022-10-15-kakao", "d1", "--by", "kim"),
        ("merge", "2022-10-15-kt", "2022-10-15-kakao-2", "--by", "lee"),
    ):
        assert run(two, "curate", *words).exit_code == 0
    assert {i.id: i.confirmed_by for i in incidents(two)} == {"2022-10-15-kakao": None, "2022-10-15-kt": "lee"}
    decided = [
        ("2022-10-15-kt", "confirm", "kim"),
        ("2022-10-15-kt", "confirm", "lee"),
        ("2022-10-15-kakao", "split 2022-10-15-kakao-2", "kim"),
        ("2022-10-15-kt", "merge 2022-10-15-kakao-2", "lee"),
    ]
    register = ("corrections", "--since", "2026-01-01", "--format", "json")

    def listed(*more: str) -> list[tuple[str, str, str]]:
        rows = json.loads(run(two, *register, *more).stdout)
        return [(row["url"], row["title"], row["by"]) for row in rows if row["why"] == "incident"]

    assert listed() == decided
    assert listed("--week", "2022-W41") == decided  # of documents published in it
    assert listed("--week", "2022-W43") == []


def test_a_record_is_provisional_for_fourteen_days(two: Store) -> None:
    (before, _), (after, _) = (incidents(two, at=PUBLISHED + timedelta(days=days)) for days in (13, 14))
    assert (before.provisional, after.provisional) == (True, False)
    assert before.detection_delay_minutes == 120


def test_severity_is_size_times_duration_raised_by_agreement(two: Store) -> None:
    assert lasted((FIRE, "minute"), None, 90) == 90
    assert lasted((FIRE, "day"), (FIRE + timedelta(days=2), "day"), None) == 2880
    assert lasted((FIRE, "minute"), None, None) == 120
    assert severity([], 1) == 0
    with two.reading() as connection:
        found = counted(connection)
    one = found[:1]  # a service and a damage
    papers = [replace(one[0], document_id=n, story_id=n, source=f"paper{n}") for n in range(10)]
    assert [severity(one, 50), severity(papers, 50), severity(papers * 2, 500)] == [2.0, 3.0, 4.0]
    posts = [replace(d, kind="post", author="the same person") for d in papers]
    assert severity(posts, 50) == 2.0


@pytest.mark.parametrize(
    ("kind", "sentence", "surface", "field"),
    [
        ("duration", "완전히 복구되는 데 127시간 30분이 걸렸다.", "127시간 30분", "duration"),
        ("duration", "약 85분 동안 결제가 되지 않았다.", "85분", "duration"),
        ("duration", "3시간 넘게 끊겨야 배상한다는 약관", "3시간", None),
        ("duration", "이용권을 사흘 늘려 준다.", "사흘", None),
        ("count", "피해 신고가 4만5천 건 들어왔다.", "4만5천 건", "claims_received"),
        ("count", "1400개 업소가 주문접수 프로그램에 들어가지 못했다.", "1400개", None),
        ("money", "가게마다 20만원을 손해 봤다.", "20만원", "loss_stated"),
        ("money", "점주들은 5억원의 배상을 청구했다.", "5억원", "loss_claimed"),
        ("money", "회사는 3만원을 보상하기로 했다.", "3만원", "compensation"),
        ("money", "시가총액 3조원이 증발했다.", "3조원", None),
        ("percent", "매출이 30% 줄었다.", "30%", None),
    ],
)
def test_what_an_amount_is(kind: str, sentence: str, surface: str, field: str | None) -> None:
    assert field_of(kind, sentence, surface) == field


def evidence(sentence: str, start: int = 0, rule: str = "test") -> tuple[Evidence, ...]:
    return (Evidence(part="text", start=start, end=start + 2, sentence=sentence, rule=rule),)


def test_what_is_told_of_one(store: Store) -> None:
    both, back = "카톡과 배민이 KT망 탓에 멈췄다.", "배민은 오후 6시에 돌아왔다."
    paid = evidence("회사는 3만원을 보상하기로 했다.")[0]
    note = annotation(
        services_affected=(
            Label(id="kakaotalk", evidence=evidence(both)),
            Label(id="baemin", evidence=evidence(both, 4) + evidence(back, 20)),
        ),
        services_mentioned=(Label(id="kt", evidence=evidence(both)),),
        causes=(Label(id="network", evidence=evidence(both)),),
        status=Label(id="recovered", evidence=evidence(back)),
        outage_start=Moment(at=FIRE, precision=Precision.MINUTE, evidence=evidence(both)),
        outage_end=Moment(at=FIRE + timedelta(hours=2.5), precision=Precision.MINUTE, evidence=evidence(back)),
        quantities=(Quantity(kind="money", value=30000.0, high=None, text="3만원", evidence=paid),),
    )
    post = document(published_at=PUBLISHED, kind=Kind.POST, author="a")
    keep(store, [TaggedDocument(document=post, annotation=note)])
    refresh(store)
    (incident,) = incidents(store)
    assert incident.services == {Part.FAILING: ["kakaotalk"], Part.DRAGGED: ["baemin"], Part.BLAMED: ["kt"]}
    assert {field: total.value for field, total in incident.totals.items()} == {"compensation": 30000.0}
    assert incident.duration_minutes == 150
    found = statements(store, incident.id)
    recovery = next(s for s in found if s.field == "recovery")
    assert (recovery.service, recovery.value, recovery.at) == ("baemin", "recovered", FIRE + timedelta(hours=2.5))
    assert {(s.field, s.value, s.sentence) for s in found} >= {
        ("blamed", "kt", both),
        ("dragged_along", "baemin", back),
        ("compensation", "30000", paid.sentence),
    }


def test_a_day_is_no_midnight_and_the_past_tense_no_recovery(store: Store) -> None:
    day = FIRE.replace(hour=0, minute=0)
    back, stopped = "배민은 그날 돌아왔다.", "배민이 멈췄다."
    note = annotation(
        services_affected=(Label(id="baemin", evidence=evidence(stopped)),),
        status=Label(id="recovered", evidence=evidence(back) + evidence(stopped, rule="status.past_tense")),
        outage_start=Moment(at=FIRE, precision=Precision.MINUTE, evidence=evidence(stopped)),
        outage_end=Moment(at=day, precision=Precision.DAY, evidence=evidence(back)),
    )
    keep(store, [TaggedDocument(document=document(published_at=PUBLISHED), annotation=note)])
    refresh(store)
    (incident,) = incidents(store)
    assert incident.duration_minutes is None
    found = statements(store, incident.id)
    assert {(s.field, s.value) for s in found} >= {
        ("outage_start", FIRE.isoformat()),
        ("outage_end", f"{FIRE:%Y-%m-%d}"),
    }
    recoveries = [(s.sentence, s.at, s.at_precision) for s in found if s.field == "recovery"]
    assert recoveries == [(back, day, "day")]


def test_the_list_shows_conflicts_and_agreement(store: Store) -> None:
    other = FIRE + timedelta(minutes=10)
    items = [told(n, "kakaotalk", published=PUBLISHED, start=FIRE if n < 3 else other) for n in (1, 2, 3)]
    keep(store, items)
    refresh(store)
    (row,) = json.loads(run(store, "incidents", "--format", "json").stdout)
    assert (row["start"], row["start_precision"], row["start_conflicts"]) == (
        "2022-10-15T15:30",
        "minute",
        ["2022-10-15T15:40"],
    )
    assert row["start_sources"] == 1  # two articles of one newspaper
    assert (row["state"], row["detection_delay_minutes"], row["provisional"]) == ("detected", 120, False)
    assert datetime.fromisoformat(row["first_report"]) - datetime.fromisoformat(row["start"]) == timedelta(hours=2)
    csv = run(store, "incidents", "--format", "csv").stdout
    assert csv.splitlines()[0].startswith("id,provider,state,confirmed_by,provisional,severity")
    assert run(store, "db", "regroup").exit_code == 0
