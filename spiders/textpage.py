"""A page saved as plain text: headline, labelled dates, paragraphs, byline, and the menus around them."""

import re

from meoktong.models import Kind
from spiders.authors import from_body
from spiders.clean import clean_lines, is_caption
from spiders.dates import dates_in, labelled
from spiders.findings import Findings
from spiders.html import squeeze

PROSE = 60  # characters from which a line that ends a sentence is a paragraph
_MARKUP = re.compile(r"<(?:!doctype|html|head|body|div|p|meta|script|table|span|br|a|\?xml)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[.?!…][\"'”’」』)\]]*$|[\"'”’]\s*$")
_BYLINE = re.compile(r"[가-힣]{2,4}\s*(?:선임|수습|인턴)?\s*(?:기자|특파원|논설위원)\b.{0,40}$|[\w.+-]+@[\w.-]+\s*$")
_LABEL_LINE = 12  # lines above the date within which the headline stands


def is_text(text: str) -> bool:
    """Whether `text` holds no markup at all."""
    return bool(text.strip()) and not _MARKUP.search(text)


def read_text(text: str) -> Findings:
    """The article in a text copy of a page; findings without a body when there is none."""
    lines = [squeeze(line) for line in text.splitlines()]
    dated = next((i for i, line in enumerate(lines) if any(label for _, label, _ in dates_in(line))), None)
    published, modified = labelled(lines[dated]) if dated is not None else (None, None)
    start = dated + 1 if dated is not None else 0
    end = next((i for i in range(start, len(lines)) if _closes(lines, start, i)), len(lines))
    article = lines[start:end]
    body = [line for line in article if is_prose(line)]
    return Findings(
        title=_headline(lines, dated, article),
        published=published,
        origin="label" if published else None,
        modified=modified,
        author=from_body([*body, *lines[end : end + 1]]),
        body=clean_lines(body, Kind.NEWS),
        is_article=dated is not None and bool(body),
    )


def is_prose(line: str) -> bool:
    """Whether a line is a paragraph: long, or a sentence; menus, decks and captions are not."""
    return (
        bool(_SENTENCE.search(line))
        and (len(line) >= PROSE or line.endswith(("다.", "요.", ".”", '."')))
        and not is_caption(line)
    )


def _closes(lines: list[str], start: int, at: int) -> bool:
    """Whether the byline at `at` ends the article: there was a paragraph before it, and it is no paragraph itself."""
    line = lines[at]
    return (
        bool(_BYLINE.search(line))
        and not is_prose(line)
        and any(map(is_prose, lines[start:at]))
        and not is_caption_of_photo(line)
    )


def is_caption_of_photo(line: str) -> bool:
    """Whether a line with a reporter's name credits a picture."""
    return bool(re.search(r"사진|촬영|그래픽|=\s*[가-힣]{2,4}\s*기자", line))


def _headline(lines: list[str], dated: int | None, article: list[str]) -> str | None:
    """The longest of the few lines above the date; without a date, the first line of the page."""
    above = lines[max(0, dated - _LABEL_LINE) : dated] if dated is not None else lines[:1]
    below = [] if any(above) else [line for line in article if line][:1]
    return max((line for line in (*above, *below) if line), key=len, default=None)
