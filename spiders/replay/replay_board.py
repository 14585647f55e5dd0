"""되새김 사장님마당: the demo's board of merchants, in the markup of a board program that many Korean sites use."""

from spiders.base import BoardSpider
from spiders.facts import Comments, Expect, Listing, Selectors, Source

LIST = "http://www.replay-board.example/bbs/board.php?bo_table={}&page={{page}}"


class ReplayBoard(BoardSpider):
    """Two boards; the older one is written in cp949 and calls itself euc-kr."""

    name = "replay_board"
    replay = True
    SOURCE = Source(
        name_ko="되새김 사장님마당",
        homepage="http://www.replay-board.example/",
        hosts=("www.replay-board.example",),
        identity=("bo_table", "wr_id"),
    )
    EXPECT = Expect(floor=10, ceiling=100)
    LISTS = tuple(
        Listing(
            url=LIST.format(board),
            pages=3,
            seen="2022-10",
            evidence="meoktong/demo/templates/list.html",
            row="#bo_list tbody tr",
            skip="tr.bo_notice, tr.bo_best",
            link=".bo_tit a@href",
            title=".bo_tit a",
            published=".td_datetime",
        )
        for board in ("free", "food")
    )
    PAGES = (
        Selectors(
            seen="2022-10",
            evidence="meoktong/demo/templates/post.html",
            title="#bo_v_title .bo_v_tit",
            published="#bo_v_info .if_date",
            author="#bo_v_info .sv_member",
            body="#bo_v_con",
            comments=Comments(
                item="#bo_vc > article",
                text=".cmt_contents",
                author=".sv_member",
                published="time",
                deleted=("삭제된 댓글입니다.",),
            ),
        ),
    )
