"""다음 카페: closed communities. Only what the search API shows of a post is read."""

from spiders.base import BoardSpider
from spiders.facts import Expect, Source


class DaumCafe(BoardSpider):
    """Posts at cafe.daum.net, known by their addresses alone."""

    name = "daum_cafe"
    CLOSED = True
    SOURCE = Source(
        name_ko="다음 카페",
        homepage="https://cafe.daum.net/",
        hosts=("cafe.daum.net", "m.cafe.daum.net"),
        rewrites=((r"^https?://(?:m\.)?cafe\.daum\.net/(\w+)/(\w+)/(\d+).*", r"https://cafe.daum.net/\1/\2/\3"),),
    )
    EXPECT = Expect(floor=0, ceiling=100_000, quiet=True)
