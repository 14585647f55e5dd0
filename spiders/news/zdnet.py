"""ZDNet Korea: the number in the query is the time of creation."""

from spiders.base import NewsSpider
from spiders.facts import Expect, Selectors, Source


class Zdnet(NewsSpider):
    """ZDNet Korea."""

    name = "zdnet"
    SOURCE = Source(
        name_ko="지디넷코리아",
        homepage="https://zdnet.co.kr/",
        hosts=("zdnet.co.kr", "www.zdnet.co.kr", "m.zdnet.co.kr"),
        identity=("no",),
        rewrites=(
            (r"^(https?://)(?:www\.|m\.)?zdnet\.co\.kr/", r"\1zdnet.co.kr/"),
            (r"/news_view\.asp\?article_id=", "/view/?no="),
        ),
        outlets=("ZDNet Korea", "지디넷"),
    )
    EXPECT = Expect(floor=30, ceiling=400)
    FEEDS = ("https://zdnet.co.kr/rss/newsall.xml", "https://feeds.feedburner.com/zdkorea")  # 2026
    PAGES = (
        Selectors(
            seen="2026-08",
            evidence="others' code",
            reported=True,
            body="#articleBody, .sub_view_cont",
            drop=".view_ad, .news_box",
        ),
    )
