"""The accounts add up, and every word in them is explained."""

import csv
import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from making import tagged

from meoktong.cli import meoktong
from meoktong.cli._exits import Exit
from meoktong.funnel import REACHED, Stage, funnel
from meoktong.models import Outcome
from meoktong.queries.funnel import outcomes
from meoktong.settings import Settings
from meoktong.store import Store, memory, runs
from meoktong.store.memory import UNFINISHED, Result
from meoktong.store.runs import RunStatus, finish, start_run
from meoktong.store.write import write
from pipelines.identifiers import PERSONAL

DOCS = Path(__file__).parents[1] / "docs"
STAGES = [stage.name.lower() for stage in Stage]


@given(st.lists(st.sampled_from(list(Outcome))))
def test_the_columns_add_up_for_any_outcomes(words: list[Outcome]) -> None:
    result = funnel(Counter(words))
    assert result.stages[Stage.DISCOVERED] == len(words)
    assert result.stored + sum(result.dropped.values()) == len(words)
    counts = [result.stages[stage] for stage in Stage]
    assert counts == sorted(counts, reverse=True)
    for stage, following in zip(Stage, list(Stage)[1:], strict=False):
        lost = sum(n for word, n in result.dropped.items() if REACHED[word] == stage)
        assert result.stages[stage] - result.stages[following] == lost


def test_every_outcome_has_a_stage() -> None:
    assert set(REACHED) == set(Outcome)


def fill(store: Store) -> None:
    """Two sources; the first with two runs, the second of them past midnight in Korea."""
    run = start_run(store, "a", options={})
    write(
        store,
        run,
        [tagged()],
        others=[Result(url=f"https://news.example/{word}", outcome=word) for word in (Outcome.GONE, Outcome.SEEN)],
    )
    finish(store, run, RunStatus.DONE)
    run = start_run(store, "a", options={})
    write(store, run, [tagged()])
    finish(store, run, RunStatus.DONE)
    memory.record(store, start_run(store, "b", options={}), [Result(url="urn:1", outcome=Outcome.INVALID)])


def test_the_database_is_counted_by_source_and_by_day(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "now", lambda: datetime(2026, 11, 24, 14, 59, tzinfo=UTC))
    run = start_run(store, "a", options={})
    memory.record(store, run, [Result(url="urn:1", outcome=Outcome.GONE), Result(url="urn:2", outcome=Outcome.SEEN)])
    finish(store, run, RunStatus.DONE)
    monkeypatch.setattr(runs, "now", lambda: datetime(2026, 11, 24, 15, 1, tzinfo=UTC))
    for slug in ("a", "b"):
        memory.record(store, start_run(store, slug, options={}), [Result(url="urn:1", outcome=Outcome.GONE)])
    assert outcomes(store, "source") == {
        "a": {Outcome.GONE: 2, Outcome.SEEN: 1},
        "b": {Outcome.GONE: 1},
    }
    assert outcomes(store, "day") == {
        "2026-11-24": {Outcome.GONE: 1, Outcome.SEEN: 1},
        "2026-11-25": {Outcome.GONE: 2},
    }


def show(store: Store, *options: str) -> str:
    url = store.engine.url.render_as_string(hide_password=False)
    done = CliRunner().invoke(meoktong, ["funnel", "--database", url, *options], obj=Settings())
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_command_prints_a_table_json_and_csv_that_add_up(store: Store) -> None:
    fill(store)
    rows = json.loads(show(store, "--format", "json"))
    assert [row["source"] for row in rows] == ["a", "b"]
    assert [rows[0][stage] for stage in STAGES] == [4, 2, 2, 2, 1]
    for row in rows:
        assert row["discovered"] == row["stored"] + sum(row[word] for word in row if word in set(Outcome) - {"stored"})
    (header, *lines) = csv.reader(show(store, "--format", "csv", "--by", "day").splitlines())
    assert header[:6] == ["day", *STAGES]
    assert set(header[6:]) == set(Outcome) - {"stored", "updated"}
    assert [sum(map(int, column)) for column in zip(*(line[1:6] for line in lines), strict=True)] == [5, 3, 2, 2, 1]
    table = show(store)
    assert "unchanged 1, seen 1, gone 1" in " ".join(re.sub(r"[│\n]", " ", table).split())


def test_an_empty_database_has_an_empty_funnel(store: Store) -> None:
    assert json.loads(show(store, "--format", "json")) == []


def test_outcomes_md_explains_every_word_with_its_stage() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (\w+) \|.*\| (yes)? ?\|$", (DOCS / "outcomes.md").read_text(), re.MULTILINE)
    assert {word: stage for word, stage, _ in rows} == {o.value: REACHED[o].name.lower() for o in Outcome}
    assert {word for word, _, again in rows if again} == {o.value for o in UNFINISHED}


def test_exit_statuses_md_explains_every_status() -> None:
    rows = re.findall(r"^\| (\d+) \| ([a-z ]+) \|", (DOCS / "exit-statuses.md").read_text(), re.MULTILINE)
    assert [(int(status), name.upper().replace(" ", "_")) for status, name in rows] == [
        (status.value, status.name) for status in Exit
    ]


def test_privacy_md_names_every_mask() -> None:
    text = (DOCS / "privacy.md").read_text()
    assert {rule.mask for rule in PERSONAL} == set(re.findall(r"^\| `(\[[a-z-]+\])`", text, re.MULTILINE))


def test_db_current_and_upgrade(database_url: str) -> None:
    def call(*arguments: str) -> str:
        done = CliRunner().invoke(meoktong, ["db", *arguments, "--database", database_url], obj=Settings())
        assert done.exit_code == 0, done.output
        return done.stdout

    call("upgrade")
    (row,) = json.loads(call("current", "--format", "json"))
    assert row["revision"] == row["newest"]
    call("downgrade", "base", "--yes")
    assert json.loads(call("current", "--format", "json"))[0]["revision"] is None


def test_import_is_called_by_its_name() -> None:
    done = CliRunner().invoke(meoktong, ["--help"])
    assert re.search(r"^  import ", done.stdout, re.MULTILINE)
    assert "import_" not in done.stdout
