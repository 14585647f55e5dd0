"""되새김일보: the demo's newspaper, in the markup of a CMS that hundreds of Korean papers use."""

from spiders.base import NewsSpider
from spiders.facts import Expect, Selectors, Source


class ReplayNews(NewsSpider):
    """A newspaper with a feed, a sitemap index and a gzipped archive sitemap."""

    name = "replay_news"
    replay = True
    SOURCE = Source(
        name_ko="되새김일보",
        homepage="http://www.replay-news.example/",
        hosts=("www.replay-news.example",),
        identity=("idxno",),
    )
    EXPECT = Expect(floor=15, ceiling=100)
    FEEDS = ("http://www.replay-news.example/rss/allArticle.xml",)
    SITEMAPS = ("http://www.replay-news.example/sitemap.xml",)
    PAGES = (
        Selectors(
            seen="2022-10",
            evidence="meoktong/demo/templates/article.html",
            title="h3.heading",
            published="ul.infomation",
            modified="ul.infomation",
            author="ul.infomation .writer-name",
            body="#article-view-content-div",
        ),
    )
