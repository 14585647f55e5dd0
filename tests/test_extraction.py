"""Walls, empty pages, huge pages, nested pages, lists, authors, boilerplate: what every source relies on."""

import json
from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from meoktong.errors import Rejected
from meoktong.models import Kind, Outcome
from meoktong.times import KST, iso_kst
from spiders.authors import people
from spiders.boards.bobaedream import Bobaedream
from spiders.clean import clean_body, clean_lines
from spiders.extract import extract
from spiders.lists import parse_list
from spiders.news.hani import Hani

URL = "https://shop.example/news/1"
PROSE = "카드 결제가 한 시간 동안 되지 않아 손님을 돌려보냈다고 가게 주인은 말했다. "


def page(body: str, head: str = "") -> bytes:
    return f"<html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>".encode()


def article(body: str) -> bytes:
    return page(
        f"<h1>단말기가 멈춘 날</h1><p>입력 2022.10.17 14:12</p><div class='article-body'>{body}</div>",
        "<meta property='og:title' content='단말기가 멈춘 날 | 가게신문'><meta property='og:type' content='article'>",
    )


def outcome(body: bytes, url: str = URL) -> Outcome:
    with pytest.raises(Rejected) as caught:
        extract(None, url, body)
    return caught.value.outcome


@pytest.mark.parametrize(
    "text",
    [
        "<title>Just a moment...</title>",
        "에펨코리아 보안 시스템 접속을 확인하고 있습니다",
        "로그인이 필요한 서비스입니다",
        "유료 회원 전용 기사입니다",
        "Access Denied",
    ],
)
def test_a_wall_is_blocked_never_empty(text: str) -> None:
    assert outcome(page(text)) is Outcome.BLOCKED


def test_a_wall_whose_letters_were_scrambled_is_blocked() -> None:
    scrambled = "보안 시스템이 접속을 확인합니다".encode().decode("latin-1")  # some of its letters are blanks
    assert outcome(page(f"<p>{scrambled}</p>")) is Outcome.BLOCKED


def test_an_article_about_walls_is_an_article() -> None:
    document = extract(None, URL, article(f"<p>{PROSE * 10}</p><p>화면에는 로그인이 필요하다는 말만 떴다.</p>"))
    assert document.text.endswith("화면에는 로그인이 필요하다는 말만 떴다.")


def test_pages_without_article_or_text() -> None:
    assert outcome(page("<p>안녕하세요</p>")) is Outcome.NOT_ARTICLE
    assert outcome(b"") is Outcome.NOT_ARTICLE
    assert outcome(article("<img src='a.jpg'>")) is Outcome.NO_TEXT


def test_an_unknown_layout_of_a_known_source_is_no_silent_guess() -> None:
    with pytest.raises(Rejected, match="layouts of hani") as caught:
        extract(Hani, "https://www.hani.co.kr/arti/1.html", page(f"<div>{PROSE}</div>"))
    assert caught.value.outcome is Outcome.NOT_ARTICLE


def test_the_generic_way_reads_title_minute_and_body() -> None:
    document = extract(None, URL, article(f"<p>{PROSE}</p><p>{PROSE}두 번째.</p><p>홍길동 기자 gil@shop.example</p>"))
    assert document.title == "단말기가 멈춘 날"
    assert document.published_at == datetime(2022, 10, 17, 14, 12, tzinfo=KST)
    assert document.author == "홍길동"
    assert document.text.endswith("두 번째.")
    assert document.source == "shop.example"


def test_what_stands_between_title_and_text_is_not_the_text() -> None:
    above = "<p>수정 2022-10-17 15:20 등록 2022-10-17 14:12</p><h3>점심 장사 망쳐</h3><p>“외상 장부 꺼냈다.”</p>"
    assert extract(None, URL, article(f"{above}<p>{PROSE}</p>")).text == PROSE.strip()
    spoken = f"{above}<p>[앵커]</p><p>{PROSE}</p>"
    assert extract(None, URL, article(spoken)).text == f"[앵커]\n{PROSE.strip()}"


def test_bylines_beside_one_another_are_all_authors() -> None:
    bylines = (
        "<div class='reporter'><a class='writer-name'>오다래</a><a class='writer-name'>민서준</a><i>입력 9시</i></div>"
    )
    assert extract(None, URL, article(f"<p>{PROSE}</p>").replace(b"<h1>", bylines.encode() + b"<h1>")).author == (
        "오다래, 민서준"
    )


def test_a_post_of_an_unknown_board_is_known_by_its_counts() -> None:
    head = "<p><b class='nickName'>라면집 2022. 10. 17.</b> 조회 1,204 | 추천 31</p>"
    body = page(
        f"<h1>단말기가 멈춘 날<em>[3]</em></h1>{head}<div class='view_content'><p>{PROSE}</p></div>",
        "<title>단말기가 멈춘 날</title>",
    )
    document = extract(None, URL, body)
    assert (document.kind, document.author) == (Kind.POST, "라면집")


