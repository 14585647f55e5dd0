"""Closed communities: whatever names one of their pages, a listing, a redirect or a person, it is not fetched."""

from scrapy.http import Request

from meoktong.errors import Rejected
from meoktong.models import Outcome
from spiders.base import spider_for


class ClosedMiddleware:
    """A downloader middleware in front of all others: it sees every request, redirected ones too."""

    def process_request(self, request: Request) -> None:
        """Raise Rejected(ROBOTS) for a page, or a robots.txt, of a closed community."""
        spider = spider_for(request.url)
        if spider is not None and spider.CLOSED:
            raise Rejected(Outcome.ROBOTS, f"{request.url}: {spider.name} is a closed community")
