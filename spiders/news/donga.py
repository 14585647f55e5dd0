"""동아일보: the body's container changed its name twice; the date in the address can be a day before the print date."""

from datetime import date

from spiders.base import NewsSpider
from spiders.facts import Expect, Selectors, Source


class Donga(NewsSpider):
    """The Dong-A Ilbo."""

    name = "donga"
    SOURCE = Source(
        name_ko="동아일보",
        homepage="https://www.donga.com/",
        hosts=("www.donga.com", "donga.com", "m.donga.com", "news.donga.com"),
        rewrites=(
            (r"^(https?://)(?:m\.)?donga\.com/", r"\1www.donga.com/"),
            (
                r"^https?://(?:www|news)\.donga\.com/(?:3|news(?:/[A-Za-z]+)*)/all/(\d{8}/\d+).*",
                r"https://www.donga.com/news/article/all/\1/1",
            ),
        ),
        outlets=("동아닷컴", "스포츠동아", "채널A", "주간동아"),
    )
    EXPECT = Expect(floor=60, ceiling=900)
    FEEDS = ("https://rss.donga.com/total.xml",)  # named by several collectors, 2026
    PAGES = (
        Selectors(
            seen="2026-08",
            evidence="others' code; the container was seen live by one of them",
            reported=True,
            valid_from=date(2023, 1, 1),
            title=".head_group h1, .view_head h1",
            author=".news_info .report a, .view_head .reporter a",
            body=".news_view",
            drop=".img_cont, .view_ad, .view_m_adK, .articlePhotoC",
        ),
        Selectors(
            seen="2013-10",
            evidence="one article of October 2013",
            valid_until=date(2022, 12, 31),
            published="p.title_foot span.date",
            body=".article_txt",
            drop=".articlePhotoC, .article_relation",
        ),
    )
