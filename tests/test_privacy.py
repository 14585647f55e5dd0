"""What is masked, what is not, and how names are hashed."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import document

from meoktong.errors import MeoktongError
from meoktong.models import Comment, Document, Kind
from pipelines.identifiers import PERSONAL, PUBLISHED, Rule, mask
from pipelines.privacy import author_key, protect

KEY = b"k" * 32

MASKED = {
    "[phone]": """
        제 번호는 010-1234-5678 입니다
        연락처 01012345678로 주세요
        010 1234 5678 연락요
        010.1234.5678
        010 - 1234 - 5678
        (010)1234-5678
        ０１０－１２３４－５６７８
        ０１０１２３４５６７８
        010–1234–5678
        010ㅡ1234ㅡ5678
        +82 10-1234-5678
        +82-10-1234-5678
        +821012345678
        82)10-1234-5678
        011-123-4567
        공일공 1234 5678
        공일공-일이삼사-오육칠팔
        O1O-1234-5678
        0 1 0 1 2 3 4 5 6 7 8
        0-1-0-1-2-3-4-5-6-7-8
        공 일 공 1234 5678
        0l0-1234-5678
        010_1234_5678
        010,1234,5678
        010*1234*5678
        0082 10 1234 5678
        가게 02-123-4567
        (02) 1234-5678
        031.123.4567
        0212345678 로
        070-1234-5678
        0507-1234-5678
        050712345678
    """,
    "[email]": """
        hong.gildong@naver.com
        문의 hong@shop.co.kr로
        ｈｏｎｇ＠ｎａｖｅｒ．ｃｏｍ
        hong 골뱅이 naver.com
        hong(at)gmail.com
        hong@naver 닷컴
        hong골뱅이네이버닷컴
        hong골뱅이네이버
        hong[at]naver[dot]com
        hong at naver dot com
        hong@naver점com
        hong@naver
        hong+shop@mail.example.com
    """,
    "[resident-no]": """
        900101-1234567
        주민번호 9001011234567
        900101 - 1234567
        900101-1******
        ９００１０１－１２３４５６７
        051231-4******
        880505-5123456
    """,
    "[card-no]": """
        4111-1111-1111-1111
        4111 1111 1111 1111
        4111111111111111
        4111-11**-****-1111
        3782 822463 10005
    """,
    "[business-no]": """
        사업자 123-45-67890
        120-81-47521
        1208147521
        １２０－８１－４７５２１
    """,
    "[account-no]": """
        신한 110-123-456789
        110-123-456789
        3333-01-1234567 홍길동
        123456-04-123456
        국민은행 12345604123456
        카카오뱅크 3333 01 1234567
        계좌번호: 1002923456789
        입금은 우리은행 1002-123-456789
    """,
}
KEPT = """
    주문 1,254건이 밀렸다
    3만2418건
    2022-10-17 14:12
    2022.10.17. 오후 3:30
    2022-10-17 ~ 2022-10-19
    2022-10-17-1234
    20221017
    2022년 10월 15일 15시 30분
    카카오 고객센터 1588-1234
    080-123-4567
    매출 12,345,678원 날림
    매출 1234567890원
    카드 결제 35000원 3건
    1억 2000만원
    3,100,000,000원
    120만 원 100,000원
    10-15 오후 3:30 ~ 11:30
    15:30~16:45
    12.5% 감소
    0.1234
    01.15 10:00
    02.15 10:00
    버전 10.0.19044.2130
    오후 3시 30분부터 127시간 30분
    주문번호 20221017-0001234
    송장 123456789012
    입금 2022-10-17 14:12
    우리 가게 10월 매출 2022 2023
    신한은행 15000000000원 손실
    2021 2022 2023 2024
    1 2 3 4 5 6 7 8 9 10 11 12
    가로 100-200-300 세로
    010 번호로
    @instagram 계정
    5-10-15-20분
    02-10 1234건
    https://news.example/2022/10/17/123456
    https://board.example/9455290107
    https://board.example/read?no=1208147521
"""
PRINTED = """
    독자센터 02-123-4567
    성금 계좌 국민은행 123456-04-123456
    사업자등록번호 123-45-67890
    제보 1588-1234
