"""First stage: is this a document at all? Cleans its characters and refuses what cannot be true."""

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from meoktong.errors import Rejected
from meoktong.models import Document, Outcome
from meoktong.times import iso_kst

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # before the web: a template's date, or an epoch of 0
AHEAD = timedelta(days=1)  # clocks and time zones of other people's servers

# PostgreSQL refuses NUL, UTF-8 has no lone surrogates, and the analyser stops at control characters.
UNSTORABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\ud800-\udfff\ufeff\u200b]")


def validate(document: Document, now: datetime) -> Document:
    """`document` with clean characters.

    Raises Rejected: NO_TEXT without a title or text, BAD_DATE when it was published before 1990 or more than a day
    after `now`, INVALID without an address. A time of modification that cannot be is left out.
    """
    document = replace(
        document,
        title=" ".join(clean(document.title).split()),
        text=clean(document.text).strip(),
        author=(clean(document.author).strip() or None) if document.author else None,
        modified_at=document.modified_at if _possible(document.modified_at, now) else None,
        comments=tuple(replace(c, text=clean(c.text).strip()) for c in document.comments),
    )
    if not document.url.strip():
        raise Rejected(Outcome.INVALID, "no address")
    if not document.title:
        raise Rejected(Outcome.NO_TEXT, "no title")
    if not document.text:
        raise Rejected(Outcome.NO_TEXT, "no text")
    if document.published_at is not None and not _possible(document.published_at, now):
        raise Rejected(Outcome.BAD_DATE, f"published {iso_kst(document.published_at)}")
    return document


def clean(text: str) -> str:
    """`text` in composed Hangul (NFC), without the characters that no database or analyser takes."""
    return unicodedata.normalize("NFC", UNSTORABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def _possible(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and EARLIEST <= moment <= now + AHEAD
