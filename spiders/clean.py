"""The body without what is not the article's: captions, advertisements, related links, copyright and contact lines."""

import re
from collections import Counter
from collections.abc import Iterable

from bs4 import Tag

from meoktong.models import Kind
from spiders.html import marked, paragraphs, text_of

_DROPPED_NAMES = (
    "figcaption, figure, noscript, button, form, nav, aside, footer, ins, iframe, select, video, audio, "
    "amp-ad, amp-embed, amp-sticky-ad, [aria-hidden=true], [hidden], [style*='display:none'], [style*='display: none']"
)
_DROPPED_WORDS = (
    "ad adbox ads adsbygoogle adsense adv advertisement alert audio banner blind bookmark breadcrumb btn "
    "btns button buttons byline bylines cap caption captions cmt comment comments copy copyright deck "
    "desc document_address download editor-info gallery guide hashtag hotdeal image images img imgdesc "
    "info journalist keyword keywords layer like likes menu midtitle modal more morenews nav newsletter "
    "notice oglink photo photos player poll popup print profile promotion recommend recommended relate related "
    "relation replies reply reporter reporters series share skip sns social spoiler sponsor sr-only "
    "sub_?tit subscribe subscription subtitle sum summary tag tags thumb thumbnail toast tool toolbar tools "
    "tooltip tts util utils video vod vote writer writers"
).split()
_DROPPED = re.compile(rf"(?:^|[\s_-])(?:{'|'.join(_DROPPED_WORDS)})(?=$|[\s_-]|\d)", re.IGNORECASE)
_MOST = 0.5  # of the container's text: a part that holds more is the article, whatever its class says
_LINE = 250  # characters from which a line is a paragraph of the article, whatever words stand in it
_LINKED = 0.8  # share of link text from which a block of several links is a list of other articles

# Lines that are never the article's, wherever they stand. Whole notices, not words: articles tell of copyright and of
# chat channels too.
_FOREIGN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"저작권\s*자?\s*[(ⓒ©<]|저작권법.{0,20}(?:보호|의거|금지)|all\s*rights?\s*reserved",
        r"무단\s*(?:전재|복제|배포|사용|복사)|재배포\s*(?:금지|를 금)",
        r"copyrights?\s*[ⓒ©(]|[ⓒ©]\s*\S+.{0,40}(?:금지|reserved)|AI\s*학습\s*(?:및|이용|활용).{0,10}금지",
        r"기사\s*(?:문의|제보)|제보는\s*(?:카카오톡|카톡|전화|이메일)|제보를\s*기다립니다|당신의 제보가|okjebo|jebo23",
        r"검색\W*채널\s*추가|^\[?(?:카카오톡|전화|메일|이메일)\]?\s*[:：>@\]]|카카오톡\s*:\s*@",
        r"^▷\s*(?:전화|카카오톡|카톡|이메일|메일|mbc\s*제보)|^\W*제보\s*(?:하기|전화|[:：])",
        r"video\s*태그를|어도비\s*플래시|VOD\s*시청\s*안내|플래시\s*플레이어|flash\s*오류를|브라우저\s*버전에서는",
        r"영상을?\s*재생할\s*수\s*없|음성(?:으로|을)?\s*재생",
        r"여기를 눌러 링크를 확인|본 기사는 .{0,40}서비스된 기사|기사\s*URL이?\s*복사",
        r"(?:으로|로) 기사보내기|이 기사를? (?:공유|추천)",
        r"^(?:관련\s*기사|관련\s*뉴스|추천\s*기사|인기\s*기사|많이 본 (?:기사|뉴스)|주요\s*기사)\W*$",
        r"^(?:이시각 주요뉴스|이 기사 어땠나요|핫이슈|핫클릭|광고|AD|Advertisement)\W*$",
        r"^\[?(?:사진|영상|그래픽|영상취재|영상편집|촬영|편집|디자인|자료조사)\s*(?:출처|제공|취재|편집)?\s*[=:：/]",
        r"^\(?(?:취재|촬영\s*기자|자막뉴스\s*제작)\s*[:：]\s*\S.{0,100}$",
        r"^\[(?:영상\s*취재|영상\s*편집|그래픽|촬영)\s[^\]]*\]$|^[ⓒ©]\s*\S.{0,40}$",
        r"^\((?:사진|영상|화면)\s*(?:출처|제공)?\s*[=:：]|재판매 및 DB\s*금지|^사진\s*(?:확대|크게\s*보기|제공)",
        r"^이미지\s*(?:확대|크게)|^(?:글자|글씨)\s*크기|본문\s*(?:글씨|폰트)|^(?:스크랩|프린트|인쇄|공유하기|댓글)\W*\d*$",
        r"^[\s,]*(?:#\w+[\s,]*)+$|^\W*\(끝\)\W*$|^/\s*연합뉴스\W*$|^\W*[\w.+-]+@[\w-]+(?:\.[\w-]+)+\W*$",
        # A line of the page's own times: 입력 2026.08.20 09:15 수정 2026.08.20 10:01
        r"^(?:(?:기사\s*)?(?:입력|수정|등록|업데이트|송고|승인|발행|최종\s*수정)(?:일|시간|일시)?[\s:]*(?:\d{4}|\d\d)[./년-][\d\s./년월일:시분오전후|-]*)+$",
        r"^[▶☞►▷◀]\s*.{0,60}(?:바로가기|바로 가기|구독|클릭|보기|홈페이지|네이버|채널)|^\(?Credit\s*:",
    )
)
# A line without the end of a sentence that closes with a credit is a caption.
_CREDIT = re.compile(
    r"(?:갈무리|캡처|캡쳐|제공|자료\s*사진|자료|연합뉴스|뉴시스|뉴스1|로이터|AP|AFP|EPA|게티이미지\S*|셔터스톡|DB|사진\s*=\s*\S+"
    r"|(?:사진)?기자|[가-힣]{2,4}\s*기자\s*\S+@\S+)\s*[\])】.]*\s*$"
)
_SPEAKER = re.compile(r"^\W*(?:앵커(?:\s*멘트)?|기자|리포트|인터뷰)\W*$")  # who speaks next in a broadcast's transcript
_SENTENCE_END = re.compile(r"[.?!…][\"'”’」』)\]]*\s*$|[\"'”’]\s*$|(?:다|요|죠|까)\s*$")
_ROLE = r"(?:기자|특파원|논설위원|앵커|PD|에디터|리포터|통신원|인턴기자)"
# Behind a sentence, in its own line.
_MAIL_BEHIND = re.compile(r"(?<=[다요죠까\d][.?!])\s*[\[(<]?\s*[\w.+-]+@[\w-]+(?:\.[\w-]+)+\s*[\])>]?\s*$")
_BYLINE_BEHIND = re.compile(
    rf"(?<=[다요죠까][.?!])\s*[/|]?\s*(?:[가-힣]{{2,4}}[\s·,]+){{0,3}}?[가-힣]{{2,4}}\s*{_ROLE}\W*$"
)
# Lines that only close an article.
_TAIL = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^\W*[가-힣A-Za-z·,=/\s]{{0,40}}[가-힣]{{2,4}}\s*(?:\S{{0,6}}\s*)?{_ROLE}?\s*[(\[<|:]*\s*[\w.+-]+@[\w.-]+\W*$",
        rf"^\W*(?:\S{{0,12}}\s*=\s*|글\s*|사진\s*)?[가-힣]{{2,4}}(?:[\s·,]+[가-힣]{{2,4}}){{0,5}}\s*{_ROLE}\W*$",
        r"^[▶☞►▷■◆※]\s*\S.{0,80}$",
        r"^(?:항상 시민과 함께|.{0,20}구독\s*신청|.{0,20}후원하기|.{0,30}에서도? 만나)",
        r"^\S{0,10}\s*(?:온라인|디지털|뉴스|이슈)\s*(?:이슈)?(?:팀|부|국)\W*$",
        r"^<\S+>\W*$|^[-=_*·\s]{3,}$",
    )
)


