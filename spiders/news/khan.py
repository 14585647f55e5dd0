"""경향신문: the number in the address is the minute of creation; feed links carry utm parameters."""

from spiders.base import NewsSpider
from spiders.facts import Expect, Selectors, Source


class Khan(NewsSpider):
    """The Kyunghyang Shinmun."""

    name = "khan"
    SOURCE = Source(
        name_ko="경향신문",
        homepage="https://www.khan.co.kr/",
        hosts=("www.khan.co.kr", "khan.co.kr", "m.khan.co.kr", "news.khan.co.kr"),
        rewrites=(
            (r"^(https?://)(?:m\.|news\.)?khan\.co\.kr/", r"\1www.khan.co.kr/"),
            (r"/(?:(?:[\w-]+/)*article/|kh_news/khan_art_view\.html\?(?:.*&)?artid=)(\d{15,}).*", r"/article/\1"),
        ),
        outlets=("경향닷컴", "스포츠경향", "주간경향"),
    )
    EXPECT = Expect(floor=60, ceiling=700)
    FEEDS = ("https://www.khan.co.kr/rss/rssdata/total_news.xml",)  # named by several collectors, 2026
    PAGES = (
        Selectors(
            seen="2026-01",
            evidence="others' code",
            reported=True,
            title="article header h1",
            published="article .date .inner p",
            modified="article .date .inner p",
            author="header .bottom .editor a",
            body="#articleBody",
            drop=".art_photo, .srch-kw, .art_copyright",
        ),
    )
