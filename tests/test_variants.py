"""What the layouts in tests/pages do when a page is not the usual one."""

import json
import unicodedata
from dataclasses import dataclass
from datetime import datetime

import pytest

from meoktong.times import KST, iso_kst
from spiders.base import spider_for
from spiders.extract import examine

SEEN = datetime(2026, 11, 20, 21, tzinfo=KST)
QUEUE = "편의점 단말기가 낮 12시부터 30분가량 멈춰 손님들이 줄을 섰다."
OWNER = "점주 박 모 씨는 “현금만 받느라 매출이 절반으로 줄었다”고 말했다."
CAUSE = "통신사는 라우터 교체 작업 중 오류가 있었다고 밝혔다."
STORY = f"<p>{QUEUE}</p><p>{OWNER}</p>"


@dataclass(frozen=True, kw_only=True)
class Variant:
    url: str
    markup: str
    title: str
    time: str
    text: tuple[str, ...]
    author: str | None = None
    modified: str | None = None
    comments: tuple[tuple[str, str, str], ...] = ()
    encoding: str = "utf-8"


def meta(**contents: str) -> str:
    names = {"published": "article:published_time", "title": "og:title", "author": "dable:author"}
    return "".join(f'<meta property="{names[name]}" content="{content}">' for name, content in contents.items())


def stream(*rows: str) -> str:
    """Rows as Next.js's app router pushes them, cut anywhere."""
    joined = "".join(rows)
    cut = len(joined) // 2
    return "".join(
        f"<script>self.__next_f.push({json.dumps([1, part], ensure_ascii=False)})</script>"
        for part in (joined[:cut], joined[cut:])
    )


