"""Near-duplicates become one story, on both databases; independent accounts of one outage do not."""

import json
import random
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest
from making import DAY, tagged
from sqlalchemy import func, select

from meoktong.jsonl import parse_published
from meoktong.models import TaggedDocument
from meoktong.shingles import bands, letters_of
from meoktong.store import Store, connect
from meoktong.store.runs import RunStatus, finish, start_run
from meoktong.store.schema import Document, DocumentStory, Story, StoryBand
from meoktong.store.write import write
from meoktong.stories import CROWD, assign

DATA = Path(__file__).parent / "stories"
GOLD = Path(__file__).parents[2] / "shared" / "gold" / "dev.jsonl"
BYLINE = "[서울=새소식통신] 이하나 기자 = "
FOOTER = " 제보는 전자우편으로 받습니다. 저작권자 새소식통신, 무단 전재와 재배포를 금합니다."
WORDS = {
    "말했다": "전했다",
    "밝혔다": "설명했다",
    "께": "쯤",
    "오전": "아침",
    "다시": "또다시",
    "모두": "전부",
    "네요": "네여",
}


def lines(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?!]) ", text)


def edited(text: str) -> str:
    """Other words here and there, and every 17th word left out."""
    for word, other in WORDS.items():
        text = text.replace(word, other)
    return " ".join(word for number, word in enumerate(text.split(" "), start=1) if number % 17)


