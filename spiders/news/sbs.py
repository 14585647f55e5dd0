"""SBS: fifteen JSON-LD blocks, most of them about the house; article:author is always the house."""

from spiders.base import NewsSpider
from spiders.facts import Expect, Selectors, Source

FEED = "https://news.sbs.co.kr/news/SectionRssFeed.do?sectionId={}&plink=RSSREADER"


class Sbs(NewsSpider):
    """Seoul Broadcasting System, news. Some items are video only and have no text."""

    name = "sbs"
    SOURCE = Source(
        name_ko="SBS",
        homepage="https://news.sbs.co.kr/",
        hosts=("news.sbs.co.kr", "mnews.sbs.co.kr"),
        identity=("news_id",),
        rewrites=(
            (r"^(https?://)mnews\.sbs\.co\.kr/", r"\1news.sbs.co.kr/"),
            (r"/news/endPage\w+\.do\?|/news/newsEndPrintPopup\.do\?|/amp/news\.amp\?", "/news/endPage.do?"),
        ),
        outlets=("SBS 뉴스", "SBS뉴스", "SBS Biz"),
    )
    EXPECT = Expect(floor=100, ceiling=1500)
    FEEDS = tuple(FEED.format(section) for section in ("01", "02", "03", "08"))  # linked by the pages themselves
    PAGES = (
        Selectors(
            seen="2023-04",
            evidence="four articles of April 2023",
            published=".date",
            modified=".date",
            body=".text_area[itemprop=articleBody]",
        ),
    )