def clean_body(container: Tag, kind: Kind, *, title: str | None = None, drop: str | None = None) -> tuple[str, ...]:
    """The article's own paragraphs in `container`, which is changed: what is dropped is taken out of the tree.

    A post keeps every line of its writer: only what the board itself puts there goes.
    """
    for part in container.select(drop) if drop else ():
        part.extract()
    _drop_parts(container)
    return clean_lines(paragraphs(container), kind, title=title)


def clean_lines(lines: Iterable[str], kind: Kind, *, title: str | None = None) -> tuple[str, ...]:
    """`lines` without boilerplate, captions, repeated lines, the repeated title and the closing byline."""
    kept: list[str] = []
    for line in _unsigned(lines) if kind is Kind.NEWS else lines:
        if (kept and line == kept[-1]) or (not kept and title and _same(line, title)):
            continue
        if not _is_foreign(line) and not (kind is Kind.NEWS and is_caption(line)):
            kept.append(line)
    if kind is Kind.NEWS:
        if len(kept) > 1 and kept[0][0] in "▲△▼" and _letters(kept[0]) in _letters(" ".join(kept[1:])):
            del kept[0]  # a caption that says what the text begins with
        while len(kept) > 1 and len(kept[-1]) < _LINE and any(pattern.search(kept[-1]) for pattern in _TAIL):
            kept.pop()
    return tuple(kept)


def _unsigned(lines: Iterable[str]) -> list[str]:
    """`lines` without e-mail addresses behind a sentence, and without the byline behind the very last one."""
    plain = [_MAIL_BEHIND.sub("", line) for line in lines]
    return [*plain[:-1], *(_BYLINE_BEHIND.sub("", line) for line in plain[-1:])]


def is_caption(line: str) -> bool:
    """Whether `line` is a picture's caption: it closes with a credit, not with a sentence."""
    if len(line) >= 400 or _SPEAKER.search(line) or _SENTENCE_END.search(line):
        return False
    return bool(_CREDIT.search(line))


def link_share(element: Tag) -> float:
    """The share of the text of `element` that stands in links."""
    total = len(text_of(element))
    linked = sum(len(text_of(link)) for link in element.find_all("a"))
    return linked / total if total else 0.0


def _is_foreign(line: str) -> bool:
    return len(line) < _LINE and any(pattern.search(line) for pattern in _FOREIGN)


def _same(line: str, title: str) -> bool:
    return _letters(line) == _letters(title)


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text)


def _drop_parts(container: Tag) -> None:
    total = len(text_of(container)) or 1
    for part in container.select(_DROPPED_NAMES):
        _drop(part, total)
    for part in container.find_all(True):
        if _DROPPED.search(marked(part)):
            _drop(part, total)
    links = Counter(id(parent) for link in container.find_all("a") for parent in link.parents)
    for part in container.find_all(["ul", "ol", "div", "section", "table", "dl"]):
        if links[id(part)] >= 2 and link_share(part) > _LINKED:
            _drop(part, total)


def _drop(part: Tag, total: int) -> None:
    # extract, not decompose: bs4 answers `decomposed` by searching the tree, which makes a deep page take minutes.
    if len(text_of(part)) <= _MOST * total:
        part.extract()
