"""Feeds and sitemaps as publishers write them, and what is neither."""

import gzip

import pytest

from meoktong.errors import Rejected
from meoktong.models import Outcome, Precision
from meoktong.times import iso_kst
from spiders.feeds import parse_feed, parse_sitemap

URL = "https://paper.example/rss/all.xml"


def rss(item: str, declaration: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    return f'{declaration}<rss version="2.0"><channel><title>신문</title>{item}</channel></rss>'.encode()


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("<pubDate>Mon, 17 Oct 2022 14:12:00 +0900</pubDate>", "2022-10-17T14:12:00+09:00"),
        ("<pubDate>2022-10-17 14:12:00</pubDate>", "2022-10-17T14:12:00+09:00"),
        ("<pubDate>Mon, 17 10 2022 14:12:00 +0900</pubDate>", "2022-10-17T14:12:00+09:00"),
        (
            "<dc:date xmlns:dc='http://purl.org/dc/elements/1.1/'>2022-10-17T05:12:00Z</dc:date>",
            "2022-10-17T14:12:00+09:00",
        ),
        ("", None),
        ("<pubDate></pubDate>", None),
        ("<pubDate>곧</pubDate>", None),
    ],
)
def test_a_time_without_zone_is_koreas_and_a_missing_one_stays_missing(stamp: str, expected: str | None) -> None:
    [listed] = parse_feed(rss(f"<item><title>a</title><link>https://paper.example/1</link>{stamp}</item>"), URL)
    assert (iso_kst(listed.published_at) if listed.published_at else None) == expected


def test_doubled_escapes_and_markup_leave_a_plain_title() -> None:
    title = "&lt;b&gt;카카오&lt;/b&gt; &amp;amp;quot;먹통&amp;amp;quot; A&amp;amp;B"
    item = f"<item><title>{title}</title><link>/2?utm_source=rss</link></item>"
    [listed] = parse_feed(rss(item), URL)
    assert listed.title == '카카오 "먹통" A&B'
    assert listed.url == "https://paper.example/2"


def test_euc_kr_feeds_and_entries_without_link() -> None:
    items = "<item><title>똠</title></item><item><title>펲 먹통</title><link>https://paper.example/3</link></item>"
    feed = rss(items, '<?xml version="1.0" encoding="euc-kr"?>').decode().encode("cp949")
    assert [listed.title for listed in parse_feed(feed, URL)] == ["펲 먹통"]


def test_an_empty_feed_is_a_feed() -> None:
    assert parse_feed(rss(""), URL) == []


@pytest.mark.parametrize("body", [b"", b"<html><body>404</body></html>", b"{}", b"\x1f\x8bbroken"])
def test_what_is_no_feed_is_invalid(body: bytes) -> None:
    with pytest.raises(Rejected, match=r"paper\.example") as caught:
        parse_feed(body, URL)
    assert caught.value.outcome is Outcome.INVALID


NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://paper.example/1</loc><news:news><news:publication_date>2022-10-17T14:12:00+09:00</news:publication_date>
<news:title>먹통</news:title></news:news></url>
<url><loc>https://paper.example/2</loc><lastmod>2022-10-18</lastmod></url></urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://paper.example/old.xml</loc><lastmod>2022-10-01</lastmod></sitemap>
<sitemap><loc>/new.xml.gz</loc><lastmod>2022-10-17</lastmod></sitemap></sitemapindex>"""


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_news_sitemap(pack: type[bytes]) -> None:
    first, second = parse_sitemap(pack(NEWS.encode()), URL).pages
    assert (first.title, first.published_precision) == ("먹통", Precision.MINUTE)
    assert second.published_at is None
    assert second.modified_at is not None


def test_an_index_lists_the_newest_child_first() -> None:
    assert [url for url, _ in parse_sitemap(INDEX.encode(), URL).children] == [
        "https://paper.example/new.xml.gz",
        "https://paper.example/old.xml",
    ]


def test_entities_in_a_sitemap_are_not_expanded() -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE u [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
        "<urlset><url><loc>https://paper.example/&a;</loc></url></urlset>"
    )
    assert [page.url for page in parse_sitemap(bomb.encode(), URL).pages] in ([], ["https://paper.example/"])


def test_a_page_is_no_sitemap() -> None:
    with pytest.raises(Rejected) as caught:
        parse_sitemap(b"<html></html>", URL)
    assert caught.value.outcome is Outcome.INVALID
