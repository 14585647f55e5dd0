"""Programs that hundreds of small sites run on: their layouts are known although the sites are not described."""

import re
from dataclasses import dataclass

from meoktong.models import Kind
from spiders.facts import Comments, InlineJson, Selectors
from spiders.html import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A content management system. A page belongs to it by its address, the generator that it names or its markup."""

    name: str
    kind: Kind
    pages: tuple[Selectors, ...]
    address: str = r"(?!)"
    generator: str = r"(?!)"
    markup: str = r"(?!)"

    def made(self, page: Page, url: str) -> bool:
        """Whether `page` at `url` was made by this program."""
        return bool(
            re.search(self.address, url)
            or re.search(self.generator, page.meta("generator") or "")
            or re.search(self.markup, page.markup)
        )


NDSOFT = Family(
    name="ndsoft",
    kind=Kind.NEWS,
    address=r"/news/articleView(?:Amp)?\.html\?(?:.*&)?idxno=\d+",
    pages=(
        Selectors(
            seen="2024-01",
            evidence="one article of January 2024",
            title="h3.heading, .article-head-title",
            published="ul.infomation, .infomation",
            modified="ul.infomation, .infomation",
            author="ul.infomation li:first-child, .infomation li:first-child",
            body="#article-view-content-div",
            drop="center, .view-copyright, .article-copy, .relation, .ad-template, .view-editors",
        ),
    ),
)

GNUBOARD = Family(
    name="gnuboard",
    kind=Kind.POST,
    address=r"/bbs/board\.php\?(?:.*&)?bo_table=\w+&(?:.*&)?wr_id=\d+",
    pages=(
        Selectors(
            seen="2025-01",
            evidence="the basic skin of Gnuboard 5, from its source",
            reported=True,
            title="#bo_v_title .bo_v_tit, #bo_v_title",
            title_drop="#bo_v_title .bo_v_cate",
            published="#bo_v_info .if_date, #bo_v_info",
            author="#bo_v_info .sv_member, #bo_v_info .member, #bo_v_info .sv_guest, #bo_v_info .guest",
            body="#bo_v_con",
            comments=Comments(
                item="#bo_vc article",
                text=".cmt_contents p, .cmt_contents",
                author=".sv_member, .member, .sv_guest, .guest",
                published=".bo_vc_hdinfo, time",
            ),
        ),
    ),
)

XE = Family(
    name="xe",
    kind=Kind.POST,
    generator=r"(?i)xpressengine|rhymix|\bxe\b",
    markup=r"\bclass=[\"'][^\"'>]*\b(?:xe|rhymix)_content\b",
    pages=(
        Selectors(
            seen="2026-09",
            evidence="two posts of 2026 on Rhymix boards, one of XE with Sketchbook 5",
            title=".rd_hd h1, .theqoo_document_header .title, .document_header h1, h4.ed, .board_read .title",
            title_drop=".rd_hd .cate, .theqoo_document_header strong.cate",
            published=".rd_hd .date, .btm_area .side.fr span, .document_header .date, .board_read .time, .ed .date",
            author=".rd_hd .member_plate, .rd_hd .nick, .document_header .author, .board_read .author",
            body=".xe_content:not(.hotdeal_table .xe_content), .rhymix_content",
            drop=".document_address",
            comments=Comments(
                item=".fdb_lst_ul > li, .comment-item, .fdb_itm",
                text=".comment-content .xe_content, .xe_content, .rhymix_content",
                author=".member_plate, .nick, .author",
                published=".date, .time",
                deleted=("삭제된 댓글입니다.", "비밀 댓글입니다."),
            ),
        ),
    ),
)

ARC = Family(
    name="arc",
    kind=Kind.NEWS,
    markup=r"\bFusion\.globalContent\s*=",
    pages=(
        Selectors(
            seen="2023-04",
            evidence="four articles of April 2023 of one paper",
            inline=InlineJson(
                variable="Fusion.globalContent",
                title="headlines.basic",
                published="display_date || first_publish_date || created_date",
                modified="last_updated_date",
                # `name` alone may have the given name first; the original byline has not.
                author="credits.by[].[additional_properties.original.byline || byline || name][]",
                body="content_elements[?contains(['text', 'header'], type)].content",
            ),
        ),
    ),
)

FAMILIES = (NDSOFT, GNUBOARD, XE, ARC)


def family_of(page: Page, url: str) -> Family | None:
    """The family that made `page`, or None."""
    return next((family for family in FAMILIES if family.made(page, url)), None)
