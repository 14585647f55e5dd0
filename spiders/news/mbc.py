"""MBC: JSON-LD with comments in it; items of the evening news end with a call for tips."""

from spiders.base import NewsSpider
from spiders.facts import WITHOUT_QUERY, Expect, Selectors, Source


class Mbc(NewsSpider):
    """Munhwa Broadcasting Corporation, news."""

    name = "mbc"
    SOURCE = Source(
        name_ko="MBC",
        homepage="https://imnews.imbc.com/",
        hosts=("imnews.imbc.com",),
        rewrites=((r"/article/amp/", "/article/"), WITHOUT_QUERY),
        outlets=("MBC 뉴스", "iMBC", "MBC뉴스", "디지털뉴스제작팀"),
    )
    EXPECT = Expect(floor=100, ceiling=1500)
    FEEDS = ("https://imnews.imbc.com/rss/news/news_00.xml",)  # named by several collectors, 2026
    PAGES = (
        Selectors(
            seen="2023-04",
            evidence="five articles of April 2023",
            title="h2.art_title",
            published=".date span.input",
            modified=".date",
            author="span.writer",
            body=".news_txt[itemprop=articleBody]",
            drop=".news_img",
        ),
    )
