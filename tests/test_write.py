"""What write() does to the tables, on both databases."""

from datetime import timedelta

import pytest
from making import DAY, annotation, document, tagged
from msgspec import structs
from sqlalchemy import func, select

from meoktong.models import Comment, Outcome, Precision, TaggedDocument
from meoktong.store import Store, connect
from meoktong.store.memory import Answer, Result, known
from meoktong.store.runs import Run, RunStatus, finish, start_run
from meoktong.store.schema import (
    Annotation,
    AnnotationLabel,
    Document,
    DocumentVersion,
    LabelEvidence,
    QuantityRow,
    RunUrl,
    Url,
)
from meoktong.store.write import write

TABLES = (Document, DocumentVersion, Annotation, AnnotationLabel, LabelEvidence, QuantityRow, RunUrl, Url)
URL = "https://news.example/1"


@pytest.fixture
def run(store: Store) -> Run:
    return start_run(store, "example", options={})


def again(store: Store, run: Run) -> Run:
    finish(store, run, RunStatus.DONE)
    return start_run(store, "example", options={})


def sizes(store: Store) -> dict[str, int]:
    with store.reading() as connection:
        return {t.__tablename__: connection.scalar(select(func.count()).select_from(t)) or 0 for t in TABLES}


def ended(store: Store, run: Run) -> dict[str, str]:
    with store.reading() as connection:
        rows = connection.execute(select(Url.url, RunUrl.outcome).join(RunUrl).where(RunUrl.run_id == run.id))
        return {row.url: row.outcome for row in rows}


def current(store: Store) -> list[tuple[int, str, bool]]:
    """(version, tagger, relevant) of the current annotations."""
    statement = (
        select(DocumentVersion.number, Annotation.tagger_version, Annotation.relevant)
        .join(DocumentVersion, DocumentVersion.id == Annotation.version_id)
        .where(Annotation.current)
    )
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(statement)]


def test_a_document_is_kept_whole(store: Store, run: Run) -> None:
    assert write(store, run, [tagged()]) == [Outcome.STORED]
    assert sizes(store) == {
        "documents": 1,
        "document_versions": 1,
        "annotations": 1,
        "annotation_labels": 5,
        "label_evidence": 6,
        "quantities": 1,
        "run_urls": 1,
        "urls": 1,
    }
    with store.reading() as connection:
        row = connection.execute(select(Document)).one()
        labels = set(connection.execute(select(AnnotationLabel.field, AnnotationLabel.label)))
        note = connection.execute(select(Annotation)).one()
    assert row.published_at == DAY
    assert row.published_at.tzinfo is not None
    assert (row.version, row.kind, row.title) == (1, "news", document().title)
    assert labels == {
        ("relevant", "true"),
        ("services_affected", "kakaotalk"),
        ("damages", "order_failure"),
        ("status", "ongoing"),
        ("outage_start", "2022-10-17T14:12:00+09:00"),
    }
    assert (note.relevant, note.current, note.status, note.outage_start) == (True, True, "ongoing", DAY)


def test_evidence_stays_with_its_label(store: Store, run: Run) -> None:
    write(store, run, [tagged(f"https://news.example/{n}", title=str(n)) for n in range(30)])
    statement = (
        select(Document.title, AnnotationLabel.field, func.count(LabelEvidence.id))
        .join(Annotation, Annotation.document_id == Document.id)
        .join(AnnotationLabel, AnnotationLabel.annotation_id == Annotation.id)
        .join(LabelEvidence, LabelEvidence.label_id == AnnotationLabel.id)
        .group_by(Document.title, AnnotationLabel.field)
    )
    with store.reading() as connection:
        counts = {(title, field): n for title, field, n in connection.execute(statement)}
    assert len(counts) == 150
    assert {n for (_, field), n in counts.items() if field == "services_affected"} == {2}
    assert {n for (_, field), n in counts.items() if field != "services_affected"} == {1}


