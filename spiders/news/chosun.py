"""조선일보: the page's elements hold no article; text, times and byline are in Fusion.globalContent, in UTC."""

from spiders.base import NewsSpider
from spiders.facts import Expect, Selectors, Source
from spiders.families import ARC


class Chosun(NewsSpider):
    """The Chosun Ilbo, with the articles of its sister 스포츠조선."""

    name = "chosun"
    SOURCE = Source(
        name_ko="조선일보",
        homepage="https://www.chosun.com/",
        hosts=("www.chosun.com", "chosun.com", "m.chosun.com"),
        identity=("page",),
        rewrites=(
            (r"^(https?://)(?:m\.)?chosun\.com/", r"\1www.chosun.com/"),
            (r"[?&]outputType=amp\b", ""),
            (r"(/[A-Z0-9]{26})(?=$|[?#])", r"\1/"),
        ),
        outlets=("스포츠조선", "조선비즈", "조선NS", "디지털편집국", "조선닷컴"),
    )
    EXPECT = Expect(floor=80, ceiling=1200)
    FEEDS = ("https://www.chosun.com/arc/outboundfeeds/rss/?outputType=xml",)
    PAGES = (
        Selectors(
            seen="2023-04",
            evidence="four articles of April 2023; still so in 2026-08, reported",
            inline=ARC.pages[0].inline,
        ),
    )
