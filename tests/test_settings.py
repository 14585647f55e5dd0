"""Settings come from a file, then the environment; what is not a setting is refused by name."""

from pathlib import Path

import pytest

from meoktong.errors import SettingsError
from meoktong.settings import FILE, Settings, load

ROOT = Path(__file__).parents[1]


def test_defaults_without_file_or_environment(tmp_path: Path) -> None:
    assert load(tmp_path, {}) == Settings()


def test_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('database = "sqlite:///a.db"\nworkers = 2\n[scrapy]\nDOWNLOAD_DELAY = 2.5\n')
    settings = load(tmp_path, {"MEOKTONG_DATABASE": "sqlite:///b.db", "PATH": "/bin"})
    assert settings.database == "sqlite:///b.db"
    assert settings.workers == 2
    assert settings.scrapy == {"DOWNLOAD_DELAY": 2.5}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('databse = "x"', "databse"),
        ('workers = "two"', "workers"),
        ("workers = ", FILE),
        ("recheck_days = [1]", "recheck_days"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_key(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(SettingsError, match=FILE) as caught:
        load(tmp_path, {})
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "value"), [("MEOKTONG_DATABSE", "x"), ("MEOKTONG_WORKERS", "two"), ("MEOKTONG_SCRAPY", "{}")]
)
def test_a_wrong_variable_is_refused_by_name(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        load(tmp_path, {variable: value})


def test_numbers_in_the_environment_are_numbers(tmp_path: Path) -> None:
    assert load(tmp_path, {"MEOKTONG_WORKERS": "3"}).workers == 3


def test_the_example_file_is_valid_and_names_every_setting(tmp_path: Path) -> None:
    example = (ROOT / "meoktong.example.toml").read_text(encoding="utf-8")
    (tmp_path / FILE).write_text(example, encoding="utf-8")
    load(tmp_path, {})
    uncommented = "\n".join(line.removeprefix("# ") for line in example.splitlines()[3:])
    (tmp_path / FILE).write_text(uncommented, encoding="utf-8")
    load(tmp_path, {})
    for name in Settings.__struct_fields__:
        assert name in example
