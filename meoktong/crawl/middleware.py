"""Where a crawl meets its ledger: every request leaves through here, and every answer comes back through here.

Spiders keep no accounts (spiders/base.py). This middleware wraps the callbacks of their requests, so that each listing
is read into the ledger, which says what to fetch, and each page ends there with one outcome.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Headers, Request, Response

from meoktong.crawl.ledger import Ledger
from meoktong.crawl.outcomes import rejection
from meoktong.crawl.warc import Recording
from meoktong.errors import ApiRefused, Rejected
from meoktong.models import Document, Outcome
from meoktong.store.memory import UNFINISHED, Answer, Known
from meoktong.store.runs import LEASE
from meoktong.times import now
from spiders.base import SourceSpider

NOT_MODIFIED, TOO_MANY = 304, 429
# How a page may end without its snippet taking its place: it is stored already, was taken down, was not reached, or we
# are at fault.
NO_SUBSTITUTE = frozenset(
    {Outcome.NOT_MODIFIED, Outcome.GONE, Outcome.PENDING, Outcome.FAILED, Outcome.PRIVATE_ADDRESS}
)
TAKEN_UP = 1  # priority of what an earlier run left


class SourceCrawler(Crawler):
    """A crawler that carries its run's ledger and recording, for the middlewares to find."""

    def __init__(self, spider: type[Spider], settings: Any, ledger: Ledger, recording: Recording | None = None) -> None:
        super().__init__(spider, settings)
        self.ledger = ledger
        self.recording = recording

    async def stop_async(self) -> None:
        """Stop, without the requests that wait for their turn: at one in a minute that would take long."""
        if self.crawling and self.engine.running:
            for slot in self.engine.downloader.slots.values():
                while slot.queue:
                    _, answer = slot.queue.popleft()
                    answer.errback(Rejected(Outcome.PENDING, "stopped before it was sent"))
        await super().stop_async()


