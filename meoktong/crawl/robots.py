"""robots.txt, obeyed: once per origin and run, with its Crawl-delay; what cannot be read is not taken as a yes."""

import asyncio
from dataclasses import dataclass

from scrapy.crawler import Crawler
from scrapy.http import Request
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.httpobj import urlparse_cached

from meoktong.errors import Rejected
from meoktong.models import Outcome

PRIORITY = 1000
LONGEST_DELAY = 300.0  # seconds between requests beyond which a site is left alone: a run would never end


@dataclass(frozen=True, slots=True)
class Rules:
    """What one robots.txt says to us; `delay` in seconds."""

    parser: ProtegoRobotParser | None = None  # None: there is no robots.txt, everything is allowed
    delay: float = 0.0


class RobotsMiddleware:
    """Lets through what robots.txt allows. Scrapy's own allows everything when robots.txt cannot be read.

    A 4xx answer means that there are no rules (RFC 9309); 429, a server error, a timeout or a broken connection means
    not now, for every page of that origin.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._token: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._rules: dict[str, asyncio.Future[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RobotsMiddleware":
        """Made by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raise Rejected: ROBOTS, ROBOTS_UNREACHABLE, or what kept robots.txt from being asked for."""
        if request.meta.get("dont_obey_robotstxt"):  # robots.txt itself
            return
        parts = urlparse_cached(request)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._read(f"{origin}/robots.txt"))
        rules = await asyncio.shield(self._rules[origin])
        if rules.parser is not None and not rules.parser.allowed(request.url, self._token):
            raise Rejected(Outcome.ROBOTS, f"{origin}/robots.txt forbids {request.url}")
        if rules.delay > LONGEST_DELAY:
            raise Rejected(Outcome.ROBOTS, f"{origin}/robots.txt asks for {rules.delay:.0f} s between requests")
        self._slow_down(request, parts.hostname or "", rules.delay)

    async def _read(self, url: str) -> Rules:
        request = Request(url, callback=NO_CALLBACK, priority=PRIORITY, meta={"dont_obey_robotstxt": True})
        try:
            response = await self._crawler.engine.download_async(request)
        except Rejected:
            raise
        except Exception as error:  # whatever it is, the rules are not known
            raise Rejected(Outcome.ROBOTS_UNREACHABLE, f"{url}: {error or type(error).__name__}") from error
        if response.status < 300:
            parser = ProtegoRobotParser(response.body, self._crawler.spider)
            return Rules(parser, parser.crawl_delay(self._token) or 0.0)
        if 400 <= response.status < 500 and response.status != 429:
            return Rules()
        raise Rejected(Outcome.ROBOTS_UNREACHABLE, f"{url} answered {response.status}")

    def _slow_down(self, request: Request, host: str, delay: float) -> None:
        """Hold the host's download slot to `delay`, which AutoThrottle must not shorten."""
        request.meta["autothrottle_dont_adjust_delay"] = bool(delay)
        if not delay:
            return
        downloader = self._crawler.engine.downloader
        downloader.per_slot_settings[host] = {"delay": delay, "jitter": 0, "concurrency": 1}
        slot = downloader.slots.get(host)
        if slot is not None and slot.delay < delay:
            slot.delay, slot.jitter, slot.concurrency = delay, 0.0, 1
