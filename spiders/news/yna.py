"""연합뉴스: the dateline opens the body, address and copyright close it; robots.txt refuses many crawlers."""

from spiders.base import NewsSpider
from spiders.facts import Expect, Selectors, Source


class Yna(NewsSpider):
    """Yonhap News Agency. Its feed's terms allow personal and non-commercial use only."""

    name = "yna"
    SOURCE = Source(
        name_ko="연합뉴스",
        homepage="https://www.yna.co.kr/",
        hosts=("www.yna.co.kr", "yna.co.kr", "m.yna.co.kr"),
        rewrites=(
            (
                r"^(https?://)(?:m\.|www\.)?yna\.co\.kr/(?:amp/)?(?:kr/contents/\?cid=|view/)?(AKR\w+)",
                r"\1www.yna.co.kr/view/\2",
            ),
            (r"/bulletin/[\d/]*(AKR\w+)\.HTML", r"/view/\1"),
            (r"^(https?://)(?:m\.)?yna\.co\.kr/", r"\1www.yna.co.kr/"),
            (r"(/view/\w+)\?.*", r"\1"),
        ),
        outlets=("연합인포맥스",),
    )
    EXPECT = Expect(floor=300, ceiling=5000)
    FEEDS = ("https://www.yna.co.kr/rss/news.xml", "https://www.yna.co.kr/rss/economy.xml")  # seen 2026-10
    PAGES = (
        Selectors(
            seen="2026-05",
            evidence="others' code and tests",
            reported=True,
            title="h1.tit01, strong.tit-news, h1.tit",
            body=".story-news",
            drop=".txt-copyright, .tit-sub, .comp-box, .link-info, .writer-zone01, .aside-box",
        ),
    )
