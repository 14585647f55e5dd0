"""한국일보: three layouts within fourteen months; one of them keeps the text in inline JSON only."""

from datetime import date

from spiders.base import NewsSpider
from spiders.facts import WITHOUT_QUERY, Expect, Selectors, Source


class Hankook(NewsSpider):
    """The Hankook Ilbo. In 2026-01 the pages held no element of an article: generic inline JSON covers them."""

    name = "hankook"
    SOURCE = Source(
        name_ko="한국일보",
        homepage="https://www.hankookilbo.com/",
        hosts=("www.hankookilbo.com", "hankookilbo.com", "m.hankookilbo.com"),
        rewrites=(
            (r"^(https?://)(?:m\.)?hankookilbo\.com/", r"\1www.hankookilbo.com/"),
            (r"/News/Read(?:AMP)?/", "/news/article/"),
            WITHOUT_QUERY,
        ),
        outlets=("한국일보닷컴", "디지털이슈부"),
    )
    EXPECT = Expect(floor=40, ceiling=600)
    SITEMAPS = ("https://www.hankookilbo.com/sitemap/latest-articles",)  # 2026
    PAGES = (
        Selectors(
            seen="2026-07",
            evidence="others' code",
            reported=True,
            valid_from=date(2026, 3, 1),
            body="#article-view-content.article-view",
        ),
        Selectors(
            seen="2025-05",
            evidence="one article of May 2025",
            valid_until=date(2025, 12, 31),
            body="[itemprop=articleBody]",
            drop="h2.sub-tit-ll, .module-quote, .editor-img-box, .more-news, .edit-subscribe, .share-bar, .writer",
        ),
    )
