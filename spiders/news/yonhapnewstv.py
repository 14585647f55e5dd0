"""연합뉴스TV: the time on the page is the truth; dd:published_time prints UTC's digits with Korea's offset."""

from datetime import date

from spiders.base import NewsSpider
from spiders.facts import Expect, Selectors, Source


class YonhapNewsTv(NewsSpider):
    """Yonhap News TV."""

    name = "yonhapnewstv"
    SOURCE = Source(
        name_ko="연합뉴스TV",
        homepage="https://www.yonhapnewstv.co.kr/",
        hosts=("www.yonhapnewstv.co.kr", "yonhapnewstv.co.kr", "m.yonhapnewstv.co.kr"),
        rewrites=(
            (r"^(https?://)(?:m\.)?yonhapnewstv\.co\.kr/", r"\1www.yonhapnewstv.co.kr/"),
            (r"(/news/\w+)\?.*", r"\1"),
        ),
        outlets=("연합뉴스",),
    )
    EXPECT = Expect(floor=100, ceiling=1500)
    FEEDS = ("https://www.yonhapnewstv.co.kr/browse/feed/",)  # named by several collectors, 2026
    PAGES = (
        Selectors(
            seen="2026-01",
            evidence="others' fixtures",
            reported=True,
            valid_from=date(2025, 1, 1),
            title=".article-inheader h2",
            published=".reporter-info",
            modified=".reporter-info",
            author=".reporter-name",
            body=".article-body-text",
        ),
        Selectors(
            seen="2023-04",
            evidence="five articles of April 2023",
            valid_until=date(2024, 12, 31),
            title="h2.title",
            published=".article-head .info li",
            modified=".article-head .info li",
            body="#articleBody",
        ),
    )
