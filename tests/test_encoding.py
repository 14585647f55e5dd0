"""A label is only a claim: what the bytes are decides."""

import unicodedata

import pytest

from meoktong.errors import Rejected
from meoktong.models import Outcome
from spiders.encoding import decode, decode_xml

TEXT = "<html><head>{}</head><body>카톡 먹통에 똠방각하 펲시콜라도 못 팔았다</body></html>"  # 똠, 펲: cp949, not EUC-KR
EUC = '<meta charset="euc-kr">'
UTF = '<meta charset="utf-8">'


@pytest.mark.parametrize(
    ("label", "encoding", "header"),
    [
        (EUC, "cp949", None),
        (EUC, "utf-8", None),
        (UTF, "cp949", None),
        ("", "cp949", None),
        ("", "cp949", "text/html; charset=EUC-KR"),
        (UTF, "utf-8", "text/html; charset=euc-kr"),
        ("", "utf-8", "text/html; charset=iso-8859-1"),
        ('<meta charset="ks_c_5601-1987">', "cp949", None),
        ('<meta charset="nonsense">', "utf-8", None),
        ("", "utf-16", None),
    ],
)
def test_every_pair_of_label_and_truth(label: str, encoding: str, header: str | None) -> None:
    text = TEXT.format(label)
    assert decode(text.encode(encoding), header) == text


def test_one_broken_character_is_no_broken_page() -> None:
    body = TEXT.format(UTF) + "먹통 " * 100
    assert "똠방각하" in decode(body.encode() + b"\xff")


@pytest.mark.parametrize("body", [b"\x89PNG\r\n\x1a\n\x00\x00", bytes(range(128, 256)) * 20])
def test_what_is_no_korean_text_is_refused(body: bytes) -> None:
    with pytest.raises(Rejected) as caught:
        decode(body)
    assert caught.value.outcome is Outcome.BAD_ENCODING


def test_decomposed_hangul_is_composed() -> None:
    assert decode(unicodedata.normalize("NFD", "카카오 먹통").encode()) == "카카오 먹통"


def test_a_feed_names_its_encoding_itself() -> None:
    feed = '<?xml version="1.0" encoding="euc-kr"?><rss>먹통</rss>'
    assert decode_xml(feed.encode("cp949")) == feed
