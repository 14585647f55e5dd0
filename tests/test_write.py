"""What write() does to the tables, on both databases."""


import pytest
from making import DAY, document, tagged
from sqlalchemy import func, select

from meoktong.models import Outcome
from meoktong.store import Store
from meoktong.store.runs import Run, start_run
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


@pytest.fixture
def run(store: Store) -> Run:
    return start_run(store, "example", options={})


def sizes(store: Store) -> dict[str, int]:
    with store.reading() as connection:
        return {t.__tablename__: connection.scalar(select(func.count()).select_from(t)) or 0 for t in TABLES}


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
    assert (note.relevant, note.current, note.status, note.outage_start, note.outage_end) == (
        True,
        True,
        "ongoing",
        DAY,
        None,
    )


def test_writing_twice_changes_nothing(store: Store, run: Run) -> None:
    batch = [tagged(f"https://news.example/{n}", title=f"{n}") for n in range(7)]
    assert write(store, run, batch) == [Outcome.STORED] * 7
    before = sizes(store)
    again = start_again(store, run)
    assert write(store, again, batch) == [Outcome.UNCHANGED] * 7
    assert sizes(store) == before | {"run_urls": 14}


def start_again(store: Store, run: Run) -> Run:
    from meoktong.store.runs import RunStatus, finish  # noqa: PLC0415

    finish(store, run, RunStatus.DONE)
    return start_run(store, "example", options={})
