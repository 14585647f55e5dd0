"""Rules for the tree as a whole: file sizes, locks without addresses, the owner's top level."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def tracked(pattern: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z", pattern],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_python_file_over_400_lines() -> None:
    assert [p.name for p in tracked("*.py") if len(p.read_text(encoding="utf-8").splitlines()) > 400] == []


def test_locks_hold_names_versions_and_hashes_only() -> None:
    allowed = re.compile(r"[A-Za-z0-9._\[\]-]+==[^ ]+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    for lock in (ROOT / "requirements.lock", ROOT / "requirements-dev.lock"):
        assert [line for line in lock.read_text().splitlines() if not allowed.fullmatch(line)] == []


def test_the_owners_top_level_is_complete() -> None:
    for name in ("spiders", "pipelines", "nlp", "tests"):
        assert (ROOT / name).is_dir()
    for name in ("scrapy.cfg", "pyproject.toml"):
        assert (ROOT / name).is_file()
