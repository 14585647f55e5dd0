"""Retries that wait: as long as Retry-After says, or longer each time. A host that wants a long rest gets it."""

import asyncio
import random
from datetime import UTC
from email.utils import parsedate_to_datetime
from time import monotonic

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Request, Response
from scrapy.utils.httpobj import urlparse_cached

from meoktong.errors import Rejected
from meoktong.models import Outcome
from meoktong.times import now

TICK = 0.2  # seconds between looks whether the crawl is being stopped


def retry_after(response: Response) -> float | None:
    """The seconds that a response asks to wait, from Retry-After as a number or a date; None when it says nothing."""
    raw = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if raw.isdecimal():
        return float(raw)
    try:
        moment = parsedate_to_datetime(raw)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now()).total_seconds())


class PatientRetryMiddleware(RetryMiddleware):
    """Scrapy's retries, with waiting.

    Settings: RETRY_BACKOFF, seconds before the first retry, doubled for each further one; RETRY_AFTER_MAX, the longest
    Retry-After in seconds that a run sits out. Beyond it the host is not asked again in this run, and its pages stay
    pending.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PatientRetryMiddleware":
        """Made by Scrapy."""
        made = cls(crawler.settings)
        made.crawler = crawler
        made._backoff = crawler.settings.getfloat("RETRY_BACKOFF")
        made._longest = crawler.settings.getfloat("RETRY_AFTER_MAX")
        made._rests = {}
        return made

    _backoff: float
    _longest: float
    _rests: dict[str, float]  # host -> the monotonic time before which it wants no request

    async def process_request(self, request: Request) -> None:
        """Wait until the host wants requests again. Raises Rejected(PENDING) when that is too long, or on a stop."""
        host = urlparse_cached(request).netloc
        wait = 0.0
        if tries := request.meta.get("retry_times", 0):
            wait = self._backoff * 2 ** (tries - 1) * random.uniform(0.75, 1.25)  # noqa: S311
        until = max(monotonic() + wait, self._rests.get(host, 0.0))
        if until - monotonic() > max(self._longest, wait):
            raise Rejected(Outcome.PENDING, f"{host} asks to wait {until - monotonic():.0f} s")
        while (left := until - monotonic()) > 0:
            if not self.crawler.crawling:
                raise Rejected(Outcome.PENDING, "stopped while waiting for a retry")
            await asyncio.sleep(min(left, TICK))

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Retry what may be temporary, and remember how long the host wants to rest."""
        wait = retry_after(response) if response.status in (429, 503) else None
        if wait is not None:
            host = urlparse_cached(request).netloc
            self._rests[host] = max(self._rests.get(host, 0.0), monotonic() + wait)
            if wait > self._longest:
                return response
        retried: Request | Response = super().process_response(request, response)
        return retried