def test_writing_twice_changes_nothing(store: Store, run: Run) -> None:
    batch = [tagged(f"https://news.example/{n}", title=f"{n}") for n in range(7)]
    assert write(store, run, batch) == [Outcome.STORED] * 7
    before = sizes(store)
    second = again(store, run)
    assert write(store, second, batch) == [Outcome.UNCHANGED] * 7
    assert sizes(store) == before | {"run_urls": 14}


def test_a_correction_adds_a_version_never_a_document(store: Store, run: Run) -> None:
    write(store, run, [tagged()])
    corrected = tagged(text="카톡이 멈췄다. [정정] 주문 20건을 받지 못했다.", modified_at=DAY + timedelta(hours=2))
    assert write(store, again(store, run), [corrected]) == [Outcome.UPDATED]
    found = sizes(store)
    assert (found["documents"], found["document_versions"], found["annotations"]) == (1, 2, 2)
    assert current(store) == [(2, "1", True)]
    with store.reading() as connection:
        texts = list(connection.scalars(select(DocumentVersion.text).order_by(DocumentVersion.number)))
        row = connection.execute(select(Document)).one()
    assert texts == [document().text, corrected.document.text]
    assert (row.version, row.modified_at) == (2, DAY + timedelta(hours=2))


def test_a_new_comment_is_a_change(store: Store, run: Run) -> None:
    write(store, run, [tagged(comments=(Comment(text="저도요"),))])
    more = tagged(comments=(Comment(text="저도요"), Comment(text="여기도", published_at=DAY, author="a1b2")))
    assert write(store, again(store, run), [more]) == [Outcome.UPDATED]
    with store.reading() as connection:
        kept = connection.scalar(select(DocumentVersion.comments).where(DocumentVersion.number == 2))
    assert [c["text"] for c in kept] == ["저도요", "여기도"]
    assert (kept[1]["published_at"], kept[1]["author"]) == ("2022-10-17T05:12:00Z", "a1b2")


def test_an_address_twice_in_a_batch_is_stored_once_and_the_later_one_counts(store: Store, run: Run) -> None:
    batch = [tagged(), tagged("https://news.example/2", title="다른 글"), tagged(title="고친 제목"), tagged()]
    assert write(store, run, batch) == [Outcome.STORED, Outcome.STORED, Outcome.UPDATED, Outcome.UPDATED]
    assert sizes(store)["documents"] == 2
    assert ended(store, run) == {URL: "stored", "https://news.example/2": "stored"}


def test_a_newer_tagger_or_catalog_adds_an_annotation_to_the_same_version(store: Store, run: Run) -> None:
    write(store, run, [tagged()])
    newer = annotation(tagger_version="2", relevant=False, relevance=())
    assert write(store, again(store, run), [tagged(note=newer)]) == [Outcome.OFF_TOPIC]
    assert current(store) == [(1, "2", False)]
    recoded = annotation(tagger_version="2", catalog_hash="d")
    assert write(store, run, [tagged(note=recoded)]) == [Outcome.UNCHANGED]
    found = sizes(store)
    assert (found["document_versions"], found["annotations"]) == (1, 3)
    assert current(store) == [(1, "2", True)]


def test_an_annotation_that_is_there_already_becomes_current_again(store: Store, run: Run) -> None:
    write(store, run, [tagged()])
    write(store, run, [tagged(note=annotation(tagger_version="2"))])
    write(store, run, [tagged()])
    assert current(store) == [(1, "1", True)]
    assert sizes(store)["annotations"] == 2


def test_irrelevant_documents_are_kept_and_named(store: Store, run: Run) -> None:
    off = annotation(relevant=False, relevance=(), services_affected=(), damages=(), status=None, outage_start=None)
    assert write(store, run, [tagged(note=off)]) == [Outcome.OFF_TOPIC]
    with store.reading() as connection:
        assert connection.scalar(select(Annotation.status)) == "unstated"
    assert sizes(store)["documents"] == 1