def shortened(text: str) -> str:
    found = sentences(text)
    return " ".join(found[: -(-len(found) * 3 // 5)])


def thinned(text: str) -> str:
    """Without the second sentence and the last."""
    found = sentences(text)
    return " ".join([found[0], *found[2:-1]])


def labelled() -> list[tuple[str, TaggedDocument]]:
    """Documents with the original that each is a copy of: six edits by rule of each, and some by hand."""
    found = []
    originals = lines("originals.jsonl")
    for line in originals:
        text, published = line["text"], parse_published(line["published"])[0]
        versions = [
            (line["title"], text),
            (f"[종합] {line['title']}", text.replace(". ", ".\n")),
            ("다른 제목을 단 옮긴 글", BYLINE + text + FOOTER),
            (line["title"], shortened(text)),
            (line["title"], thinned(text)),
            ("고쳐 쓴 글", edited(text)),
            ("고쳐 쓰고 줄인 글", edited(thinned(text))),
        ]
        for number, (title, body) in enumerate(versions):
            url = f"https://news.example/{line['id']}/{number}"
            at = published + timedelta(minutes=number)
            found.append((line["id"], tagged(url, title=title, text=body, published_at=at)))
    for number, line in enumerate(lines("rewritten.jsonl")):
        at = parse_published(line["published"])[0]
        item = tagged(f"https://news.example/hand/{number}", title=line["title"], text=line["text"], published_at=at)
        found.append((line["copy_of"], item))
    return found


def put(store: Store, items: Sequence[TaggedDocument], source: str = "example") -> int:
    run = start_run(store, source, options={})
    write(store, run, items)
    finish(store, run, RunStatus.DONE)
    return assign(store)


def stories(store: Store) -> dict[str, int]:
    with store.reading() as connection:
        rows = connection.execute(select(Document.url, DocumentStory.story_id).join(DocumentStory))
        return {row.url: row.story_id for row in rows}


def canonical(store: Store) -> dict[int, str]:
    with store.reading() as connection:
        rows = connection.execute(
            select(Story.id, Document.url).join(Document, Document.id == Story.canonical_document_id)
        )
        return {row.id: row.url for row in rows}


def partition(store: Store) -> set[frozenset[str]]:
    groups: dict[int, set[str]] = {}
    for url, story in stories(store).items():
        groups.setdefault(story, set()).add(url)
    return {frozenset(urls) for urls in groups.values()}


def pairs(groups: Iterable[Iterable[str]]) -> set[tuple[str, str]]:
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def test_copies_are_found_and_independent_accounts_stay_apart(store: Store) -> None:
    documents = labelled()
    put(store, [item for _, item in documents])
    truth: dict[str, list[str]] = {}
    for original, item in documents:
        truth.setdefault(original, []).append(item.document.url)
    wanted, found = pairs(truth.values()), pairs(partition(store))
    assert len(documents) == 117
    assert len(wanted & found) / len(found) >= 0.98
    assert len(wanted & found) / len(wanted) >= 0.95


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_arrival_does_not_matter(store: Store, tmp_path: Path, seed: int) -> None:
    items = [item for _, item in labelled()]
    put(store, items)
    random.Random(seed).shuffle(items)
    with connect(f"sqlite:///{tmp_path}/other.db") as other:
        for start in range(0, len(items), 7):
            put(other, items[start : start + 7])
        assert partition(other) == partition(store)


def test_the_earliest_published_is_canonical_and_ids_stay(store: Store) -> None:
    text = lines("originals.jsonl")[0]["text"]
    put(store, [tagged("https://a.example/1", text=text, published_at=DAY)])
    before = stories(store)
    earlier = tagged("https://b.example/1", text=text, published_at=DAY - timedelta(hours=2))
    undated = tagged("https://c.example/1", text=text, published_at=None)
    assert put(store, [earlier, undated]) == 2
    assert stories(store) == dict.fromkeys(["https://a.example/1", "https://b.example/1", "https://c.example/1"], 1)
    assert before == {"https://a.example/1": 1}
    assert canonical(store) == {1: "https://b.example/1"}


def test_a_day_without_an_hour_is_no_earlier_than_the_hour(store: Store) -> None:
    text = lines("originals.jsonl")[0]["text"]
    midnight = datetime.fromisoformat("2022-10-17T00:00+09:00")
    daily = tagged("https://a.example/1", text=text, published_at=midnight, published_precision="day")
    put(store, [daily, tagged("https://b.example/1", text=text, published_at=DAY)])
    assert canonical(store) == {1: "https://b.example/1"}


def test_a_correction_stays_in_its_story(store: Store) -> None:
    text = lines("originals.jsonl")[1]["text"]
    put(store, [tagged("https://a.example/1", text=text), tagged("https://b.example/1", text=text)])
    assert put(store, [tagged("https://b.example/1", text=text.replace("다섯 시간", "네 시간"))]) == 1
    assert set(stories(store).values()) == {1}
    assert assign(store) == 0


def test_a_text_that_holds_two_stories_makes_them_one(store: Store) -> None:
    first, second = lines("originals.jsonl")[4]["text"], lines("originals.jsonl")[6]["text"]
    put(store, [tagged("https://a.example/1", text=first), tagged("https://b.example/1", text=second)])
    assert len(set(stories(store).values())) == 2
    put(store, [tagged("https://c.example/1", text=f"{first}\n{second}")])
    assert set(stories(store).values()) == {1}
    with store.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(Story)) == 1


def test_what_a_killed_process_left_is_taken_up(store: Store) -> None:
    text = lines("originals.jsonl")[2]["text"]
    run = start_run(store, "example", options={})
    write(store, run, [tagged(f"https://a.example/{number}", text=text) for number in range(450)])
    assert stories(store) == {}
    assert assign(store) == 450
    assert set(stories(store).values()) == {1}


def test_copies_add_nothing_to_the_bands(store: Store) -> None:
    text = lines("originals.jsonl")[2]["text"]
    put(store, [tagged("https://a.example/0", text=text)])
    with store.reading() as connection:
        before = connection.scalar(select(func.count()).select_from(StoryBand))
    put(store, [tagged(f"https://a.example/{number}", text=text) for number in range(1, 30)])
    with store.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(StoryBand)) == before


def test_a_beginning_that_everybody_uses_fills_no_band_beyond_its_limit(store: Store) -> None:
    opening = (
        "이 게시판은 소상공인 회원이면 누구나 장애 신고를 올릴 수 있는 곳입니다. 아래 양식에 맞추어 적어 주십시오. " * 3
    )
    bodies = [invented(number, 400) for number in range(CROWD + 20)]
    put(store, [tagged(f"https://a.example/{n}", text=opening + body) for n, body in enumerate(bodies)])
    assert len(set(stories(store).values())) == CROWD + 20
    with store.reading() as connection:
        fullest = select(func.count().label("n")).select_from(StoryBand).group_by(StoryBand.hash).subquery()
        assert connection.scalar(select(func.max(fullest.c.n))) == CROWD


def test_words_too_few_to_tell_never_join(store: Store) -> None:
    short = [tagged(f"https://a.example/{n}", title="카톡 안 되나요", text="저만 그런가요?") for n in range(2)]
    put(store, short)
    assert len(set(stories(store).values())) == 2


def test_a_short_post_is_compared_with_its_title(store: Store) -> None:
    title = "배민 주문창이 하얗게 변하고 고객센터도 전화를 안 받는데 저희 동네 가게들만 이런 건가요"
    posts = [tagged(f"https://a.example/{n}", title=title, text="답답하네요.") for n in range(2)]
    other = tagged(
        "https://a.example/9",
        title="쿠팡이츠 앱이 자꾸 꺼져서 라이더 배차가 하나도 안 되는 분 계신가요",
        text="답답하네요.",
    )
    put(store, [*posts, other])
    found = stories(store)
    assert found["https://a.example/0"] == found["https://a.example/1"] != found["https://a.example/9"]


def test_the_same_words_months_later_tell_of_another_outage(store: Store) -> None:
    text = lines("originals.jsonl")[12]["text"]
    later = tagged("https://a.example/2", text=text, published_at=DAY + timedelta(days=90))
    put(store, [tagged("https://a.example/1", text=text), later])
    assert len(set(stories(store).values())) == 2


def invented(seed: int, letters: int = 300) -> str:
    """A text that shares nothing with those of other seeds."""
    syllables = random.Random(seed)
    return "".join(chr(syllables.randrange(0xAC00, 0xD7A3)) for _ in range(letters))


def test_copies_are_found_up_to_a_month_apart_whenever_that_is(store: Store) -> None:
    items = []
    for day in range(70):
        at = DAY + timedelta(days=day)
        for number, later in enumerate((timedelta(0), timedelta(days=31), timedelta(days=62, hours=1))):
            url = f"https://a.example/{day}/{number}"
            items.append(tagged(url, text=invented(day), published_at=at + later))
    put(store, items)
    expected = {
        frozenset(f"https://a.example/{day}/{number}" for number in numbers)
        for day in range(70)
        for numbers in ((0, 1), (2,))
    }
    assert partition(store) == expected


@pytest.mark.parametrize("undated_first", [True, False])
def test_a_copy_without_a_date_is_found_whatever_the_other_says(store: Store, undated_first: bool) -> None:
    years = (1999, 2012, 2022)
    dated = [
        tagged(f"https://a.example/{year}", text=invented(year), published_at=DAY.replace(year=year)) for year in years
    ]
    undated = [tagged(f"https://b.example/{year}", text=invented(year), published_at=None) for year in years]
    for items in (undated, dated) if undated_first else (dated, undated):
        put(store, items)
    assert partition(store) == {frozenset({f"https://a.example/{y}", f"https://b.example/{y}"}) for y in years}


def test_bands_are_those_of_stored_documents() -> None:
    """Fails when a new rensa computes other minima: then stored bands must be made again."""
    found = bands(letters_of(["가나다라마 바사아자차,\n카타파하. " * 20, "꺼짐"]))
    assert found.shape == (2, 32)
    assert found[0, [0, 31]].tolist() == [3094701017800130427, 8183960877766334816]
    assert found[1, [0, 31]].tolist() == [10512139280377417352, 15301252942404053720]


def test_letters_are_those_that_a_word_has() -> None:
    texts = ["", "제목: 카톡_먹통!\n", "２０２２년 ①", "ＫＴ·SKT 😀", "\0끝", "𠀀 \ud800x", "-"]
    assert letters_of(texts) == ["", "제목카톡먹통", "2022년1", "ktskt", "끝", "𠀀x", ""]
    assert letters_of([]) == []


def test_shingles_of_one_text_do_not_reach_into_the_next() -> None:
    texts = ["가나다라마바사", "", "아자", "차카타파하갸냐" * 30, "댜랴먀뱌샤"]
    together = bands(texts)
    assert all((bands([text])[0] == row).all() for text, row in zip(texts, together, strict=True))


@pytest.mark.skipif(not GOLD.is_file(), reason="needs ../shared")
def test_gold_duplicates(store: Store) -> None:
    gold = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    items = []
    for line in gold:
        at = parse_published(line["published"])[0] if line["published"] else None
        items.append(tagged(line["url"], title=line["title"], text=line["text"], published_at=at))
    put(store, items)
    urls = {line["id"]: line["url"] for line in gold}
    wanted = {tuple(sorted((line["url"], urls[line["dup_of"]]))) for line in gold if line["dup_of"]}
    assert pairs(partition(store)) == wanted
