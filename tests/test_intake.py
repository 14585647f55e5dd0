"""The door for documents: every one of them ends in one outcome, whatever happens on the way."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import taggers
from hypothesis import given
from hypothesis import strategies as st
from making import DAY, document
from sqlalchemy import func, select

from meoktong.errors import CatalogError, Rejected, StoreError, UnhealthyError
from meoktong.models import Document, Kind, Outcome
from meoktong.store import Store, memory
from meoktong.store.memory import Answer, Result
from meoktong.store.runs import Run, start_run
from meoktong.store.schema import Document as DocumentRow
from meoktong.store.schema import RunUrl, Url
from pipelines import health, intake, tag
from pipelines.dedupe import Dedupe
from pipelines.intake import Intake
from pipelines.tag import Tagging
from pipelines.validate import clean, validate

NOW = datetime(2026, 11, 25, tzinfo=UTC)
KEY = b"k" * 32

Work = Callable[[Intake], Awaitable[None]]


@pytest.fixture
def writer() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.fixture
def run(store: Store) -> Run:
    return start_run(store, "example", options={})


def take_in(
    store: Store, run: Run, writer: ThreadPoolExecutor, work: Work, *, workers: int = 1, make: tag.Make = taggers.plain
) -> Counter[Outcome]:
    async def all_of_it() -> Counter[Outcome]:
        with closing(Tagging("mecab", workers, make)) as tagging:
            async with Intake(store, run, tagging, key=KEY, writer=writer) as door:
                await work(door)
            return door.outcomes

    return asyncio.run(all_of_it())


def submitting(*documents: Document) -> Work:
    async def work(door: Intake) -> None:
        for one in documents:
            await door.submit(one)

    return work


def ended(store: Store, run: Run) -> dict[str, str]:
    with store.reading() as connection:
        rows = connection.execute(select(Url.url, RunUrl.outcome).join(RunUrl).where(RunUrl.run_id == run.id))
        return {row.url: row.outcome for row in rows}


def number(n: int, **changes: object) -> Document:
    return document(f"https://news.example/{n}", title=f"제목 {n}", **changes)


def stored(store: Store) -> int:
    with store.reading() as connection:
        return connection.scalar(select(func.count()).select_from(DocumentRow)) or 0


@pytest.mark.parametrize("workers", [1, 2])
def test_every_document_ends_once(
    store: Store, run: Run, writer: ThreadPoolExecutor, workers: int, caplog: pytest.LogCaptureFixture
) -> None:
    batch = [
        number(1),
        number(2, text="무관"),
        number(3, text="고장"),
        number(4, text=" \n"),
        number(5, published_at=datetime(2099, 1, 1, tzinfo=UTC)),
        document("https://news.example/6", title="제목 1"),
        number(7, text="고장"),
    ]
    counts = take_in(store, run, writer, submitting(*batch), workers=workers)
    assert ended(store, run) == {
        "https://news.example/1": "stored",
        "https://news.example/2": "off-topic",
        "https://news.example/3": "failed",
        "https://news.example/4": "no-text",
        "https://news.example/5": "bad-date",
        "https://news.example/6": "duplicate",
        "https://news.example/7": "failed",
    }
    assert counts == Counter(Outcome(word) for word in ended(store, run).values())
    tracebacks = [record.exc_info for record in caplog.records if "the tagger broke" in record.getMessage()]
    assert [bool(found) for found in tracebacks] == [True, False]


def test_a_document_that_kills_its_process_costs_no_other(
    store: Store, run: Run, writer: ThreadPoolExecutor, caplog: pytest.LogCaptureFixture
) -> None:
    batch = [number(n, text="즉사" if n in (3, 8) else "카톡이 멈췄다") for n in range(12)]
    with caplog.at_level(logging.WARNING, logger="pipelines"):
        counts = take_in(store, run, writer, submitting(*batch), workers=2)
    assert counts == {Outcome.STORED: 10, Outcome.FAILED: 2}
    assert {url for url, word in ended(store, run).items() if word == "failed"} == {
        "https://news.example/3",
        "https://news.example/8",
    }
    assert sum("process died" in record.getMessage() for record in caplog.records) == 2


@pytest.mark.parametrize("workers", [1, 2])
def test_without_a_tagger_the_intake_ends_with_its_reason(
    store: Store, run: Run, writer: ThreadPoolExecutor, workers: int
) -> None:
    with pytest.raises(CatalogError, match=r"services\.yml"):
        take_in(store, run, writer, submitting(number(1)), workers=workers, make=taggers.unmade)
    assert stored(store) == 0


def test_a_database_that_fails_ends_the_intake_and_nobody_waits_for_ever(
    store: Store, run: Run, writer: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(intake, "keep", full)
    with pytest.raises(StoreError, match="full"):
        take_in(store, run, writer, submitting(*map(number, range(500))))


def test_documents_wait_at_the_door_while_enough_are_under_way(
    store: Store, run: Run, writer: ThreadPoolExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "UNDER_WAY", 4)
    most = 0

    async def work(door: Intake) -> None:
        nonlocal most
        for n in range(60):
            await door.submit(number(n, text="천천히" if n < 2 else "빨리"))
            most = max(most, n + 1 - door.outcomes.total())

    assert take_in(store, run, writer, work) == {Outcome.STORED: 60}
    # 4 in the queue, and those that the writer has taken from it, which are no more
    assert most <= 2 * 4 + 2


def test_the_event_loop_is_free_while_documents_are_tagged(store: Store, run: Run, writer: ThreadPoolExecutor) -> None:
    taggers.RELEASED.clear()

    async def work(door: Intake) -> None:
        await door.submit(number(1, text="기다림"))
        await door.submit(number(2))
        taggers.RELEASED.set()  # a loop that stood still while the first was tagged would never come here

    assert take_in(store, run, writer, work) == {Outcome.STORED: 2}


def test_order_is_kept_however_long_tagging_takes(store: Store, run: Run, writer: ThreadPoolExecutor) -> None:
    first = document(text="천천히 읽는 글")
    counts = take_in(store, run, writer, submitting(first, document(text="나중 글")), workers=2)
    assert counts == {Outcome.STORED: 1, Outcome.UPDATED: 1}
    with store.reading() as connection:
        assert connection.scalar(select(DocumentRow.version)) == 2


def test_an_exception_of_the_one_who_submits_drops_what_is_under_way(
    store: Store, run: Run, writer: ThreadPoolExecutor
) -> None:
    async def work(door: Intake) -> None:
        for n in range(3):
            await door.submit(number(n, text="천천히"))
        raise RuntimeError("of a spider")

    with pytest.raises(RuntimeError, match="of a spider"):
        take_in(store, run, writer, work)
    assert stored(store) == 0


def test_dropped_addresses_and_answers_are_kept(store: Store, run: Run, writer: ThreadPoolExecutor) -> None:
    answer = Answer(fetched_at=DAY, etag='"abc"')

    async def work(door: Intake) -> None:
        await door.submit(number(1), answer)
        await door.submit(number(2, text="고장"), answer)
        await door.drop(Result(url="https://news.example/3", outcome=Outcome.GONE, detail="404"))

    assert take_in(store, run, writer, work) == {Outcome.STORED: 1, Outcome.FAILED: 1, Outcome.GONE: 1}
    known = memory.known(store, [f"https://news.example/{n}" for n in (1, 2, 3)])
    assert [entry.etag for entry in known.values()] == ['"abc"', None, None]


def test_posts_are_protected_before_the_tagger_and_the_tables(
    store: Store, run: Run, writer: ThreadPoolExecutor, caplog: pytest.LogCaptureFixture
) -> None:
    post = number(1, kind=Kind.POST, author="새벽네시", text="고장 010-1234-5678")
    take_in(store, run, writer, submitting(post, number(2, kind=Kind.POST, text="번호 010-1234-5678")))
    with store.reading() as connection:
        kept = [list(row) for row in connection.execute(select(DocumentRow.title, DocumentRow.author))]
    assert kept == [["제목 2", None]]
    assert "5678" not in caplog.text
    assert "새벽네시" not in caplog.text


def test_a_close_without_documents(store: Store, run: Run, writer: ThreadPoolExecutor) -> None:
    assert take_in(store, run, writer, submitting()) == {}


# validate


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"title": " \u200b\n"}, Outcome.NO_TEXT),
        ({"text": ""}, Outcome.NO_TEXT),
        ({"text": "\x00\ufeff \n"}, Outcome.NO_TEXT),
        ({"url": " "}, Outcome.INVALID),
        ({"published_at": NOW + timedelta(days=1, seconds=1)}, Outcome.BAD_DATE),
        ({"published_at": datetime(1989, 12, 31, tzinfo=UTC)}, Outcome.BAD_DATE),
        ({"published_at": datetime(1970, 1, 1, tzinfo=UTC)}, Outcome.BAD_DATE),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, object], outcome: Outcome) -> None:
    with pytest.raises(Rejected) as caught:
        validate(document(**changes), NOW)
    assert caught.value.outcome == outcome


@pytest.mark.parametrize("moment", [NOW + timedelta(hours=23), datetime(1990, 1, 1, tzinfo=UTC), None])
def test_what_may_be_passes(moment: datetime | None) -> None:
    assert validate(document(published_at=moment), NOW).published_at == moment


def test_an_impossible_modification_is_left_out() -> None:
    assert validate(document(modified_at=datetime(2099, 1, 1, tzinfo=UTC)), NOW).modified_at is None
    assert validate(document(modified_at=DAY), NOW).modified_at == DAY


def test_characters_are_cleaned() -> None:
    assert clean("카톡\x00 먹\ud800통\r\n끝\t.") == "카톡 먹통\n끝\t."  # composed, NUL and surrogate gone
    assert validate(document(title=" 카톡 \n 먹통 "), NOW).title == "카톡 먹통"


@given(st.text())
def test_clean_text_can_be_stored_and_stays_clean(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    once.encode()
    assert "\x00" not in once


# dedupe


def test_the_same_text_under_another_address_is_a_duplicate() -> None:
    dedupe = Dedupe()
    assert dedupe.check(number(1)) == number(1)
    assert dedupe.check(number(1)) == number(1)
    with pytest.raises(Rejected, match=r"news\.example/1") as caught:
        dedupe.check(document("https://m.news.example/1", title="제목 1"))
    assert caught.value.outcome == Outcome.DUPLICATE


@pytest.mark.parametrize(
    "changes", [{"title": "x"}, {"text": "x"}, {"author": "x"}, {"published_at": DAY + timedelta(hours=1)}]
)
def test_another_author_time_or_text_is_another_document(changes: dict[str, object]) -> None:
    dedupe = Dedupe()
    dedupe.check(document())
    other = document("https://news.example/2", **changes)
    assert dedupe.check(other) == other


# health


@pytest.mark.parametrize(
    ("counts", "floor"),
    [
        ({Outcome.NOT_ARTICLE: 3}, 0),
        ({Outcome.NO_TEXT: 1, Outcome.SEEN: 50}, 0),
        ({Outcome.STORED: 4}, 5),
        ({}, 1),
    ],
)
def test_an_empty_success_is_a_failure(counts: dict[Outcome, int], floor: int) -> None:
    with pytest.raises(UnhealthyError):
        health.check(counts, floor=floor)


@pytest.mark.parametrize(
    ("counts", "floor"),
    [
        ({}, 0),
        ({Outcome.SEEN: 9}, 9),
        ({Outcome.NOT_ARTICLE: 3, Outcome.OFF_TOPIC: 1}, 4),
        ({Outcome.NOT_MODIFIED: 3}, 3),
        ({Outcome.DUPLICATE: 3}, 3),
    ],
)
def test_a_quiet_day_is_no_failure(counts: dict[Outcome, int], floor: int) -> None:
    health.check(counts, floor=floor)
