"""A first description of an undescribed site, from one of its pages: what generic reading finds, as selectors.

Only what the machine-readable parts of the page do not tell right gets a selector, and the body always does.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from bs4 import Tag

from meoktong.errors import MeoktongError
from meoktong.models import Document, Kind
from spiders.base import BoardSpider, NewsSpider, SourceSpider
from spiders.clean import clean_body
from spiders.encoding import decode
from spiders.extract import examine
from spiders.facts import Expect, Selectors, Source
from spiders.families import Family, family_of
from spiders.html import Page, text_of
from spiders.urls import host_of

FIELDS = ("title", "published_at", "author", "text")  # of a document; a proposal is sound when all come out equal
_SELECTED = {"title": "title", "published_at": "published", "author": "author"}
_FEEDS = ("application/rss+xml", "application/atom+xml")
_STABLE = re.compile(r"[A-Za-z][\w-]*$")
_NUMBERED = re.compile(r"\d{3,}")  # of one page, not of its layout
_LONGEST = 400  # characters of an element that may hold a title, a date or a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a source file could say. `expected` is what generic reading finds, `found` what the proposal does."""

    source: Source
    kind: Kind
    family: Family | None  # a program whose layouts are known: then there is no `layout`
    layout: Selectors | None
    feeds: tuple[str, ...]
    machine: tuple[str, ...]  # machine-readable parts that the page has: json-ld, og:title ...
    expected: Document
    found: Document

    @property
    def differing(self) -> tuple[str, ...]:
        """Fields that the proposal reads otherwise than generic reading."""
        return _differing(self.expected, self.found)


def propose(url: str, body: bytes, content_type: str | None, kind: Kind | None, fetched_at: datetime) -> Proposal:
    """A description by the page at `url`; `kind` overrides what the page seems to be.

    Raises Rejected when there is no article on it, MeoktongError when no element holds just its text.
    """
    expected = examine(None, url, body, content_type, fetched_at=fetched_at)
    page = Page(decode(body, content_type))
    host = host_of(expected.url)
    source = Source(
        name_ko=page.meta("og:site_name") or host, homepage=f"{url.partition('://')[0]}://{host}/", hosts=(host,)
    )
    family = family_of(page, expected.url)
    chosen = kind or expected.kind

    def read(layouts: tuple[Selectors, ...]) -> Document:
        return examine(_spider(source, chosen, layouts), url, body, content_type, fetched_at=fetched_at)

    layout = None if family else _layout(page, expected, read, fetched_at)
    return Proposal(
        source=source,
        kind=chosen,
        family=family,
        layout=layout,
        feeds=tuple(_feeds(page, url)),
        machine=tuple(_machine(page)),
        expected=expected,
        found=read(family.pages if family else (layout,) if layout else ()),
    )


def _layout(
    page: Page, expected: Document, read: Callable[[tuple[Selectors, ...]], Document], fetched_at: datetime
) -> Selectors:
    layout = Selectors(
        seen=f"{fetched_at:%Y-%m}",
        evidence="one page, proposed by `meoktong new-source`",
        body=_body(page, expected),
    )
    for name, selector in _SELECTED.items():
        wanted = getattr(expected, name)
        if wanted is None or getattr(read((layout,)), name) == wanted:
            continue
        for candidate in _candidates(page, name, expected):
            change: dict[str, Any] = {selector: candidate}
            bettered = replace(layout, **change)
            if getattr(read((bettered,)), name) == wanted:
                layout = bettered
                break
    return layout


def _body(page: Page, expected: Document) -> str:
    """The selector of the innermost element that holds just the text."""
    lines = tuple(expected.text.split("\n"))
    for tag, _ in reversed(page.elements):
        if lines[0][:20] in tag.get_text() and clean_body(tag, expected.kind, title=expected.title) == lines:
            selector = _selector(page, tag)
            if selector:
                return selector
    raise MeoktongError(
        f"{expected.url}: no element with a name of its own holds just the article's text; describe it by hand"
    )


