"""Runs, their leases, and the memory of addresses, on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from making import DAY, tagged
from sqlalchemy import select

from meoktong.errors import BusyError, StoreError
from meoktong.models import Listed, Outcome, Precision
from meoktong.store import Store, memory, runs
from meoktong.store.memory import ATTEMPTS, TRIED, UNFINISHED, Answer, Known, Result
from meoktong.store.runs import LEASE, Run, RunStatus, finish, renew, running, start_run
from meoktong.store.schema import CrawlRun, RunUrl, Source, Url
from meoktong.store.write import write

URL = "https://news.example/1"
ANSWER = Answer(fetched_at=DAY, etag='"abc"', last_modified="Mon, 17 Oct 2022 05:12:00 GMT")


@pytest.fixture
def run(store: Store) -> Run:
    return start_run(store, "example", name="보기", kind="news", options={"since": "2022-10-01"})


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(runs, "now", lambda: moment)


def row(store: Store, run: Run) -> tuple[str, str | None, bool]:
    with store.reading() as connection:
        found = connection.execute(select(CrawlRun).where(CrawlRun.id == run.id)).one()
        return found.status, found.message, found.finished_at is not None


def ended(store: Store, run: Run) -> dict[str, tuple[str, str | None]]:
    with store.reading() as connection:
        statement = select(Url.url, RunUrl.outcome, RunUrl.detail).join(RunUrl).where(RunUrl.run_id == run.id)
        return {r.url: (r.outcome, r.detail) for r in connection.execute(statement)}


def remembered(store: Store, url: str = URL) -> Known:
    return memory.known(store, [url])[url]


def test_a_source_is_held_until_the_run_ends(store: Store, run: Run) -> None:
    with pytest.raises(BusyError, match=f"held by run {run.id}"):
        start_run(store, "example", options={})
    start_run(store, "other", options={})
    finish(store, run, RunStatus.DONE)
    second = start_run(store, "example", options={})
    assert row(store, run) == ("done", None, True)
    assert row(store, second) == ("running", None, False)


def test_a_refused_run_leaves_no_trace(store: Store, run: Run) -> None:
    with pytest.raises(BusyError):
        start_run(store, "example", options={})
    with store.reading() as connection:
        assert len(connection.execute(select(CrawlRun)).all()) == 1


def test_a_killed_run_frees_its_source_after_the_lease(store: Store, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    later = runs.now() + LEASE + timedelta(seconds=1)
    at(monkeypatch, later)
    second = start_run(store, "example", options={})
    assert row(store, run)[0] == "interrupted"
    with pytest.raises(StoreError, match="lost its source"):
        renew(store, run)
    finish(store, run, RunStatus.DONE)  # too late: it neither counts as done nor frees what is not its own
    assert row(store, run)[0] == "interrupted"
    with pytest.raises(BusyError):
        start_run(store, "example", options={})
    renew(store, second)


def test_a_renewed_lease_lasts(store: Store, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    start = runs.now()
    at(monkeypatch, start + LEASE * 0.6)
    renew(store, run)
    at(monkeypatch, start + LEASE * 1.5)
    with pytest.raises(BusyError):
        start_run(store, "example", options={})


def test_an_import_does_not_rename_a_described_source(store: Store, run: Run) -> None:
    finish(store, run, RunStatus.DONE)
    finish(store, start_run(store, "example", options={}), RunStatus.DONE)
    start_run(store, "collection", options={})
    with store.reading() as connection:
        found = {r.slug: (r.name, r.kind) for r in connection.execute(select(Source))}
    assert found == {"example": ("보기", "news"), "collection": ("collection", "import")}


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (StoreError("the disk is full"), ("failed", "the disk is full", True)),
        (KeyboardInterrupt(), ("interrupted", None, True)),
    ],
)
def test_an_exception_ends_the_run(store: Store, error: BaseException, expected: tuple[object, ...]) -> None:
    started = []

    def work() -> None:
        with running(store, "example", options={}) as run:
            started.append(run)
            raise error

    with pytest.raises(type(error)):
        work()
    assert row(store, started[0]) == expected
    start_run(store, "example", options={})


def test_discovering_counts_each_page_once_and_says_what_was_known(store: Store, run: Run) -> None:
    listed = Listed(url=URL, title="제목", published_at=DAY, published_precision=Precision.DAY)
    assert memory.discover(store, run, [listed, listed]) == {}
    assert ended(store, run) == {URL: ("pending", None)}
    known = memory.discover(store, run, [listed, Listed(url="https://news.example/2")])
    assert list(known) == [URL]
    assert known[URL].listed == replace(listed, title=None)  # what posters write is not kept unmasked
    assert (known[URL].outcome, known[URL].fetched_at, known[URL].published_at) == (Outcome.PENDING, None, None)
    assert len(ended(store, run)) == 2


def test_the_newest_listing_is_remembered(store: Store, run: Run) -> None:
    memory.discover(store, run, [Listed(url=URL, published_at=DAY)])
    memory.discover(store, run, [Listed(url=URL, modified_at=DAY)])
    memory.record(store, run, [Result(url=URL, outcome=Outcome.GONE)])
    assert remembered(store).listed == Listed(url=URL, modified_at=DAY)


def test_an_address_ends_once_in_a_run(store: Store, run: Run) -> None:
    memory.discover(store, run, [Listed(url=URL)])
    both = [Result(url=URL, outcome=Outcome.GONE, detail="404"), Result(url=URL, outcome=Outcome.TIMEOUT)]
    memory.record(store, run, both)
    memory.record(store, run, [Result(url=URL, outcome=Outcome.FAILED)])
    assert ended(store, run) == {URL: ("gone", "404")}
    assert (remembered(store).outcome, remembered(store).attempts) == (Outcome.GONE, 0)


def test_a_result_of_a_page_that_no_listing_named_counts_too(store: Store, run: Run) -> None:
    memory.record(store, run, [Result(url=URL, outcome=Outcome.NOT_ARTICLE, answer=ANSWER)])
    assert ended(store, run) == {URL: ("not-article", None)}
    assert (remembered(store).fetched_at, remembered(store).etag) == (DAY, '"abc"')


def test_what_is_not_finished_is_taken_up_by_the_next_run(store: Store, run: Run) -> None:
    pages = [Listed(url=f"https://news.example/{outcome}") for outcome in Outcome]
    memory.discover(store, run, pages)
    memory.record(
        store,
        run,
        [
            Result(url=page.url, outcome=outcome, answer=ANSWER)
            for page, outcome in zip(pages, Outcome, strict=True)
            if outcome not in (Outcome.PENDING, Outcome.SEEN)
        ],
    )
    memory.remember_listing(store, run, "https://news.example/feed", ANSWER)
    left = {listed.url for listed in memory.pending(store, run)}
    assert left == {f"https://news.example/{outcome}" for outcome in {*UNFINISHED, Outcome.SEEN}}
    finish(store, run, RunStatus.DONE)
    other = start_run(store, "other", options={})
    assert memory.pending(store, other) == []


@pytest.mark.parametrize("outcome", sorted(TRIED))
def test_an_etag_of_a_failed_reading_is_not_kept(store: Store, run: Run, outcome: Outcome) -> None:
    memory.record(store, run, [Result(url=URL, outcome=outcome, answer=ANSWER)])
    found = remembered(store)
    assert (found.etag, found.last_modified, found.fetched_at, found.attempts) == (None, None, None, 1)


def test_failures_add_up_until_the_page_is_left_alone(store: Store, run: Run) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        memory.discover(store, run, [Listed(url=URL)])
        memory.record(store, run, [Result(url=URL, outcome=Outcome.TIMEOUT)])
        assert remembered(store).attempts == attempt
        assert bool(memory.pending(store, run)) == (attempt < ATTEMPTS)
        finish(store, run, RunStatus.DONE)
        run = start_run(store, "example", options={})
    memory.record(store, run, [Result(url=URL, outcome=Outcome.NOT_ARTICLE, answer=ANSWER)])
    assert remembered(store).attempts == 0


def test_an_imported_document_without_a_web_address_is_never_asked_for(store: Store, run: Run) -> None:
    memory.record(store, run, [Result(url="urn:meoktong:example:7", outcome=Outcome.FAILED)])
    assert memory.pending(store, run) == []


def test_seeing_a_page_again_keeps_what_was_known_of_it(store: Store, run: Run) -> None:
    write(store, run, [tagged()], answers={URL: ANSWER})
    finish(store, run, RunStatus.DONE)
    second = start_run(store, "example", options={})
    memory.discover(store, second, [Listed(url=URL)])
    memory.record(store, second, [Result(url=URL, outcome=Outcome.SEEN)])
    assert ended(store, second) == {URL: ("seen", None)}
    found = remembered(store)
    assert (found.outcome, found.etag, found.published_at) == (Outcome.STORED, '"abc"', DAY)


def test_a_listing_is_remembered_but_is_no_page(store: Store, run: Run) -> None:
    feed = "https://news.example/feed"
    memory.remember_listing(store, run, feed, ANSWER)
    newer = Answer(fetched_at=DAY + timedelta(days=1), etag='"def"')
    memory.remember_listing(store, run, feed, newer)
    found = remembered(store, feed)
    assert (found.etag, found.last_modified, found.fetched_at) == ('"def"', None, newer.fetched_at)
    assert ended(store, run) == {}
    assert memory.pending(store, run) == []


def test_faults_are_given_with_their_reason(store: Store, run: Run) -> None:
    results = [Result(url=f"urn:{n}", outcome=Outcome.INVALID, detail=f"line {n}") for n in range(5)]
    memory.record(store, run, [*results, Result(url="urn:x", outcome=Outcome.DUPLICATE, detail="y")])
    assert memory.faults(store, run, [Outcome.INVALID, Outcome.FAILED], 3) == results[:3]


def test_many_pages_at_once(store: Store, run: Run) -> None:
    pages = [Listed(url=f"https://news.example/{n}") for n in range(1300)]
    assert memory.discover(store, run, pages) == {}
    assert len(memory.discover(store, run, pages)) == 1300
    memory.record(store, run, [Result(url=page.url, outcome=Outcome.GONE) for page in pages])
    assert memory.pending(store, run) == []
