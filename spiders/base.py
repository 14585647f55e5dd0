"""What every spider shares: listings (feeds, sitemaps, list pages) -> pages -> documents.

A source is a subclass that only states facts (spiders/facts.py): its addresses, its layouts, what a day should bring.
Spiders keep no accounts: a page or listing that gives nothing raises Rejected with its outcome word, and the crawl
counts it. Requests for listings carry meta["listing"] = True (and meta["modified_at"] when another listing says so),
those for pages meta["listed"], a `Listed`.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from enum import Enum
from functools import cache
from importlib import import_module
from inspect import isclass
from pkgutil import iter_modules
from typing import Any, ClassVar

import scrapy
from scrapy.http import Request, Response

from meoktong.errors import Rejected
from meoktong.models import Document, Kind, Listed, Outcome
from meoktong.times import now
from spiders.extract import extract
from spiders.facts import Expect, Listing, Selectors, Source
from spiders.feeds import parse_feed, parse_sitemap
from spiders.lists import parse_list
from spiders.urls import canonical_url, host_of

PACKAGES = ("spiders.news", "spiders.boards", "spiders.apis", "spiders.replay")


class Form(Enum):
    """How a listing is written."""

    FEED = "feed"
    SITEMAP = "sitemap"
    LIST = "list"


class SourceSpider(scrapy.Spider):
    """A source: the facts are class attributes, `name` is its slug everywhere."""

    name: str
    kind: Kind
    replay: ClassVar[bool] = False  # bundled sites of the demo: crawled only when named
    CLOSED: ClassVar[bool] = False  # a community for its members: its pages are never fetched
    BACKLOG: ClassVar[bool] = True  # a run takes up what earlier ones left; not where listings name it again
    SOURCE: Source
    EXPECT: Expect
    FEEDS: tuple[str, ...] = ()
    SITEMAPS: tuple[str, ...] = ()
    LISTS: tuple[Listing, ...] = ()
    PAGES: tuple[Selectors, ...] = ()  # the newest layout first

    @classmethod
    def has_listings(cls) -> bool:
        """Whether there is something to crawl; a portal that only republishes may be described for its pages alone."""
        return bool(cls.FEEDS or cls.SITEMAPS or cls.LISTS)

    @classmethod
    def unready(cls) -> str | None:
        """What the user must do before the source can be crawled; None when nothing."""
        return None

    async def start(self) -> AsyncIterator[Request]:
        """One request for each feed, sitemap and list."""
        for url in self.FEEDS:
            yield self.listing_request(url, Form.FEED)
        for url in self.SITEMAPS:
            yield self.listing_request(url, Form.SITEMAP)
        for listing in self.LISTS:
            yield self.list_request(listing)

    def listing_request(self, url: str, form: Form, **arguments: Any) -> Request:
        """The request for a listing at `url`."""
        return Request(url, self.parse_listing, meta={"listing": True}, cb_kwargs={"form": form, **arguments})

    def list_request(self, listing: Listing, number: int = 1) -> Request:
        """The request for page `number` of a list."""
        url = listing.url.replace("{page}", str(number))
        return self.listing_request(url, Form.LIST, listing=listing, number=number)

    def page_request(self, listed: Listed) -> Request:
        """The request for the page that a listing names."""
        return Request(listed.url, self.parse_page, meta={"listed": listed})

    def parse_listing(
        self, response: Response, form: Form, listing: Listing | None = None, number: int = 1
    ) -> Iterator[Request]:
        """Requests for the pages that a listing names, for the children of a sitemap index, for a list's next page.

        Raises Rejected: INVALID when the response is not such a listing, BLOCKED when it is a bot wall.
        """
        if form is Form.SITEMAP:
            sitemap = parse_sitemap(response.body, response.url, self.SOURCE)
            for url, modified in sitemap.children:
                request = self.listing_request(url, Form.SITEMAP)
                yield request.replace(meta={**request.meta, "modified_at": modified.at if modified else None})
            listed: list[Listed] = list(sitemap.pages)
        elif listing is not None:
            listed = parse_list(listing, response.body, response.url, self.SOURCE, fetched_at=now())
            if not listed and number == 1:
                raise Rejected(Outcome.INVALID, f"{response.url}: no rows; has the list's layout changed?")
        else:
            listed = parse_feed(response.body, response.url, self.SOURCE)
        for entry in listed:
            if self.covers(entry.url):
                yield self.page_request(entry)
        if listing is not None and listed and number < listing.pages:
            yield self.list_request(listing, number + 1)

    def covers(self, url: str) -> bool:
        """Whether a listed address belongs to this source: listings also link to sister sites and advertisements."""
        return host_of(url) in self.SOURCE.hosts

    def parse_page(self, response: Response) -> Iterator[Document]:
        """The one document of a page, under the address it was listed with.

        Raises Rejected: BLOCKED, NOT_ARTICLE, NO_TEXT or BAD_ENCODING.
        """
        listed: Listed = response.meta["listed"]
        yield completed(replace(self.read(listed.url, response), url=listed.url), listed)

    def read(self, url: str, response: Response) -> Document:
        """The document on the page at `url`."""
        return extract(type(self), url, response.body, content_type(response), fetched_at=now())


class NewsSpider(SourceSpider):
    """A newspaper, agency or broadcaster."""

    kind = Kind.NEWS


class BoardSpider(SourceSpider):
    """A board or community: the comments are part of the post."""

    kind = Kind.POST


def completed(document: Document, listed: Listed) -> Document:
    """`document` with what its listing knows better, and the listing's publication time when the page states none."""
    document = replace(document, kind=listed.kind or document.kind)
    if document.published_at is not None or listed.published_at is None:
        return document
    return replace(
        document,
        published_at=listed.published_at,
        published_precision=listed.published_precision,
        published_origin="listing",
        published_reason=None,
    )


def content_type(response: Response) -> str | None:
    """The response's Content-Type header."""
    raw = response.headers.get("Content-Type")
    return raw.decode("latin-1") if isinstance(raw, bytes) else None


@cache
def all_sources() -> dict[str, type[SourceSpider]]:
    """Every described source by slug, found by walking the packages; none is listed by hand.

    Raises ValueError when two files claim the same slug.
    """
    found: dict[str, type[SourceSpider]] = {}
    for package in _packages():
        for info in iter_modules(package.__path__, f"{package.__name__}."):
            for spider in vars(import_module(info.name)).values():
                if not (isclass(spider) and issubclass(spider, SourceSpider) and spider.__module__ == info.name):
                    continue
                if spider.name in found:
                    raise ValueError(f"{info.name}: the slug {spider.name} is already {found[spider.name].__module__}")
                found[spider.name] = spider
    return dict(sorted(found.items()))


def spider_for(url: str) -> type[SourceSpider] | None:
    """The source that `url` belongs to, by host; None when nobody has described it."""
    host = host_of(url)
    return next((spider for spider in all_sources().values() if host in spider.SOURCE.hosts), None)


def address(url: str) -> str:
    """The identity of `url`: by its source's facts if it has any. Raises ValueError when it is no http address."""
    spider = spider_for(url)
    return canonical_url(url, spider.SOURCE if spider else None)


def _packages() -> Iterator[Any]:
    for name in PACKAGES:
        try:
            yield import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name:  # the package is there, but something it imports is not
                raise
