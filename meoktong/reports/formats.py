"""Any number of rows as a CSV, JSON Lines, Excel or Parquet file, written as they come; same rows, same bytes."""

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import xlsxwriter
from polars.io.plugins import register_io_source
from xlsxwriter.exceptions import XlsxWriterException

from meoktong.errors import ReportError
from meoktong.queries.export import Column
from meoktong.reports.sheets import LONGEST, TEXT_IS_TEXT, csv_cell

ROWS_OF_A_SHEET = 1_048_576
ROW_GROUP = 100_000  # rows of a Parquet file that are read or skipped together
MADE = datetime(2000, 1, 1)  # noqa: DTZ001  # what every workbook says of its making: the rows alone decide its bytes

Batch = list[tuple[Any, ...]]
Write = Callable[[Path, tuple[Column, ...], Iterable[Batch]], None]


class Format(StrEnum):
    """A kind of file; the word is the file's ending too."""

    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"
    JSONL = "jsonl"


def write_rows(form: Format, path: Path, columns: tuple[Column, ...], batches: Iterable[Batch]) -> None:
    """Write the file `path`. Raises ReportError when it cannot be written, or cannot hold what it should."""
    try:
        _WRITERS[form](path, columns, batches)
    except OSError as error:
        raise ReportError(f"{path.name}: cannot be written: {error.strerror}") from error
    except (pl.exceptions.ComputeError, XlsxWriterException) as error:  # how they tell of a full disk
        raise ReportError(f"{path.name}: cannot be written: {error}".splitlines()[0]) from error


def _csv(path: Path, columns: tuple[Column, ...], batches: Iterable[Batch]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(column.name for column in columns)
        for batch in batches:
            writer.writerows([csv_cell(_plain(value)) for value in row] for row in batch)


def _jsonl(path: Path, columns: tuple[Column, ...], batches: Iterable[Batch]) -> None:
    names = [column.name for column in columns]
    encoder = msgspec.json.Encoder()
    with path.open("wb") as out:
        for batch in batches:
            out.write(encoder.encode_lines(dict(zip(names, row, strict=True)) for row in batch))


def _xlsx(path: Path, columns: tuple[Column, ...], batches: Iterable[Batch]) -> None:
    with xlsxwriter.Workbook(str(path), {**TEXT_IS_TEXT, "constant_memory": True}) as book:
        book.set_properties({"created": MADE})
        sheet = book.add_worksheet(path.stem)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, [column.name for column in columns])
        number = 0
        for batch in batches:
            if number + len(batch) >= ROWS_OF_A_SHEET:
                raise ReportError(f"{path.name}: more rows than a sheet can hold: ask for fewer days, or use parquet")
            for row in batch:
                number += 1
                sheet.write_row(number, 0, [_fits(_plain(value), path) for value in row])


def _parquet(path: Path, columns: tuple[Column, ...], batches: Iterable[Batch]) -> None:
    schema = pl.Schema({column.name: _POLARS[column.type] for column in columns})

    def frames(*_wanted: Any) -> Iterator[pl.DataFrame]:
        for batch in batches:
            yield pl.DataFrame(batch, schema=schema, orient="row")

    source = register_io_source(frames, schema=schema)
    source.sink_parquet(path, compression="zstd", row_group_size=ROW_GROUP, maintain_order=True)


def _plain(value: Any) -> Any:
    """A time in words that sort, as no spreadsheet knows time zones."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, bool):
        return str(value).lower()
    return value


def _fits(value: Any, path: Path) -> Any:
    if isinstance(value, str) and len(value) > LONGEST:
        raise ReportError(
            f"{path.name}: a text is longer than the {LONGEST:,} characters of a cell: use parquet or csv"
        )
    return value


_WRITERS: dict[Format, Write] = {
    Format.CSV: _csv,
    Format.PARQUET: _parquet,
    Format.XLSX: _xlsx,
    Format.JSONL: _jsonl,
}
_POLARS: dict[str, pl.DataType] = {
    "boolean": pl.Boolean(),
    "datetime": pl.Datetime("us", "UTC"),
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "string": pl.String(),
}
