"""Feeds and sitemaps: bytes -> what they list, whatever publishers do to dates, escapes and encodings."""

import gzip
import html
import io
import re
import zlib
from dataclasses import dataclass
from urllib.parse import urljoin

import feedparser
from lxml import etree

from meoktong.errors import Rejected
from meoktong.models import Listed, Outcome
from spiders.dates import Moment, parse_machine
from spiders.encoding import decode_xml
from spiders.facts import Source
from spiders.urls import canonical_url

MAX_UNPACKED = 50 << 20  # bytes: the sitemap protocol's own limit
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_TAG = re.compile(r"</?(?:b|i|em|strong|font|span|br)\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sitemap:
    """A sitemap's pages, or an index's children: (address, when it last changed), the newest first."""

    pages: tuple[Listed, ...] = ()
    children: tuple[tuple[str, Moment | None], ...] = ()


def parse_feed(body: bytes, url: str, source: Source | None = None) -> list[Listed]:
    """The entries of an RSS or Atom feed, in its order; entries without a usable link are left out.

    Raises Rejected(INVALID) when `body` is no feed. A feed may be empty.
    """
    text = _DECLARATION.sub("", decode_xml(unpack(body, url)), count=1)
    feed = feedparser.parse(io.BytesIO(text.encode()), sanitize_html=False, resolve_relative_uris=False)
    if not feed.get("version") and not feed.entries:
        what = "an HTML page" if re.search(r"<html\b", text[:2000], re.IGNORECASE) else "neither RSS nor Atom"
        raise Rejected(Outcome.INVALID, f"{url}: no feed but {what}{_fault(feed)}")
    listed = []
    for entry in feed.entries:
        link = entry.get("link") or entry.get("id") or ""
        try:
            address = canonical_url(urljoin(url, html.unescape(link)), source) if link else None
        except ValueError:
            continue
        if address is None:
            continue
        published = _date(entry, "published", "created") or _date(entry, "updated")
        modified = _date(entry, "updated")
        listed.append(_listed(address, clean_title(entry.get("title")), published, modified))
    return listed


def parse_sitemap(body: bytes, url: str, source: Source | None = None) -> Sitemap:
    """The pages or children of a sitemap, gzipped or not. Raises Rejected(INVALID) when `body` is no sitemap."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, remove_comments=True)
    text = _DECLARATION.sub("", decode_xml(unpack(body, url)), count=1).strip()
    root = etree.fromstring(text.encode(), parser) if text else None
    if root is None or _local(root) not in ("urlset", "sitemapindex"):
        raise Rejected(
            Outcome.INVALID, f"{url}: no sitemap (root element {_local(root) if root is not None else 'none'})"
        )
    if _local(root) == "sitemapindex":
        return Sitemap(children=_children(root, url))
    pages = []
    for node in root:
        fields = {_local(child): (child.text or "").strip() for child in node.iter() if isinstance(child.tag, str)}
        try:
            address = canonical_url(urljoin(url, fields.get("loc", "")), source) if fields.get("loc") else None
        except ValueError:
            continue
        if address is None:
            continue
        published, modified = (parse_machine(fields.get(key, "")) for key in ("publication_date", "lastmod"))
        pages.append(_listed(address, clean_title(fields.get("title")), published, modified))
    return Sitemap(pages=tuple(pages))


def clean_title(title: str | None) -> str | None:
    """A feed's title as plain text: escapes undone however often they were applied, <b> and the like removed."""
    text = title or ""
    for _ in range(3):
        unescaped = html.unescape(text)
        if unescaped == text:
            break
        text = unescaped
    return " ".join(_TAG.sub("", text).split()) or None


def unpack(body: bytes, url: str) -> bytes:
    """`body`, ungzipped when it is gzip. Raises Rejected: INVALID for a broken archive, TOO_LARGE beyond 50 MB."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        with gzip.open(io.BytesIO(body)) as stream:
            plain = stream.read(MAX_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Rejected(Outcome.INVALID, f"{url}: broken gzip ({error})") from None
    if len(plain) > MAX_UNPACKED:
        raise Rejected(Outcome.TOO_LARGE, f"{url}: unpacks to more than {MAX_UNPACKED >> 20} MB")
    return plain


def _listed(address: str, title: str | None, published: Moment | None, modified: Moment | None) -> Listed:
    return Listed(
        url=address,
        title=title,
        published_at=published.at if published else None,
        published_precision=published.precision if published else None,
        modified_at=modified.at if modified and modified != published else None,
    )


def _date(entry: feedparser.FeedParserDict, *keys: str) -> Moment | None:
    # The feed parser reads a time without zone as UTC; its raw text is read again here. Membership first: a plain
    # lookup of `updated` answers with `published`.
    raw = next((entry[key] for key in keys if key in entry.keys() and entry[key]), "")  # noqa: SIM118
    return parse_machine(raw)


def _children(root: etree._Element, url: str) -> tuple[tuple[str, Moment | None], ...]:
    children = []
    for node in root:
        fields = {_local(child): (child.text or "").strip() for child in node}
        if fields.get("loc"):
            children.append((urljoin(url, fields["loc"]), parse_machine(fields.get("lastmod", ""))))
    return tuple(sorted(children, key=lambda child: child[1].at.timestamp() if child[1] else 0.0, reverse=True))


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _fault(feed: feedparser.FeedParserDict) -> str:
    error = feed.get("bozo_exception")
    return f" ({error})" if error else ""
