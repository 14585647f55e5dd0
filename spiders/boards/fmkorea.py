"""에펨코리아: XE with Sketchbook 5. It shows bots a page of scripts: that is `blocked`, and is left alone."""

from spiders.base import BoardSpider
from spiders.facts import Comments, Expect, Listing, Selectors, Source


class Fmkorea(BoardSpider):
    """The free board at www.fmkorea.com."""

    name = "fmkorea"
    SOURCE = Source(
        name_ko="에펨코리아",
        homepage="https://www.fmkorea.com/",
        hosts=("www.fmkorea.com", "fmkorea.com", "m.fmkorea.com"),
        identity=("document_srl",),
        rewrites=(
            (r"^(https?://)(?:m\.)?fmkorea\.com/", r"\1www.fmkorea.com/"),
            (r"^(https?://[^/]+)/(?:index\.php)?\?(?:.*&)?document_srl=(\d+).*", r"\1/\2"),
            (r"^(https?://[^/]+)/(?:[a-z_]+|best)/(\d+)(?:\?.*)?$", r"\1/\2"),
        ),
    )
    EXPECT = Expect(floor=20, ceiling=3000)
    LISTS = (
        Listing(
            url="https://www.fmkorea.com/index.php?mid=free&page={page}",
            pages=2,
            seen="2026-02",
            evidence="rows on three list pages; the name of the board is not checked",
            row="li.li, table.bd_lst tbody tr",
            skip="tr.notice, li.notice, li.li_best2_notice",
            link="h3.title a, td.title a:not(.replyNum)@href",
            title="h3.title a .ellipsis-target, h3.title a, td.title a",
            published=".regdate, td.time",
        ),
    )
    PAGES = (
        Selectors(
            seen="2026-02",
            evidence="three posts of February 2026",
            title=".rd_hd h1",
            published=".rd_hd .date",
            author=".rd_hd .member_plate",
            body=".rd_body .xe_content",
            drop=".document_address, .hotdeal_table",
            comments=Comments(
                item=".fdb_lst_ul > li",
                text=".comment-content .xe_content, .xe_content",
                author=".member_plate",
                published=".date",
                deleted=("삭제된 댓글입니다.",),
            ),
        ),
    )
