"""네이버 카페: closed communities. Only what the search API shows of a post is read."""

from spiders.base import BoardSpider
from spiders.facts import Expect, Source


class NaverCafe(BoardSpider):
    """Posts at cafe.naver.com, known by their addresses alone."""

    name = "naver_cafe"
    CLOSED = True
    SOURCE = Source(
        name_ko="네이버 카페",
        homepage="https://cafe.naver.com/",
        hosts=("cafe.naver.com", "m.cafe.naver.com"),
        identity=("clubid", "articleid"),
        rewrites=((r"^https?://(?:m\.)?cafe\.naver\.com/(?:ca-fe/)?", "https://cafe.naver.com/"),),
    )
    EXPECT = Expect(floor=0, ceiling=100_000, quiet=True)
