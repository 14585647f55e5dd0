"""KBS: the article's number is a query parameter; the text stands a second time in a hidden copy for mail."""

from spiders.base import NewsSpider
from spiders.facts import Expect, Selectors, Source


class Kbs(NewsSpider):
    """Korean Broadcasting System, news."""

    name = "kbs"
    SOURCE = Source(
        name_ko="KBS",
        homepage="https://news.kbs.co.kr/",
        hosts=("news.kbs.co.kr", "mn.kbs.co.kr"),
        identity=("ncd",),
        rewrites=(
            (r"^(https?://)mn\.kbs\.co\.kr/", r"\1news.kbs.co.kr/"),
            (r"/(?:mobile/)?news/(?:(?:pc|mobile)/)?(?:news/|view/)?view\.do", "/news/view.do"),
        ),
        outlets=("KBS 뉴스", "KBS 한국방송"),
    )
    EXPECT = Expect(floor=150, ceiling=2500)
    SITEMAPS = ("https://news.kbs.co.kr/sitemap/recentNewsList.xml",)  # named by several collectors, 2026
    PAGES = (
        Selectors(
            seen="2026-08",
            evidence="others' code (the container)",
            reported=True,
            published=".dates, .date",
            modified=".dates, .date",
            body=".detail-body",
        ),
        Selectors(
            seen="2023-04",
            evidence="three articles of April 2023",
            published=".date",
            modified=".date",
            body="#cont_newstext",
        ),
    )
