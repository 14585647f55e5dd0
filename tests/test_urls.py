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
        ("https://m.khan.co.kr/economy/article/202611181853001/?www", "https://www.khan.co.kr/article/202611181853001"),
        ("https://mnews.joins.com/article/25390001?cloc=x", "https://www.joongang.co.kr/article/25390001"),
        (
            "http://m.donga.com/news/Economy/article/all/20261118/130000001/1?comm=",
            "https://www.donga.com/news/article/all/20261118/130000001/1",
        ),
        (
            "https://m.hankookilbo.com/News/ReadAMP/A20261118?did=NA",
            "https://www.hankookilbo.com/news/article/A20261118",
        ),
        ("https://m.mk.co.kr/amp/news/it/11480001?a=b", "https://www.mk.co.kr/news/it/11480001"),
        ("https://www.hankyung.com/it/article/amp/202611181Y", "https://www.hankyung.com/article/202611181Y"),
        ("https://m.yna.co.kr/amp/view/AKR20261118?section=it", "https://www.yna.co.kr/view/AKR20261118"),
        ("http://mn.kbs.co.kr/mobile/news/view.do?ref=A&ncd=82", "https://news.kbs.co.kr/news/view.do?ncd=82"),
        (
            "https://imnews.imbc.com/news/2026/it/article/1_2.html?m=1",
            "https://imnews.imbc.com/news/2026/it/article/1_2.html",
        ),
        (
            "https://mnews.sbs.co.kr/news/endPageAmp.do?a=b&news_id=N1",
            "https://news.sbs.co.kr/news/endPage.do?news_id=N1",
        ),
        ("https://www.etnews.com/amp/20261118000123?mc=ns", "https://www.etnews.com/20261118000123"),
        (
            "https://news.tvchosun.com/mobile/svc/content.html?contid=2026111890001&type=news",
            "https://news.tvchosun.com/site/data/html_dir/2026/11/18/2026111890001.html",
        ),
        (
            "https://m.news.naver.com/read.naver?mode=LSD&aid=0015000001&oid=001#comment",
            "https://n.news.naver.com/mnews/article/001/0015000001",
        ),
        ("https://v.media.daum.net/v/20261118100412345?f=p", "https://v.daum.net/v/20261118100412345"),
        ("https://www.fmkorea.com/free/95#comment_1", "https://www.fmkorea.com/95"),
        (
            "https://gall.dcinside.com/board/view?no=4&id=best&page=2",
            "https://gall.dcinside.com/board/view/?id=best&no=4",
        ),
        ("https://blog.naver.com/a-shop?Redirect=Log&logNo=22", "https://m.blog.naver.com/a-shop/22"),
        (
            "https://town.example/news/articleViewAmp.html?page=2&idxno=12&sc_word=a",
            "https://town.example/news/articleView.html?idxno=12",
        ),
    ],
)
def test_mobile_amp_and_old_forms_are_one_address(variant: str, stored: str) -> None:
    assert address(variant) == stored


def test_the_host_carries_an_unusual_port() -> None:
    assert (host_of("http://A.kr:80/"), host_of("http://a.kr:81/"), host_of("x")) == ("a.kr", "a.kr:81", "")
