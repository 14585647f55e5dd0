"""Counts of periods: of all outage documents, of those with a label, and of those with two labels.

meoktong.derived keeps them in the table `counts`. `read` takes them from there, and counts the months itself whose
documents have changed since.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Connection, Select, and_, case, select, true
from sqlalchemy.orm import aliased

from meoktong.queries.counted import Count
from meoktong.queries.counting import ALL, MONEY, NUMBERS, Cells, Label, cells
from meoktong.store.schema_counts import CountLabel, CountRow, StaleMonth
from meoktong.store.stale import first_of

Choice = tuple[str, str | None]  # a field with a label of it, or with None for each of its labels


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One period, counted for the documents that have both labels."""

    first_day: date
    one: Label
    other: Label
    collected: int  # documents published then, whatever they tell of; of ALL, a source or a tagger alone
    count: Count
    loss: int  # won; an amount that the copies of a story repeat is taken once
    claimed: int
    compensation: int


def read(
    connection: Connection, by: str, first: date, last: date, one: Choice = ALL, other: Choice = ALL
) -> list[Cell]:
    """The cells of the periods that begin on a day of [first, last], by day and labels.

    Periods and labels without documents have no cell.
    """
    stale = set(connection.scalars(select(StaleMonth.month)))
    rows = connection.execute(stored(by, first, last, one, other))
    found = [cell for cell in map(_cell, rows) if first_of(cell.first_day) not in stale]
    for month in stale:
        if first_of(first) <= month <= last:
            found += map(_cell, _fresh(cells(connection, month), by, first, last, one, other))
    return sorted(found, key=lambda cell: (cell.first_day, cell.one, cell.other))


def stored(by: str, first: date, last: date, one: Choice, other: Choice) -> Select[*tuple[Any, ...]]:
    """The query of `read`: it looks cells up by their key, whatever the number of documents."""
    a, b = aliased(CountLabel), aliased(CountLabel)
    cell = and_(
        CountRow.by == by,
        CountRow.one_id == case((a.id < b.id, a.id), else_=b.id),
        CountRow.other_id == case((a.id < b.id, b.id), else_=a.id),
        CountRow.first_day.between(first, last),
    )
    names = (a.field, a.label, b.field.label("other_field"), b.label.label("other_label"))
    return (
        select(CountRow.first_day, *names, *(CountRow.__table__.c[name] for name in NUMBERS))
        .select_from(a)
        .join(b, true())
        .join(CountRow, cell)
        .where(*_chosen(a, one), *_chosen(b, other))
    )


def _chosen(label: type[CountLabel], choice: Choice) -> list[ColumnElement[bool]]:
    field, name = choice
    return [label.field == field, *([] if name is None else [label.label == name])]


def _cell(row: Sequence[Any]) -> Cell:
    first_day, field, label, other_field, other_label, *numbers = row
    found = dict(zip(NUMBERS, numbers, strict=True))
    return Cell(
        first_day=first_day,
        one=(field, label),
        other=(other_field, other_label),
        collected=found["collected"],
        count=Count(
            documents=found["documents"],
            news=found["news"],
            posts=found["documents"] - found["news"],
            stories=found["stories"],
            authors=found["authors"],
            incidents=found["incidents"],
        ),
        **{name: found[name] for name in MONEY},
    )


def _fresh(counted: Cells, by: str, first: date, last: date, one: Choice, other: Choice) -> Iterator[Sequence[Any]]:
    """The same rows as `stored` gives, of cells that are not stored."""
    chosen = [
        [place for place, (field, label) in enumerate(counted.labels) if field == wanted and name in (None, label)]
        for wanted, name in (one, other)
    ]
    frame = counted.frame.filter(pl.col("by") == by, pl.col("first_day").is_between(first, last))
    ends = ("one", "other")
    for a, b in (ends, ends[::-1]):
        rows = frame.filter(pl.col(a).is_in(chosen[0]), pl.col(b).is_in(chosen[1]))
        if (a, b) != ends:  # a label with itself was given already
            rows = rows.filter(pl.col(a) != pl.col(b))
        for row in rows.select("first_day", a, b, *NUMBERS).iter_rows():
            yield row[0], *counted.labels[row[1]], *counted.labels[row[2]], *row[3:]
