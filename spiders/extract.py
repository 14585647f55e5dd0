"""A page's bytes -> a document. Pure: no network, no clock, no database.

Several ways of looking at the page are laid over one another in the order of trust: the source's own facts, JSON-LD,
meta elements, inline JSON, labelled dates, and in the end a guess by structure. A less trusted way only fills what is
still missing. BeautifulSoup parses the page once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from meoktong.errors import Rejected
from meoktong.models import Document, Kind, Outcome
from spiders.described import described
from spiders.encoding import decode
from spiders.families import family_of
from spiders.findings import Findings
from spiders.guess import best_title, from_labels, guess, kind_of, nick, timed
from spiders.html import Page
from spiders.structured import from_inline, from_json_ld, from_meta, houses
from spiders.textpage import is_text, read_text
from spiders.urls import canonical_url, host_of
from spiders.walls import refuse_walls

if TYPE_CHECKING:
    from spiders.base import SourceSpider

NO_DATE = "the page states no publication time"


def extract(
    spider: type[SourceSpider] | None,
    url: str,
    body: bytes,
    content_type: str | None = None,
    *,
    fetched_at: datetime | None = None,
) -> Document:
    """The document on a page of the source `spider`, or of an undescribed site (None): then its host is the source.

    `content_type` is the response's header. Relative times of posts are resolved against `fetched_at`. Raises
    Rejected: BAD_ENCODING, BLOCKED, NOT_ARTICLE, NO_TEXT. Raises ValueError when `url` is no http address.
    """
    document = examine(spider, url, body, content_type, fetched_at=fetched_at)
    if not document.text:
        raise Rejected(Outcome.NO_TEXT, f"{document.url}: the body of {document.title!r} is empty")
    return document


def examine(
    spider: type[SourceSpider] | None,
    url: str,
    body: bytes,
    content_type: str | None = None,
    *,
    fetched_at: datetime | None = None,
) -> Document:
    """As `extract`, but an article without text (only pictures) is returned with its title and an empty text."""
    address = canonical_url(url, spider.SOURCE if spider else None)
    text = decode(body, content_type)
    if is_text(text):
        kind, found = Kind.NEWS, read_text(text)
    else:
        page = Page(text)
        refuse_walls(page)
        kind, found = look(page, spider, address, fetched_at)
    if not found.title or not (found.is_article or found.body):
        raise Rejected(Outcome.NOT_ARTICLE, f"{address}: no article on this page")
    return Document(
        url=address,
        source=spider.name if spider else host_of(address),
        kind=kind,
        title=found.title,
        text="\n".join(found.body),
        published_at=found.published.at if found.published else None,
        published_precision=found.published.precision if found.published else None,
        published_origin=found.origin if found.published else None,
        published_reason=None if found.published else NO_DATE,
        modified_at=found.modified.at if found.modified else None,
        author=found.author or found.signed,
        comments=found.comments,
        fetched_at=fetched_at,
    )


def look(page: Page, spider: type[SourceSpider] | None, url: str, fetched_at: datetime | None) -> tuple[Kind, Findings]:
    """All that can be found on `page`, by every way that is still needed."""
    machine = from_json_ld(page).over(from_meta(page))
    family = family_of(page, url) if spider is None else None
    known = spider or family
    kind = known.kind if known else machine.kind or kind_of(page, url)
    layouts = spider.PAGES if spider else family.pages if family else ()
    outlets = (spider.SOURCE.name_ko, *spider.SOURCE.outlets) if spider else tuple(houses(page))
    machine = replace(machine, title=best_title(page, machine.title))
    own = described(page, layouts, outlets, kind, fetched_at, machine.title)
    if own.is_article:
        if own.published is None:
            machine = timed(machine, from_labels(page, own.title or machine.title))
        found = own.over(machine)
        if family is not None and kind is Kind.POST and found.author is None:  # skins name the poster's element anew
            found = replace(found, author=nick(page, found.title))
        return kind, found
    inline = from_inline(page)
    if spider is not None and not (machine.is_article or inline.is_article):
        raise Rejected(Outcome.NOT_ARTICLE, f"{url}: none of the layouts of {spider.name} is on this page")
    if inline.title and (machine.title or "").startswith(inline.title):  # metas add the section and the house
        machine = replace(machine, title=inline.title)
    visible = from_labels(page, machine.title)
    machine = timed(machine, visible)
    if kind is Kind.POST:
        machine = replace(machine, author=None)
    found = machine.over(inline).over(visible)
    return kind, found.over(guess(page, kind, found.title))
