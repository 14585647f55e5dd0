"""A look at live pages by the crawl's own path, without a database: robots.txt, addresses and pauses as in a crawl."""

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.http import Request, Response

from meoktong.crawl.outcomes import rejection
from meoktong.crawl.runner import Options, Target, scrapy_settings
from meoktong.errors import Rejected
from meoktong.models import Document
from meoktong.settings import Settings
from spiders.base import content_type

MIDDLEWARE = "meoktong.crawl.look.LookMiddleware"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A page that was fetched, with its document or why there is none."""

    url: str
    body: bytes
    content_type: str | None
    found: Document | Rejected


@dataclass(slots=True)
class Look:
    """What was seen of one source."""

    source: str
    listed: int = 0  # pages that the listings read so far name
    pages: list[Seen] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)  # of listings, and of pages that could not be fetched


def look(
    targets: Sequence[Target],
    enough: Callable[[Look], bool],
    *,
    settings: Settings | None = None,
    options: Options | None = None,
) -> list[Look]:
    """Look at each target, a listing at a time and then a page at a time, until `enough` or all is read.

    Installs Twisted's reactor and Scrapy's logging, and can be called once in a process.
    """
    made = scrapy_settings(settings or Settings(), options or Options(), {MIDDLEWARE: 1})
    process = AsyncCrawlerProcess(made)
    looks = []
    for target in targets:
        seen = Look(target.spider(**target.arguments).name)
        process.crawl(_Looker(target, process.settings, seen, enough), **target.arguments)
        looks.append(seen)
    process.start()
    return looks


class _Looker(Crawler):
    """A crawler that carries its look, for the middleware to find."""

    recording = None

    def __init__(self, target: Target, settings: Any, seen: Look, enough: Callable[[Look], bool]) -> None:
        super().__init__(target.spider, settings)
        self.seen = seen
        self.enough = enough


class LookMiddleware:
    """A spider middleware that makes one request at a time, and reads each answer as the source's spider does."""

    def __init__(self, crawler: _Looker) -> None:
        self._look = crawler.seen
        self._enough = crawler.enough
        self._listings: deque[Request] = deque()
        self._pages: deque[Request] = deque()

    @classmethod
    def from_crawler(cls, crawler: _Looker) -> "LookMiddleware":
        """Made by Scrapy."""
        return cls(crawler)

    async def process_start(self, start: AsyncIterator[Request]) -> AsyncIterator[Request]:
        """The first of the spider's own requests; the others follow one by one."""
        self._sort([request async for request in start])
        for request in self._next():
            yield request

    def _sort(self, requests: Iterable[Request]) -> None:
        for request in requests:
            (self._pages if "listed" in request.meta else self._listings).append(request)

    def _next(self) -> Iterator[Request]:
        """The next request, a page if there is one to read."""
        queue = self._pages or self._listings
        if queue and not self._enough(self._look):
            request = queue.popleft()
            reader: Any = self._read_page if "listed" in request.meta else self._read_listing
            callback = partial(reader, request.callback)
            yield request.replace(callback=callback, errback=self._failed, dont_filter=True)

    def _read_listing(
        self, callback: Callable[..., Iterable[Request]], response: Response, **arguments: Any
    ) -> Iterator[Request]:
        try:
            requests = list(callback(response, **arguments))
        except Exception as error:  # noqa: BLE001  # whatever one listing does, the next may be sound
            self._look.faults.append(rejection(error, response.url).detail)
        else:
            self._look.listed += sum("listed" in request.meta for request in requests)
            self._sort(requests)
        return self._next()

    def _read_page(
        self, callback: Callable[..., Iterable[Document]], response: Response, **arguments: Any
    ) -> Iterator[Request]:
        found: Document | Rejected
        try:
            (found,) = callback(response, **arguments)
        except Exception as error:  # noqa: BLE001  # whatever one page does, the next may be sound
            found = rejection(error, response.url)
        url = response.meta["listed"].url
        kind = content_type(response)
        self._look.pages.append(Seen(url=url, body=response.body, content_type=kind, found=found))
        return self._next()

    def _failed(self, failure: Any) -> Iterator[Request]:
        request: Request = failure.request
        self._look.faults.append(rejection(failure.value, request.url, request.meta.get("redirect_times", 0)).detail)
        return self._next()
