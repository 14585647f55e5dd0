"""A parsed page: its elements, its scripts, the text of an element as paragraphs.

Scripts and styles are cut out before the page is parsed: they are up to nine tenths of its bytes, and inline JSON is
wanted as text anyway.
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.element import CData, NavigableString

MAX_CHARACTERS = 8 << 20  # of markup that is parsed; no article has more
_OPENING = re.compile(r"<!--|<(script|style|svg|template)\b([^>]{0,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_NESTED_PAGE = re.compile(r"</?(?:html|body)\b[^>]{0,1000}>", re.IGNORECASE)
_BLANKS = re.compile(r"[\s\u00a0\u200b-\u200d\u2028\u2029\u3000\ufeff\u00ad]+")
_LINE_COMMENT = re.compile(r"^\s*//.*$|(?<=[,\[{\]}\"\d])[ \t]*//(?![^\n]*\")[^\n]*$", re.MULTILINE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 "
    "h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul wrap_copy".split()
)
SILENT = frozenset("noscript iframe object embed video audio select option textarea input button canvas map".split())


@dataclass(frozen=True, slots=True)
class Script:
    """A script element: its attributes and its text."""

    attributes: dict[str, str]
    text: str


class Page:
    """A page's markup, parsed once and only when somebody asks."""

    def __init__(self, markup: str) -> None:
        self.markup = markup[:MAX_CHARACTERS]

    @cached_property
    def _parts(self) -> tuple[str, tuple[Script, ...]]:
        return split_scripts(self.markup)

    @property
    def scripts(self) -> tuple[Script, ...]:
        """The scripts in the page's order."""
        return self._parts[1]

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The elements, without scripts, styles and comments. A page nested in the page is opened up."""
        markup = self._parts[0]
        if len(_NESTED_PAGE.findall(markup)) > 4:
            first = True

            def keep_outer(match: re.Match[str]) -> str:
                nonlocal first
                outer, first = first, first and not match.group().lower().startswith("<body")
                return match.group() if outer else " "

            markup = _NESTED_PAGE.sub(keep_outer, markup)
        return BeautifulSoup(markup, "lxml")

    @cached_property
    def elements(self) -> list[tuple[Tag, str]]:
        """Every element with its class and id as words: looking at these is ten times faster than a CSS selector."""
        return [(tag, marked(tag)) for tag in self.soup.find_all(True)]

    @cached_property
    def metas(self) -> dict[str, list[str]]:
        """Contents of the meta elements by name or property, in lower case; empty ones are left out."""
        found: dict[str, list[str]] = {}
        for tag in self.soup.find_all("meta"):
            key = tag.get("property") or tag.get("name") or tag.get("itemprop")
            content = squeeze(unescape(str(tag.get("content") or "")))
            if key and content:
                found.setdefault(str(key).lower(), []).append(content)
        return found

    def meta(self, *names: str) -> str | None:
        """The first content among the meta elements `names`, in this order."""
        return next((self.metas[name][0] for name in names if name in self.metas), None)

    @cached_property
    def json_ld(self) -> list[dict[str, Any]]:
        """Every JSON-LD object of the page, @graph and lists opened; // comments and trailing commas are tolerated."""
        found: list[dict[str, Any]] = []
        for script in self.scripts:
            if "ld+json" in script.attributes.get("type", ""):
                pending = [loads(script.text)]
                while pending:
                    item = pending.pop(0)
                    if isinstance(item, list):
                        pending = item + pending
                    elif isinstance(item, dict):
                        found.append(item)
                        graph = item.get("@graph")
                        pending = (graph if isinstance(graph, list) else []) + pending
        return found

    def inline(self, *, variable: str | None = None, script_id: str | None = None) -> Any:
        """The JSON assigned to `variable` in a script, or that fills the script with `script_id`; None without one."""
        for script in self.scripts:
            if script_id is not None and script.attributes.get("id") == script_id:
                return loads(script.text)
            if variable is not None and variable in script.text:
                match = re.search(rf"(?<![\w.]){re.escape(variable)}\s*=\s*(?=[{{\[])", script.text)
                if match:
                    return _first_value(script.text, match.end())
        return None


