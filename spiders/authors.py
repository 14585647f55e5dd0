"""Who wrote it: people, not houses. Korean bylines carry a role (기자), an address and often the outlet's name."""

import re
from collections.abc import Iterable

_ROLE = (
    r"(?:선임|수습|인턴|(?:[가-힣]{2}\s?)?전문|객원|대|의학|경제)?\s*(?:기자|특파원|논설위원|해설위원|편집위원|전문위원|앵커|리포터|캐스터|아나운서"
    r"|피디|PD|에디터|통신원|칼럼니스트|크리에이터)"
)
# One name or several before a role: 홍길동 기자, 홍길동·김철수 기자, 홍길동 김철수 기자.
_RUN = r"((?:[가-힣]{2,4}(?:\s*[·,]\s*|\s+)){0,4}?[가-힣]{2,4})"
_NAMED = re.compile(rf"(?<![가-힣]){_RUN}\s*{_ROLE}(?![가-힣])")
# What stands before the last name of a run may be a place or a desk: only what is built like a name counts there.
_FULL_NAME = re.compile(
    r"(?:남궁|황보|제갈|선우|독고|[강계고곽구국권금기길김나남노도류마맹명모목문민박반방배백변봉사서석선설성소손송신심안양엄여연염오옥왕우원위유육윤"
    r"은이인임장전정제조주지진차채천최추탁태편표피하한함허현홍황])[가-힣]{2}"
)
_PLACE = re.compile(r"[가-힣](?:도|시|군)$")
_ROLE_ALONE = re.compile(rf"\s*{_ROLE}(?![가-힣])")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*")
_MAILED = r"[\w.+-]+@[\w.-]+"
_ADDRESS = re.compile(r"(?:https?:)?//\S+|\bwww\.\S+")
_DAY = re.compile(r"\s+\d{4}[.-]\s?\d{1,2}[.-]\s?\d{1,2}\b.*$")
_KOREAN_NAME = re.compile(r"[가-힣]{2,4}")
_FOREIGN_NAME = re.compile(r"[A-Z][\w.'’-]+(?:\s+[A-Z][\w.'’-]*){1,3}")
_HOUSE = re.compile(
    r"(?i)뉴스|신문|일보|방송|미디어|닷컴|타임[스즈]|저널|통신|매거진|경제$|투데이|데일리|포커스|헤럴드|편집국|편집부|디지털|온라인|취재|인터넷"
    r"|콘텐츠|운영|관리자|네이버|카카오|[가-힣](?:팀|부|국|실|센터)$|news|press|media|times|herald|journal|tv\b|\.com|yonhap|newsis|\bkbs|\bmbc"
    r"|\bsbs|\bytn|admin|editor|staff|desk"
)
_NO_NAME = frozenset(
    (
        "사진 글 기자 기자명 취재 편집 영상 그래픽 현장 담당 인턴 선임 수습 전문 시민 객원 명예 여러 본지 특별 외신 "
        "정치 경제 사회"
    ).split()
)
_OPENING = (
    re.compile(rf"^\s*[\[(【<][^\])】>]{{0,30}}[\])】>]\s*{_RUN}\s*{_ROLE}\s*="),
    re.compile(rf"^\s*[\[(【<][^\])】>]{{0,20}}?[\s=/]{_RUN}\s*{_ROLE}\s*[\])】>]"),
    re.compile(rf"^\s*\S{{0,12}}?\s*{_RUN}\s*{_ROLE}\s*="),
)
_CLOSING = (
    re.compile(rf"(?<![가-힣]){_RUN}\s*{_ROLE}\s*[(\[<|:]?\s*{_MAILED}"),
    re.compile(rf"^[\W\s]*(?:(?!사진|영상|그래픽|자료)\S+\s*=\s*)?{_RUN}\s*{_ROLE}[\W\s]*$"),
    re.compile(rf"(?<![가-힣])([가-힣]{{2,4}})\s*[(\[]\s*{_MAILED}\s*[)\]]\s*$"),
    re.compile(
        rf"(?:뉴스|[A-Z]{{3}}|TV[가-힣]*|TV)\s*([가-힣]{{2,4}})입니다\.?\s*(?:[(\[<]?\s*{_MAILED}\s*[)\]>]?)?\s*$"
    ),
    # A whole text in one paragraph, signed at its end.
    re.compile(rf"[다요죠까][.?!]\s+{_RUN}\s*{_ROLE}\W*$"),
)
_BYLINES = re.compile(rf"^\W*(?:{_RUN}\s*{_ROLE}\W*){{2,5}}$")  # [홍길동 기자 / 김철수 기자]


def people(values: Iterable[str], outlets: Iterable[str] = ()) -> str | None:
    """The names in bylines, each once, joined by ', '; None when they name only houses, desks or addresses."""
    houses = {_plain(outlet) for outlet in outlets}
    names: list[str] = []
    for value in values:
        for name in _names(_ADDRESS.sub(" ", _MAIL.sub(" ", value)), houses):
            if name not in names:
                names.append(name)
    return ", ".join(names) or None


def nickname(values: Iterable[str]) -> str | None:
    """A poster's name as the board shows it: the first value that is not an address, without the day beside it."""
    return next((_DAY.sub("", value) for value in values if value and not _ADDRESS.search(value)), None)


def from_body(paragraphs: list[str]) -> str | None:
    """The reporters whom the body itself names: in its dateline, or in its last lines when these follow each other."""
    for line in paragraphs[:2]:
        if names := _signed(line, _OPENING):
            return ", ".join(names)
    found: list[str] = []
    for line in paragraphs[:-8:-1]:
        names = _names(line, set()) if _BYLINES.search(line) else _signed(line, _CLOSING)
        if found and not names:
            break
        found = [*names, *(name for name in found if name not in names)]
    return ", ".join(found) or None


def _signed(line: str, patterns: tuple[re.Pattern[str], ...]) -> list[str]:
    for pattern in patterns:
        if (match := pattern.search(line)) and (names := _run(match[1], set())):
            return names
    return []


def _names(value: str, houses: set[str]) -> list[str]:
    named = [name for run in _NAMED.findall(value) for name in _run(run, houses)]
    if named:
        return named
    found = []
    for part in re.split(r"[,·/&|;ㅣ=()\[\]]|\s및\s|\sand\s", re.sub(r"외\s*\d+\s*[명인]", "", value)):
        name = _ROLE_ALONE.sub("", part.strip().removeprefix("기자명")).strip(" .-:")
        if _is_house(name, houses):
            continue
        if _KOREAN_NAME.fullmatch(name) or _FOREIGN_NAME.fullmatch(name):
            found.append(name)
    return found


def _run(run: str, houses: set[str]) -> list[str]:
    """The names in a run of words before a role: the last word, and before it those that are built like names."""
    *before, last = re.split(r"[\s·,]+", run)
    names = [name for name in before if _FULL_NAME.fullmatch(name) and not _PLACE.search(name)]
    return [name for name in (*names, last) if not _is_house(name, houses)]


def _is_house(name: str, houses: set[str]) -> bool:
    return name in _NO_NAME or _plain(name) in houses or bool(_HOUSE.search(name))


def _plain(name: str) -> str:
    return re.sub(r"\W", "", name).lower()