"""


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


@pytest.mark.parametrize(("word", "line"), [(word, line) for word, text in MASKED.items() for line in lines(text)])
def test_identifiers_are_masked(word: str, line: str) -> None:
    masked = mask(f"앞 {line} 뒤", PERSONAL)
    assert masked.count(word) == 1
    assert not any(character.isdigit() for character in masked)
    assert masked.startswith("앞 ")
    assert masked.endswith(" 뒤")


@pytest.mark.parametrize("line", lines(KEPT))
def test_amounts_dates_and_counts_are_not(line: str) -> None:
    assert mask(line, PERSONAL) == line


@pytest.mark.parametrize("line", lines(PRINTED))
def test_numbers_that_a_newspaper_prints_stay(line: str) -> None:
    assert mask(line, PUBLISHED) == line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("연락 010-1234-5678, 02-123-4567 / a@b.kr", "연락 [phone], [phone] / [email]"),
        ("주문 1,254건 010-1234-5678 2022-10-17", "주문 1,254건 [phone] 2022-10-17"),
        ("계좌 110-123-456789로 12,000원 입금", "계좌 [account-no]로 12,000원 입금"),
        ("010-1234-5678\n3만원", "[phone]\n3만원"),
        ("연락은\n010\n1234\n5678\n으로", "연락은\n[phone]\n으로"),
        ("사업자번호 123.45.67890, 사업자 １２３ ４５ ６７８９１", "사업자번호 [business-no], 사업자 [business-no]"),
    ],
)
def test_several_in_one_text(text: str, expected: str) -> None:
    assert mask(text, PERSONAL) == expected


@pytest.mark.parametrize("rules", [PERSONAL, PUBLISHED])
@given(text=st.text(alphabet="010-1234 가원건@.a,\n[]", max_size=60))
def test_masking_twice_is_masking_once(rules: tuple[Rule, ...], text: str) -> None:
    once = mask(text, rules)
    assert mask(once, rules) == once


@given(number=st.integers(min_value=0, max_value=10**12), unit=st.sampled_from(["원", "건", "명", "개", "만 원"]))
def test_no_quantity_is_ever_masked(number: int, unit: str) -> None:
    for text in (f"{number:,}{unit}", f"매출 {number:,} {unit} 감소"):
        assert mask(text, PERSONAL) == text


@given(digits=st.from_regex(r"010[0-9]{8}", fullmatch=True), gap=st.sampled_from(["", "-", " ", ".", " - "]))
def test_every_mobile_number_is_masked(digits: str, gap: str) -> None:
    text = gap.join((digits[:3], digits[3:7], digits[7:]))
    assert mask(f"전화 {text}요", PERSONAL) == "전화 [phone]요"


def post(**changes: object) -> Document:
    return document(kind=Kind.POST, author="새벽네시", **changes)


def test_a_post_is_protected_in_all_its_parts() -> None:
    comments = (Comment(text="저도 010-1111-2222", author="옆가게"), Comment(text="네", author="새벽네시"))
    kept = protect(post(title="문의 a@b.kr", text="번호 02-123-4567\n매출 30만원", comments=comments), KEY)
    assert (kept.title, kept.text) == ("문의 [email]", "번호 [phone]\n매출 30만원")
    assert kept.comments[0].text == "저도 [phone]"
    assert kept.author == kept.comments[1].author
    assert kept.author != kept.comments[0].author
    assert "새벽네시" not in repr(kept)
    assert "옆가게" not in repr(kept)


def test_a_name_hashes_by_key_and_source() -> None:
    name = protect(post(), KEY).author
    assert name == protect(post(url="https://board.example/2"), KEY).author
    assert name != protect(post(source="other"), KEY).author
    assert name != protect(post(), b"j" * 32).author
    assert len(name or "") == 64


def test_a_post_without_a_name_has_none() -> None:
    assert protect(document(kind=Kind.POST), KEY).author is None


@pytest.mark.parametrize(
    ("byline", "kept"),
    [
        ("홍길동 기자", "홍길동 기자"),
        ("홍길동 기자 hong@news.example", "홍길동 기자"),
        ("홍길동 기자(hong@news.example)", "홍길동 기자"),
        ("hong@news.example", None),
        (None, None),
    ],
)
def test_a_byline_stays_and_its_address_goes(byline: str | None, kept: str | None) -> None:
    assert protect(document(author=byline), KEY).author == kept


def test_the_text_of_an_article_loses_the_reporters_address_and_mobile_number() -> None:
    kept = protect(document(text="카톡 제보 010-1234-5678 hong@news.example 전화 02-123-4567"), KEY)
    assert kept.text == "카톡 제보 [phone] [email] 전화 02-123-4567"


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    key = author_key("", folder)
    assert author_key("", folder) == key
    assert len(key) == 64
    assert stat.S_IMODE((folder / "author.key").stat().st_mode) == 0o600
    assert [p.name for p in folder.iterdir()] == ["author.key"]
    assert author_key("", tmp_path / "other") != key


def test_processes_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    code = "import sys, pathlib as p; from pipelines import privacy; print(privacy.author_key('', p.Path(sys.argv[1])))"
    started = [
        subprocess.Popen([sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    assert len({p.communicate(timeout=60)[0] for p in started}) == 1
    assert [p.returncode for p in started] == [0] * 4


def test_the_setting_is_the_key(tmp_path: Path) -> None:
    assert author_key("a secret of ours", tmp_path) == b"a secret of ours"
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_protects_nobody_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MeoktongError, match="16 characters"):
        author_key("secret", tmp_path)
    (tmp_path / "author.key").write_text("\n")
    with pytest.raises(MeoktongError, match="too short"):
        author_key("", tmp_path)


def test_a_key_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "author.key").mkdir()
    with pytest.raises(MeoktongError, match=r"author\.key"):
        author_key("", tmp_path)
