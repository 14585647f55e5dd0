"""What a page says of itself for machines: JSON-LD, meta elements, microdata, data for its own scripts."""

import re
from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup

from meoktong.models import Kind, Precision
from spiders.authors import nickname, people
from spiders.clean import clean_body
from spiders.dates import Moment, parse_machine
from spiders.findings import Findings
from spiders.flight import flight_rows
from spiders.html import Page, squeeze, unescape

_PUBLISHED = (
    "article:published_time", "article:published", "og:article:published_time", "og:regdate", "regdate",
    "datepublished", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.created", "dc.date",
    "pubdate", "publish-date",
    "publication_date", "article.published", "date",
)  # fmt: skip
_MODIFIED = ("article:modified_time", "article:modified", "og:updated_time", "datemodified", "lastmod")
# `dd:published_time` is left out: it prints the digits of UTC with Korea's offset.
_AUTHORS = ("dable:author", "author", "article:author", "og:article:author", "byl", "twitter:creator")
_HOUSES = ("og:site_name", "twitter:site", "publisher", "article:publisher", "copyright", "application-name")
_ARTICLES = re.compile(r"(?:Article|Posting|Report)$")
_POSTS = re.compile(r"(?:Discussion|Social|Blog)\w*Posting$")
_BODY_KEYS = (
    "contenthtml",
    "content_html",
    "articlebody",
    "article_body",
    "bodyhtml",
    "body_html",
    "content",
    "contents",
    "body",
)
_TITLE_KEYS = ("title", "headline", "subject")
_TIME_KEYS = (
    "deploydt",
    "publishedat",
    "published_at",
    "publishdate",
    "publisheddate",
    "datepublished",
    "display_date",
    "createdate",
    "regdate",
)
_WRITER_KEYS = ("writerdisplay", "byline", "writer", "reporter", "author", "authorname", "reportername")
_ENOUGH = 150  # characters of text from which a string in inline JSON can be an article's body
_CUT = re.compile(r"\s*(?:\.{2,}|…)$")
_PLACEHOLDER = re.compile(r"\$\$\w+\$\$")


def houses(page: Page) -> list[str]:
    """The outlet's names as the page gives them."""
    return [value for name in _HOUSES for value in page.metas.get(name, ())]


def from_json_ld(page: Page) -> Findings:
    """The page's article object in JSON-LD: of several the one with the page's own title, else the first."""
    articles = [item for item in page.json_ld if any(_ARTICLES.search(name) for name in _types(item))]
    if not articles:
        return Findings()
    told = page.meta("og:title", "twitter:title") or ""
    item = next((item for item in articles if _begins(told, _headline(item))), articles[0])
    headline = _headline(item)
    kind = Kind.POST if any(_POSTS.search(name) for name in _types(item)) else None
    published = _parse(item.get("datePublished"))
    names = [str(name) for author in _list(item.get("author")) if (name := _name(author))]
    return Findings(
        title=told if headline and _CUT.search(headline) and _begins(told, headline) else headline,
        published=published,
        origin="json-ld" if published else None,
        modified=_parse(item.get("dateModified")),
        author=nickname(names) if kind is Kind.POST else people(names, houses(page)),
        kind=kind,
        is_article=True,
    )


def _types(item: dict[str, Any]) -> list[str]:
    return [str(name) for name in _list(item.get("@type"))]


def _headline(item: dict[str, Any]) -> str | None:
    return _clean(item.get("headline")) or _clean(item.get("name"))


def _begins(told: str, headline: str | None) -> bool:
    """Whether `told` begins with `headline`, which may be cut."""
    return bool(headline) and told.startswith(_CUT.sub("", headline or ""))


def json_ld_body(page: Page) -> tuple[str, ...]:
    """`articleBody` of the page's JSON-LD: text without paragraphs, and often cut."""
    bodies = [item["articleBody"] for item in page.json_ld if isinstance(item.get("articleBody"), str)]
    text = unescape(max(bodies, key=len, default=""))
    return tuple(line for line in map(squeeze, text.splitlines()) if line)


