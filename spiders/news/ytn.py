"""YTN: the address carries the minute; one article can have several numbers that end in _001 and the like."""

from spiders.base import NewsSpider
from spiders.facts import Expect, Selectors, Source


class Ytn(NewsSpider):
    """YTN."""

    name = "ytn"
    SOURCE = Source(
        name_ko="YTN",
        homepage="https://www.ytn.co.kr/",
        hosts=("www.ytn.co.kr", "ytn.co.kr", "m.ytn.co.kr"),
        rewrites=(
            (r"^(https?://)(?:m\.)?ytn\.co\.kr/", r"\1www.ytn.co.kr/"),
            (r"/news_view\.amp\.php\?param=", "/_ln/"),
            (r"(/_ln/\d{4}_\d{18})(?:_\d{3})?(?:\?.*)?$", r"\1"),
        ),
        outlets=("YTN 사이언스", "YTN 라디오"),
    )
    EXPECT = Expect(floor=100, ceiling=2000)
    SITEMAPS = ("https://www.ytn.co.kr/sitemap/sitemap_index.xml",)  # named by one collector, 2026
    PAGES = (
        Selectors(
            seen="2023-04",
            evidence="three articles of April 2023",
            published=".date",
            body="#CmAdContent",
            drop=".ad_box",
        ),
    )
