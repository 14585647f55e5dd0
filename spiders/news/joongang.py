"""중앙일보: the feeds have ended, the news sitemap lists what is new; the time is in a time element."""

from spiders.base import NewsSpider
from spiders.facts import Expect, Selectors, Source


class Joongang(NewsSpider):
    """The JoongAng Ilbo."""

    name = "joongang"
    SOURCE = Source(
        name_ko="중앙일보",
        homepage="https://www.joongang.co.kr/",
        hosts=("www.joongang.co.kr", "joongang.co.kr", "m.joongang.co.kr", "news.joins.com", "mnews.joins.com"),
        rewrites=(
            (r"^(https?://)(?:m\.)?joongang\.co\.kr/", r"\1www.joongang.co.kr/"),
            (
                r"^https?://(?:m?news\.joins\.com|www\.joongang\.co\.kr)/(?:amp)?article/(?:olink/)?(\d+).*",
                r"https://www.joongang.co.kr/article/\1",
            ),
        ),
        outlets=("중앙SUNDAY", "중앙선데이", "JTBC"),
    )
    EXPECT = Expect(floor=60, ceiling=900)
    SITEMAPS = ("https://www.joongang.co.kr/sitemap/latest-articles",)  # named by two collectors, 2026
    PAGES = (
        Selectors(
            seen="2026-08",
            evidence="others' code; the container was seen live by one of them",
            reported=True,
            title="h1.headline",
            published="time[itemprop=datePublished]@datetime",
            modified="time[itemprop=dateModified]@datetime",
            author=".byline a",
            body="#article_body",
            drop=".ab_photo, .ab_byline, .ab_related_article, .ab_subtitle",
        ),
    )
