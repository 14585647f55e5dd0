"""Documents of one outage become one incident, on both databases and in whatever order they come."""

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from making import WORD, annotation, document
from sqlalchemy import text

from meoktong.cli import meoktong
from meoktong.incidents import rebuild
from meoktong.incidents.grouping import Account, group, root
from meoktong.incidents.recalled import Recalled
from meoktong.models import Evidence, Label, Moment, Precision, TaggedDocument
from meoktong.queries.incident import statements
from meoktong.queries.incidents import incidents
from meoktong.store import Store
from meoktong.store.runs import RunStatus, finish, start_run
from meoktong.store.write import write
from meoktong.stories import assign
from meoktong.times import KST, midnight_kst

FIRE = datetime(2022, 10, 15, 15, 30, tzinfo=KST)
GOLD = Path(__file__).parent / "gold"


def account(number: int, provider: str = "kakao", **changes: Any) -> Account:
    values: dict[str, Any] = {
        "document_id": number,
        "story_id": number,
        "root": provider,
        "providers": frozenset({provider, *changes.pop("also", ())}),
        "causes": frozenset(changes.pop("causes", ())),
        "published_at": FIRE + timedelta(days=1),
        "start": None,
        "start_precision": None,
        "end": None,
        "end_precision": None,
    }
    return Account(**values | changes)


def at(moment: datetime) -> dict[str, Any]:
    return {"start": moment, "start_precision": Precision.MINUTE}


def on(year: int, month: int, day: int) -> dict[str, Any]:
    return {"start": midnight_kst(datetime(year, month, day, tzinfo=KST).date()), "start_precision": Precision.DAY}


def members(accounts: Sequence[Account]) -> list[list[int]]:
    return [sorted(found.documents) for found in group(accounts)]


def test_one_day_and_provider_is_one_incident() -> None:
    accounts = [account(1, **at(FIRE)), account(2, **on(2022, 10, 15)), account(3, "kt", **at(FIRE))]
    assert members(accounts) == [[1, 2], [3]]


def test_services_dragged_along_do_not_part_an_incident() -> None:
    accounts = [account(1, "aws", also=["baemin"], **at(FIRE)), account(2, "baemin", also=["aws"], **at(FIRE))]
    assert members(accounts) == [[1, 2]]


def test_midnight_parts_nothing_but_another_day_does() -> None:
    late = datetime(2022, 11, 1, 23, 50, tzinfo=KST)
    assert members([account(1, **at(late)), account(2, **at(late + timedelta(minutes=20)))]) == [[1, 2]]
    assert members([account(1, **at(FIRE)), account(2, **at(FIRE + timedelta(days=1)))]) == [[1], [2]]


def test_a_lasting_outage_is_one_where_a_cause_is_shared() -> None:
    first, later = {"causes": ["fire"], **on(2025, 9, 26)}, {"causes": ["fire"], **on(2025, 9, 27)}
    assert members([account(1, **first), account(2, **later)]) == [[1, 2]]
    assert members([account(1, **first), account(2, **on(2025, 9, 27))]) == [[1], [2]]


@pytest.mark.parametrize(
    ("days", "causes", "together"),
    [(2, [], True), (29, [], True), (40, [], False), (120, ["fire"], True), (120, ["power"], False), (-2, [], False)],
)
def test_a_document_without_a_start_joins_by_publication(days: int, causes: list[str], together: bool) -> None:
    known = account(1, causes=["fire"], **at(FIRE))
    undated = account(2, causes=causes, published_at=FIRE + timedelta(days=days))
    assert (members([known, undated]) == [[1, 2]]) is together


def test_a_document_without_any_date_joins_by_cause_only() -> None:
    known = account(1, causes=["fire", "third_party"], **at(FIRE))
    assert members([known, account(2, causes=["fire"], published_at=None)]) == [[1, 2]]
    assert members([known, account(2, published_at=None)]) == [[1], [2]]
    assert members([known, account(2, causes=["fire", "power", "network"], published_at=None)]) == [[1], [2]]


def test_a_named_date_decides_before_nearness() -> None:
    old, new = account(1, **at(FIRE)), account(2, **on(2024, 5, 21))
    recalls = account(3, published_at=datetime(2024, 5, 22, tzinfo=KST), dates=frozenset({"2022-10-15"}))
    assert members([old, new, recalls]) == [[1, 3], [2]]


OCTOBER = Recalled("kakao", "2022-10-01", "2022-10-31")


def test_a_dated_document_is_background_of_what_it_recalls() -> None:
    old = account(1, **at(FIRE))
    new = account(2, "baemin", recalls=frozenset({OCTOBER}), **on(2024, 5, 21))  # another's outage
    first, second = group([old, new])
    assert (first.documents, first.background) == ({1}, {2})
    assert (second.documents, second.background) == ({2}, set())


