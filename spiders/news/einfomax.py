"""연합인포맥스: a financial wire on NDsoft's CMS; pictures carry their captions in centred lines of small type."""

from spiders.base import NewsSpider
from spiders.facts import Expect, Source
from spiders.families import NDSOFT


class Einfomax(NewsSpider):
    """Yonhap Infomax."""

    name = "einfomax"
    SOURCE = Source(
        name_ko="연합인포맥스",
        homepage="https://news.einfomax.co.kr/",
        hosts=("news.einfomax.co.kr",),
        identity=("idxno",),
        rewrites=((r"/article(?:ViewAmp|Print)\.html", "/articleView.html"),),
        outlets=("인포맥스", "연합뉴스"),
    )
    EXPECT = Expect(floor=40, ceiling=900)
    FEEDS = ("https://news.einfomax.co.kr/rss/allArticle.xml",)  # the address that the program gives every paper
    PAGES = NDSOFT.pages
