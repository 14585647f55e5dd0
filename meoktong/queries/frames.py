"""Answers as data frames."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import polars as pl


def frame(rows: Iterable[Any]) -> pl.DataFrame:
    """Rows of an answer (trend points, incidents, hits ...) as a polars frame; `.to_pandas()` makes a pandas one.

    A column is a field of the row's class, which its docstring explains; a part such as an estimate becomes columns
    called estimate_value, estimate_low ... Times keep Korea's clock.
    """
    return pl.DataFrame([dict(_columns("", row)) for row in rows], infer_schema_length=None)


def _columns(before: str, row: Any) -> Iterable[tuple[str, Any]]:
    for field in fields(row):
        value = getattr(row, field.name)
        if is_dataclass(value):
            yield from _columns(f"{before}{field.name}_", value)
        else:
            yield before + field.name, _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return str(value)
    if isinstance(value, tuple | list):
        return [dict(_columns("", each)) if is_dataclass(each) else _plain(each) for each in value]
    return value
