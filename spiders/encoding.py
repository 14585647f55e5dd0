"""Bytes -> text. A label is only a claim: Korean pages call cp949 euc-kr, and UTF-8 and cp949 each other's name."""

import codecs
import re
import unicodedata

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

from meoktong.errors import Rejected
from meoktong.models import Outcome

KOREAN = "cp949"  # what browsers, too, use for the labels euc-kr, ks_c_5601-1987 and korean
KOREAN_LABELS = ("euc_kr", "cp949", "johab", "iso2022_kr")
TOLERATED = 0.01  # share of undecodable characters in an otherwise sound page: one broken comment is no broken page
NOT_BINARY = 2048
_XML = re.compile(rb"""encoding\s*=\s*["']([A-Za-z0-9_.:-]+)["']""")


def decode(body: bytes, content_type: str | None = None) -> str:
    """The text of a page in NFC, without NUL characters.

    The order of belief: a byte order mark, strict UTF-8, the declared encoding, cp949. Raises Rejected(BAD_ENCODING)
    when none explains the bytes or when they are no text at all.
    """
    declared = http_content_type_encoding(content_type) or html_body_declared_encoding(body)
    return _decode(body, declared)


def decode_xml(body: bytes) -> str:
    """The text of a feed or sitemap; its XML declaration names the encoding."""
    match = _XML.search(body[:200])
    return _decode(body, match[1].decode("ascii") if match else None)


def _decode(body: bytes, declared: str | None) -> str:
    bom, _ = read_bom(body)
    if bom:
        return _tidy(body.decode(bom, "replace"))
    if b"\x00" in body[:NOT_BINARY]:
        raise Rejected(Outcome.BAD_ENCODING, "binary data, no text")
    for encoding in _candidates(declared):
        try:
            return _tidy(body.decode(encoding))
        except UnicodeDecodeError:
            continue
    best = min((_replaced(body, encoding) for encoding in ("utf-8", KOREAN)), key=lambda text: text.count("�"))
    letters = sum(ord(character) > 127 for character in best)
    if best.count("�") > TOLERATED * letters:
        raise Rejected(Outcome.BAD_ENCODING, f"declared {declared or 'nothing'}; neither UTF-8 nor {KOREAN}")
    return _tidy(best)


def _candidates(declared: str | None) -> tuple[str, ...]:
    try:
        name = codecs.lookup(declared or "utf-8").name.replace("-", "_")
    except LookupError:
        name = "utf_8"
    if name in KOREAN_LABELS or name == "utf_8":
        # Korean text in cp949 is practically never sound UTF-8, so strict UTF-8 goes first whatever the label says.
        return ("utf-8", KOREAN)
    if name in ("iso8859_1", "cp1252", "ascii"):
        return ("utf-8", KOREAN)  # the labels of servers whose owner never set one
    return ("utf-8", name, KOREAN)


def _replaced(body: bytes, encoding: str) -> str:
    return body.decode(encoding, "replace")


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", text.removeprefix("\ufeff").replace("\x00", ""))
