"""네이버 블로그: the desktop page is a frame, so the mobile page is read; paragraphs hold zero-width spaces."""

from spiders.base import BoardSpider
from spiders.facts import Expect, Selectors, Source


class NaverBlog(BoardSpider):
    """Posts at blog.naver.com. They are reached through the search API, so no listing is crawled."""

    name = "naver_blog"
    SOURCE = Source(
        name_ko="네이버 블로그",
        homepage="https://m.blog.naver.com/",
        hosts=("m.blog.naver.com", "blog.naver.com"),
        identity=("page",),
        rewrites=(
            (
                r"^https?://(?:m\.)?blog\.naver\.com/PostView\.(?:naver|nhn)\?(?=.*blogId=([\w-]+))(?=.*logNo=(\d+)).*",
                r"https://m.blog.naver.com/\1/\2",
            ),
            (r"/([\w-]+)\?(?=.*\blogNo=(\d+)).*", r"/\1/\2"),
            (r"^https?://(?:m\.)?blog\.naver\.com/", "https://m.blog.naver.com/"),
        ),
    )
    EXPECT = Expect(floor=0, ceiling=100_000, quiet=True)
    PAGES = (
        Selectors(
            seen="2023-02",
            evidence="one post of February 2023",
            title=".se-title-text",
            published=".blog_date",
            author=".blog_author strong",
            body=".se-main-container",
            drop=".se-oglink, .se-caption, .se-module-oglink",
        ),
    )
