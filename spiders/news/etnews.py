"""전자신문: the address is a date and a number."""

from spiders.base import NewsSpider
from spiders.facts import WITHOUT_QUERY, Expect, Selectors, Source

FEED = "https://rss.etnews.com/Section{}.xml"


class Etnews(NewsSpider):
    """The Electronic Times."""

    name = "etnews"
    SOURCE = Source(
        name_ko="전자신문",
        homepage="https://www.etnews.com/",
        hosts=("www.etnews.com", "etnews.com", "m.etnews.com"),
        rewrites=((r"^(https?://)(?:m\.|www\.)?etnews\.com/(?:amp/)?", r"\1www.etnews.com/"), WITHOUT_QUERY),
        outlets=("전자신문인터넷", "넥스트데일리"),
    )
    EXPECT = Expect(floor=40, ceiling=600)
    FEEDS = tuple(FEED.format(section) for section in ("901", "902", "903", "904"))  # named by many collectors
    PAGES = (
        Selectors(
            seen="2026-08",
            evidence="others' code",
            reported=True,
            body="#articleBody",
            drop=".article_image, .article_ad, .article_txt_ad",
        ),
    )