def split_scripts(markup: str) -> tuple[str, tuple[Script, ...]]:
    """(`markup` without scripts, styles, drawings and comments, the scripts)."""
    lower = markup.lower()
    kept, scripts, position = [], [], 0
    while match := _OPENING.search(markup, position):
        name = (match[1] or "").lower()
        close = f"</{name}" if name else "-->"
        end = lower.find(close, match.end())
        if end < 0:
            break  # never closed: the parser will make of it what browsers do
        kept.append(markup[position : match.start()])
        if name == "script":
            scripts.append(Script(_attributes(match[2]), markup[match.end() : end]))
        after = markup.find(">", end)
        position = after + 1 if after >= 0 else len(markup)
    kept.append(markup[position:])
    return " ".join(kept) if len(kept) > 1 else markup, tuple(scripts)


def loads(text: str) -> Any:
    """The value of JSON as pages hold it: CDATA, // comments, raw newlines, trailing commas; None if hopeless."""
    text = re.sub(r"^\s*(?://)?\s*<!\[CDATA\[|(?://)?\s*\]\]>\s*$", "", text).strip().rstrip(";")
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", _LINE_COMMENT.sub("", text))):
        try:
            return json.loads(attempt, strict=False)
        except (json.JSONDecodeError, RecursionError):
            continue
    return None


def _first_value(text: str, start: int) -> Any:
    try:
        return json.JSONDecoder(strict=False).raw_decode(text, start)[0]
    except (json.JSONDecodeError, RecursionError):
        return None


def _attributes(text: str) -> dict[str, str]:
    return {name.lower(): html.unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(text)}


def select(element: Tag, selector: str) -> list[str]:
    """The texts (or, behind `@name`, the attributes) that `selector` finds, without empty ones."""
    css, _, attribute = selector.partition("@") if re.search(r"@[\w-]+$", selector) else (selector, "", "")
    found = element.select(css) if css else [element]
    texts = [str(tag.get(attribute) or "") if attribute else text_of(tag) for tag in found]
    return [text for text in map(squeeze, texts) if text]


def take(element: Tag, selector: str) -> str | None:
    """The first text that `selector` finds in `element`."""
    return next(iter(select(element, selector)), None)


def marked(element: Tag) -> str:
    """Class and id of `element` as words, articleBody as article-Body."""
    return _CAMEL.sub("-", " ".join([*element.get_attribute_list("class"), str(element.get("id") or "")]))


def squeeze(text: str) -> str:
    """`text` with every run of blanks, invisible ones too, as one space."""
    return _BLANKS.sub(" ", text).strip()


def unescape(text: str) -> str:
    """`text` with its HTML escapes undone, also doubled ones."""
    once = html.unescape(text)
    return html.unescape(once) if "&" in once else once


def text_of(element: Tag) -> str:
    """The visible text of `element` in one line."""
    return " ".join(paragraphs(element))


def paragraphs(element: Tag) -> list[str]:
    """The visible text of `element`, one string for each block or line break."""
    lines: list[list[str]] = [[]]
    for piece in _pieces(element):
        if piece is None:
            lines.append([])
        else:
            lines[-1].append(piece)
    return [text for text in (squeeze("".join(line)) for line in lines) if text]


def _pieces(element: Tag) -> Iterator[str | None]:
    """Strings, and None where a line ends. A loop, not a recursion: pages nest thousands of elements deep."""
    stack: list[Any] = [element]
    while stack:
        node = stack.pop()
        if node is None:
            yield None
        elif isinstance(node, Tag):
            if node.name in SILENT:
                continue
            if node.name == "br":
                yield None
            elif node.name in BLOCKS:
                yield None
                stack.append(None)
                stack.extend(reversed(node.contents))
            else:
                stack.extend(reversed(node.contents))
        elif type(node) is NavigableString or isinstance(node, CData):
            yield str(node)
