"""The first way of looking at a page: where the source's own facts say that things stand."""

from datetime import datetime

import jmespath
from bs4 import BeautifulSoup, Tag

from meoktong.models import Comment, Kind
from meoktong.times import to_kst
from spiders.authors import from_body, nickname, people
from spiders.clean import clean_body
from spiders.dates import Moment, dates_in, labelled, parse_machine, parse_relative, parse_text
from spiders.facts import Comments, InlineJson, Selectors
from spiders.findings import Findings
from spiders.html import Page, paragraphs, select, squeeze, unescape


def described(
    page: Page,
    layouts: tuple[Selectors, ...],
    outlets: tuple[str, ...],
    kind: Kind,
    fetched_at: datetime | None,
    headline: str | None = None,
) -> Findings:
    """What the first layout that applies to `page` finds; nothing when none does. `outlets` are never authors.

    `headline` is the page's title by other ways: a body that repeats it begins after it.
    """
    for layout in in_force(layouts, fetched_at):
        found = _inline(page, layout.inline, outlets) if layout.inline else Findings()
        found = found.over(_selected(page, layout, outlets, kind, fetched_at, headline))
        if found.is_article:
            return found
    return Findings()


def in_force(layouts: tuple[Selectors, ...], fetched_at: datetime | None) -> list[Selectors]:
    """`layouts` with those that were valid on the day of the fetch first; the others may still fit a page."""
    if fetched_at is None:
        return list(layouts)
    day = to_kst(fetched_at).date()

    def outdated(layout: Selectors) -> bool:
        early = layout.valid_from is not None and day < layout.valid_from
        return early or (layout.valid_until is not None and day > layout.valid_until)

    return sorted(layouts, key=outdated)


def _selected(
    page: Page,
    layout: Selectors,
    outlets: tuple[str, ...],
    kind: Kind,
    fetched_at: datetime | None,
    headline: str | None,
) -> Findings:
    container = page.soup.select_one(layout.body) if layout.body else None
    if container is None:
        return Findings()
    title = _single(page.soup, layout.title, layout.title_drop)
    published = _moment(page.soup, layout.published, "published", kind, fetched_at)
    names = select(page.soup, layout.author) if layout.author else []
    comments = _comments(page.soup, layout.comments, fetched_at) if layout.comments else ()
    signed = from_body(paragraphs(container)) if kind is Kind.NEWS else None
    return Findings(
        title=title,
        published=published,
        origin="selector" if published else None,
        modified=_moment(page.soup, layout.modified, "modified", kind, fetched_at),
        author=nickname(names) if kind is Kind.POST else people(names, outlets),
        signed=signed,
        comments=comments,
        body=clean_body(container, kind, title=title or headline, drop=layout.drop),
        is_article=True,
    )


def _single(soup: Tag, selector: str | None, drop: str | None) -> str | None:
    """The one text that `selector` finds. Two different ones are no answer: a less trusted way must decide."""
    if selector is None:
        return None
    for part in soup.select(drop) if drop else ():
        part.decompose()
    texts = set(select(soup, selector))
    return texts.pop() if len(texts) == 1 else None


def _moment(soup: Tag, selector: str | None, label: str, kind: Kind, fetched_at: datetime | None) -> Moment | None:
    for text in select(soup, selector) if selector else ():
        published, modified = labelled(text)
        if label == "modified":
            moment = modified or (None if published else parse_text(text))
        else:  # the first date of "2026-09-16 23:34 수정일 : 2026-09-17 08:00" needs no label
            first, tag, _ = next(dates_in(text), (None, None, 0))
            moment = published or (first if tag is None else None)
        if moment is None and kind is Kind.POST and fetched_at is not None:
            moment = parse_relative(text, fetched_at)
        if moment is not None:
            return moment
    return None


def _comments(soup: Tag, facts: Comments, fetched_at: datetime | None) -> tuple[Comment, ...]:
    found = []
    for item in soup.select(facts.item):
        text = "\n".join(line for part in item.select(facts.text)[:1] for line in paragraphs(part))
        if not text or text in facts.deleted:
            continue
        moment = _moment(item, facts.published, "published", Kind.POST, fetched_at)
        author = nickname(select(item, facts.author)) if facts.author else None
        found.append(Comment(text=text, published_at=moment.at if moment else None, author=author))
    return tuple(dict.fromkeys(found))  # the best ones stand above the others a second time


def _inline(page: Page, facts: InlineJson, outlets: tuple[str, ...]) -> Findings:
    data = page.inline(variable=facts.variable, script_id=facts.id)
    fragments = _strings(data, facts.body)
    if data is None or not fragments:
        return Findings()
    title = next(iter(_strings(data, facts.title)), None)
    moments = [parse_machine(next(iter(_strings(data, field)), "")) for field in (facts.published, facts.modified)]
    container = BeautifulSoup("".join(f"<p>{fragment}</p>" for fragment in fragments), "lxml")
    return Findings(
        title=squeeze(unescape(title)) if title else None,
        published=moments[0],
        origin="inline-json" if moments[0] else None,
        modified=moments[1],
        author=people(_strings(data, facts.author), outlets),
        body=clean_body(container, Kind.NEWS, title=title),
        is_article=True,
    )


def _strings(data: object, expression: str | None) -> list[str]:
    """What a JMESPath expression finds, as non-empty strings."""
    value = jmespath.search(expression, data) if expression and data is not None else None
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, str) and item.strip()]
