"""Pages that are no content: bot walls, logins, paywalls. They are left alone and counted as blocked."""

import re

from meoktong.errors import Rejected
from meoktong.models import Outcome
from spiders.html import Page, squeeze, text_of

SHORT = 600  # characters of visible text below which a page can be nothing but a notice
_SIGNS = (
    (
        re.compile(r"(?i)just a moment|checking your browser|verify you are (?:a )?human|attention required"),
        "a bot wall",
    ),
    (
        re.compile(r"보안 시스템|자동화된 (?:접근|요청)|비정상적인 (?:접근|요청|트래픽)|로봇이 아닙니다|자동등록방지"),
        "a bot wall",
    ),
    (
        re.compile(r"(?i)access denied|request (?:was )?blocked|접근이 (?:차단|거부|제한)|접속이 (?:차단|거부)"),
        "access denied",
    ),
    (
        re.compile(
            r"로그인\s*(?:이 필요(?:합니다|한 서비스)|후 이용|해 ?주세요|하셔야|하십시오)|회원만 (?:볼|열람|이용)"
            r"|권한이 없습니다"
        ),
        "a login",
    ),
    (
        re.compile(r"(?i)구독자 전용|유료 (?:회원|구독|기사)|구독 후 (?:이용|열람)|subscribe to (?:read|continue)"),
        "a paywall",
    ),
)
_WALL_MARKUP = re.compile(
    r"(?i)cf-browser-verification|cf_chl_|challenge-platform|g-recaptcha|h-captcha|_Incapsula_|datadome"
)


def refuse_walls(page: Page) -> None:
    """Raise Rejected(BLOCKED), saying of what kind, when `page` is a wall; return when it is not.

    Only a page with hardly any text can be a wall: articles about paywalls and logins are articles.
    """
    visible = text_of(page.soup)
    if len(visible) >= SHORT:
        return
    text = squeeze(unscramble(page.soup.get_text(" ")))  # in this order: of scrambled letters some are blanks
    for pattern, what in _SIGNS:
        if pattern.search(text):
            raise Rejected(Outcome.BLOCKED, f"{what}: {text[:80]}")
    if _WALL_MARKUP.search(page.markup):
        raise Rejected(Outcome.BLOCKED, "a bot wall")
    if len(visible) < 20 and sum(len(script.text) for script in page.scripts) > 20_000 and not page.metas:
        raise Rejected(Outcome.BLOCKED, "a page of scripts without title, text or description")


def unscramble(text: str) -> str:
    """`text` that was UTF-8 read as Latin-1, read right; any other text as it is."""
    try:
        repaired = text.encode("latin-1").decode("utf-8", "ignore")
    except UnicodeEncodeError:
        return text
    return repaired if any("가" <= character <= "힣" for character in repaired) else text
