"""The accounts of one source's run: what was discovered, what is to be fetched, how each page ended.

Everything is in the database before it is fetched, so nothing is lost when the process is killed. SQL runs in a thread
and tagging in other processes: the reactor waits for neither.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from scrapy.exceptions import CloseSpider

from meoktong.crawl.policy import Window, verdict
from meoktong.crawl.report import Listings, Report, conclude, left
from meoktong.errors import MeoktongError, Rejected
from meoktong.models import Document, Listed, Outcome
from meoktong.store import Store, memory, quota, runs
from meoktong.store.memory import Answer, Known, Result
from meoktong.store.runs import Run, RunStatus
from meoktong.times import iso_kst, now
from pipelines.intake import Intake
from pipelines.tag import Tagging

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

START_ERROR = "start_error"  # Scrapy's reason when Spider.start raised
FAULT = "fault"  # Scrapy's reason for closing a spider whose pages can be stored no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the runs of a process share: the database, the one thread for its SQL, the taggers, the authors' key."""

    store: Store
    writer: Executor
    tagging: Tagging
    key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a run is to see: days of publication, pages fetched at most, how long pages are asked for again.

    `backlog`: whether it takes up what earlier runs left.
    """

    window: Window
    limit: int | None
    recheck: timedelta
    backlog: bool = True

    @property
    def whole(self) -> bool:
        """Whether that is everything."""
        return self.limit is None and self.window == Window()


class Ledger:
    """One run's accounts. Methods that need the database or a tagger raise CloseSpider once these have failed.

    `floor` is the number of pages that the source normally lists at least. Call `open` in the event loop first.
    """

    def __init__(self, desk: Desk, run: Run, scope: Scope, floor: int) -> None:
        self.run = run
        self.outcomes: Counter[Outcome] = Counter()  # how pages ended, as the database has it
        self.listings = Listings()
        self.report: Report | None = None
        self._desk = desk
        self._scope = scope
        self._floor = floor if scope.whole else 0
        self._fault: Exception | None = None
        self._pages: set[str] = set()
        self._listings: set[str] = set()
        self._fetches = 0

    def open(self, stop: Callable[[], None]) -> None:
        """Make ready for pages. `stop` is called when the run cannot go on."""
        self._stop = stop
        desk = self._desk
        self._intake = Intake(desk.store, self.run, desk.tagging, key=desk.key, writer=desk.writer)
        self.outcomes = self._intake.outcomes

    @property
    def discovered(self) -> int:
        """Pages that this run met."""
        return len(self._pages)

    @property
    def full(self) -> bool:
        """Whether the limit on pages is reached."""
        return self._scope.limit is not None and self._fetches >= self._scope.limit

    async def take_up(self) -> list[tuple[Listed, Known | None]]:
        """The pages that earlier runs left and this one may fetch; the others stay as they were."""
        pending = await self._call(memory.pending, self.run) if self._scope.backlog else []
        left = [listed for listed in pending if self._scope.window.holds(listed.published_at)][: self._scope.limit]
        known = await self._enter(left)
        self._fetches += len(left)
        return [(listed, known.get(listed.url)) for listed in left]

    async def discover(self, listed: Sequence[Listed]) -> dict[str, Known | None]:
        """Enter the pages that a listing names; the addresses to fetch, with what is known of them."""
        new = list({entry.url: entry for entry in listed if entry.url not in self._pages}.values())
        known = await self._enter(new)
        wanted: dict[str, Known | None] = {}
        for entry in new:
            outcome = verdict(entry, known.get(entry.url), self._scope.window, self._scope.recheck, now())
            if outcome is None and self.full:
                outcome = Outcome.OVER_LIMIT
            if outcome is None:
                self._fetches += 1
                wanted[entry.url] = known.get(entry.url)
            else:
                await self._end(Result(url=entry.url, outcome=outcome))
        return wanted

    def wants_listing(self, url: str, modified_at: datetime | None) -> bool:
        """Whether a listing is to be read: once, below the limit, and not when it is older than what is wanted."""
        old = modified_at is not None and not self._scope.window.may_hold(modified_at)
        if url in self._listings or self.full or old:
            return False
        self._listings.add(url)
        return True

    async def known(self, url: str) -> Known | None:
        """What is remembered of a listing."""
        return (await self._call(memory.known, [url])).get(url)

    async def reserve(self, api: str, daily: int) -> bool:
        """Count a call of a search API; False when the `daily` ones are used up, by whichever run."""
        return await self._call(quota.reserve, api, daily)

    async def end_listing(self, url: str, answer: Answer | None) -> None:
        """Note that a listing was read; with `answer`, that no other needs to be for all it names to be discovered.

        A run that sees only a part does not remember the answer: others need the rest.
        """
        self.listings.read += 1
        if self._scope.whole and answer is not None:
            await self._call(memory.remember_listing, self.run, url, answer)

    async def keep(self, document: Document, answer: Answer | None) -> None:
        """Hand a document to the pipeline; waits while that is busy. Without `answer` its page is asked for again."""
        if document.published_at is not None and not self._scope.window.holds(document.published_at):
            # Without the answer: a run with another window must be able to fetch the page.
            detail = f"published {iso_kst(document.published_at)}"
            await self._end(Result(url=document.url, outcome=Outcome.OUT_OF_RANGE, detail=detail))
            return
        with self._faults():
            await self._intake.submit(document, answer)

    async def reject(self, url: str, rejected: Rejected, answer: Answer | None) -> None:
        """End a page that brought no document."""
        await self._end(Result(url=url, outcome=rejected.outcome, detail=rejected.detail, answer=answer))

    async def renew(self) -> None:
        """Hold the source for another while."""
        await self._call(runs.renew, self.run)

    async def close(self, reason: str) -> None:
        """End the run, for Scrapy's `reason`: store what is under way. What has no outcome stays pending."""
        try:
            await self._intake.close()
        except Exception as error:  # noqa: BLE001  # as in `_faults`
            self._note(error)
        outcomes = self.outcomes + Counter({Outcome.PENDING: self.discovered - self.outcomes.total()})
        status: RunStatus
        message: str | None
        if reason == "finished":
            status, message = conclude(outcomes, self.listings, self._floor)
        elif reason == START_ERROR:
            status, message = RunStatus.FAILED, "the spider could not start, a fault of ours; the log has more"
        else:
            status, message = RunStatus.INTERRUPTED, left(outcomes)
        if self._fault is None:
            try:
                await self._sql(runs.finish, self.run, status, message)
            except MeoktongError as error:
                self._note(error)
        if self._fault is not None:
            status, message = RunStatus.FAILED, told(self._fault)
            with suppress(MeoktongError):  # the database may be back, and the source free at once
                await self._sql(runs.finish, self.run, status, message)
        self.report = Report(source=self.run.slug, status=status, outcomes=outcomes, message=message)

    async def _enter(self, listed: Sequence[Listed]) -> dict[str, Known]:
        if not listed:
            return {}
        self._pages.update(entry.url for entry in listed)
        return await self._call(memory.discover, self.run, listed)

    async def _end(self, result: Result) -> None:
        with self._faults():
            await self._intake.drop(result)

    async def _call(self, function: Callable[Concatenate[Store, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        with self._faults():
            return await self._sql(function, *args, **kwargs)

    async def _sql(self, function: Callable[Concatenate[Store, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        call = partial(function, self._desk.store, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._desk.writer, call)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Let CloseSpider out in place of any fault: without its database or its taggers a run cannot go on."""
        if self._fault is not None:
            raise CloseSpider(FAULT)
        try:
            yield
        except Exception as error:  # whatever it is, pages can be stored no more
            self._note(error)
            self._stop()
            raise CloseSpider(FAULT) from error

    def _note(self, error: Exception) -> None:
        """Keep the first fault; the others follow from it."""
        if self._fault is None:
            self._fault = error
            if not isinstance(error, MeoktongError):
                log.error("%s broke", self.run.slug, exc_info=error)


def told(fault: Exception) -> str:
    """A fault in one line."""
    return str(fault) if isinstance(fault, MeoktongError) else f"broke, a fault of ours ({fault!r}); see the log"
