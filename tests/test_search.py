"""The same words find the same documents, in the same order, on both databases, however they are spelt."""

import json
import sqlite3
import unicodedata
from datetime import date

import pytest
from click.testing import CliRunner
from making import annotation, tagged
from sqlalchemy import text
from weekdata import made

from meoktong.cli import meoktong
from meoktong.errors import MeoktongError
from meoktong.indexing import MOST, terms
from meoktong.models import Kind, Outcome
from meoktong.queries.filters import Filters
from meoktong.queries.search import excerpt, search
from meoktong.settings import Settings
from meoktong.store import Store
from meoktong.store.runs import start_run
from meoktong.store.search import rebuild
from meoktong.store.write import write
from meoktong.terms import Word
from nlp.words import query, words

TEXTS = {
    "kakao": (
        "카카오톡 먹통",
        "15일 오후 카카오톡이 멈췄다. 주문을 받지 못한 가게가 많았다.",
        "2022-10-15T16:00",
    ),
    "later": ("사흘째 이어진 먹통", "데이터센터 화재로 카카오톡 메시지가 끊겼다.", "2022-10-17T09:00"),
    "spaced": ("데이터 센터에서 불", "데이터 센터의 화재가 원인이다. 카카오 톡도 먹통이 됐다.", "2022-10-16T09:00"),
    "pos": ("단말기 말썽", "카드 결제가 안 돼서 손님들이 발길을 돌렸습니다.", "2021-10-25T12:00"),
    "kt": ("KT 인터넷 장애", "결제 안됨. 예약도 받지 못했다. 서버가 멈춰 1,254건이 취소됐다.", "2021-10-25T13:00"),
    "calm": ("카카오 실적 발표", "카카오는 분기 실적을 발표했다. 톡 광고가 늘었다.", "2022-11-03T08:00"),
    "undated": ("카카오톡 먹통 모음", "날짜를 알 수 없는 글.", None),
}
SPELLINGS = {
    "카카오톡 먹통": ("undated", "kakao", "later", "spaced"),
    "카카오톡먹통": ("undated", "kakao", "later", "spaced"),
    "카카오톡이 먹통이 됐다": ("undated", "kakao", "later", "spaced"),
    "먹통된 카카오톡에서": ("undated", "kakao", "later", "spaced"),
    unicodedata.normalize("NFD", "카카오톡의 먹통"): ("undated", "kakao", "later", "spaced"),
    "데이터센터 화재": ("later", "spaced"),
    "데이터 센터 화재": ("later", "spaced"),
    "데이터센터의 화재로": ("later", "spaced"),
    "화재가 난 데이터센터": ("later", "spaced"),
    "데이터센터화재": ("later", "spaced"),
    "결제가 안 돼요": ("kt", "pos"),
    "결제안됨": ("kt", "pos"),
    "결제가 안됩니다": ("kt", "pos"),
    "안 되는 결제": ("kt", "pos"),
    "결제 안 돼": ("kt", "pos"),
    "서버가 멈췄다": ("kt",),
    "멈추는 서버": ("kt",),
    "ＫＴ 인터넷": ("kt",),
    "kt의 인터넷": ("kt",),
    "손님이 발길을 돌려": ("pos",),
    "예약을 못 받았다": ("kt",),
    "1254건": ("kt",),
}


@pytest.fixture
def filled(store: Store) -> Store:
    run = start_run(store, "daily", options={})
    for name, (title, body, at) in TEXTS.items():
        service = "kt" if name == "kt" else "kakaotalk"
        item = made(name, at, title=title, text=body, services=service, note={"relevant": name != "calm"})
        write(store, run, [item])
    return store


def find(store: Store, words_: str, **filters: object) -> list[str]:
    found = search(store, query(words_), Filters(**filters))
    assert found.documents == len(found.hits)
    return [hit.url.rpartition("/")[2] for hit in found.hits]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spelling_does_not_matter(filled: Store, spelling: str) -> None:
    assert sorted(find(filled, spelling)) == sorted(SPELLINGS[spelling])


