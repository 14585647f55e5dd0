"""네이버 뉴스: articles of all papers in one frame; the paper stands where the author should, the time has no zone."""

from spiders.base import NewsSpider
from spiders.facts import Expect, Selectors, Source


class NaverNews(NewsSpider):
    """Article pages at n.news.naver.com. They are reached through the search API, so no listing is crawled."""

    name = "naver_news"
    SOURCE = Source(
        name_ko="네이버 뉴스",
        homepage="https://n.news.naver.com/",
        hosts=("n.news.naver.com", "news.naver.com", "m.news.naver.com"),
        rewrites=(
            (
                r"^https?://n\.news\.naver\.com/(?:[a-z]+/)*(\d{3}/\d{10}).*",
                r"https://n.news.naver.com/mnews/article/\1",
            ),
            (
                r"^https?://(?:m\.)?news\.naver\.com/[\w/.]+\?(?=.*\boid=(\d{3})\b)(?=.*\baid=(\d{10})\b).*",
                r"https://n.news.naver.com/mnews/article/\1/\2",
            ),
        ),
    )
    EXPECT = Expect(floor=0, ceiling=100_000, quiet=True)
    PAGES = (
        Selectors(
            seen="2026-02",
            evidence="one article of February 2026",
            title="#title_area",
            published=".media_end_head_info_datestamp_time[data-date-time]@data-date-time",
            modified=".media_end_head_info_datestamp_time[data-modify-date-time]@data-modify-date-time",
            author=".media_end_head_journalist_name, .byline_s",
            body="#dic_area",
            drop=".media_end_summary, .end_photo_org, .img_desc",
        ),
    )
