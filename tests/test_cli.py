"""Promises that hold for every command: help with an example, formats, one clear line for a fault."""

import runpy
import subprocess
import sys
from pathlib import Path

import click
import pytest

from meoktong.cli import meoktong

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
