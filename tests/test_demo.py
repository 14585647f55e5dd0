"""`meoktong demo`, run twice as a user runs it: real HTTP, a real database, and what a person reads on every page.

tests/demo/expected.jsonl has that person's reading of each page that is kept: title, minute, byline (of the newspaper
only: posters are hashed), whether it tells of an outage, and the services that were down.
"""

import csv
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from making import tagged
from sqlalchemy import Row, select

from meoktong.demo import content, play
from meoktong.demo.content import Article, Post, Served
from meoktong.errors import MeoktongError
from meoktong.models import Outcome
from meoktong.store import Store, connect
from meoktong.store.runs import start_run
from meoktong.store.schema import Annotation, AnnotationLabel, Document, DocumentStory, DocumentVersion, RunUrl
from meoktong.store.write import write
from meoktong.times import to_kst

EXPECTED = {
    row["url"]: row
    for line in (Path(__file__).parent / "demo" / "expected.jsonl").read_text(encoding="utf-8").splitlines()
    if (row := msgspec.json.decode(line))
}
DELETED = "삭제된 댓글입니다."
COUNTED = ("services", "damages", "damage_by_service")  # tables that do not tell when the last run was
IDENTIFIERS = re.compile(r"01\d-\d{4}-\d{4}|02-\d{3}-\d{4}|\d{6}-\d{2}-\d{6}|\d{3}-\d{2}-\d{5}|[\w.]+@[\w.-]+\.example")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


