"""The values that flow through meoktong: frozen records without behaviour.

A spider makes a `Document`, the tagger adds an `Annotation`, the store keeps both; every URL ends with one `Outcome`.
Character spans are offsets in Unicode code points, end exclusive. Every datetime is aware.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What a document is: a newspaper's article or a person's post."""

    NEWS = "news"
    POST = "post"


class Precision(StrEnum):
    """How exact a time is. A day is stored as its midnight in Asia/Seoul."""

    MINUTE = "minute"
    DAY = "day"


class Extent(StrEnum):
    """How much of the original text a document holds."""

    FULL = "full"
    EXCERPT = "excerpt"  # its beginning, cut at a number of characters
    SNIPPET = "snippet"  # the lines around a search engine's hit


class Outcome(StrEnum):
    """The one word with which a URL, or a line of an imported file, ends.

    docs/outcomes.md explains each; `meoktong.funnel` says which stage of the funnel a word belongs to.
    """

    # kept
    STORED = "stored"  # a relevant document, new
    UPDATED = "updated"  # a relevant document, changed: a version was added
    UNCHANGED = "unchanged"  # a relevant document, fetched again, the same as stored
    OFF_TOPIC = "off-topic"  # tells of no outage; kept apart so that the filter's recall can be measured
    # extracted, not kept
    DUPLICATE = "duplicate"  # the same document under another address in the same run
    BAD_DATE = "bad-date"  # a publication time that cannot be: in the future, or before the web
    # fetched, nothing extracted
    NOT_MODIFIED = "not-modified"  # the server answered 304
    NOT_ARTICLE = "not-article"  # a page without an article or post
    NO_TEXT = "no-text"  # an article whose body is empty
    BAD_ENCODING = "bad-encoding"  # bytes that no Korean encoding explains
    BLOCKED = "blocked"  # a bot wall, a login or a paywall: left alone
    # not fetched
    SEEN = "seen"  # fetched in an earlier run, nothing says that it changed
    OUT_OF_RANGE = "out-of-range"  # outside --since/--until
    OVER_LIMIT = "over-limit"  # beyond --limit
    ROBOTS = "robots"  # robots.txt forbids it, or it is a page of a closed community
    ROBOTS_UNREACHABLE = "robots-unreachable"  # robots.txt could not be read: not now
    PRIVATE_ADDRESS = "private-address"  # a loopback or private address without --allow-private
    GONE = "gone"  # 404 or 410
    HTTP_ERROR = "http-error"  # any other refusal or server error
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"  # no such host, connection refused or broken
    REDIRECT_LOOP = "redirect-loop"
    TOO_LARGE = "too-large"
    # ours
    INVALID = "invalid"  # a line of an imported file, or a feed, that is not what it should be
    FAILED = "failed"  # a fault of ours; the log has the traceback
    PENDING = "pending"  # discovered, not reached before the run ended: the next run takes it up


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a feed, sitemap or list page says of a page before it is fetched. `url` is the page's identity."""

    url: str
    title: str | None = None
    published_at: datetime | None = None
    published_precision: Precision | None = None
    modified_at: datetime | None = None
    kind: Kind | None = None  # where the listing knows better than the page


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A reader's reply below a post. `author` is a keyed hash once the privacy stage has run."""

    text: str
    published_at: datetime | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One article or post as extracted. `text` holds one paragraph a line, without the title.

    Exactly one of `published_at` and `published_reason` is set: an unknown time is None with a reason,
    never the time of the crawl. `author` is a reporter's byline, or of a post the poster: a nickname
    until the privacy stage, a keyed hash after it.
    """

    url: str
    source: str
    kind: Kind
    title: str
    text: str
    published_at: datetime | None = None
    published_precision: Precision | None = None
    published_origin: str | None = None  # selector, label, json-ld, meta, inline-json, listing, generic, import
    published_reason: str | None = None
    modified_at: datetime | None = None
    author: str | None = None
    comments: tuple[Comment, ...] = ()
    external_id: str | None = None
    extent: Extent = Extent.FULL
    fetched_at: datetime | None = None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a tagger says is made by the dozen a document: a Struct is made ten times as fast as a dataclass."""


class Evidence(Said, frozen=True):
    """Why a label was given: the characters [start, end) of `part` that decided it, their sentence, and the rule."""

    part: str  # "title" or "text"
    start: int
    end: int
    sentence: str
    rule: str  # the catalog word or the named rule that fired, e.g. "services.kakaotalk:카톡"


class Label(Said, frozen=True):
    """A catalog id (or, for single-valued fields, the value) with at least one piece of evidence."""

    id: str
    evidence: tuple[Evidence, ...]


class Moment(Said, frozen=True):
    """A time told in a text, resolved against the publication date, in Asia/Seoul."""

    at: datetime
    precision: Precision
    evidence: tuple[Evidence, ...]


class Quantity(Said, frozen=True):
    """An amount: money in won, percent, duration in minutes or a count. `high` ends a range that `value` begins."""

    kind: str
    value: float
    high: float | None
    text: str
    evidence: Evidence


class Annotation(Said, frozen=True, kw_only=True):
    """All that the tagger says of one document. The same text, tagger version and catalog give an equal Annotation."""

    relevant: bool
    relevance: tuple[Evidence, ...] = ()
    services_affected: tuple[Label, ...] = ()
    services_mentioned: tuple[Label, ...] = ()
    damages: tuple[Label, ...] = ()
    causes: tuple[Label, ...] = ()
    industries: tuple[Label, ...] = ()
    status: Label | None = None  # None: unstated
    outage_start: Moment | None = None
    outage_end: Moment | None = None
    quantities: tuple[Quantity, ...] = ()
    tagger_version: str
    catalog_hash: str
    analyser: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedDocument:
    """A document with its annotation: what the store writes."""

    document: Document
    annotation: Annotation