def test_title_first_then_the_newest_then_what_has_no_date(filled: Store) -> None:
    assert find(filled, "카카오톡 먹통") == ["kakao", "undated", "later", "spaced"]
    assert find(filled, "결제") == ["kt", "pos"]


def test_phrases_exclusions_and_alternatives(filled: Store) -> None:
    assert find(filled, '"데이터센터 화재로"') == ["later"]
    assert find(filled, "“카카오톡 메시지”") == ["later"]
    assert find(filled, "카카오톡 -화재") == ["kakao", "undated"]
    assert find(filled, '카카오톡 -"메시지가 끊겼다"') == ["kakao", "undated", "spaced"]
    assert find(filled, "실적 OR 인터넷") == ["calm", "kt"]
    assert find(filled, "실적 | 인터넷 -KT") == ["calm"]


def test_filters(filled: Store) -> None:
    assert find(filled, "카카오") == ["calm", "kakao", "undated", "later", "spaced"]
    assert find(filled, "카카오", outages=True) == ["kakao", "undated", "later", "spaced"]
    assert find(filled, "결제", service="kt") == ["kt"]
    assert find(filled, "결제", damage="order_failure") == []
    assert find(filled, "먹통", since=date(2022, 10, 16), until=date(2022, 10, 16)) == ["spaced"]
    with pytest.raises(MeoktongError, match="no source 'nobody' in this database; known: daily"):
        find(filled, "먹통", source="nobody")


def test_the_first_of_many(filled: Store) -> None:
    found = search(filled, query("카카오톡"), limit=1)
    assert (found.documents, found.stories, found.incidents, len(found.hits)) == (4, 4, 0, 1)
    assert found.hits[0].in_title
    assert found.hits[0].excerpt.startswith("15일 오후 【카카오톡】이 멈췄다.")


def test_a_correction_is_found_by_its_new_words_alone(store: Store) -> None:
    run = start_run(store, "daily", options={})
    write(store, run, [tagged(text="배달 앱이 느려졌다.")])
    assert len(find(store, "배달")) == 1
    assert write(store, run, [tagged(text="택시 호출이 막혔다.")]) == [Outcome.UPDATED]
    assert find(store, "배달") == []
    assert len(find(store, "택시 호출")) == 1
    write(store, run, [tagged(note=annotation(tagger_version="2"), text="택시 호출이 막혔다.")])
    assert len(find(store, "택시")) == 1


