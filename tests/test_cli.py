"""Promises that hold for every command: help with an example, formats, one clear line for a fault."""

import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from meoktong.cli import meoktong
from meoktong.errors import StoreError
from meoktong.settings import Settings

ROOT = Path(__file__).parents[1]
WRITES = {
    "crawl",
    "demo",
    "new-source",
    "import",
    "db",
    "curate",
    "watch",
    "tag",
    "extract",
    "review",
    "retag",
    "explain",
    "export",
}  # not readers of the database


docs = runpy.run_path(str(ROOT / "docs" / "build.py"))
ALL: dict[tuple[str, ...], click.Command] = dict(docs["walk"](meoktong))


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_help_tells_what_and_shows_an_example(path: tuple[str, ...]) -> None:
    command = ALL[path]
    text = docs["help_of"](path, command)
    assert command.help
    assert "Example:" in text
    assert f"meoktong {' '.join(path)}" in text


@pytest.mark.parametrize("path", [p for p in ALL if p[0] not in WRITES], ids=" ".join)
def test_a_reading_command_offers_three_formats(path: tuple[str, ...]) -> None:
    formats = next(p.type for p in ALL[path].params if "--format" in p.opts)
    assert isinstance(formats, click.Choice)
    assert list(formats.choices) == ["table", "json", "csv"]


@pytest.mark.parametrize("page", docs["PAGES"])
def test_the_generated_documentation_is_current(page: str) -> None:
    """`python docs/build.py` writes it."""
    assert (ROOT / "docs" / page).read_text(encoding="utf-8") == docs["PAGES"][page]()


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "meoktong", *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )


FILLS = {"check", "crawl", "demo", "import", "db upgrade", "db revision"}  # commands that make a database
INSTALLATION = {"doctor", "sources"}  # they tell of what is installed, with a database or without


def needs_database(path: tuple[str, ...]) -> bool:
    """Whether the command answers from, or changes, what a database holds."""
    takes_one = any("--database" in parameter.opts for parameter in ALL[path].params)
    return takes_one and not {path[0], " ".join(path)} & (FILLS | INSTALLATION)


@pytest.mark.parametrize("path", [p for p in ALL if needs_database(p)], ids=" ".join)
def test_a_database_that_is_not_there_is_no_empty_one(path: tuple[str, ...], tmp_path: Path) -> None:
    """A mistyped name would answer with zeros."""
    given = {
        "curate confirm": ["x", "--by", "kim"],
        "curate merge": ["x", "y", "--by", "kim"],
        "curate split": ["x", "y", "--by", "kim"],
        "corrections": ["--since", "2026-11-01"],
        "db downgrade": ["base"],
        "evaluate": ["--corrections"],
        "explain": ["1"],
        "export": ["--to", str(tmp_path / "export"), "--format", "csv"],
        "incident": ["x"],
        "review export": [str(tmp_path / "sample.jsonl")],
        "review import": [str(ROOT / "pyproject.toml"), "--coder", "kim"],
        "search": ["x"],
        "show": ["1"],
        "sql": ["SELECT 1"],
        "watch": ["--once"],
    }.get(" ".join(path), [])
    missing = tmp_path / "folder" / "missing.db"
    done = CliRunner().invoke(meoktong, [*path, *given, "--database", f"sqlite:///{missing}"], obj=Settings())
    assert isinstance(done.exception, StoreError), done.output
    assert "no such file" in str(done.exception)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "line",
    [
        "trend --from 9999-12-31",
        "trend --to 0001-01-01",
        "search x --from 2022-10-31 --to 2022-10-01",
        "export --to x --format csv --until 9999-12-31",
        "watch --once --to 9999-12-31",
        "corrections --since 9999-12-31",
        "corrections --since 2022-10-01 --week 9999-W52",
        "report weekly --week 0001-W01",
        "curate confirm x --by ''",
    ],
)
def test_what_cannot_be_meant_is_refused(line: str) -> None:
    """Before a database is looked for."""
    done = CliRunner().invoke(meoktong, shlex.split(line), obj=Settings(), standalone_mode=False)
    assert isinstance(done.exception, click.BadParameter)


def test_a_fault_is_one_line_and_a_status(tmp_path: Path) -> None:
    (tmp_path / "meoktong.toml").write_text("contcat = 1\n")
    result = run("doctor", cwd=tmp_path)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "contcat" in result.stderr


@pytest.mark.parametrize(
    "arguments", [("crwal",), ("tag", "--nonsense"), ("report", "weekly", "--format", "pdf"), ("extract", "x")]
)
def test_a_usage_error_is_one_line_with_a_hint(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = run(*arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "--help" in result.stderr