def _candidates(page: Page, name: str, expected: Document) -> Iterator[str]:
    """Selectors of elements that may hold a field, the shortest texts first; they are tried on the page."""
    short = [(text_of(tag), tag) for tag, _ in page.elements if tag.name not in ("html", "head", "title")]
    for text, tag in sorted(((text, tag) for text, tag in short if 0 < len(text) <= _LONGEST), key=lambda e: len(e[0])):
        fits = {
            "title": text == expected.title,
            "published_at": re.search(r"\d{1,2}\D{1,3}\d{1,2}", text) is not None,
            "author": expected.author is not None and expected.author in text,
        }
        selector = _selector(page, tag) if fits[name] else None
        if selector:
            yield selector


def _selector(page: Page, tag: Tag) -> str | None:
    """A selector that finds `tag` alone, by its own name or below its nearest named parent."""
    for own in _names(tag):
        if page.soup.select(own, limit=2) == [tag]:
            return own
    for parent in tag.parents:
        for outer in _names(parent):
            for own in (*_names(tag), tag.css.escape(tag.name)):
                if page.soup.select(f"{outer} {own}", limit=2) == [tag]:
                    return f"{outer} {own}"
    return None


def _names(tag: Tag) -> Iterator[str]:
    marked = tag.get("id")
    if isinstance(marked, str) and _STABLE.match(marked) and not _NUMBERED.search(marked):
        yield f"#{marked}"
    if isinstance(tag.get("itemprop"), str):
        yield f"{tag.css.escape(tag.name)}[itemprop={tag.css.escape(str(tag['itemprop']))}]"
    classes = [name for name in tag.get_attribute_list("class") if name and _STABLE.match(name)]
    for name in classes:
        if not _NUMBERED.search(name):
            yield f"{tag.css.escape(tag.name)}.{name}"


def _feeds(page: Page, url: str) -> Iterator[str]:
    for link in page.soup.find_all("link", rel="alternate", href=True):
        if link.get("type") in _FEEDS:
            yield urljoin(url, str(link["href"]))


def _machine(page: Page) -> Iterator[str]:
    if page.json_ld:
        yield "json-ld"
    yield from (name for name in ("og:title", "article:published_time", "author") if page.meta(name))


def _spider(source: Source, kind: Kind, layouts: tuple[Selectors, ...]) -> type[SourceSpider]:
    base = NewsSpider if kind is Kind.NEWS else BoardSpider
    facts = {"name": "proposed", "SOURCE": source, "EXPECT": Expect(floor=0, ceiling=1), "PAGES": layouts}
    return type("Proposed", (base,), facts)


def _differing(expected: Document, found: Document) -> tuple[str, ...]:
    return tuple(name for name in FIELDS if getattr(expected, name) != getattr(found, name))


def written(proposal: Proposal, slug: str) -> str:
    """The source file."""
    base = "NewsSpider" if proposal.kind is Kind.NEWS else "BoardSpider"
    source, layout, family = proposal.source, proposal.layout, proposal.family
    lines = [
        f'"""{source.name_ko}: proposed from one page; say here what is odd about the site."""',
        "",
        f"from spiders.base import {base}",
        f"from spiders.facts import Expect, {'Selectors, ' if layout else ''}Source",
        *([f"from spiders.families import {family.name.upper()}"] if family else []),
        "",
        "",
        f"class {''.join(part.capitalize() for part in slug.split('_'))}({base}):",
        f'    """{source.homepage}"""',
        "",
        f"    name = {_quoted(slug)}",
        "    SOURCE = Source(",
        f"        name_ko={_quoted(source.name_ko)},",
        f"        homepage={_quoted(source.homepage)},",
        f"        hosts=({_quoted(source.hosts[0])},),",
        "    )",
        "    EXPECT = Expect(floor=1, ceiling=1000)  # pages a day: count some days, then narrow it",
        f"    FEEDS = ({''.join(f'{_quoted(feed)}, ' for feed in proposal.feeds).rstrip(' ')})",
    ]
    if family:
        lines.append(f"    PAGES = {family.name.upper()}.pages")
    elif layout:
        told = {name: getattr(layout, name) for name in ("seen", "evidence", "title", "published", "author", "body")}
        lines += ["    PAGES = (", "        Selectors("]
        lines += [f"            {name}={_quoted(value)}," for name, value in told.items() if value]
        lines += ["        ),", "    )"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
