"""한겨레: sections in Next.js since 2024, an older layout before; the feeds state no times, the list pages do."""

from datetime import date

from spiders.base import NewsSpider
from spiders.facts import Expect, Listing, Selectors, Source


class Hani(NewsSpider):
    """The Hankyoreh."""

    name = "hani"
    SOURCE = Source(
        name_ko="한겨레",
        homepage="https://www.hani.co.kr/",
        hosts=("www.hani.co.kr", "hani.co.kr", "m.hani.co.kr"),
        identity=("page",),
        rewrites=(
            (r"^(https?://)(?:m\.)?hani\.co\.kr/", r"\1www.hani.co.kr/"),
            (r"/arti/(?:PRINT/)?(.*\d+)\.(?:html|amp)\b", r"/arti/\1.html"),
        ),
        outlets=("한겨레신문", "한겨레21", "인터넷한겨레", "The Hankyoreh"),
    )
    EXPECT = Expect(floor=60, ceiling=600)
    FEEDS = ("https://www.hani.co.kr/rss/",)
    LISTS = (
        Listing(
            url="https://www.hani.co.kr/arti?page={page}",
            pages=5,
            seen="2026-08",
            evidence="reported by others; not checked on a page",
            inline_id="__NEXT_DATA__",
            inline="props.pageProps.list[].{url: url || link, title: title, published: createDate}",
        ),
    )
    PAGES = (
        Selectors(
            seen="2026-08",
            evidence="others' code (the container)",
            reported=True,
            valid_from=date(2026, 7, 1),
            title="[class*=ArticleDetailView_title]",
            published="[class*=ArticleDetailView_dateListItem]",
            modified="[class*=ArticleDetailView_dateListItem]",
            author="[class*=ArticleDetailView_reporterLink]",
            body="article#renewal2023",
        ),
        Selectors(
            seen="2026-01",
            evidence="others' code",
            reported=True,
            valid_from=date(2024, 1, 1),
            title="[class*=ArticleDetailView_title]",
            published="[class*=ArticleDetailView_dateListItem]",
            modified="[class*=ArticleDetailView_dateListItem]",
            author="[class*=ArticleDetailView_reporterLink]",
            body=".article-text:has(p.text)",
        ),
        Selectors(
            seen="2022-10",
            evidence="others' code, and a text copy of an article",
            reported=True,
            valid_until=date(2023, 12, 31),
            title="#article_view_headline .title",
            published=".date-time",
            modified=".date-time",
            author=".kiza .name, .reporter .name",
            body=".article-text .text",
        ),
    )
