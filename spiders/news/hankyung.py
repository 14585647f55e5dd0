"""한국경제: bare text between line breaks; reprints of the agency end in /연합뉴스 and name no author."""

from spiders.base import NewsSpider
from spiders.facts import Expect, Selectors, Source


class Hankyung(NewsSpider):
    """The Korea Economic Daily."""

    name = "hankyung"
    SOURCE = Source(
        name_ko="한국경제",
        homepage="https://www.hankyung.com/",
        hosts=("www.hankyung.com", "hankyung.com", "m.hankyung.com"),
        rewrites=(
            (r"^(https?://)(?:m\.)?hankyung\.com/", r"\1www.hankyung.com/"),
            (r"/(?:[\w-]+/)?article/(?:amp/)?(\d{8}\w+).*", r"/article/\1"),
        ),
        outlets=("한경닷컴", "한국경제TV", "YONHAP", "텐아시아"),
    )
    EXPECT = Expect(floor=150, ceiling=2000)
    FEEDS = ("https://www.hankyung.com/feed/all-news",)  # named by two collectors, 2026
    PAGES = (
        Selectors(
            seen="2024-01",
            evidence="one article of January 2024",
            title="h1.headline",
            published=".article-timestamp",
            modified=".article-timestamp",
            body="#articletxt.article-body",
        ),
    )
