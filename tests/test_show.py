"""`meoktong show`: everything that is known of one document, its full text only when it is asked for."""

import json

import pytest
from click.testing import CliRunner
from making import annotation, document, tagged
from sqlalchemy import select
from weekdata import fill

from meoktong.cli import meoktong
from meoktong.models import Comment
from meoktong.queries.show import show
from meoktong.settings import Settings
from meoktong.store import Store
from meoktong.store.runs import RunStatus, finish, start_run
from meoktong.store.schema import Document
from meoktong.store.write import write

LONG = "카톡이 멈췄다. 주문을 받지 못했다. " * 20


@pytest.fixture
def corrected(store: Store) -> Store:
    run = start_run(store, "example", options={})
    write(store, run, [tagged(text="처음 글.")])
    finish(store, run, RunStatus.DONE)
    run = start_run(store, "example", options={})
    write(store, run, [tagged(note=annotation(tagger_version="2"), text=LONG, comments=(Comment(text="우리도요"),))])
    return store


def test_all_that_is_known(corrected: Store) -> None:
    found = show(corrected, document().url)
    assert found is not None
    assert found == show(corrected, str(found.document_id))
    assert (found.source, found.relevant, found.status) == ("example", True, "ongoing")
    assert found.published_at is not None
    assert found.published_at.isoformat() == "2022-10-17T14:12:00+09:00"
    assert [(v.number, v.characters, v.text, v.comments) for v in found.versions] == [
        (1, 5, None, None),
        (2, len(LONG), None, None),
    ]
    assert len(found.versions[1].beginning) == 121
    assert {(p.field, p.label) for p in found.labels} >= {("services_affected", "kakaotalk"), ("relevant", "true")}
    assert all(place.sentence and place.rule for place in found.labels)
    assert [(q.kind, q.value) for q in found.quantities] == [("count", 1254.0)]
    assert [(r.version, r.tagger_version, r.current) for r in found.readings] == [(1, "1", False), (2, "2", True)]
    assert [o.outcome for o in found.outcomes] == ["stored", "updated"]


def test_a_text_is_shown_when_asked_for(corrected: Store) -> None:
    found = show(corrected, document().url, with_text=True)
    assert found is not None
    assert [v.text for v in found.versions] == ["처음 글.", LONG]
    assert found.versions[1].comments is not None
    assert found.versions[1].comments[0]["text"] == "우리도요"


def test_the_story(store: Store) -> None:
    fill(store)
    found = show(store, "https://x.example/copy")
    assert found is not None
    assert [(c.url.rpartition("/")[2], c.canonical) for c in found.story] == [("first", True), ("copy", False)]
    assert found.story_id == found.story[0].document_id


@pytest.mark.parametrize("wanted", ["0", "999999999", "99999999999999999999999", "", "'; DROP TABLE documents", "²"])
def test_nothing_by_that_name(corrected: Store, wanted: str) -> None:
    assert show(corrected, wanted) is None


def run(store: Store, *arguments: str, status: int = 0) -> str:
    url = store.engine.url.render_as_string(hide_password=False)
    done = CliRunner().invoke(meoktong, ["show", *arguments, "--database", url], obj=Settings())
    assert done.exit_code == status, done.output
    return done.output if status else done.stdout


def test_the_command(corrected: Store) -> None:
    with corrected.reading() as connection:
        wanted = str(connection.scalar(select(Document.id)))
    shown = json.loads(run(corrected, wanted, "--format", "json"))
    assert shown["versions"][1]["text"] is None
    assert LONG not in run(corrected, wanted)
    assert LONG in run(corrected, wanted, "--with-text")
    assert "우리도요" in run(corrected, wanted, "--with-text")
    assert run(corrected, wanted, "--format", "csv").startswith("document_id,url,field,label,")
    assert "no document 'nobody'" in run(corrected, "nobody", status=1)