def test_the_text_of_an_unknown_paper_that_stands_only_in_its_scripts() -> None:
    story = {
        "headlines": {"basic": "단말기가 멈춘 날"},
        "display_date": "2022-10-17T05:12:00Z",
        "credits": {"by": [{"name": "길동 홍", "byline": "홍길동 기자"}]},
        "content_elements": [{"type": "text", "content": PROSE}, {"type": "image", "content": "가게 앞"}],
    }
    document = extract(None, URL, page("<div></div>", f"<script>Fusion.globalContent={json.dumps(story)};</script>"))
    assert (document.title, document.author, document.text) == ("단말기가 멈춘 날", "홍길동", PROSE.strip())
    assert document.published_at == datetime(2022, 10, 17, 14, 12, tzinfo=KST)


def test_a_page_of_thirty_megabytes_and_one_nested_ten_thousand_deep() -> None:
    huge = article(f"<p>{PROSE}</p>" + f"<p>{'가' * 1000}</p>" * 10_000)
    assert extract(None, URL, huge).text.startswith("카드 결제가")
    deep = article("<div>" * 10_000 + f"<p>{PROSE}</p>" + "</div>" * 10_000)
    extract(None, URL, deep)


def test_no_date_is_a_reason_not_the_time_of_the_crawl() -> None:
    body = article(f"<p>{PROSE}</p>").replace("입력 2022.10.17 14:12".encode(), b"")
    document = extract(None, URL, body, fetched_at=datetime(2022, 10, 17, 15, tzinfo=KST))
    assert document.published_at is None
    assert document.published_reason


@pytest.mark.parametrize(
    "line",
    [
        "저작권자 ⓒ 가게신문 무단전재 및 재배포 금지",
        "▶ 카카오톡에서 '제보' 검색, 채널 추가",
        "기사제보 및 문의 02-000-0000",
        "[사진=연합뉴스]",
        "관련 기사",
        "#카카오 #먹통",
    ],
)
def test_boilerplate_goes(line: str) -> None:
    assert clean_lines([PROSE, line], Kind.NEWS) == (PROSE,)


@pytest.mark.parametrize(
    "line",
    [
        "카카오톡 채널 추가가 안 돼 단골을 잃었다는 글도 올라왔다.",
        "저작권법을 고치는 문제도 함께 논의됐다고 관계자는 말했다.",
        "손님이 보낸 사진: 확인이 안 된다고 그는 말했다.",
    ],
)
def test_sentences_with_such_words_stay(line: str) -> None:
    assert clean_lines([PROSE, line], Kind.NEWS) == (PROSE, line)


def test_a_post_keeps_every_line_of_its_writer() -> None:
    assert clean_lines(["사장님들", "홍길동 기자"], Kind.POST) == ("사장님들", "홍길동 기자")


def test_lists_of_other_articles_and_hidden_parts_go() -> None:
    soup = BeautifulSoup(
        f"<div><p>{PROSE}</p><ul><li><a>다른 기사</a></li><li><a>또 다른 기사</a></li></ul>"
        "<p style='display:none'>숨은 글</p><p class='img_caption'>설명</p></div>",
        "lxml",
    )
    assert clean_body(soup, Kind.NEWS) == (PROSE.strip(),)


@settings(max_examples=50, deadline=1000)
@given(st.text(alphabet="가나다 ·,.=@()[]기자#▶a1", max_size=3000))
def test_no_line_makes_the_boilerplate_rules_slow(line: str) -> None:
    assert len(clean_lines([PROSE, line], Kind.NEWS)) <= 2


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["홍길동 기자"], "홍길동"),
        (["순천, 광양 구현모 기자 gu@paper.example"], "구현모"),
        (["홍길동 기자, 김철수 기자"], "홍길동, 김철수"),
        (["가게신문"], None),
        (["SBS 뉴스"], None),
        (["https://www.facebook.com/paper"], None),
        (["디지털뉴스팀"], None),
        (["박준석 기자 외 1명"], "박준석"),
        (["Jane Doe"], "Jane Doe"),
    ],
)
def test_authors_are_people(values: list[str], expected: str | None) -> None:
    assert people(values, ("가게신문",)) == expected


LIST = """<table>
<tr itemtype="x" class="best"><td><a href="/view?code=freeb&amp;No=1">인기</a></td><td class="date">07/01</td></tr>
<tr itemtype="x"><td><a href="/view?code=freeb&amp;No=9&amp;rtn=a">포스기 먹통</a></td><td class="date">13:34</td></tr>
<tr itemtype="x"><td><a href="/view?code=freeb&amp;No=8">어제 글</a></td><td class="date">07/20</td></tr>
<tr itemtype="x"><td><a href="/view?code=freeb&amp;No=9">같은 글</a></td><td class="date">13:34</td></tr></table>"""


def test_a_list_leaves_out_promoted_rows_and_repeats() -> None:
    seen = datetime(2026, 7, 21, 14, tzinfo=KST)
    rows = parse_list(
        Bobaedream.LISTS[0], LIST.encode(), "https://www.bobaedream.co.kr/list", Bobaedream.SOURCE, fetched_at=seen
    )
    assert [(row.url[-4:], row.title, iso_kst(row.published_at)[:16]) for row in rows if row.published_at] == [
        ("No=9", "포스기 먹통", "2026-07-21T13:34"),
        ("No=8", "어제 글", "2026-07-20T00:00"),
    ]
