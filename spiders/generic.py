"""A site nobody has described yet: its feed, its sitemap or one of its pages, read by what every site has."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from scrapy.http import Request, Response

from meoktong.models import Document, Listed
from meoktong.times import now
from spiders.base import NewsSpider, address, content_type, spider_for
from spiders.extract import extract
from spiders.facts import Expect, Source
from spiders.urls import canonical_url, host_of


class GenericSpider(NewsSpider):
    """One feed, sitemap or page, given as an argument; the slug is the host's name, or its source's when described.

    Raises ValueError unless exactly one of the three is given and is an http address.
    """

    name = "generic"
    EXPECT = Expect(floor=0, ceiling=1_000_000, quiet=True)

    def __init__(self, *, feed: str = "", sitemap: str = "", page: str = "", **arguments: Any) -> None:
        given = [url for url in (feed, sitemap, page) if url]
        if len(given) != 1:
            raise ValueError("exactly one of feed, sitemap and page must be given")
        url = canonical_url(given[0])
        host = host_of(url)
        described = spider_for(url)
        super().__init__(name=described.name if described else host, **arguments)
        if described:
            self.kind, self.SOURCE = described.kind, described.SOURCE
        else:
            self.SOURCE = Source(name_ko=host, homepage=f"{url.partition('://')[0]}://{host}/", hosts=(host,))
        self.FEEDS = (feed,) if feed else ()
        self.SITEMAPS = (sitemap,) if sitemap else ()
        self.page = page

    async def start(self) -> AsyncIterator[Request]:
        """The listing, or the page itself."""
        if self.page:
            yield self.page_request(Listed(url=self.page))
        async for request in super().start():
            yield request

    def page_request(self, listed: Listed) -> Request:
        """As its source would ask for it when its host turns out to be described: one page has one address."""
        return super().page_request(replace(listed, url=address(listed.url)))

    def covers(self, url: str) -> bool:
        """Everything that the listing names: feeds often live on another host than the articles."""
        return True

    def read(self, url: str, response: Response) -> Document:
        """The document on the page at `url`, by its source's facts when its host turns out to be described."""
        document = extract(spider_for(url), url, response.body, content_type(response), fetched_at=now())
        return replace(document, source=self.name)
