"""A report can be given again as it was published, and what changed since is listed with the reason."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from making import annotation, tagged
from sqlalchemy import func, select, update
from weekdata import fill, made

from meoktong.cli import meoktong
from meoktong.queries.corrections import Correction, Why, corrections
from meoktong.queries.weekly import summary
from meoktong.queries.weeks import parse_week
from meoktong.store import Store, connect
from meoktong.store.annotate import PERSON, Reading, write_annotations
from meoktong.store.runs import start_run
from meoktong.store.schema import Annotation, Document
from meoktong.store.schema_counts import ReportRow
from meoktong.store.write import write
from meoktong.times import now

WEEK = parse_week("2022-W42")


def later(store: Store) -> datetime:
    """Put all that is stored an hour back; the time from when on changes count."""
    with store.writing() as connection:
        for row_id, at in connection.execute(select(Annotation.id, Annotation.tagged_at)).all():
            change = update(Annotation).where(Annotation.id == row_id).values(tagged_at=at - timedelta(hours=1))
            connection.execute(change)
    return now() - timedelta(minutes=30)


def short(found: list[Correction]) -> dict[str, tuple[object, ...]]:
    return {c.url.rpartition("/")[2]: (c.why, c.by, c.lost, c.gained) for c in found}


def test_each_correction_has_its_reason(store: Store) -> None:
    fill(store)
    since = later(store)
    assert corrections(store, since) == []
    run = start_run(store, "again", options={})
    write(store, run, [made("before", "2022-10-14T10:00", services="kakaotalk")])  # read again, the same
    write(store, run, [made("again", "2022-10-15T10:00", services="kt", note={"tagger_version": "9"})])
    write(store, run, [made("other", "2022-10-17T23:59", services="kt", text="고친 글")])  # its date moved
    write(store, run, [made("new", "2022-10-18T10:00", services="kt")])
    write(store, run, [made("quiet2", "2022-10-18T10:00", note={"relevant": False})])  # counted neither then nor now
    with store.writing() as connection:
        taxi = connection.execute(
            select(Annotation.document_id, Annotation.version_id)
            .join(Document, Document.id == Annotation.document_id)
            .where(Document.url.endswith("/taxi"), Annotation.current)
        ).one()
        no = annotation(relevant=False, services_affected=(), damages=(), tagger_version=PERSON, analyser="kim")
        write_annotations(connection, [Reading(taxi.document_id, taxi.version_id, no)], now())
    found = short(corrections(store, since))
    assert set(found) == {"again", "other", "new", "taxi"}
    assert found["again"] == (Why.RETAGGED, "9", ("services_affected:kakaotalk",), ("services_affected:kt",))
    assert found["other"][:2] == (Why.CHANGED, "1")
    assert found["new"][0] is Why.ADDED
    assert found["taxi"][:2] == (Why.PERSON, "kim")
    assert "services_affected:kakao_t" in found["taxi"][2]
    assert found["taxi"][3] == ()
    within = short(corrections(store, since, first=WEEK.start, end=WEEK.end))
    assert set(within) == {"other", "new", "taxi"}
    assert corrections(store, now()) == []


def run(*arguments: str) -> Result:
    return CliRunner().invoke(meoktong, list(arguments))


def test_an_old_report_gives_the_same_bytes(database_url: str, tmp_path: Path) -> None:
    def report(out: str, *more: str) -> Result:
        place = ("--database", database_url, "--out", str(tmp_path / out), "--week", "2022-W42")
        return run("report", "weekly", *place, *more)

    with connect(database_url) as store:
        fill(store)
        assert report("old").exit_code == 0
        report("same")
        with store.reading() as connection:
            assert connection.scalar(select(func.count()).select_from(ReportRow)) == 1  # nothing new to keep
        made_at = now()
        old = summary(store, WEEK).total.documents
        write(store, start_run(store, "more", options={}), [made("late", "2022-10-18T10:00", services="kt")])
        assert summary(store, WEEK).total.documents == old + 1
    report("new")
    again = report("again", "--as-of", made_at.isoformat())
    assert "1 corrections since" in again.stderr
    files = {p.name for p in (tmp_path / "old" / "2022-W42").iterdir()}
    for name in files:
        first, second = (tmp_path / out / "2022-W42" / name for out in ("old", "again"))
        assert first.read_bytes() == second.read_bytes(), name
    assert (tmp_path / "new" / "2022-W42" / "index.html").read_bytes() != first.read_bytes()
    never = report("never", "--as-of", "2001-01-01")
    assert str(never.exception) == "no report of 2022-W42 was made before 2001-01-02T00:00:00+09:00"


def test_the_command(database_url: str) -> None:
    with connect(database_url) as store:
        fill(store)
        since = later(store)
        write(store, start_run(store, "more", options={}), [made("late", "2022-10-18T10:00", services="kt")])
        write(store, start_run(store, "old", options={}), [tagged("https://x.example/early")])
    place = ("corrections", "--database", database_url, "--since", since.isoformat(), "--week", "2022-W42")
    (late, early) = json.loads(run(*place, "--format", "json").stdout)
    assert (late["why"], late["url"], late["gained"][-1]) == (
        "added",
        "https://x.example/late",
        "status:ongoing",
    )
    assert early["source"] == "example"
    assert "2 corrections since" in run(*place).stdout


@pytest.mark.parametrize(("option", "value"), [("--since", "gestern"), ("--week", "2022-W60")])
def test_what_cannot_be_asked(sqlite_url: str, option: str, value: str) -> None:
    result = run("corrections", "--database", sqlite_url, "--since", "2022-01-01", option, value)
    assert result.exit_code == 2
    assert value in result.stderr
