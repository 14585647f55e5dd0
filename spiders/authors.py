"""Who wrote it: people, not houses. Korean bylines carry a role (기자), an address and often the outlet's name."""

import re
from collections.abc import Iterable

_ROLE = (
    r"(?:선임|수습|인턴|전문|객원|대|의학|경제)?\s*(?:기자|특파원|논설위원|해설위원|편집위원|전문위원|앵커|리포터|캐스터|아나운서"
    r"|피디|PD|에디터|통신원|칼럼니스트|크리에이터)"
)
_NAMED = re.compile(rf"(?<![가-힣])([가-힣]{{2,4}})\s*{_ROLE}(?![가-힣])")
_ROLE_ALONE = re.compile(rf"\s*{_ROLE}(?![가-힣])")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*")
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
    re.compile(rf"^\s*[\[(【<][^\])】>]{{0,30}}[\])】>]\s*([가-힣]{{2,4}})\s*{_ROLE}\s*="),
    re.compile(rf"^\s*[\[(【<][^\])】>]{{0,20}}?[\s=/]([가-힣]{{2,4}})\s*{_ROLE}\s*[\])】>]"),
    re.compile(rf"^\s*\S{{0,12}}?\s*([가-힣]{{2,4}})\s*{_ROLE}\s*="),
)
_CLOSING = (
    re.compile(rf"(?<![가-힣])([가-힣]{{2,4}})\s*{_ROLE}\s*[(\[<|:]?\s*[\w.+-]+@[\w.-]+"),
    re.compile(rf"^[\W\s]*(?:\S+\s*=\s*)?([가-힣]{{2,4}})\s*{_ROLE}[\W\s]*$"),
    re.compile(r"(?<![가-힣])([가-힣]{2,4})\s*[(\[]\s*[\w.+-]+@[\w.-]+\s*[)\]]\s*$"),
    re.compile(r"(?:뉴스|[A-Z]{3}|TV[가-힣]*|TV)\s*([가-힣]{2,4})입니다\.?\s*$"),
)


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
    """The reporter whom the body itself names: in its dateline or in its last lines."""
    for patterns, lines in ((_OPENING, paragraphs[:2]), (_CLOSING, paragraphs[:-8:-1])):
        for line in lines:
            for pattern in patterns:
                match = pattern.search(line)
                if match and match[1] not in _NO_NAME and not _HOUSE.search(match[1]):
                    return match[1]
    return None


def _names(value: str, houses: set[str]) -> list[str]:
    named = [name for name in _NAMED.findall(value) if name not in _NO_NAME and _plain(name) not in houses]
    if named:
        return named
    found = []
    for part in re.split(r"[,·/&|;ㅣ=()\[\]]|\s및\s|\sand\s", re.sub(r"외\s*\d+\s*[명인]", "", value)):
        name = _ROLE_ALONE.sub("", part).strip(" .-:")
        if name in _NO_NAME or _plain(name) in houses or _HOUSE.search(name):
            continue
        if _KOREAN_NAME.fullmatch(name) or _FOREIGN_NAME.fullmatch(name):
            found.append(name)
    return found


def _plain(name: str) -> str:
    return re.sub(r"\W", "", name).lower()
