"""The last way of looking at a page, for sites nobody has described: Korean labels, headings, likely containers."""

import re
from dataclasses import replace

import trafilatura
from bs4 import Tag

from meoktong.models import Kind, Precision
from spiders.authors import from_body, nickname, people
from spiders.clean import clean_body, clean_lines, link_share
from spiders.dates import Moment, dates_in, labelled
from spiders.findings import Findings
from spiders.html import Page, marked, paragraphs, squeeze, text_of
from spiders.structured import houses, json_ld_body

_HEADING_NAMES = frozenset(("h1", "h2", "h3", "h4", "dt", "strong"))
_HEADING = re.compile(r"(?i)tit|subject|headline")
_BYLINE = re.compile(r"(?i)byline|creator|reporter|journalist|writer|author")
_ROLE = re.compile("기자|특파원|PD|앵커|@")
_NICK = re.compile(r"(?i)nick|writer|member|author|user|name")
_CONTAINER_NAMES = frozenset(("div", "section", "td", "main", "wrap_copy"))
_CONTAINERS = re.compile(
    r"(?:^|\s)(?:(?:news|article|arti|story|view|read|post|cont|content|contents|board|bbs|entry|detail|main|body|se|xe"
    r"|rhymix|text|txt|wrap|copy)[-_]?){1,4}(?:body|bodys|text|txt|content|contents|cont|cnt|view|area|article|detail|div|wrap|container|copy|tag|doc)?(?:$|[\s_-])",
    re.IGNORECASE,
)
_POST_ADDRESS = re.compile(
    r"(?i)//(?:(?:m|web|www)\.)?(?:blog|cafe|bbs|gall|pann|board|community|forum)\."
    r"|/(?:board|bbs|zboard|cafe|community|forum|talk|entiz)/|gallery|read\.php|/b\.php\?|[?&](?:bo_)?table=\w"
)
_POST_MAKER = re.compile(r"(?i)xpressengine|rhymix|gnuboard|zeroboard|phpbb|discourse|naver\s*blog|tistory")
_POST_COUNTS = re.compile(r"조회\s?수?\W{,3}\d[\d,]*\W{,5}추천\s?수?\W{,3}\d")
_SENTENCE = re.compile(r"[.?!다요][\"'”’)\]]*$")
_SPEAKS = re.compile(r"^\W*(?:앵커(?:\s*멘트)?|기자|리포트|인터뷰)\s*[\])】>]")  # in a broadcast's transcript
_PULLED = re.compile(r"[\"“‘][^\"”’]{,60}[\"”’]")  # a quotation set above the text
_WORDS = re.compile(r"[가-힣]+\s[가-힣]+")
_NICK_LENGTH = 20
_DATELINE = 120  # characters of a line that tells when an article was published, and by whom
_NEAR = 700  # characters around the heading in which a page's own date stands
_KOREA = 9 * 3600  # seconds ahead of UTC
_SEPARATOR = re.compile(r"\s*(?:\s(?:[|\-–—:<>:ㅣ│]|::)\s|[|ㅣ│])\s*")
_LONGEST = 1 << 20  # characters of markup that trafilatura is given: it needs a second a megabyte


def kind_of(page: Page, url: str) -> Kind:
    """Whether an undescribed page is an article or a post, by its address, the program that made it, or its counts."""
    maker = page.meta("generator") or ""
    posted = _POST_ADDRESS.search(url) or _POST_MAKER.search(maker) or _POST_COUNTS.search(text_of(page.soup))
    return Kind.POST if posted else Kind.NEWS


