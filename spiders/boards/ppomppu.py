"""뽐뿌: a board and a number in the query tell a post; years have two digits, the label euc-kr means cp949."""

from spiders.base import BoardSpider
from spiders.facts import Comments, Expect, Listing, Selectors, Source

BOARDS = ("freeboard", "phone", "money")


class Ppomppu(BoardSpider):
    """Three of the boards at www.ppomppu.co.kr."""

    name = "ppomppu"
    SOURCE = Source(
        name_ko="뽐뿌",
        homepage="https://www.ppomppu.co.kr/",
        hosts=("www.ppomppu.co.kr", "ppomppu.co.kr", "m.ppomppu.co.kr"),
        identity=("id", "no"),
        rewrites=(
            (r"^https?://m\.ppomppu\.co\.kr/new/bbs_view\.php", "https://www.ppomppu.co.kr/zboard/view.php"),
            (r"^(https?://)ppomppu\.co\.kr/", r"\1www.ppomppu.co.kr/"),
        ),
    )
    EXPECT = Expect(floor=30, ceiling=3000)
    LISTS = tuple(
        Listing(
            url=f"https://www.ppomppu.co.kr/zboard/zboard.php?id={board}&page={{page}}",
            pages=2,
            seen="2026-02",
            evidence="rows and promoted rows on four list pages; the board names are not checked",
            row="tr.baseList",
            skip="tr.hotpop_bg_color, tr.baseNotice",
            link=f"a.baseList-title[href*='id={board}']@href",
            title="a.baseList-title",
            published="td[title]@title",
        )
        for board in BOARDS
    )
    PAGES = (
        Selectors(
            seen="2026-07",
            evidence="three posts of July 2026",
            title="#topTitle h1",
            title_drop="#topTitle h1 #comment, #topTitle h1 .list_comment2",
            published=".topTitle-mainbox",
            author=".topTitle-name .baseList-name",
            body="td.board-contents",
            comments=Comments(
                item="#quote .comment_line, .comment_wrapper .comment_line",
                text=".mid-text-area, .comment_memo",
                author=".baseList-name, .com_name_writer",
                published=".eng-day",
            ),
        ),
    )
