"""What is remembered of addresses between runs, and how each address ended in each run."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Row, and_, bindparam, select, update

from meoktong.models import Listed, Outcome
from meoktong.store.bulk import insert_rows, new_ids
from meoktong.store.connection import Store
from meoktong.store.runs import Run
from meoktong.store.schema import Document, RunUrl, Url
from meoktong.times import now

T = TypeVar("T")

CHUNK = 500  # addresses in one statement
ATTEMPTS = 5  # failures in a row after which an address is left alone until a listing names it again

# The address was not read to its end: the next run asks again, and an ETag of this time must not answer for a text
# that was never stored.
UNFINISHED = frozenset(
    {
        Outcome.PENDING,
        Outcome.OVER_LIMIT,
        Outcome.ROBOTS_UNREACHABLE,
        Outcome.HTTP_ERROR,
        Outcome.TIMEOUT,
        Outcome.UNREACHABLE,
        Outcome.FAILED,
    }
)
TRIED = UNFINISHED - {Outcome.PENDING, Outcome.OVER_LIMIT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said with a page: enough to ask later whether the page has changed."""

    fetched_at: datetime
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How an address ended in a run. `answer` is None when it was not fetched."""

    url: str
    outcome: Outcome
    detail: str | None = None
    answer: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What earlier runs left of an address. `fetched_at` is None when no run has read it yet."""

    listed: Listed
    outcome: Outcome  # the last one but for `seen`
    attempts: int  # failures since the last success
    fetched_at: datetime | None
    etag: str | None
    last_modified: str | None
    published_at: datetime | None  # of the stored document
    modified_at: datetime | None


def known(store: Store, urls: Iterable[str]) -> dict[str, Known]:
    """What is remembered of those of `urls` that an earlier run met."""
    with store.reading() as connection:
        return _known(connection, list(urls))


def discover(store: Store, run: Run, listed: Sequence[Listed]) -> dict[str, Known]:
    """Remember addresses that a listing names and count each as pending in this run, once.

    Returns what was known of them before, as `known` does.
    """
    newest = {entry.url: entry for entry in listed}
    with store.writing() as connection:
        before = _known(connection, list(newest))
        ids = _enter(store, connection, run, list(newest))
        if ids:
            connection.execute(
                update(Url)
                .where(Url.id == bindparam("address"))
                .values(
                    listed=bindparam("said"),
                    source_id=run.source_id,  # an import may have met it first, but it is this source that asks again
                ),
                [{"address": ids[url], "said": _pack(entry)} for url, entry in newest.items()],
            )
    return before


def pending(store: Store, run: Run) -> list[Listed]:
    """The addresses of the run's source that no run has read yet or whose last reading failed, oldest first."""
    statement = (
        select(Url.url, Url.listed)
        .where(
            Url.source_id == run.source_id,
            Url.kind == "page",
            Url.url.startswith("http"),  # an imported document may have an address that nobody can fetch
            Url.outcome.in_(UNFINISHED),
            Url.attempts < ATTEMPTS,
        )
        .order_by(Url.id)
    )
    with store.reading() as connection:
        return [_unpack(row.url, row.listed) for row in connection.execute(statement)]


def record(store: Store, run: Run, results: Sequence[Result]) -> None:
    """Give addresses their outcome in this run, and remember what their servers said.

    An address ends once in a run: a second outcome is ignored.
    """
    with store.writing() as connection:
        end(connection, run, results)


def faults(store: Store, run: Run, outcomes: Iterable[Outcome], limit: int) -> list[Result]:
    """The first `limit` addresses of a run that ended in one of `outcomes`, with the reason."""
    statement = (
        select(Url.url, RunUrl.outcome, RunUrl.detail)
        .join(RunUrl, RunUrl.url_id == Url.id)
        .where(RunUrl.run_id == run.id, RunUrl.outcome.in_(list(outcomes)))
        .order_by(RunUrl.url_id)
        .limit(limit)
    )
    with store.reading() as connection:
        return [
            Result(url=row.url, outcome=Outcome(row.outcome), detail=row.detail)
            for row in connection.execute(statement)
        ]


def remember_listing(store: Store, run: Run, url: str, answer: Answer) -> None:
    """Remember what a server said with a listing. Only call it once all that the listing names is discovered."""
    values = {"etag": answer.etag, "last_modified": answer.last_modified, "fetched_at": answer.fetched_at}
    statement = store.insert(Url).values(
        url=url,
        source_id=run.source_id,
        kind="listing",
        discovered_at=now(),
        listed={},
        attempts=0,
        outcome=Outcome.SEEN,
        **values,
    )
    with store.writing() as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=[Url.url], set_=values))


def end(connection: Connection, run: Run, results: Sequence[Result]) -> None:
    """`record` within a transaction that the caller holds."""
    firsts: dict[str, Result] = {}
    for result in results:
        firsts.setdefault(result.url, result)
    before = _met(connection, run, list(firsts))
    fresh = [result for url, result in firsts.items() if url not in before]
    met = [result for url, result in firsts.items() if url in before and before[url].outcome is None]
    pending = [result for url, result in firsts.items() if url in before and before[url].outcome == Outcome.PENDING]
    ids = {url: row.id for url, row in before.items()}
    ids |= zip((result.url for result in fresh), new_ids(connection, Url, len(fresh)), strict=True)
    at = now()
    insert_rows(connection, Url, [_fresh(run, ids[result.url], result, at) for result in fresh])
    insert_rows(
        connection,
        RunUrl,
        [
            {"run_id": run.id, "url_id": ids[r.url], "outcome": r.outcome, "detail": r.detail, "at": at}
            for r in (*fresh, *met)
        ],
    )
    if pending:
        connection.execute(
            update(RunUrl)
            .where(RunUrl.run_id == run.id, RunUrl.url_id == bindparam("address"))
            .values(outcome=bindparam("word"), detail=bindparam("why"), at=at),
            [{"address": ids[r.url], "word": r.outcome, "why": r.detail} for r in pending],
        )
    _remember(connection, ids, [*met, *pending])