def best_title(page: Page, told: str | None) -> str | None:
    """The title without the outlet's name: the heading on the page that `told` (from the metas) begins with.

    The heading wins because metas lose punctuation and add names; without a fitting one, `told` loses its last part
    when that names the house.
    """
    head = page.soup.title
    told = told or (text_of(head) if head else None)
    if not told:
        first = page.soup.select_one("h1")
        return text_of(first) or None if first else None
    key = _letters(told)
    after = _letters(told[found.end() :]) if (found := _SEPARATOR.search(told)) else ""  # the house may stand first
    best = ""
    for heading, marks in page.elements:
        if (
            not (heading.name in _HEADING_NAMES or _HEADING.search(marks))
            or len(heading.find_all(True, limit=30)) >= 30
        ):
            continue
        for text in (text_of(heading), _own(heading)):
            if text.startswith(told) and text[len(told) :].lstrip().startswith('"'):
                return text  # a quotation mark in the title ended the meta's attribute
            letters = _letters(text)
            if letters and (key.startswith(letters) or letters == after) and len(letters) > len(_letters(best)):
                best = text
    stripped = _without_house(told, [*houses(page), text_of(head) if head else ""])
    if len(_letters(best)) >= 0.6 * len(_letters(stripped)):
        return best
    return stripped


def from_labels(page: Page, title: str | None) -> Findings:
    """The visible date: labelled (입력, 등록 ...) near the title, else anywhere; else the nearest to the title."""
    text = "\n".join(paragraphs(page.soup))
    spot = _title_spot(text, title)
    dates = [(moment, label, at) for moment, label, at in dates_in(text) if moment.precision is Precision.MINUTE]
    near = [entry for entry in dates if spot is not None and -_NEAR < entry[2] - spot < _NEAR + len(title or "")]
    modified = next((moment for moment, label, _ in near if label == "modified"), None)
    for group in (near, dates):
        for moment, label, _ in group:
            if label == "published":
                return Findings(published=moment, origin="label", modified=modified, is_article=True)
    plain = [entry for entry in near if entry[1] is None and spot is not None and entry[2] >= spot]
    for moment, _, _ in plain or [entry for entry in near if entry[1] is None]:
        return Findings(published=moment, origin="generic", modified=modified)
    return Findings()


def timed(machine: Findings, visible: Findings) -> Findings:
    """`machine` with the labelled visible time where it tells none, or the same with nine hours lost or added twice."""
    told, seen = machine.published, visible.published
    if seen is None or (told is None and visible.origin != "label"):
        return machine
    if told is None or (told.precision is Precision.MINUTE and _shifted(told, seen)):
        return replace(machine, published=seen, origin=visible.origin)
    return machine


def _shifted(told: Moment, seen: Moment) -> bool:
    return abs(abs((told.at - seen.at).total_seconds()) - _KOREA) < 120


def guess(page: Page, kind: Kind, title: str | None) -> Findings:
    """Body and author by the page's structure: a likely container, JSON-LD's text, in the end trafilatura."""
    container = _container(page, title)
    lines: list[str] = []
    body: tuple[str, ...] = ()
    if container is not None:
        lines = paragraphs(container)
        body = clean_body(container, kind, title=title)
    if not body and container is None:
        lines = list(json_ld_body(page)) or [line for line in _trafilatura(page) if _SENTENCE.search(line)]
        body = clean_lines(lines, kind, title=title)
    if kind is Kind.NEWS:
        body = _without_deck(body)
    author = nick(page, title) if kind is Kind.POST else _reporter(page)
    signed = from_body(lines) or _signature(page, title) if kind is Kind.NEWS else None
    return Findings(body=body, author=author, signed=signed, is_article=container is not None)


def _without_deck(body: tuple[str, ...]) -> tuple[str, ...]:
    """`body` from its first sentence on: subtitles and captions that stand above it end as no sentence does."""

    def opens(line: str) -> bool:
        return bool(_SPEAKS.search(line) or (_SENTENCE.search(line) and not _PULLED.fullmatch(line)))

    return body[next((at for at, line in enumerate(body) if opens(line)), 0) :]


def _container(page: Page, title: str | None) -> Tag | None:
    """The element that holds the article: the one marked as such, else the best among those with a likely name."""
    for name, value in (("itemprop", "articleBody"), ("itemprop", "reviewBody"), ("property", "content:encoded")):
        found = [tag for tag in page.soup.find_all(None, {name: value}) if text_of(tag)]
        if found:
            return max(found, key=lambda tag: len(text_of(tag)))
    named = [
        tag
        for tag, marks in page.elements
        if tag.name == "article" or (tag.name in _CONTAINER_NAMES and _CONTAINERS.search(marks))
    ]
    if not named:
        return None
    scores = {id(tag): _prose(tag, title) for tag in named}
    top = max(scores.values())
    if top <= 0:
        return next((tag for tag in named if _is_told(tag, title)), None)
    # The innermost of those that hold nearly all the prose: the outer ones add menus and related articles.
    return [tag for tag in named if scores[id(tag)] >= 0.9 * top][-1]


