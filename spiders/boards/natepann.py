"""네이트판: the date of a ranking stands beside the post's; best comments stand twice."""

from spiders.base import BoardSpider
from spiders.facts import Comments, Expect, Listing, Selectors, Source


class Natepann(BoardSpider):
    """The talk boards at pann.nate.com."""

    name = "natepann"
    SOURCE = Source(
        name_ko="네이트판",
        homepage="https://pann.nate.com/",
        hosts=("pann.nate.com", "m.pann.nate.com"),
        identity=("page",),
        rewrites=(
            (r"^(https?://)m\.pann\.nate\.com/", r"\1pann.nate.com/"),
            (r"(/talk/\d+)[/?].*", r"\1"),
        ),
    )
    EXPECT = Expect(floor=20, ceiling=1500)
    LISTS = (
        Listing(
            url="https://pann.nate.com/talk/ranking/d?page={page}",
            pages=2,
            seen="2026-07",
            evidence="the address is known from links; rows are not checked on a page",
            row=".post_wrap > li, ul.post_wrap li",
            link="a[href*='/talk/']@href",
            title="dt h2 a, h2 a",
            published=".date",
        ),
    )
    PAGES = (
        Selectors(
            seen="2026-07",
            evidence="one post of July 2026",
            title=".post-tit-info h1",
            published=".post-tit-info .date",
            author=".post-tit-info .writer",
            body="#contentArea",
            comments=Comments(
                item="dl.cmt_item:not(:has(dt.beple))",
                text="dd.usertxt, dd",
                author=".nameui",
                published="i",
                deleted=("삭제된 댓글입니다.",),
            ),
        ),
    )
