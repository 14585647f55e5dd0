"""보배드림: a community of car owners, many of them self-employed; boards are chosen by `code`."""

from spiders.base import BoardSpider
from spiders.facts import Comments, Expect, Listing, Selectors, Source

BOARDS = ("freeb", "strange", "politic")


class Bobaedream(BoardSpider):
    """Three of the boards at www.bobaedream.co.kr."""

    name = "bobaedream"
    SOURCE = Source(
        name_ko="보배드림",
        homepage="https://www.bobaedream.co.kr/",
        hosts=("www.bobaedream.co.kr", "bobaedream.co.kr", "m.bobaedream.co.kr"),
        identity=("code", "No"),
        rewrites=(
            (
                r"^https?://m\.bobaedream\.co\.kr/board/bbs_view/(\w+)/(\d+).*",
                r"https://www.bobaedream.co.kr/view?code=\1&No=\2",
            ),
            (r"^(https?://)bobaedream\.co\.kr/", r"\1www.bobaedream.co.kr/"),
            (r"/view\.php\?", "/view?"),
        ),
    )
    EXPECT = Expect(floor=50, ceiling=3000)
    LISTS = tuple(
        Listing(
            url=f"https://www.bobaedream.co.kr/list?code={board}&page={{page}}",
            pages=3,
            seen="2026-07",
            evidence="rows and promoted rows on a list page; the board codes are not checked",
            row="tr[itemtype]",
            skip="tr.best",
            link="a[href*='No=']@href",
            title="a[href*='No=']",
            published="td.date",
        )
        for board in BOARDS
    )
    PAGES = (
        Selectors(
            seen="2026-07",
            evidence="one post with 222 comments; a post of 2020 had the same markup",
            title="dt.subject_len strong[itemprop=name]",
            title_drop="dt.subject_len em.detailTxtDeco01, dt.subject_len strong .countGroup",
            published=".countGroup",
            modified=".writerProfile .dtTopBtns",
            author=".writerProfile .nickName",
            body=".bodyCont[itemprop=articleBody]",
            comments=Comments(
                item="ul#cmt_reply > li",
                text="dd[id^=small_cmt_]",
                author="span.author",
                published="span.date",
                deleted=("삭제된 댓글입니다.",),
            ),
        ),
    )