def test_a_month_means_the_outage_that_most_tell_of() -> None:
    fire = [account(n, **at(FIRE)) for n in (1, 2)]
    smaller = account(3, **on(2022, 10, 28))
    about_the_fire = account(4, recalls=frozenset({OCTOBER}), published_at=FIRE + timedelta(days=2))
    later = account(5, recalls=frozenset({OCTOBER}), **on(2024, 5, 21))
    found = group([*fire, smaller, about_the_fire, later])
    assert [(g.documents, g.background) for g in found] == [({1, 2, 4}, {5}), ({3}, set()), ({5}, set())]
    on_the_day = account(6, recalls=frozenset({Recalled("kakao", "2022-10-28", "2022-10-28")}), **on(2024, 5, 21))
    assert [g.background for g in group([*fire, smaller, on_the_day])] == [set(), {6}, set()]


def test_a_copy_follows_its_story() -> None:
    copy = account(2, story_id=1, published_at=None)
    assert members([account(1, **at(FIRE)), copy]) == [[1, 2]]


def test_most_stories_decide_and_a_minute_wins_over_a_day() -> None:
    half = FIRE + timedelta(minutes=3)
    accounts = [
        account(1, **at(half)),
        account(2, story_id=1, **at(half)),
        account(3, **at(FIRE)),
        account(4, **at(FIRE)),
        *(account(number, **on(2022, 10, 15)) for number in range(5, 9)),
    ]
    (found,) = group(accounts)
    assert found.moment("start") == (FIRE, Precision.MINUTE)


def test_an_end_before_the_start_is_nobodys_end() -> None:
    (found,) = group([account(1, end=FIRE - timedelta(hours=1), end_precision=Precision.MINUTE, **at(FIRE))])
    assert found.moment("end") is None


def test_the_platform_that_failed_stands_before_the_services_on_it() -> None:
    assert root(["baemin", "aws"], ["third_party"], {"baemin": (False, 3), "aws": (True, 9)}) == "aws"
    assert root(["baemin", "aws"], [], {"baemin": (False, 3), "aws": (True, 9)}) == "baemin"
    assert root(["kakao_pay", "kt"], [], {"kakao_pay": (True, 50), "kt": (True, 4)}) == "kt"
    assert root(["gone_from_the_catalog"], [], {}) == "gone_from_the_catalog"


def told(
    number: int, *services: str, published: datetime, start: datetime | None = FIRE, sentence: str = ""
) -> TaggedDocument:
    sentence = sentence or f"{number}번째 기사는 저마다 다른 말로 먹통을 전한다."
    evidence = Evidence(part="text", start=0, end=2, sentence=sentence, rule="test")
    note = annotation(
        services_affected=tuple(Label(id=service, evidence=(evidence,)) for service in services),
        outage_start=start and Moment(at=start, precision=Precision.MINUTE, evidence=(WORD,)),
    )
    body = f"{number} " + "".join(chr(0xAC00 + (number * 977 + i * 131) % 11172) for i in range(60))
    return TaggedDocument(
        document=document(
            f"https://news.example/{number}", text=body, published_at=published, external_id=f"d{number}"
        ),
        annotation=note,
    )


def keep(store: Store, items: Sequence[TaggedDocument]) -> None:
    run = start_run(store, "example", name="example", kind="news", options={})
    write(store, run, items)
    assign(store)
    finish(store, run, RunStatus.DONE, None)


def test_ids_are_stable_and_rebuilding_changes_nothing(store: Store) -> None:
    published = FIRE.astimezone(UTC) + timedelta(hours=2)
    keep(store, [told(1, "kakaotalk", published=published), told(2, "kt", published=published)])
    assert rebuild(store) == 2
    before = {each.id: each.documents for each in incidents(store)}
    assert before == {"2022-10-15-kakao": ["d1"], "2022-10-15-kt": ["d2"]}
    keep(store, [told(3, "kakao_pay", published=published, start=FIRE - timedelta(hours=3))])
    keep(store, [told(4, "kakao_pay", published=published + timedelta(days=3), start=None)])
    assert [rebuild(store), rebuild(store)] == [2, 2]
    after = {each.id: each.documents for each in incidents(store)}
    assert after == {"2022-10-15-kakao": ["d1", "d3", "d4"], "2022-10-15-kt": ["d2"]}
    assert [each.id for each in incidents(store, service="kt")] == ["2022-10-15-kt"]


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_arrival_does_not_matter(store: Store, seed: int) -> None:
    published = FIRE.astimezone(UTC) + timedelta(hours=2)
    items = [
        told(n, "kakaotalk" if n % 2 else "kt", published=published, start=FIRE if n % 3 else None) for n in range(9)
    ]
    random.Random(seed).shuffle(items)
    for item in items:
        keep(store, [item])
        rebuild(store)
    found = sorted(sorted(each.documents) for each in incidents(store))
    assert found == [["d0", "d2", "d4", "d6", "d8"], ["d1", "d3", "d5", "d7"]]


