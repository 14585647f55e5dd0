"""What the search APIs share: queries, pages of results, snippets, and the publisher's page where that is allowed.

Each query is asked newest first, until its results are older than `since`. A result's page is asked for at its
publisher; where that is refused, as closed communities always are (meoktong/crawl/closed.py), the snippet is kept,
marked as one.
"""

import os
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

import msgspec
from scrapy.http import Request, Response

from meoktong.errors import Rejected
from meoktong.models import Document, Extent, Kind, Listed, Outcome
from meoktong.times import midnight_kst, now, to_kst
from spiders.base import SourceSpider, address, content_type, spider_for
from spiders.dates import Moment
from spiders.extract import extract
from spiders.facts import Expect
from spiders.feeds import clean_title
from spiders.queries import queries
from spiders.urls import canonical_url, host_of

DAYS = 7  # that a search goes back when nobody says how far
KEY = re.compile(r"[!-~]+")  # what fits into a header
UNDATED = "the search API states no date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """A search API's rules. `refusals` explains statuses after which it is asked no more: what to do about it."""

    slug: str  # under which its calls are counted
    name: str
    endpoint: str
    keys: Mapping[str, str]  # header -> environment variable that holds its value
    daily: int  # calls allowed in a day of Korea, over all its sections
    refusals: Mapping[int, str]
    prefix: str = ""  # of the first key in its header
    suffix: str = ""  # of its paths
    until: date | None = None  # its last day

    def missing(self) -> list[str]:
        """The environment variables that hold no usable key."""
        return [name for name in self.keys.values() if not KEY.fullmatch(_key(name))]

    def is_over(self) -> bool:
        """Whether its last day is past."""
        return self.until is not None and to_kst(now()).date() > self.until

    def headers(self) -> dict[str, str]:
        """The headers that carry the keys."""
        return {header: self.prefix + _key(name) for header, name in self.keys.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of what is searched."""

    path: str
    kind: Kind  # of results on sites that nobody has described
    mixed: bool = False  # there are others among them: a page that is fetched says itself what it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One result, its texts as the API gives them."""

    url: str
    title: str
    snippet: str
    published: Moment | None
    author: str | None = None


class SearchSpider(SourceSpider):
    """A search API, or several that search the same: the first one whose keys are set is asked.

    `since` (YYYY-MM-DD, on Korea's calendar) is how far back results go, otherwise a week; `endpoint` takes the place
    of the API's own. Raises ValueError when `since` is no day, or `endpoint` no http address.
    """

    kind = Kind.NEWS
    EXPECT = Expect(floor=0, ceiling=1_000_000, quiet=True)
    BACKLOG = False
    APIS: ClassVar[tuple[Api, ...]]
    SECTIONS: ClassVar[tuple[Section, ...]]
    SHOWN: ClassVar[int]  # results on a page, the most that the API gives
    LAST_PAGE: ClassVar[int]
    # Far below what the APIs allow. The pages of publishers keep the pace of every crawl.
    PACE: ClassVar[dict[str, Any]] = {"delay": 0.2, "jitter": 0, "concurrency": 2}

    def __init__(self, *, since: str = "", endpoint: str = "", **arguments: Any) -> None:
        super().__init__(**arguments)
        first = date.fromisoformat(since) if since else to_kst(now()).date() - timedelta(days=DAYS)
        self.since: datetime = midnight_kst(first)
        self.asked = bool(since)
        self.api = self.ready() or self.APIS[0]
        self.endpoint = f"{canonical_url(endpoint).rstrip('/')}/" if endpoint else self.api.endpoint

    @classmethod
    def update_settings(cls, settings: Any) -> None:
        """The pace at which the APIs are asked, through whatever gateway."""
        super().update_settings(settings)
        slots = {api.slug: cls.PACE for api in cls.APIS}
        settings.set("DOWNLOAD_SLOTS", {**settings.getdict("DOWNLOAD_SLOTS"), **slots}, priority="spider")

    @classmethod
    def ready(cls) -> Api | None:
        """The API that would be asked."""
        return next((api for api in cls.APIS if not api.missing() and not api.is_over()), None)

    @classmethod
    def unready(cls) -> str | None:
        """Which keys have to be set before this source can be crawled."""
        if cls.ready():
            return None
        ways = [f"{' and '.join(api.keys.values())} ({api.name})" for api in cls.APIS if not api.is_over()]
        return f"set {', or '.join(ways)} in the environment"

    @classmethod
    def has_listings(cls) -> bool:
        """Results are listings."""
        return True

    async def start(self) -> AsyncIterator[Request]:
        """The first page of results of each query in each section."""
        for section in self.SECTIONS:
            for query in queries(section.kind):
                yield self.search(section, query)

    def search(self, section: Section, query: str, page: int = 1) -> Request:
        """The request for a page of results. The keys are in its headers alone, which nothing logs or records."""
        parameters = urlencode(self.parameters(query, page))
        return Request(
            f"{self.endpoint}{section.path}{self.api.suffix}?{parameters}",
            self.parse_results,
            headers=self.api.headers(),
            meta={
                "listing": True,
                "api": self.api,
                "dont_obey_robotstxt": True,  # an API is there to be called
                "dont_redirect": True,  # the keys are for this host
                "download_slot": self.api.slug,
                "autothrottle_dont_adjust_delay": True,
            },
            cb_kwargs={"section": section, "query": query, "page": page},
        )

    def parameters(self, query: str, page: int) -> dict[str, str | int]:
        """The query string of a page of results, the newest first; pages count from 1."""
        raise NotImplementedError

    def hits(self, answer: Any) -> tuple[list[Hit], bool]:
        """The results in an answer, and whether there are more. Raises KeyError and the like when it is none."""
        raise NotImplementedError

    def parse_results(self, response: Response, section: Section, query: str, page: int) -> Iterator[Request]:
        """Requests for the publishers' pages, each with its snippet, and for more results.

        Raises Rejected(INVALID) when the answer is not what the API documents.
        """
        try:
            hits, more = self.hits(msgspec.json.decode(response.body))
        except (msgspec.DecodeError, LookupError, TypeError, AttributeError) as error:
            raise Rejected(Outcome.INVALID, f"{self.api.name}: not the documented answer: {error!r}") from None
        for hit in hits:
            if hit.published is None or hit.published.at >= self.since:
                with suppress(ValueError):  # no http address, or no words
                    yield self._publisher(snippet_of(hit, section), section)
        if more and page < self.LAST_PAGE and self._may_lead_on(hits):
            yield self.search(section, query, page + 1)

    def _may_lead_on(self, hits: Sequence[Hit]) -> bool:
        """Whether a page of results may be followed by recent ones: each is older than the one before.

        Results without dates end nowhere: unless a day was asked for, their newest page is enough.
        """
        oldest = hits[-1].published if hits else None
        return bool(hits) and (oldest.at >= self.since if oldest else self.asked)

    def _publisher(self, snippet: Document, section: Section) -> Request:
        """The request for the page that `snippet` is of; the snippet takes its place if it is refused."""
        listed = Listed(
            url=snippet.url,
            title=snippet.title,
            published_at=snippet.published_at,
            published_precision=snippet.published_precision,
            kind=None if section.mixed else snippet.kind,
        )
        request = self.page_request(listed)
        return request.replace(meta={**request.meta, "snippet": snippet})

    def read(self, url: str, response: Response) -> Document:
        """The publisher's page, filed under the publisher."""
        return extract(spider_for(url), url, response.body, content_type(response), fetched_at=now())


def snippet_of(hit: Hit, section: Section) -> Document:
    """What a result says of its page, under the page's own address and source. Raises ValueError when it has none."""
    url = address(hit.url)
    spider = spider_for(url)
    text = clean_title(hit.snippet)
    title = clean_title(hit.title) or text
    if title is None:
        raise ValueError(f"{url}: neither title nor text")
    kind = spider.kind if spider else section.kind
    return Document(
        url=url,
        source=spider.name if spider else host_of(url),
        kind=kind,
        title=title,
        text=text or title,
        published_at=hit.published.at if hit.published else None,
        published_precision=hit.published.precision if hit.published else None,
        published_origin="listing" if hit.published else None,
        published_reason=None if hit.published else UNDATED,
        author=hit.author if kind is Kind.POST else None,
        extent=Extent.SNIPPET,
        fetched_at=now(),
    )


def _key(variable: str) -> str:
    return os.environ.get(variable, "").strip()
