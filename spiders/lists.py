"""List pages: the rows of a board or the items of a section page -> what they list."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urljoin

import jmespath
from bs4 import Tag

from meoktong.models import Listed
from spiders.dates import Moment, parse_machine, parse_relative
from spiders.encoding import decode
from spiders.facts import Listing, Source
from spiders.html import Page, take
from spiders.urls import canonical_url
from spiders.walls import refuse_walls


def parse_list(listing: Listing, body: bytes, url: str, source: Source, *, fetched_at: datetime) -> list[Listed]:
    """The fresh entries of a list page, in its order, each address once; pinned and promoted rows are left out.

    Times without a day ('13:34') are of the day of `fetched_at`. Raises Rejected(BLOCKED) for a bot wall and
    Rejected(BAD_ENCODING).
    """
    page = Page(decode(body))
    refuse_walls(page)
    entries = _inline(listing, page) if listing.inline else _rows(listing, page)
    found: dict[str, Listed] = {}
    for link, title, stamp in entries:
        try:
            address = canonical_url(urljoin(url, link), source)
        except ValueError:
            continue
        moment = _moment(stamp, fetched_at)
        found.setdefault(
            address,
            Listed(
                url=address,
                title=title or None,
                published_at=moment.at if moment else None,
                published_precision=moment.precision if moment else None,
            ),
        )
    return list(found.values())


def _rows(listing: Listing, page: Page) -> Iterator[tuple[str, str, str]]:
    skipped = {id(row) for row in page.soup.select(listing.skip)} if listing.skip else set()
    for row in page.soup.select(listing.row or "tr"):
        link = take(row, listing.link)
        if link and id(row) not in skipped:
            yield link, _optional(row, listing.title), _optional(row, listing.published)


def _optional(row: Tag, selector: str | None) -> str:
    return take(row, selector) or "" if selector else ""


def _inline(listing: Listing, page: Page) -> Iterator[tuple[str, str, str]]:
    items = jmespath.search(listing.inline or "@", page.inline(script_id=listing.inline_id))
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and item.get("url"):
            yield str(item["url"]), str(item.get("title") or ""), str(item.get("published") or "")


def _moment(stamp: str, fetched_at: datetime) -> Moment | None:
    return parse_relative(stamp, fetched_at) or parse_machine(stamp)
