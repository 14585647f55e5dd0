"""History read again: what is stale, what changes, what a person said, what an interruption leaves."""

import os
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from making import annotation, document
from sqlalchemy import func, select

from meoktong.catalog import catalog_hash
from meoktong.cli import meoktong
from meoktong.errors import TaggingError
from meoktong.models import Annotation, Document, Kind, Label, TaggedDocument
from meoktong.settings import Settings
from meoktong.store import Store, connect
from meoktong.store.annotate import PERSON, Reading, read_annotations, write_annotations
from meoktong.store.retag import Stamp, Which, count_stale, next_ids, read_stale, write_readings
from meoktong.store.runs import Run, RunStatus, finish, running, start_run
from meoktong.store.schema import Annotation as AnnotationRow
from meoktong.store.schema_incidents import StaleDocument
from meoktong.store.write import write
from meoktong.times import now
from nlp.tagger import TAGGER_VERSION
from pipelines.retag import retag

NEW = Stamp(tagger_version="2", catalog_hash="c", analyser="mecab")
URLS = [f"https://news.example/{n}" for n in range(5)]


def fill(store: Store, note: Annotation | None = None) -> None:
    with running(store, "example", options={}) as run:
        _write(store, run, note or annotation())
        finish(store, run, RunStatus.DONE)


def _write(store: Store, run: Run, note: Annotation) -> None:
    kinds = [Kind.NEWS, Kind.POST, Kind.NEWS, Kind.NEWS, Kind.NEWS]
    write(
        store,
        run,
        [
            TaggedDocument(document=document(url, kind=kind), annotation=note)
            for url, kind in zip(URLS, kinds, strict=True)
        ],
    )


def better(analyser: str) -> Callable[[Document], Annotation]:
    """A tagger that finds a damage more, and breaks on one document."""

    def tag(given: Document) -> Annotation:
        if given.url == URLS[3]:
            raise RuntimeError("no")
        damages = (*annotation().damages, Label(id="sales_loss", evidence=()))
        return annotation(damages=damages, tagger_version="2", analyser=analyser)

    return tag


def deadly(analyser: str) -> Callable[[Document], Annotation]:
    """A tagger whose process dies on every document, as one does for which there is no memory left."""
    return lambda given: os._exit(9)


def current(store: Store) -> dict[int, tuple[str, str]]:
    with store.reading() as connection:
        rows = connection.execute(select(AnnotationRow).where(AnnotationRow.current)).all()
    return {row.document_id: (row.tagger_version, row.analyser) for row in rows}


def test_every_stale_document_is_read_once_and_the_changes_are_counted(store: Store) -> None:
    fill(store)
    done: list[int] = []
    changes = retag(store, NEW, Which(), workers=1, progress=done.append, make=better)
    assert (changes.documents, changes.changed, sum(done)) == (4, 4, 5)
    assert changes.failed == [URLS[3]]
    assert changes.gained == {("damages", "sales_loss"): 4}
    assert not changes.lost
    assert count_stale(store, NEW, Which()) == 1
    assert sorted(version for version, _ in current(store).values()) == ["1", "2", "2", "2", "2"]


def test_an_interrupted_run_is_completed_by_the_next(store: Store) -> None:
    fill(store)
    first = read_stale(store, NEW, Which(), next_ids(store, NEW, Which(), after=0, limit=2))
    write_readings(store, [Reading(s.document_id, s.version_id, annotation(tagger_version="2")) for s in first])
    changes = retag(store, NEW, Which(), workers=1, progress=lambda _: None, make=better)
    assert changes.documents + len(changes.failed) == 3


def test_what_was_left_to_derive_is_done_where_nothing_is_left_to_read(sqlite_url: str) -> None:
    said = annotation(tagger_version=TAGGER_VERSION, catalog_hash=catalog_hash(), analyser="mecab")
    waiting = select(func.count()).select_from(StaleDocument)
    with connect(sqlite_url) as store:
        fill(store, said)
        with store.reading() as connection:
            assert connection.execute(waiting).scalar_one()  # as when a run was killed behind its last chunk
    arguments = ["retag", "--database", sqlite_url]
    done = CliRunner().invoke(meoktong, arguments, obj=Settings(), standalone_mode=False)
    assert (done.exception, done.return_value) == (None, 3)
    with connect(sqlite_url) as store, store.reading() as connection:
        assert connection.execute(waiting).scalar_one() == 0


def test_a_process_that_dies_is_said_in_one_line_and_costs_nothing(store: Store) -> None:
    fill(store)
    with pytest.raises(TaggingError, match=r"a tagging process died.*fewer --workers"):
        retag(store, NEW, Which(), workers=2, progress=lambda _: None, make=deadly)
    assert count_stale(store, NEW, Which()) == 5
    assert len(current(store)) == 5


@pytest.mark.parametrize(
    ("which", "count"),
    [
        (Which(kind=Kind.POST), 1),
        (Which(source="example"), 5),
        (Which(source="other"), 0),
        (Which(relevant=False), 0),
        (Which(since=now()), 0),
        (Which(until=now()), 5),
    ],
)
def test_conditions_select(store: Store, which: Which, count: int) -> None:
    fill(store)
    assert count_stale(store, NEW, which) == count


def test_what_a_person_said_stays_current(store: Store) -> None:
    fill(store)
    stale = read_stale(store, NEW, Which(), next_ids(store, NEW, Which(), after=0, limit=1))[0]
    said = annotation(relevant=False, tagger_version=PERSON, analyser="kim")
    with store.writing() as connection:
        write_annotations(connection, [Reading(stale.document_id, stale.version_id, said)], now())
    retag(store, NEW, Which(), workers=1, progress=lambda _: None, make=better)
    assert current(store)[stale.document_id] == (PERSON, "kim")
    assert count_stale(store, NEW, Which(source="example")) == 1  # only the one that the tagger breaks on
    fill(store)  # crawled again, unchanged
    assert current(store)[stale.document_id] == (PERSON, "kim")
    with store.writing() as connection:  # the same person thinks again
        again = annotation(tagger_version=PERSON, analyser="kim")
        write_annotations(connection, [Reading(stale.document_id, stale.version_id, again)], now())
        rows = connection.execute(select(AnnotationRow).where(AnnotationRow.tagger_version == PERSON)).all()
    assert [row.relevant for row in rows] == [True]


def test_an_annotation_is_read_back_as_it_was_written(store: Store) -> None:
    fill(store)
    with store.reading() as connection:
        ids = connection.scalars(select(AnnotationRow.id)).all()
        assert set(read_annotations(connection, ids).values()) == {annotation()}


def test_a_version_that_was_corrected_meanwhile_is_left_to_its_crawl(store: Store) -> None:
    fill(store)
    stale = read_stale(store, NEW, Which(), next_ids(store, NEW, Which(), after=0, limit=1))[0]
    run = start_run(store, "other", options={})
    corrected = document(stale.document.url, text="카톡이 멈췄다가 돌아왔다.")
    write(store, run, [TaggedDocument(document=corrected, annotation=annotation())])
    assert write_readings(store, [Reading(stale.document_id, stale.version_id, annotation(tagger_version="2"))]) == 0