def test_a_known_date_survives_a_reading_without_one(store: Store, run: Run) -> None:
    write(store, run, [tagged()])
    assert write(store, again(store, run), [tagged(published_at=None)]) == [Outcome.UNCHANGED]
    with store.reading() as connection:
        row = connection.execute(select(Document)).one()
    assert (row.published_at, row.published_precision, row.published_reason) == (DAY, "minute", None)


def test_a_date_found_later_is_a_change(store: Store, run: Run) -> None:
    write(store, run, [tagged(published_at=None)])
    with store.reading() as connection:
        row = connection.execute(select(Document)).one()
    assert (row.published_at, row.published_reason) == (None, "no date")
    assert write(store, again(store, run), [tagged()]) == [Outcome.UPDATED]
    with store.reading() as connection:
        row = connection.execute(select(Document)).one()
    assert (row.published_at, row.published_reason) == (DAY, None)


def test_minutes_that_move_within_the_day_are_no_correction(store: Store, run: Run) -> None:
    write(store, run, [tagged()])
    assert write(store, run, [tagged(published_at=DAY + timedelta(minutes=7))]) == [Outcome.UNCHANGED]


def test_a_naive_time_is_refused_and_nothing_is_kept(store: Store, run: Run) -> None:
    naive = tagged("https://news.example/2", published_at=DAY.replace(tzinfo=None))
    before = sizes(store)
    with pytest.raises(ValueError, match="no time zone"):
        write(store, run, [tagged(), naive])
    assert sizes(store) == before


def test_outcomes_and_documents_are_one_transaction(store: Store, run: Run) -> None:
    broken = structs.replace(annotation(), status=None, analyser=None)  # a column that must not be NULL
    with pytest.raises(Exception, match=r"(?i)null"):
        write(store, run, [tagged(), TaggedDocument(document=document("https://news.example/2"), annotation=broken)])
    assert set(sizes(store).values()) == {0}


def test_what_the_server_said_is_kept_with_the_document(store: Store, run: Run) -> None:
    answer = Answer(fetched_at=DAY, etag='"abc"', last_modified="Mon, 17 Oct 2022 05:12:00 GMT")
    gone = Result(url="https://news.example/gone", outcome=Outcome.GONE, detail="404")
    write(store, run, [tagged()], answers={URL: answer}, others=[gone])
    assert ended(store, run) == {URL: "stored", "https://news.example/gone": "gone"}
    memory = known(store, [URL, "https://news.example/gone"])
    assert (memory[URL].etag, memory[URL].fetched_at, memory[URL].published_at) == ('"abc"', DAY, DAY)
    assert (memory["https://news.example/gone"].fetched_at, memory["https://news.example/gone"].etag) == (None, None)


def test_times_known_to_the_day_keep_their_precision(store: Store, run: Run) -> None:
    write(store, run, [tagged(published_precision=Precision.DAY)])
    with store.reading() as connection:
        assert connection.scalar(select(Document.published_precision)) == "day"


def test_large_batches(store: Store, run: Run) -> None:
    batch = [tagged(f"https://news.example/{n}", title=str(n)) for n in range(1200)]
    assert write(store, run, batch) == [Outcome.STORED] * 1200
    assert len(ended(store, run)) == 1200


def test_no_documents_is_no_work(store: Store, run: Run) -> None:
    assert write(store, run, []) == []
    assert set(sizes(store).values()) == {0}


def test_making_an_annotation_current_does_not_read_the_whole_table(sqlite_url: str) -> None:
    with connect(sqlite_url) as opened, opened.reading() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN "
            + str(
                select(Annotation.id)
                .where(Annotation.document_id.in_([1, 2]), Annotation.current)
                .compile(connection, compile_kwargs={"literal_binds": True})
            )
        ).all()
    assert ["ux_annotations_current" in row.detail for row in plan] == [True]
