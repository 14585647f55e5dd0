"""One page, one address: however it is spelled, wherever the reader came from."""

import pytest

from spiders.base import address
from spiders.facts import Source
from spiders.urls import canonical_url, host_of


@pytest.mark.parametrize(
    ("spelled", "stored"),
    [
        ("HTTP://Example.COM:80/a#b", "http://example.com/a"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com/a?utm_source=x&id=3&fbclid=y", "https://example.com/a?id=3"),
        ("https://example.com/%ea%b0%80?q=%EA%B0%80", "https://example.com/%EA%B0%80?q=%EA%B0%80"),
        ("https://example.com/가", "https://example.com/%EA%B0%80"),
        (" https://example.com/a?b=1&a=2 ", "https://example.com/a?b=1&a=2"),
        ("https://example.com./a", "https://example.com/a"),
        ("https://example.com:8443/a", "https://example.com:8443/a"),
    ],
)
def test_spellings_of_an_unknown_site(spelled: str, stored: str) -> None:
    assert canonical_url(spelled) == stored
    assert canonical_url(stored) == stored


@pytest.mark.parametrize("wrong", ["", "ftp://example.com/a", "mailto:a@example.com", "javascript:void(0)", "http://"])
def test_what_is_no_http_address_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="no http address"):
        canonical_url(wrong)


def test_a_source_names_the_parameters_that_identify() -> None:
    source = Source(name_ko="게시판", homepage="https://b.example/", hosts=("b.example",), identity=("id", "no"))
    assert canonical_url("http://b.example/v?no=7&page=2&id=free&id=x", source) == "https://b.example/v?id=free&no=7"


@pytest.mark.parametrize(
    ("variant", "stored"),
    [
        ("http://m.hani.co.kr/arti/1.html?_fr=nv", "https://www.hani.co.kr/arti/1.html"),
        ("https://chosun.com/a/b/?outputType=amp", "https://www.chosun.com/a/b/"),
        (
            "http://www.bobaedream.co.kr/view.php?code=freeb&No=3&rtn=%2Flist",
            "https://www.bobaedream.co.kr/view?code=freeb&No=3",
        ),
    ],
)
def test_mobile_amp_and_old_forms_are_one_address(variant: str, stored: str) -> None:
    assert address(variant) == stored


def test_the_host_carries_an_unusual_port() -> None:
    assert (host_of("http://A.kr:80/"), host_of("http://a.kr:81/"), host_of("x")) == ("a.kr", "a.kr:81", "")