def _met(connection: Connection, run: Run, urls: Sequence[str]) -> dict[str, Row[*tuple[Any, ...]]]:
    """Of addresses that are known: the id, and the outcome in this run, which is None when it has not met them."""
    found: dict[str, Row[*tuple[Any, ...]]] = {}
    here = and_(RunUrl.url_id == Url.id, RunUrl.run_id == run.id)
    for chunk in chunks(urls):
        rows = connection.execute(
            select(Url.url, Url.id, RunUrl.outcome).outerjoin(RunUrl, here).where(Url.url.in_(chunk))
        )
        found |= {row.url: row for row in rows}
    return found


def _fresh(run: Run, row_id: int, result: Result, at: datetime) -> dict[str, Any]:
    """The row of an address that is met for the first time and has ended: what `_enter` and `_remember` would leave."""
    tried = result.outcome in TRIED
    answer = None if tried else result.answer
    return {
        "id": row_id,
        "url": result.url,
        "source_id": run.source_id,
        "kind": "page",
        "discovered_at": at,
        "listed": {},
        "fetched_at": answer and answer.fetched_at,
        "attempts": int(tried),
        "outcome": Outcome.PENDING if result.outcome is Outcome.SEEN else result.outcome,
        "etag": answer and answer.etag,
        "last_modified": answer and answer.last_modified,
    }


def _remember(connection: Connection, ids: Mapping[str, int], ended: Sequence[Result]) -> None:
    """Change what is known of addresses. One that was only seen is known as before."""
    read: list[dict[str, Any]] = []
    unread: list[dict[str, Any]] = []
    for result in ended:
        row: dict[str, Any] = {"address": ids[result.url], "word": result.outcome}
        if result.outcome is Outcome.SEEN:
            continue
        if result.outcome in TRIED or result.answer is None:
            unread.append(row | {"failures": int(result.outcome in TRIED)})
        else:
            answer = result.answer
            read.append(row | {"at": answer.fetched_at, "tag": answer.etag, "date": answer.last_modified})
    this = update(Url).where(Url.id == bindparam("address"))
    if unread:
        statement = this.values(outcome=bindparam("word"), attempts=Url.attempts + bindparam("failures"))
        connection.execute(statement, unread)
    if read:
        statement = this.values(
            outcome=bindparam("word"),
            attempts=0,
            fetched_at=bindparam("at"),
            etag=bindparam("tag"),
            last_modified=bindparam("date"),
        )
        connection.execute(statement, read)


def _enter(store: Store, connection: Connection, run: Run, urls: Sequence[str]) -> dict[str, int]:
    """Make each address known and, unless it has ended already, pending in this run. Returns their row ids."""
    if not urls:
        return {}
    at = now()
    new = {
        "source_id": run.source_id,
        "kind": "page",
        "discovered_at": at,
        "listed": {},
        "attempts": 0,
        "outcome": Outcome.PENDING,
    }
    connection.execute(store.insert(Url).on_conflict_do_nothing(), [{"url": url, **new} for url in urls])
    ids: dict[str, int] = {}
    for chunk in chunks(urls):
        ids |= {row.url: row.id for row in connection.execute(select(Url.url, Url.id).where(Url.url.in_(chunk)))}
    connection.execute(
        store.insert(RunUrl).on_conflict_do_nothing(),
        [{"run_id": run.id, "url_id": ids[url], "outcome": Outcome.PENDING, "at": at} for url in urls],
    )
    return ids


def _known(connection: Connection, urls: Sequence[str]) -> dict[str, Known]:
    found: dict[str, Known] = {}
    for chunk in chunks(urls):
        rows = connection.execute(
            select(
                Url.url,
                Url.listed,
                Url.outcome,
                Url.attempts,
                Url.fetched_at,
                Url.etag,
                Url.last_modified,
                Document.published_at,
                Document.modified_at,
            )
            .outerjoin(Document, Document.url == Url.url)
            .where(Url.url.in_(chunk))
        )
        for row in rows:
            found[row.url] = Known(
                listed=_unpack(row.url, row.listed),
                outcome=Outcome(row.outcome),
                attempts=row.attempts,
                fetched_at=row.fetched_at,
                etag=row.etag,
                last_modified=row.last_modified,
                published_at=row.published_at,
                modified_at=row.modified_at,
            )
    return found


def _pack(listed: Listed) -> dict[str, Any]:
    """The JSON that `urls.listed` keeps: the times. A title of a board may hold what privacy would have masked."""
    packed: dict[str, Any] = msgspec.to_builtins(replace(listed, title=None))
    return {key: value for key, value in packed.items() if key != "url" and value is not None}


def _unpack(url: str, packed: dict[str, Any]) -> Listed:
    return msgspec.convert({"url": url, **packed}, Listed)


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """`values` in pieces of `CHUNK`: databases take no statement with any number of parameters."""
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))
