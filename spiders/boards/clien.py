"""클리앙: the body holds a whole page of its own; a hidden field repeats every comment."""

from spiders.base import BoardSpider
from spiders.facts import Comments, Expect, Listing, Selectors, Source

BOARDS = ("park", "cm_economy", "news")


class Clien(BoardSpider):
    """Three of the boards at www.clien.net."""

    name = "clien"
    SOURCE = Source(
        name_ko="클리앙",
        homepage="https://www.clien.net/",
        hosts=("www.clien.net", "clien.net", "m.clien.net"),
        rewrites=(
            (r"^(https?://)(?:m\.)?clien\.net/", r"\1www.clien.net/"),
            (r"(/service/board/\w+/\d+)\?.*", r"\1"),
        ),
    )
    EXPECT = Expect(floor=30, ceiling=3000)
    LISTS = tuple(
        Listing(
            url=f"https://www.clien.net/service/board/{board}",  # without a query: robots.txt means to close those
            seen="2020-12",
            evidence="rows on one list page; the names of two boards are not checked",
            row="[data-role=list-row]",
            skip=".notice, .sold_out, .hongbo",
            link="a.list_subject@href",
            title=".list_subject .subject_fixed, .list_subject",
            published=".timestamp",
        )
        for board in BOARDS
    )
    PAGES = (
        Selectors(
            seen="2026-09",
            evidence="one post of September 2026, reduced",
            title="h3.post_subject",
            title_drop="h3.post_subject .post_category",
            published=".post_author .view_count.date, .post_author",
            author=".post_info .nickname, .contact_name .nickname",
            body=".post_article",
            comments=Comments(
                item=".comment_row[data-comment-sn]",
                text=".comment_view",
                author=".nickname",
                published=".timestamp",
                deleted=("삭제 되었습니다.",),
            ),
        ),
    )