class LedgerMiddleware:
    """A spider middleware for a SourceCrawler."""

    def __init__(self, crawler: SourceCrawler) -> None:
        self._crawler = crawler
        self._ledger = crawler.ledger
        self._renewal: asyncio.Task[None] | None = None
        crawler.signals.connect(self._opened, signals.spider_opened)
        crawler.signals.connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: SourceCrawler) -> "LedgerMiddleware":
        """Made by Scrapy."""
        return cls(crawler)

    @property
    def _spider(self) -> SourceSpider:
        spider = self._crawler.spider
        assert isinstance(spider, SourceSpider)  # noqa: S101
        return spider

    async def process_start(self, start: AsyncIterator[Request]) -> AsyncIterator[Request]:
        """First the pages that an earlier run left, then the spider's own requests."""
        for listed, known in await self._ledger.take_up():
            yield self._page(self._spider.page_request(listed).replace(priority=TAKEN_UP), known)
        async for request in start:
            for admitted in await self._admit([request]):
                yield admitted

    async def _admit(self, requests: Iterable[Request]) -> list[Request]:
        """Those of `requests` that are to be made: every page is in the database before it is fetched."""
        admitted = []
        pages: dict[str, Request] = {}
        for request in requests:
            if "listed" in request.meta:
                pages[request.meta["listed"].url] = request
            elif self._ledger.wants_listing(request.url, request.meta.get("modified_at")):
                known = await self._ledger.known(request.url)
                admitted.append(_conditional(self._watched(request, self._read_listing), known))
        wanted = await self._ledger.discover([request.meta["listed"] for request in pages.values()])
        return admitted + [self._page(pages[url], known) for url, known in wanted.items()]

    def _page(self, request: Request, known: Known | None) -> Request:
        return _conditional(self._watched(request, self._read_page), known)

    def _watched(self, request: Request, reader: Callable[..., Any]) -> Request:
        """`request` whose end, good or bad, comes here. The ledger sees to it that each address is asked for once."""
        return request.replace(callback=partial(reader, request.callback), errback=self._failed, dont_filter=True)

    async def _read_listing(
        self, callback: Callable[..., Iterable[Request]], response: Response, **arguments: Any
    ) -> AsyncIterator[Request]:
        try:
            requests = list(callback(response, **arguments))
        except Exception as error:  # noqa: BLE001  # whatever one listing does must not end the crawl
            self._ledger.listings.failures.append(rejection(error, response.url).detail)
            return
        for request in await self._admit(requests):
            yield request
        leads_on = any("listing" in request.meta for request in requests)
        url = response.meta.get("redirect_urls", [response.url])[0]
        await self._ledger.end_listing(url, None if leads_on else _answer(response))

    async def _read_page(
        self, callback: Callable[..., Iterable[Document]], response: Response, **arguments: Any
    ) -> None:
        try:
            (document,) = callback(response, **arguments)
        except Exception as error:  # noqa: BLE001  # whatever one page does must not end the crawl
            await self._end(response.meta, rejection(error, response.url), _answer(response))
        else:
            await self._ledger.keep(document, _answer(response))

    async def _end(self, meta: dict[str, Any], rejected: Rejected, answer: Answer | None) -> None:
        """End a page that brought no document. What a search said of it takes its place, and may have to for good."""
        snippet: Document | None = meta.get("snippet")
        if snippet is None or rejected.outcome in NO_SUBSTITUTE:
            await self._ledger.reject(meta["listed"].url, rejected, answer)
        elif rejected.outcome in UNFINISHED:
            await self._ledger.keep(snippet, None)
        else:
            await self._ledger.keep(snippet, answer or Answer(fetched_at=now()))

    async def _failed(self, failure: Any) -> None:
        """End a request that brought no page: refused, broken off, or answered with an error.

        `failure` is Twisted's, to which Scrapy adds the request.
        """
        request: Request = failure.request
        rejected = rejection(failure.value, request.url, request.meta.get("redirect_times", 0))
        if "listed" in request.meta:
            answer = None
            response: Response | None = getattr(failure.value, "response", None)
            if response is not None and response.status != TOO_MANY:  # which is no answer but "not now"
                answer = _answer(response)
            with suppress(CloseSpider):  # raised on, it would be logged beside the failure of the download
                await self._end(request.meta, rejected, answer)
        elif isinstance(rejected, ApiRefused):
            self._ledger.listings.refusal = rejected.detail
            self._ledger.listings.unasked += 1
        elif rejected.outcome is Outcome.NOT_MODIFIED:
            self._ledger.listings.unchanged += 1
        else:
            self._ledger.listings.failures.append(rejected.detail)

    async def _opened(self) -> None:
        self._ledger.open(self._stop)
        self._renewal = asyncio.ensure_future(self._renew())

    async def _renew(self) -> None:
        with suppress(CloseSpider):
            while True:
                await asyncio.sleep(LEASE.total_seconds() / 3)
                await self._ledger.renew()

    def _stop(self) -> None:
        self._stopping = asyncio.ensure_future(self._crawler.stop_async())

    async def _closed(self, reason: str) -> None:
        if self._renewal is not None:
            self._renewal.cancel()
        await self._ledger.close(reason)


def _conditional(request: Request, known: Known | None) -> Request:
    """`request`, made conditional on a change since the page was read to its end."""
    if known is not None and known.etag:
        request.headers["If-None-Match"] = known.etag
    if known is not None and known.last_modified:
        request.headers["If-Modified-Since"] = known.last_modified
    return request


def _answer(response: Response) -> Answer:
    """What to remember of an answer. One that says "not modified" may leave out what it confirms."""
    request = response.request
    asked = request.headers if request is not None and response.status == NOT_MODIFIED else Headers()
    return Answer(
        fetched_at=now(),
        etag=_text(response.headers.get("ETag") or asked.get("If-None-Match")),
        last_modified=_text(response.headers.get("Last-Modified") or asked.get("If-Modified-Since")),
    )


def _text(header: bytes | None) -> str | None:
    return header.decode("latin-1") if header else None
