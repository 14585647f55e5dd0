"""meoktong's settings: `meoktong.toml` in the working directory, then MEOKTONG_* environment variables, then options.

Unknown keys are refused: a misspelt setting that is silently ignored looks on and is off.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from meoktong.errors import SettingsError

FILE = "meoktong.toml"
PREFIX = "MEOKTONG_"
TABLES = ("endpoints", "scrapy")  # in the file only


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every setting with its default. README.md explains each."""

    database: str = "sqlite:///data/meoktong.db"  # any SQLAlchemy URL
    reports: str = "reports"  # directory of the weekly summaries
    contact: str = ""  # e-mail or page that site owners can reach you by; part of the user agent
    author_key: str = ""  # secret for hashing posters' names; empty: data/author.key, made on first use
    analyser: str = "mecab"  # mecab, kiwi, komoran or okt
    workers: int = 0  # tagging processes; 0: one per core, at most 4
    recheck_days: int = 3  # how long after publication an article is asked again for corrections
    endpoints: dict[str, str] = {}  # of search APIs that are reached through a gateway: source -> address
    scrapy: dict[str, str | int | float | bool] = {}  # further Scrapy settings


def load(directory: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings in force in `directory` (default: the working directory).

    Raises SettingsError, naming the file or variable and the key, for anything that is not a setting.
    """
    path = (directory or Path.cwd()) / FILE
    values: dict[str, object] = {}
    if path.is_file():
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise SettingsError(f"{path}: {error}") from None
        _convert(values, str(path))
    known = {field.name: field for field in msgspec.structs.fields(Settings)}
    for variable, value in (environ if environ is not None else os.environ).items():
        if not variable.startswith(PREFIX):
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in known or name in TABLES:
            raise SettingsError(f"environment variable {variable}: no such setting; known: {', '.join(known)}")
        try:
            values[name] = msgspec.convert(value, known[name].type, strict=False)
        except msgspec.ValidationError as error:
            raise SettingsError(f"environment variable {variable}: {error}") from None
    return _convert(values, str(path))


def _convert(values: dict[str, object], where: str) -> Settings:
    try:
        return msgspec.convert(values, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{where}: {error}") from None
