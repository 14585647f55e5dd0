"""Calls of search APIs: counted against the quota that all runs share, and ended at an API's first refusal."""

from typing import TYPE_CHECKING

from scrapy.http import Request, Response

from meoktong.errors import ApiRefused
from meoktong.models import Outcome
from meoktong.times import now, to_kst
from spiders.search import Api

if TYPE_CHECKING:
    from meoktong.crawl.ledger import Ledger
    from meoktong.crawl.middleware import SourceCrawler


class ApiMiddleware:
    """A downloader middleware behind the one that retries, so that every attempt counts. Others' requests pass.

    Without a ledger (`meoktong check`, Scrapy alone) there is nothing to count in, and no call is made.
    """

    def __init__(self, ledger: "Ledger | None") -> None:
        self._ledger = ledger
        self._refusal: ApiRefused | None = None

    @classmethod
    def from_crawler(cls, crawler: "SourceCrawler") -> "ApiMiddleware":
        """Made by Scrapy."""
        return cls(getattr(crawler, "ledger", None))

    async def process_request(self, request: Request) -> None:
        """Count a call. Raises ApiRefused when the quota is used up, or after an earlier refusal."""
        api: Api | None = request.meta.get("api")
        if api is None:
            return
        if self._ledger is None:
            raise ApiRefused(Outcome.FAILED, f"{api.name} is called by `meoktong crawl` alone, which counts the calls")
        if self._refusal is None and not await self._ledger.reserve(api.slug, api.daily):
            told = f"the {api.daily:,} calls of {to_kst(now()):%Y-%m-%d} are used up: go on after midnight in Korea"
            self._refusal = ApiRefused(Outcome.OVER_LIMIT, f"{api.name}: {told}")
        if self._refusal is not None:
            raise self._refusal

    def process_response(self, request: Request, response: Response) -> Response:
        """Raise ApiRefused, saying what to do, for a status that the next call would meet too."""
        api: Api | None = request.meta.get("api")
        if api is None or response.status not in api.refusals:
            return response
        advice = api.refusals[response.status]
        self._refusal = ApiRefused(Outcome.BLOCKED, f"{api.name} answered {response.status}: {advice}")
        raise self._refusal
