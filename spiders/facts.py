"""The words in which a source file tells its facts. They hold no behaviour: base.py and extract.py act on them.

A CSS selector may end in `@name` to take an attribute instead of the text: `time@datetime`.
"""

from dataclasses import dataclass
from datetime import date

WITHOUT_QUERY = (r"\?.*", "")  # the last rewrite of a source whose paths alone tell its pages apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who publishes, and under which addresses.

    `identity` names the query parameters that tell pages apart; without it every parameter but the known tracking
    ones is kept. `rewrites` are (regular expression, replacement) pairs over the whole address that turn mobile, AMP
    and old forms into the one that is stored.
    """

    name_ko: str
    homepage: str
    hosts: tuple[str, ...]
    identity: tuple[str, ...] = ()
    rewrites: tuple[tuple[str, str], ...] = ()
    outlets: tuple[str, ...] = ()  # names of the house that stand where a reporter's should: never an author


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """Pages that a day's crawl normally finds. Below `floor` something broke; `quiet`: a day without any is normal."""

    floor: int
    ceiling: int
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineJson:
    """Data in a script: the value assigned to `variable`, or the script with `id`; each field is a JMESPath expression.

    `body` gives a list of HTML fragments, each one or more paragraphs.
    """

    variable: str | None = None
    id: str | None = None
    title: str | None = None
    published: str | None = None
    modified: str | None = None
    author: str | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comments:
    """Where replies stand below a post. A reply whose text is in `deleted` is left out."""

    item: str
    text: str
    author: str | None = None
    published: str | None = None
    deleted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """One layout of a source's pages. `seen` is the month and `evidence` the place where somebody saw it.

    `reported`: only others' word for it; it counts as unverified until `meoktong check` has read a live page.

    A layout applies to a page when its `body` (or the body of its `inline`) is there; of several, those in force on
    the day of the fetch (`valid_from` to `valid_until`) are tried first. `published` and `modified` may select a
    longer text: the first date with the fitting label in it counts, or the first date if it has no label.
    """

    seen: str
    evidence: str
    reported: bool = False
    title: str | None = None
    published: str | None = None
    modified: str | None = None
    author: str | None = None
    body: str | None = None
    drop: str | None = None  # inside the body: captions, advertisements, related links
    title_drop: str | None = None  # inside the title: a comment count, a category
    comments: Comments | None = None
    inline: InlineJson | None = None
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list page. `url` may hold {page}: then pages 1 to `pages` are read, as long as they have rows.

    Either `row` and the selectors inside a row (rows matching `skip` are pinned or promoted: no fresh posts), or
    `inline` data: a JMESPath expression giving [{url, title, published}].
    """

    url: str
    seen: str
    evidence: str
    pages: int = 1
    row: str | None = None
    skip: str | None = None
    link: str = "a[href]@href"
    title: str | None = None
    published: str | None = None
    inline_id: str | None = None
    inline: str | None = None
