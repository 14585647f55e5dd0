"""Rows of a spreadsheet: CSV in the encodings that Korean programs write, or XLSX, streamed."""

import csv
import io
import zipfile
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from itertools import chain, repeat
from typing import BinaryIO

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from meoktong.errors import MeoktongError, Rejected
from spiders.encoding import decode

Row = Mapping[str, str]
ZIP = b"PK\x03\x04"  # how a workbook begins


def read_sheet(stream: BinaryIO, needed: Collection[str] = ()) -> Iterator[tuple[int, Row]]:
    """Every row below the header as (row number as the program shows it, cells by column name), without blank rows.

    Cells are text: dates as ISO 8601, whole numbers without a point. Raises MeoktongError when it is no sheet, or has
    none of a column that is `needed`.
    """
    start = stream.read(len(ZIP))
    stream.seek(0)
    rows = _xlsx(stream) if start == ZIP else _csv(stream)
    number, header = next(((number, cells) for number, cells in rows if any(cells)), (0, []))
    if not number:
        raise MeoktongError("the sheet is empty")
    names = [name.strip() for name in header]
    if len({*filter(None, names)}) != len([*filter(None, names)]):
        raise MeoktongError(f"two columns have the same name in row {number}: {', '.join(names)}")
    missing = [name for name in needed if name not in names]
    if missing:
        raise MeoktongError(f"no column {', '.join(missing)} in row {number}")
    for number, cells in rows:
        whole = chain(cells, repeat(""))  # some programs leave out the empty cells at the end of a row
        row = {name: cell.strip() for name, cell in zip(names, whole, strict=False) if name}
        if any(row.values()):
            yield number, row


def _csv(stream: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    try:
        text = decode(stream.read())
    except Rejected as error:
        raise MeoktongError(f"neither a workbook nor CSV ({error.detail})") from None
    sample = text[:4096]
    separator = max(",\t;", key=sample.count)
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        yield from enumerate(reader, start=1)
    except csv.Error as error:
        raise MeoktongError(
            f"no sound CSV at line {reader.line_num} ({error}); is a quotation mark never closed?"
        ) from None


def _xlsx(stream: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    try:
        book = load_workbook(stream, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError) as error:
        raise MeoktongError(f"no XLSX workbook ({error})") from None
    sheet = book.worksheets[0]
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        yield number, [_text(cell) for cell in cells]


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="minutes") if cell.time() != datetime.min.time() else cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