def _prose(tag: Tag, title: str | None) -> float:
    """Characters in sentences, less what links hold. The title may be one, but is none of the text."""
    lines = [line for line in paragraphs(tag) if line != title]
    prose = sum(len(line) for line in lines if _SENTENCE.search(line))
    return prose * (1 - link_share(tag))


def _is_told(tag: Tag, title: str | None) -> bool:
    """Whether `tag` holds the words of a post that ends no sentence: no title, date, count, link or other container."""
    text = text_of(tag)
    if (title and title in text) or any(dates_in(text)) or _POST_COUNTS.search(text) or link_share(tag):
        return False
    return bool(_WORDS.search(text)) and not any(_CONTAINERS.search(marked(part)) for part in tag.find_all(True))


def _reporter(page: Page) -> str | None:
    """Whom a byline names; without one, whom the line names that tells the time of publication."""
    tags = [tag for tag, marks in page.elements if _BYLINE.search(marks) or tag.get("itemprop") == "author"]
    outer = {id(parent) for tag in tags for parent in tag.parents}
    tags = [tag for tag in tags if id(tag) not in outer and 0 < len(text_of(tag)) < 80]
    named = [tag for tag in tags if _ROLE.search(text_of(tag))]
    first = [tag for tag in tags if tag.parent is tags[0].parent and marked(tag) == marked(tags[0])]
    if found := people(map(text_of, named or first), houses(page)):
        return found
    dated = [line for line in paragraphs(page.soup) if len(line) < _DATELINE and labelled(line) != (None, None)]
    return people([min(dated, key=len)], houses(page)) if dated else None


def _signature(page: Page, title: str | None) -> str | None:
    """The first line below the title that is a byline."""
    lines = paragraphs(page.soup)
    below = lines[lines.index(title) + 1 :] if title in lines else []
    return next(filter(None, (from_body([line]) for line in below if len(line) < _DATELINE)), None)


def nick(page: Page, title: str | None) -> str | None:
    """The first nickname that follows the title in the page; the page's first when the title is not found."""
    key = _letters(title or "")
    first = None
    after = False
    for tag, marks in page.elements:
        after = after or (tag.name not in ("title", "head", "html") and _letters(_own(tag)).startswith(key))
        if _NICK.search(marks) and 0 < len(text_of(tag)) <= _NICK_LENGTH:
            first = first or text_of(tag)
            if after:
                return nickname([text_of(tag)])
    return nickname([first]) if first else None


def _trafilatura(page: Page) -> list[str]:
    if len(page.markup) > _LONGEST:
        return []
    text = trafilatura.extract(page.markup, include_comments=False, include_tables=False, fast=True)
    return (text or "").splitlines()


def _title_spot(text: str, title: str | None) -> int | None:
    """Where the title stands as a line of its own, or where it first stands, in `text`."""
    if not title:
        return None
    at = text.find(f"\n{title}")
    at = at if at >= 0 else text.find(title)
    return at if at >= 0 else None


def _without_house(title: str, names: list[str]) -> str:
    known = {_letters(name) for name in names}
    while True:
        *rest, last = _SEPARATOR.split(title) or [title]
        at = title.rfind(last)
        if not rest or not at:
            return title
        letters = _letters(last)
        if not (letters in known or any(letters and letters in name for name in known) or len(letters) <= 8):
            return title
        shorter = _SEPARATOR.sub(lambda m: m.group(), title[:at]).rstrip(" |-–—:<>ㅣ│")
        if not shorter:
            return title
        title = shorter


def _own(tag: Tag) -> str:
    """The text of `tag` without that of its children."""
    return squeeze("".join(tag.find_all(string=True, recursive=False)))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).lower()