LONG = f"<p>{QUEUE * 3}</p>$$ARTICLEAD$$<p>{OWNER}</p>"
VARIANTS = {
    "a video without a text": Variant(
        url="https://news.sbs.co.kr/news/endPage.do?news_id=N1009999991",
        markup=meta(title="[영상] 멈춰 선 주문기")
        + "<h1>[영상] 멈춰 선 주문기</h1><div class='date'>작성 2026.11.18 13:05</div>"
        f"<div class='text_area' itemprop='articleBody'><iframe src='x'></iframe></div><div>{STORY}</div>",
        title="[영상] 멈춰 선 주문기",
        time="2026-11-18T13:05",
        text=("",),
    ),
    "two reporters, a 12-hour clock, the title again, a deck and credits": Variant(
        url="https://news.sbs.co.kr/news/endPage.do?news_id=N1009999992",
        markup=meta(title="카드 &quot;한때 중단&quot;", author="하윤서, 지민호 기자")
        + "<h1>카드 \"한때 중단\"</h1><div class='date'>작성 2026.11.18 13:05 수정 2026.11.18 오후 2:35</div>"
        "<div class='text_area' itemprop='articleBody'><strong>카드 \"한때 중단\"</strong><br>"
        f"<div class='sub_tit'>점심 장사 망쳐</div>{QUEUE}<br><br>{OWNER}<br><br>"
        "(취재 : 하윤서, 영상편집 : 지민호)</div>",
        title='카드 "한때 중단"',
        time="2026-11-18T13:05",
        modified="2026-11-18T14:35",
        author="하윤서, 지민호",
        text=(QUEUE, OWNER),
    ),
    "the letter l between two times, and an address behind the sign-off": Variant(
        url="https://www.mbn.co.kr/news/economy/4990001",
        markup=meta(title="″안 돼요″ 발동동")
        + "<h1>\"안 돼요\" 발동동</h1><div class='txt_box'>기사입력 2026-11-18 19:01 l 최종수정 2026-11-18 19:47</div>"
        f"<div id='newsViewArea' itemprop='articleBody'>{QUEUE}<br>MBN뉴스 구하늘입니다. [sky@mbn.example]<br>"
        "영상취재: 고은솔 기자<br>#결제</div>",
        title='"안 돼요" 발동동',
        time="2026-11-18T19:01",
        modified="2026-11-18T19:47",
        author="구하늘",
        text=(QUEUE, "MBN뉴스 구하늘입니다."),
    ),
    "two reporters in an agency's dateline": Variant(
        url="https://m.yna.co.kr/view/AKR20261118056700017?section=economy",
        markup=meta(title="전산망 멈춰(종합) | 연합뉴스", published="2026-11-18T10:12:04+09:00")
        + "<h1 class='tit01'>전산망 멈춰(종합)</h1><article class='story-news'>"
        f"<p>(서울=연합뉴스) 계수연 나하늘 기자 = {QUEUE}</p><p>{CAUSE}</p><p>su@yna.example</p></article>",
        title="전산망 멈춰(종합)",
        time="2026-11-18T10:12",
        author="계수연, 나하늘",
        text=(f"(서울=연합뉴스) 계수연 나하늘 기자 = {QUEUE}", CAUSE),
    ),
    "an agency's copy, decomposed, on a program's AMP page": Variant(
        url="https://news.einfomax.co.kr/news/articleViewAmp.html?idxno=4390001&replyAll=",
        markup=unicodedata.normalize(
            "NFD",
            "<h3 class='heading'>송금 지연</h3><ul class='infomation'><li>기자명 추한결</li>"
            "<li>입력 2026.11.18 15:17</li>"
            f"<li>수정 2026.11.18 15:40</li></ul><article id='article-view-content-div'>{STORY}<amp-ad>광고다.</amp-ad>"
            "<p>(끝)</p></article>",
        ),
        title="송금 지연",
        time="2026-11-18T15:17",
        modified="2026-11-18T15:40",
        author="추한결",
        text=(QUEUE, OWNER),
    ),
    "a text that is streamed to the page's scripts": Variant(
        url="https://www.hankookilbo.com/news/article/A2026012915000000001",
        markup=meta(title="전산망 &quot;복구 중&quot;-사회ㅣ한국일보")
        + stream(
            '1:"$Sreact.fragment"\n2a:["$","div",null,{"article":{"title":"전산망 \\"복구 중\\"",'
            '"deployDt":"2026.01.29 18:40","writerDisplay":"표하늘 기자","contentHtml":"$2b"}}]\n',
            f'2b:T{len(LONG.encode()):x},{LONG}2c:["$","p",null,{{}}]\n',
        ),
        title='전산망 "복구 중"',
        time="2026-01-29T18:40",
        author="표하늘",
        text=(QUEUE * 3, OWNER),
    ),
    "a correction's time behind a post's own, and a nested page": Variant(
        url="https://m.clien.net/service/board/park/19300001?od=T31",
        markup="<title>안 되시는 분 : 클리앙</title><h3 class='post_subject'><span>안 되시는 분</span></h3>"
        "<div class='post_info'><span class='nickname'>클1</span></div><div class='post_author'>"
        "<span class='view_count date'>2026-11-18 23:34:27 수정일 : 2026-11-19 00:01:02</span></div>"
        "<div class='post_article'><html><body><p>한 시간째요.</p></body></html></div>",
        title="안 되시는 분",
        time="2026-11-18T23:34",
        author="클1",
        text=("한 시간째요.",),
    ),
    "best comments a second time, and deleted ones": Variant(
        url="http://www.bobaedream.co.kr/view?code=freeb&No=3300001&rtn=%2Fbest",
        markup="<dl><dt class='subject_len'><strong itemprop='name'>하이패스 먹통 <em class='detailTxtDeco01'>[12]</em>"
        "</strong></dt></dl><div class='writerProfile'>"
        "<span class='countGroup'>조회 1,200 | 2026.11.18 (수) 04:06</span>"
        "<a class='nickName'>차주</a></div>"
        "<div class='bodyCont' itemprop='articleBody'><p>&lt;사진&gt; 안 찍힘</p></div>"
        "<ul id='cmt_reply'>" + "<li><span class='author'>가</span><span class='date'>26.11.18 05:00</span>"
        "<dd id='small_cmt_1'>저도요</dd></li>" * 2 + "<li>삭제된 댓글입니다.</li>"
        "<li class='re'><span class='author'>나</span><span class='date'>26.11.18 05:10</span>"
        "<dd id='small_cmt_2'>저도요</dd></li></ul>",
        title="하이패스 먹통",
        time="2026-11-18T04:06",
        author="차주",
        text=("<사진> 안 찍힘",),
        comments=(("가", "2026-11-18T05:00", "저도요"), ("나", "2026-11-18T05:10", "저도요")),
    ),
    "an unknown paper: an empty decoy, the house behind a double colon, the reporter beside the time": Variant(
        url="https://news.town.example/sub_read.html?uid=8576",
        markup="<meta charset='euc-kr'><title>똠방식당 결제 불통 :: 우리동네신문</title><div id='articleBody'></div>"
        "<h2 class='tit'>똠방식당 결제 불통</h2><p class='info'>기사입력 :[ 2018-08-25 15:24 ] 구본새 기자</p>"
        f"<div id='_article' class='article_body'>{STORY}</div>",
        title="똠방식당 결제 불통",
        time="2018-08-25T15:24",
        author="구본새",
        text=(QUEUE, OWNER),
        encoding="cp949",
    ),
    "an unknown paper: a caption that is the lead, and a byline behind the last sentence": Variant(
        url="https://www.bizpaper.example/BP?command=article_view&num=341018",
        markup=meta(title="보상안 내놔", published="2026-11-18T17:47:58+0900")
        + f"<h2>보상안 내놔</h2><div class='detail_editor'><p>▲ {QUEUE}</p><p>{QUEUE}</p>"
        f"<p>{CAUSE} 감초아 기자</p></div>",
        title="보상안 내놔",
        time="2026-11-18T17:47",
        author="감초아",
        text=(QUEUE, CAUSE),
    ),
    "an unknown paper: the next article's JSON-LD first, its own headline cut, two bylines in one line": Variant(
        url="https://www.smallpaper.example/news/view.php?no=13",
        markup=meta(title="결제가 멈추자 사장들이 겪은 일")
        + '<script type=\'application/ld+json\'>[{"@type":"NewsArticle","headline":"딴 기사","datePublished":'
        '"2020-01-01T00:00:00+09:00"},{"@type":"NewsArticle","headline":"결제가 멈추자...","datePublished":'
        '"2026-11-18T14:12:00+09:00"}]</script><h1>결제가 멈추자 사장들이 겪은 일</h1>'
        f"<div class='view_cont'>{STORY}<p>[김하늘 기자 / 이바다 기자]</p></div>",
        title="결제가 멈추자 사장들이 겪은 일",
        time="2026-11-18T14:12",
        author="김하늘, 이바다",
        text=(QUEUE, OWNER),
    ),
    "an unknown paper: nine hours lost, and a quotation mark that ends the meta": Variant(
        url="https://www.smallpaper.example/news/view.php?no=12",
        markup=meta(title='상인 "카드 안 돼"', published="2026-11-18T14:12:00Z")
        + f"<h1>상인 \"카드 안 돼\"</h1><p>등록 2026.11.18 14:12</p><div class='view_cont'>{STORY}</div>",
        title='상인 "카드 안 돼"',
        time="2026-11-18T14:12",
        text=(QUEUE, OWNER),
    ),
    "an unknown board: written, then promoted; the house before the title": Variant(
        url="https://www.humour.example/board/view.php?table=best&no=480001",
        markup="<title>오늘의농담 - 포스기 먹통 썰</title><div class='viewSubjectDiv'>포스기 먹통 썰</div>"
        "<div class='writerInfo'><p>베오베 등록시간 : 2026/11/19 09:00:00</p>"
        "<p>원글작성시간 : 2026/11/18 19:19:29</p></div>"
        "<div class='viewContent'><p>편의점 알바인데</p><p>포스기가 멈췄음</p></div>",
        title="포스기 먹통 썰",
        time="2026-11-18T19:19",
        text=("편의점 알바인데", "포스기가 멈췄음"),
    ),
    "a board of a known program whose skin names the poster its own way": Variant(
        url="https://www.dogboard.example/716024142",
        markup="<meta name='generator' content='Rhymix'><title>포스기 먹통이네</title>"
        "<h4 class='ed'>포스기 먹통이네</h4>"
        "<div class='ed'><span class='nick'>견주</span><span class='date'>54 분 전</span></div>"
        "<div class='rhymix_content xe_content'><p>점심 장사 끝</p></div>",
        title="포스기 먹통이네",
        time="2026-11-20T20:06",
        author="견주",
        text=("점심 장사 끝",),
    ),
}


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_a_variant(variant: Variant) -> None:
    body = f"<html><body>{variant.markup}</body></html>".encode(variant.encoding)
    document = examine(spider_for(variant.url), variant.url, body, fetched_at=SEEN)
    assert document.title == variant.title
    assert document.published_at is not None
    assert iso_kst(document.published_at)[:16] == variant.time
    assert document.author == variant.author
    assert tuple(document.text.split("\n")) == variant.text
    if variant.modified:
        assert document.modified_at is not None
        assert iso_kst(document.modified_at)[:16] == variant.modified
    if variant.comments:
        told = [(c.author, c.published_at and iso_kst(c.published_at)[:16], c.text) for c in document.comments]
        assert told == list(variant.comments)
