"""TV조선: static pages by day and number; title and times stand in one element."""

from spiders.base import NewsSpider
from spiders.facts import WITHOUT_QUERY, Expect, Selectors, Source


class TvChosun(NewsSpider):
    """TV Chosun, news."""

    name = "tvchosun"
    SOURCE = Source(
        name_ko="TV조선",
        homepage="https://news.tvchosun.com/",
        hosts=("news.tvchosun.com",),
        rewrites=(
            (r"/mobile/svc/\S*[?&]contid=(\d{4})(\d\d)(\d\d)(\d+).*", r"/site/data/html_dir/\1/\2/\3/\1\2\3\4.html"),
            WITHOUT_QUERY,
        ),
        outlets=("TV CHOSUN", "TV조선 뉴스", "조선일보"),
    )
    EXPECT = Expect(floor=60, ceiling=1000)
    FEEDS = ("https://news.tvchosun.com/site/data/rss/rss.xml",)  # named by one collector, 2026
    PAGES = (
        Selectors(
            seen="2023-04",
            evidence="five articles of April 2023",
            published=".article_tit",
            modified=".article_tit",
            body=".article_detail_body .article",
            drop=".article_img",
        ),
    )