def demo(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "meoktong", "demo", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def first(folder: Path) -> subprocess.CompletedProcess[str]:
    return demo(folder)


@pytest.fixture(scope="module")
def store(folder: Path, first: subprocess.CompletedProcess[str]) -> Iterator[Store]:
    with connect(f"sqlite:///{folder}/data/meoktong.db") as opened:
        yield opened


def rows(store: Store, statement: Any) -> list[Row[Any]]:
    with store.reading() as connection:
        return list(connection.execute(statement))


def newest(store: Store) -> dict[str, Row[Any]]:
    """Every document with the text of its newest version, by address."""
    statement = (
        select(Document.url, Document.published_at, Document.published_precision, Document.author, DocumentVersion)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .order_by(DocumentVersion.number)
    )
    return {row.url: row for row in rows(store, statement)}


def kept() -> dict[str, Article | Post]:
    """What the sites publish and a crawl keeps, by address."""
    news, board = "http://www.replay-news.example", "http://www.replay-board.example"
    articles: dict[str, Article | Post] = {
        f"{news}/{a.id}" if a.served is Served.MOVED else f"{news}/news/articleView.html?idxno={a.id}": a
        for a in content.articles()
        if a.served in (Served.PAGE, Served.MOVED)
    }
    return articles | {
        f"{board}/bbs/board.php?bo_table={post.board}&wr_id={post.id}": post
        for post in content.posts()
        if post.served is Served.PAGE and post.text and not post.mark
    }


def test_the_first_run_says_what_it_did(first: subprocess.CompletedProcess[str], folder: Path) -> None:
    assert first.returncode == 0, first.stderr
    assert "Crawling the replay sites as of 2022-10-18 09:00" in first.stderr
    for words in ("Pages by outcome", "What was down", "카카오톡", "meoktong crawl hani"):
        assert words in first.stdout
    assert "Nothing new" not in first.stdout
    for week in ("2022-W41", "2022-W42", "2022-W43"):
        assert week in (folder / "reports" / week / "index.html").read_text(encoding="utf-8")


def ends(store: Store, visits: slice) -> Counter[Outcome]:
    """Pages by how they ended in some of the crawls: 0 and 1 are the first demo's, 2 and 3 the second's."""
    runs: dict[int, list[Outcome]] = defaultdict(list)
    for run, outcome in rows(store, select(RunUrl.run_id, RunUrl.outcome).order_by(RunUrl.run_id)):
        runs[run].append(Outcome(outcome))
    both = len(play.SOURCES)
    chosen = list(runs.values())[both * (visits.start or 0) : both * visits.stop]
    return Counter(outcome for run in chosen for outcome in run)


def test_every_listed_page_ends_with_the_outcome_that_it_was_made_for(store: Store) -> None:
    found = ends(store, slice(2))
    assert found.total() == 46 + 86
    assert found[Outcome.STORED] + found[Outcome.OFF_TOPIC] == len(kept())
    assert {o: n for o, n in found.items() if o not in (Outcome.STORED, Outcome.OFF_TOPIC)} == {
        Outcome.UPDATED: 1,
        Outcome.GONE: 1,
        Outcome.ROBOTS: 2,
        Outcome.BLOCKED: 1,
        Outcome.NO_TEXT: 1,
        Outcome.NOT_ARTICLE: 1,
        Outcome.SEEN: 44,
    }


def test_every_page_is_read_exactly(store: Store) -> None:
    found = newest(store)
    assert set(found) == set(EXPECTED) == set(kept())
    for url, row in found.items():
        expected = EXPECTED[url]
        assert row.title == expected["title"]
        assert to_kst(row.published_at).isoformat(timespec="minutes") == expected["published"]
        assert row.published_precision == "minute"
        if "replay-news" in url:
            assert row.author == expected["author"]


def test_bodies_have_every_paragraph_and_no_boilerplate(store: Store) -> None:
    found = newest(store)
    for url, item in kept().items():
        told = (item.correction or item) if isinstance(item, Article) else item
        assert masked(found[url].text) == masked("\n".join(told.paragraphs)), url


def test_replies_are_kept_with_their_post(store: Store) -> None:
    found = newest(store)
    for url, item in kept().items():
        replies = [reply for reply in item.replies if reply.text != DELETED] if isinstance(item, Post) else []
        comments = found[url].comments
        assert [masked(comment["text"]) for comment in comments] == [masked(reply.text) for reply in replies]


def masked(text: str) -> str:
    return re.sub(r"\[[a-z-]+\]", "#", IDENTIFIERS.sub("#", text))


def test_no_identifier_and_no_nickname_is_stored(store: Store, folder: Path) -> None:
    written = [post.text + "".join(reply.text for reply in post.replies) for post in content.posts()]
    identifiers = {found for text in written for found in IDENTIFIERS.findall(text)}
    assert len(identifiers) == 7
    stored = b"".join(path.read_bytes() for path in (folder / "data").glob("meoktong.db*"))
    for identifier in identifiers:
        assert identifier.encode() not in stored
    for url, row in newest(store).items():
        if "replay-board" in url:
            for name in (row.author, *(comment["author"] for comment in row.comments)):
                assert re.fullmatch(r"[0-9a-f]{64}", name)


def test_a_correction_is_a_second_version(store: Store) -> None:
    statement = (
        select(Document.url, DocumentVersion.number, DocumentVersion.text, DocumentVersion.modified_at)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(Document.url.endswith("idxno=120119"))
        .order_by(DocumentVersion.number)
    )
    before, after = rows(store, statement)
    assert "70%" in before.text
    assert before.modified_at is None
    assert "40%" in after.text
    assert to_kst(after.modified_at).isoformat(timespec="minutes") == "2022-10-19T10:30+09:00"


def test_copies_of_the_agencys_text_are_one_story(store: Store) -> None:
    statement = select(DocumentStory.story_id, Document.url).join(Document, Document.id == DocumentStory.document_id)
    stories: dict[int, list[int]] = defaultdict(list)
    for story, url in rows(store, statement.order_by(Document.url)):
        stories[story].append(int(re.findall(r"\d+", url)[-1]))
    assert sum(map(len, stories.values())) == len(kept())
    assert [numbers for numbers in stories.values() if len(numbers) > 1] == [
        [120111, 120112],
        [120205, 120210],
        [120304, 120305],
    ]


def test_the_tagger_agrees_with_a_reader(store: Store) -> None:
    """No page is called an outage that tells of none; nine in ten outages, and three in four services, are found."""
    current = rows(
        store,
        select(Document.url, Annotation.id, Annotation.relevant)
        .join(Document, Document.id == Annotation.document_id)
        .where(Annotation.current),
    )
    relevant = {row.url for row in current if row.relevant}
    expected = {url for url, row in EXPECTED.items() if row["relevant"]}
    assert relevant <= expected
    assert len(relevant) >= 0.9 * len(expected)
    labels = select(AnnotationLabel.annotation_id, AnnotationLabel.label)
    of = {row.id: row.url for row in current}
    services = {
        (of[row.annotation_id], row.label)
        for row in rows(store, labels.where(AnnotationLabel.field == "services_affected"))
        if row.annotation_id in of
    }
    wanted = {(url, service) for url, row in EXPECTED.items() for service in row["services"]}
    assert len(services & wanted) >= 0.75 * len(wanted)
    assert len(services & wanted) >= 0.9 * len(services)


def test_a_second_run_finds_nothing_new_and_says_so(store: Store, folder: Path) -> None:
    texts = newest(store)
    tables = {path: path.read_bytes() for path in (folder / "reports").glob("*/*.csv") if path.stem in COUNTED}
    assert len(tables) == 3 * len(COUNTED)
    again = demo(folder)
    assert again.returncode == 0, again.stderr
    assert "Nothing new" in again.stdout
    assert newest(store) == texts
    assert ends(store, slice(2, 4)) == {Outcome.SEEN: 45 + 84, Outcome.ROBOTS: 2, Outcome.NOT_MODIFIED: 1}
    assert {path: path.read_bytes() for path in tables} == tables


def test_a_database_with_other_documents_is_refused(tmp_path: Path) -> None:
    with connect(f"sqlite:///{tmp_path}/real.db") as store:
        run = start_run(store, "example", name="본보기", kind="news", options={})
        write(store, run, [tagged()])
        with pytest.raises(MeoktongError, match="holds documents of example"):
            play.refuse_foreign(store)


def test_nothing_is_ever_asked_of_a_real_host() -> None:
    assert all(host.endswith(".example") for source in play.SOURCES for host in source.SOURCE.hosts)


def test_the_two_sites_are_among_the_sources_once_they_were_crawled(store: Store, folder: Path) -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "meoktong", "sources", "--format", "csv", "--database", f"sqlite:///{folder}/data/meoktong.db"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    rows = {row["source"]: row for row in csv.DictReader(listed.stdout.splitlines())}
    assert {rows[slug]["title"] for slug in ("replay_news", "replay_board")} == {"100"}
    assert {rows[slug]["flags"] for slug in ("replay_news", "replay_board")} == {""}