def from_meta(page: Page) -> Findings:
    """The meta elements and microdata."""
    published = _first(page.metas.get(name, ()) for name in _PUBLISHED) or _first(_microdata(page, "datePublished"))
    return Findings(
        title=page.meta("og:title", "twitter:title", "dable:title", "title"),
        published=published,
        origin="meta" if published else None,
        modified=_first(page.metas.get(name, ()) for name in _MODIFIED) or _first(_microdata(page, "dateModified")),
        author=next(filter(None, (people(page.metas.get(name, ()), houses(page)) for name in _AUTHORS)), None),
        is_article=published is not None or page.meta("og:type") == "article",
    )


def from_inline(page: Page) -> Findings:
    """The data that a page renders itself from: the object whose body is the longest text in any inline JSON."""
    best: tuple[int, dict[str, Any]] = (_ENOUGH, {})
    for data in _inline_data(page):
        for item in _objects(data):
            size = max((len(item[key]) for key in _keys(item, _BODY_KEYS)), default=0)
            if size > best[0]:
                best = (size, item)
    item = best[1]
    if not item:
        return Findings()
    markup = _PLACEHOLDER.sub(" ", max((item[key] for key in _keys(item, _BODY_KEYS)), key=len))
    title = _clean(next((item[key] for key in _keys(item, _TITLE_KEYS)), None))
    published = _first([item[key] for key in _keys(item, _TIME_KEYS)])
    return Findings(
        title=title,
        published=published,
        origin="inline-json" if published else None,
        author=people([item[key] for key in _keys(item, _WRITER_KEYS)], houses(page)),
        body=clean_body(BeautifulSoup(markup, "lxml"), Kind.NEWS, title=title),
        is_article=bool(title),
    )


def _inline_data(page: Page) -> Iterator[Any]:
    for script in page.scripts:
        kind = script.attributes.get("type", "")
        if script.attributes.get("id") == "__NEXT_DATA__" or kind == "application/json":
            yield page.inline(script_id=script.attributes.get("id", ""))
    yield from flight_rows(page.scripts)
    yield page.inline(variable="Fusion.globalContent")
    for variable in (
        "window.__INITIAL_STATE__",
        "window.__NUXT__",
        "window.__PRELOADED_STATE__",
        "window.__APOLLO_STATE__",
    ):
        yield page.inline(variable=variable)


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    pending = [data]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            yield item
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)


def _keys(item: dict[str, Any], wanted: tuple[str, ...]) -> list[str]:
    """The keys of `item` with a string under one of the `wanted` names, in the order of `wanted`."""
    lower = {key.lower(): key for key, value in item.items() if isinstance(value, str) and value.strip()}
    return [lower[name] for name in wanted if name in lower]


def _microdata(page: Page, name: str) -> list[str]:
    found = page.soup.find_all(None, {"itemprop": name})
    if name == "datePublished":
        found += page.soup.find_all("time", pubdate=True)
    return [str(tag.get("datetime") or tag.get("content") or tag.get_text(" ")) for tag in found]


def _first(values: Any) -> Moment | None:
    """The first value that tells a minute, else the first that tells a day. Values may come in groups."""
    moments = [moment for value in values for text in _list(value) if (moment := _parse(text))]
    exact = (moment for moment in moments if moment.precision is Precision.MINUTE)
    return next(exact, moments[0] if moments else None)


def _parse(value: Any) -> Moment | None:
    return parse_machine(value) if isinstance(value, str) and value.strip() else None


def _clean(value: Any) -> str | None:
    return squeeze(unescape(value)) or None if isinstance(value, str) else None


def _name(author: Any) -> str | None:
    if isinstance(author, dict):
        if author.get("@type") == "Organization":
            return None
        author = next(iter(_list(author.get("name"))), None)
    return _clean(author)


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
