"""Claims of damage, as the sheets of a report centre hold them: one row a merchant, several answers a question.

A mapping file (TOML) says which column is what; docs/claims.md shows one.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import msgspec

from meoktong import catalog
from meoktong.errors import MeoktongError
from meoktong.models import Precision


class Question(StrEnum):
    """What a claim answers, with as many answers as it likes."""

    REGION = "region"
    TRADE = "trade"
    SERVICE = "service"
    DAMAGE = "damage"


class Unit(StrEnum):
    """What an amount without a unit of its own is counted in."""

    WON = "원"
    TEN_THOUSAND_WON = "만원"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer as it was given, and the catalog's id for it; None for a region, or when nobody knows which."""

    question: Question
    raw: str
    label: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One row. `key` tells it from the source's other claims and is the same each time the sheet is read."""

    key: str
    reported_at: datetime | None
    reported_precision: Precision | None
    amount: int | None  # won
    text: str  # in the merchant's own words; "" without
    answers: tuple[Answer, ...]


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class Columns(_Strict, frozen=True):
    """The sheet's names of the columns; those that it lacks are left out."""

    id: str | None = None
    date: str | None = None
    region: str | None = None
    trade: str | None = None
    service: str | None = None
    damage: str | None = None
    amount: str | None = None
    text: str | None = None

    def of(self, question: Question) -> str | None:
        """The column that answers `question`."""
        column: str | None = getattr(self, question)
        return column


class Values(_Strict, frozen=True):
    """Catalog ids by answer, for answers that the catalog's own words do not tell."""

    trade: dict[str, str] = {}
    service: dict[str, str] = {}
    damage: dict[str, str] = {}


class ClaimSheet(_Strict, frozen=True):
    """A mapping file."""

    columns: Columns
    title: str = "피해 접수"  # of the post that a claim's own words become
    separators: str = ",;|\n"  # each of these characters parts two answers of one cell
    unit: Unit = Unit.WON
    values: Values = Values()

    def explicit(self, question: Question) -> dict[str, str]:
        """The catalog ids that the file itself gives for answers to `question`."""
        found: dict[str, str] = getattr(self.values, question, {})
        return found


def read_mapping(path: Path) -> ClaimSheet:
    """The mapping file at `path`. Raises MeoktongError, in one line, with the key that is wrong."""
    try:
        mapping = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), ClaimSheet)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise MeoktongError(f"{path}: {error}") from None
    for question in Question:
        known = names(question)
        for raw, label in mapping.explicit(question).items():
            if label not in known:
                raise MeoktongError(f"{path}: values.{question}: {raw!r}: the catalog has no {label!r}")
    return mapping


def names(question: Question) -> dict[str, str]:
    """The Korean names of the answers that the catalog knows, by id; none for regions."""
    entries: dict[Question, Mapping[str, catalog.Entry]] = {
        Question.TRADE: catalog.load().industries,
        Question.SERVICE: catalog.load().services,
        Question.DAMAGE: catalog.load().damages,
    }
    return {id_: entry.ko for id_, entry in entries.get(question, {}).items()}
