"""디시인사이드: the full time is in an attribute; comments come with a second request and are not read."""

from spiders.base import BoardSpider
from spiders.facts import Expect, Listing, Selectors, Source


class Dcinside(BoardSpider):
    """The gallery of best posts at gall.dcinside.com."""

    name = "dcinside"
    SOURCE = Source(
        name_ko="디시인사이드",
        homepage="https://gall.dcinside.com/",
        hosts=("gall.dcinside.com", "m.dcinside.com"),
        identity=("id", "no"),
        rewrites=(
            (r"/board/view\?", "/board/view/?"),
            (
                r"^https?://m\.dcinside\.com/board/(\w+)/(\d+).*",
                r"https://gall.dcinside.com/board/view/?id=\1&no=\2",
            ),
        ),
    )
    EXPECT = Expect(floor=20, ceiling=3000)
    LISTS = (
        Listing(
            url="https://gall.dcinside.com/board/lists/?id=dcbest&page={page}",
            pages=2,
            seen="2026-07",
            evidence="others' code; the name of the gallery is not checked",
            row="tr.ub-content.us-post",
            skip="tr[data-type=icon_notice]",
            link="td.gall_tit a[href*='no=']@href",
            title="td.gall_tit a",
            published="td.gall_date@title",
        ),
    )
    PAGES = (
        Selectors(
            seen="2026-07",
            evidence="others' code",
            reported=True,
            title=".title_subject",
            published=".gallview_head .gall_date@title",
            author=".gallview_head .gall_writer@data-nick",
            body=".write_div",
            drop="#spoiler_warning, .adsbygoogle",
        ),
    )