def test_statements_show_who_says_what_and_what_conflicts(store: Store) -> None:
    published = FIRE.astimezone(UTC) + timedelta(hours=2)
    other = FIRE + timedelta(minutes=10)
    keep(store, [told(1, "kakaotalk", published=published), told(2, "kakaotalk", published=published, start=other)])
    rebuild(store)
    found = statements(store, "2022-10-15-kakao")
    starts = [(s.value[:16], s.document.url[-1]) for s in found if s.field == "outage_start"]
    assert starts == [("2022-10-15T15:30", "1"), ("2022-10-15T15:40", "2")]
    assert statements(store, "2022-10-15-nobody") == []


@pytest.mark.parametrize(
    ("sentence", "recalled"),
    [
        ("지난해 10월에도 멈춘 적이 있다.", ["d2"]),
        ("지난 10월 15일에 이어 또 멈췄다.", ["d2"]),
        ("2022년 10월에도 멈췄다.", ["d2"]),
        ("재작년 10월에도 멈췄다.", []),
        ("오는 10월 15일까지 고치겠다고 했다.", []),
        ("10월의 어느 날 같았다.", []),
        ("지난해 가을에도 먹통이 됐다.", ["d2"]),
        ("지난해 10월에 새 요금제를 냈다.", []),
        ("카카오톡도 지난해 말에 멈췄다.", []),
    ],
)
def test_an_earlier_incident_is_recalled_by_its_month(store: Store, sentence: str, recalled: list[str]) -> None:
    later = datetime(2023, 5, 2, 9, tzinfo=KST)
    second = told(2, "kakao_t", published=later.astimezone(UTC), start=later, sentence=sentence)
    keep(store, [told(1, "kakaotalk", published=FIRE.astimezone(UTC)), second])
    rebuild(store)
    assert {each.id: each.background for each in incidents(store)} == {
        "2022-10-15-kakao": recalled,
        "2023-05-02-kakao": [],
    }


def test_the_commands(store: Store) -> None:
    keep(store, [told(1, "kakaotalk", published=FIRE.astimezone(UTC))])
    rebuild(store)
    url = store.engine.url.render_as_string(hide_password=False)
    run = CliRunner().invoke
    (row,) = json.loads(run(meoktong, ["incidents", "--database", url, "--format", "json"]).stdout)
    assert row["id"] == "2022-10-15-kakao"
    assert (row["provider"], row["services"], row["documents"]) == ("kakao", ["kakaotalk"], ["d1"])
    assert (row["start"], row["end"], row["duration_minutes"]) == ("2022-10-15T15:30", None, None)
    rows = json.loads(run(meoktong, ["incident", row["id"], "--database", url, "--format", "json"]).stdout)
    assert {row["field"] for row in rows} == {"outage_start", "first_report", "failing", "recovery", "damages"}
    nobody = run(meoktong, ["incident", "2022-10-15-nobody", "--database", url])
    assert nobody.exit_code == 1
    assert "no incident '2022-10-15-nobody'" in str(nobody.exception)


def test_nothing_is_left_of_an_incident_whose_documents_are_gone(store: Store) -> None:
    keep(store, [told(1, "kakaotalk", published=FIRE.astimezone(UTC))])
    rebuild(store)
    with store.writing() as connection:
        connection.execute(text("UPDATE annotations SET relevant = false"))
    assert incidents(store) == []
    assert rebuild(store) == 0
    with store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM incidents")).scalar() == 0


def test_coded_documents_are_grouped_as_people_group_them() -> None:
    """Pairwise F1 over the coded labels, so that a misread label is not counted against the grouping."""
    rows = [json.loads(line) for line in (GOLD / "dev.jsonl").read_text(encoding="utf-8").splitlines()]
    gold = {n: row["incident"] for n, row in enumerate(rows) if row["incident"] and row["services_affected"]}
    found = group([coded(number, rows[number]) for number in gold])
    where = {document_id: place for place, each in enumerate(found) for document_id in each.documents}
    wanted = {pair for pair in combinations(gold, 2) if gold[pair[0]] == gold[pair[1]]}
    made = {pair for pair in combinations(gold, 2) if where[pair[0]] == where[pair[1]]}
    right = len(wanted & made)
    assert 2 * right / (len(wanted) + len(made)) >= 0.9, (right, len(wanted), len(made))


def coded(number: int, row: dict[str, Any]) -> Account:
    def moment(value: str | None) -> tuple[datetime | None, Precision | None]:
        if value is None:
            return None, None
        parsed = datetime.fromisoformat(value).replace(tzinfo=KST)
        return parsed, Precision.MINUTE if "T" in value else Precision.DAY

    (start, start_precision), (end, end_precision) = moment(row["outage_start"]), moment(row["outage_end"])
    services = row["services_affected"]
    main_root = root(services, row["causes"], {service: (False, place) for place, service in enumerate(services)})
    return account(
        number,
        main_root,
        also=[root([service], [], {}) for service in services],
        causes=row["causes"],
        published_at=moment(row["published"])[0],
        start=start,
        start_precision=start_precision,
        end=end,
        end_precision=end_precision,
    )