def test_nothing_is_indexed_of_a_batch_that_failed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start_run(store, "daily", options={})
    with monkeypatch.context() as patch:
        patch.setattr("meoktong.store.write.end", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            write(store, run, [tagged()])
    assert find(store, "카톡") == []


def test_the_index_can_be_made_anew(filled: Store) -> None:
    before = find(filled, "카카오톡")
    with filled.writing() as connection:
        sqlite = connection.dialect.name == "sqlite"
        clear = (
            "INSERT INTO search_index (search_index) VALUES ('delete-all')" if sqlite else "DELETE FROM search_index"
        )
        connection.execute(text(clear))
    assert find(filled, "카카오톡") == []
    assert rebuild(filled) == len(TEXTS)
    assert find(filled, "카카오톡") == before


HARMLESS = [
    "카카오톡'); DROP TABLE documents; --",
    '카카오톡" OR 1=1',
    '"카카오톡" NEAR/5 "먹통"',
    "카카오톡* ^title:먹통 {a b}:c",
    "카카오톡 & !먹통 | (a <-> b):*ABCD",
    "카카오톡 \\' %s :q ? $1 {0}",
    "카카오톡\0먹통\ud800",
    "🔥 카카오톡 ㅠㅠ ㅋㅋ",
    '카카오톡 "',
    "카카오톡 AND NOT",
]


@pytest.mark.parametrize("typed", HARMLESS)
def test_syntax_in_a_query_is_only_letters(filled: Store, typed: str) -> None:
    search(filled, query(typed))
    assert len(find(filled, "카카오톡")) == 4


@pytest.mark.parametrize("typed", ["", " ", "🔥", "ㅋㅋ", '""', "-카카오톡", "%%", "()", "\u200b"])
def test_a_query_without_words_is_refused_in_one_line(typed: str) -> None:
    with pytest.raises(MeoktongError, match="no word to look for"):
        query(typed)


def test_an_endless_query_is_refused() -> None:
    with pytest.raises(MeoktongError, match="at most"):
        query('"' + "가나다라" * 100 + '"')


def test_a_long_query_runs(filled: Store) -> None:
    assert find(filled, '"' + "가나다라" * 49 + '"') == []


def indexed(title: str, text: str) -> list[str]:
    return terms([(title, text)])[0].split()


def test_terms_are_plain_ascii_and_bounded() -> None:
    every = "".join(chr(0xAC00 + i) for i in range(11172))
    found = indexed("KT·카톡", f"北 café ㅋㅋ 1,254건 🔥{every * 12}")
    assert all(term.isascii() and term.isalnum() and term == term.lower() for term in found)
    assert len(found) > 11172
    assert len(found) == len(set(found))  # so long a text has each term once, others may have one twice
    assert len(terms([("", " ".join(f"w{i}" for i in range(200_000)))])[0]) <= MOST


def test_terms_are_pairs_across_spaces_within_runs_and_what_stands_at_their_ends() -> None:
    (one,), (two,), (other,) = (set(indexed("", syllable)) for syllable in "가나다")
    assert set(indexed("", "가 나. 다 KT")) == {one + two, one, two, other, "wkt"}
    assert set(indexed("가", "나")) == {one, "t" + one, two}


def test_terms_of_many_documents_are_those_of_each() -> None:
    documents = [("", ""), ("카톡 먹통", "어제\u3000오후\tKT도, 12,000원 ㅠㅠ"), ("北", "\n가\n"), ("a", "")]
    assert terms(documents) == [terms([document])[0] for document in documents]
    assert terms([]) == []


def test_words_of_a_query() -> None:
    assert words("손님들이 발길을 돌렸다") == [Word("손님"), Word("발길"), Word("돌렸", stem=True)]
    assert words("예약을 못 받았고") == [Word("예약"), Word("받")]


@pytest.mark.parametrize(
    ("wanted", "within", "shown"),
    [
        ([Word("카카오톡")], "앞 카카오 톡 뒤", "앞 【카카오 톡】 뒤"),
        ([Word("멈췄", stem=True)], "멈춘 서버, 멈추는 서버", "【멈춘】 서버, 【멈추】는 서버"),
        ([Word("kt")], "KT와 Kt", "【KT】와 【Kt】"),
        ([Word("없는")], "그런 말은 여기에 나오지 않는다", "그런 말은 여기에 나오지 않는다"),
        ([Word("끝")], "가" * 100 + "끝", "…" + "가" * 60 + "【끝】"),
    ],
)
def test_excerpts(wanted: list[Word], within: str, shown: str) -> None:
    assert excerpt(wanted, within) == shown
    assert excerpt(wanted, unicodedata.normalize("NFD", within)) == shown


def run(*arguments: str) -> str:
    done = CliRunner().invoke(meoktong, list(arguments), obj=Settings())
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_command(filled: Store) -> None:
    url = filled.engine.url.render_as_string(hide_password=False)
    (row,) = json.loads(run("search", "결제", "--service", "kt", "--format", "json", "--database", url))
    assert (row["source"], row["outage"], row["in_title"]) == ("daily", True, False)
    assert row["published_at"] == "2021-10-25T13:00:00+09:00"
    assert "text" not in row
    table = run("search", "카카오톡", "먹통", "--limit", "2", "--database", url)
    assert "4 documents, 4 stories, 0 incidents, the first 2 shown" in table
    assert "1 texts" not in run("db", "reindex", "--database", url)
    assert len(run("search", "먹통", "--format", "csv", "--database", url).splitlines()) == 5


def test_posts_are_found_too(store: Store) -> None:
    write(store, start_run(store, "board", options={}), [tagged(kind=Kind.POST, author="h", source="board")])
    assert len(find(store, "카톡", source="board")) == 1


def test_sqlite_can_search() -> None:
    """FTS5 is a build option of SQLite."""
    assert sqlite3.connect(":memory:").execute("SELECT sqlite_compileoption_used('ENABLE_FTS5')").fetchone() == (1,)
