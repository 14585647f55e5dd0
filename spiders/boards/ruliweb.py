"""루리웹: notices and best posts stand among the fresh rows; the best comments stand twice."""

from spiders.base import BoardSpider
from spiders.facts import Comments, Expect, Listing, Selectors, Source

BOARDS = ("community/board/300143", "market/board/1020")


class Ruliweb(BoardSpider):
    """Two of the boards at bbs.ruliweb.com."""

    name = "ruliweb"
    SOURCE = Source(
        name_ko="루리웹",
        homepage="https://bbs.ruliweb.com/",
        hosts=("bbs.ruliweb.com", "m.ruliweb.com"),
        identity=("page",),
        rewrites=(
            (r"^(https?://)m\.ruliweb\.com/", r"\1bbs.ruliweb.com/"),
            (r"(/board/\d+/read/\d+)\?.*", r"\1"),
        ),
    )
    EXPECT = Expect(floor=30, ceiling=3000)
    LISTS = tuple(
        Listing(
            url=f"https://bbs.ruliweb.com/{board}?page={{page}}",
            pages=2,
            seen="2026-02",
            evidence="rows, notices and best rows on three list pages",
            row="tr.table_body",
            skip="tr.notice, tr.best, tr.inside, tr.list_inner",
            link="a.subject_link@href",
            title="a.subject_link",
            published="td.time",
        )
        for board in BOARDS
    )
    PAGES = (
        Selectors(
            seen="2026-08",
            evidence="one post of August 2026",
            title=".subject_inner_text",
            published=".user_info .regdate, .regdate",
            author=".user_info a.nick",
            body=".view_content article, .view_content",
            comments=Comments(
                item=".comment_view:not(.best) tr.comment_element",
                text=".text_wrapper .text, .text_wrapper",
                author=".nick",
                published=".time",
                deleted=("삭제된 댓글입니다.",),
            ),
        ),
    )
