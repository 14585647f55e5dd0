"""MBN: a letter l stands between the published and the changed time; the title's inches are quotation marks."""

from spiders.base import NewsSpider
from spiders.facts import WITHOUT_QUERY, Expect, Selectors, Source


class Mbn(NewsSpider):
    """Maeil Broadcasting Network, news."""

    name = "mbn"
    SOURCE = Source(
        name_ko="MBN",
        homepage="https://www.mbn.co.kr/",
        hosts=("www.mbn.co.kr", "mbn.co.kr", "m.mbn.co.kr"),
        rewrites=((r"^(https?://)(?:m\.)?mbn\.co\.kr/", r"\1www.mbn.co.kr/"), WITHOUT_QUERY),
        outlets=("MBN 뉴스", "MBN뉴스", "MBN 온라인뉴스팀"),
    )
    EXPECT = Expect(floor=60, ceiling=1000)
    FEEDS = ("https://www.mbn.co.kr/rss/",)  # named by several collectors, 2026
    PAGES = (
        Selectors(
            seen="2023-04",
            evidence="three articles of April 2023",
            published=".txt_box",
            modified=".txt_box",
            body="#newsViewArea[itemprop=articleBody]",
        ),
    )
