"""매일경제: bare text and paragraphs mixed; a summary by machine stands outside the body, stock clocks beside it."""

from spiders.base import NewsSpider
from spiders.facts import WITHOUT_QUERY, Expect, Selectors, Source


class Mk(NewsSpider):
    """Maeil Business Newspaper."""

    name = "mk"
    SOURCE = Source(
        name_ko="매일경제",
        homepage="https://www.mk.co.kr/",
        hosts=("www.mk.co.kr", "mk.co.kr", "m.mk.co.kr"),
        rewrites=(
            (r"^(https?://)(?:m\.|www\.)?mk\.co\.kr/(?:amp/(?=news/))?", r"\1www.mk.co.kr/"),
            WITHOUT_QUERY,
        ),
        outlets=("매경닷컴", "매일경제TV", "디지털뉴스룸"),
    )
    EXPECT = Expect(floor=150, ceiling=2000)
    FEEDS = ("https://www.mk.co.kr/rss/30000001/", "https://www.mk.co.kr/rss/40300001/")  # 2026
    SITEMAPS = ("https://www.mk.co.kr/sitemap/latest-articles/",)
    PAGES = (
        Selectors(
            seen="2025-05",
            evidence="six articles of May 2025",
            published="dl.registration",
            modified="dl.registration",
            body=".news_cnt_detail_wrap[itemprop=articleBody]",
            drop=".thumb_area, .midtitle_text",
        ),
    )
