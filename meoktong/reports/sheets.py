"""Tables as a workbook and as CSV files, safe to open: nothing in them is ever a formula."""

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxFileError

from meoktong.errors import FileError
from meoktong.reports.tables import Table, Value
from meoktong.times import iso_kst, to_kst

FORMULA = re.compile(r"[=+\-@\t\r]")  # what makes a spreadsheet read a cell of a CSV file as a formula
LONGEST = 32_767  # characters in a cell of a workbook
WIDEST = 60  # columns of width; longer cells wrap
LINK = re.compile(r"https?://")
LONGEST_LINK = 2_079
TEXT_IS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def csv_bytes(table: Table) -> bytes:
    """UTF-8 with a byte order mark, so that Excel reads Hangul. Text that looks like a formula gets an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(csv_cell(column) for column in table.columns)
    writer.writerows([csv_cell(value) for value in row] for row in table.rows)
    return out.getvalue().encode("utf-8-sig")


def write_workbook(path: Path, tables: Sequence[Table], *, title: str, created: datetime) -> None:
    """Write `tables` as the sheets of a workbook. Times are Korea's; `created` is what the file says of its making."""
    book = xlsxwriter.Workbook(str(path), TEXT_IS_TEXT)
    try:
        _write(book, tables, title, created)
        book.close()
    except XlsxFileError as error:
        raise FileError(f"{path}: cannot be written: {error}") from None


def _write(book: Any, tables: Sequence[Table], title: str, created: datetime) -> None:
    book.set_properties({"title": title, "created": to_kst(created).replace(tzinfo=None)})
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#EDEAE4", "bottom": 1, "valign": "top", "text_wrap": True}),
        "text": book.add_format({"valign": "top", "text_wrap": True}),
        "int": book.add_format({"valign": "top", "num_format": "#,##0"}),
        "float": book.add_format({"valign": "top", "num_format": "#,##0.0"}),
        "date": book.add_format({"valign": "top", "num_format": "yyyy-mm-dd", "align": "left"}),
        "datetime": book.add_format({"valign": "top", "num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
        "link": book.add_format({"valign": "top", "font_color": "#1F5AA8", "underline": 1}),
    }
    for table in tables:
        _write_sheet(book.add_worksheet(_sheet_name(table.title)), table, formats)


def _write_sheet(sheet: Any, table: Table, formats: dict[str, Any]) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for column, name in enumerate(table.columns):
        sheet.write_string(0, column, name, formats["head"])
        cells = [name, *(_shown(row[column]) for row in table.rows)]
        sheet.set_column(column, column, min(max(map(_width, cells)) + 2, WIDEST))
    for number, row in enumerate(table.rows, start=1):
        for column, value in enumerate(row):
            _write_cell(sheet, number, column, value, formats)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def _write_cell(sheet: Any, row: int, column: int, value: Value, formats: dict[str, Any]) -> None:
    if value is None:
        return
    if isinstance(value, datetime):  # a workbook knows no time zones
        sheet.write_datetime(row, column, to_kst(value).replace(tzinfo=None), formats["datetime"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), formats["date"])  # noqa: DTZ001
    elif isinstance(value, str):
        if LINK.match(value) and len(value) <= LONGEST_LINK:
            sheet.write_url(row, column, value, formats["link"])
        else:
            sheet.write_string(row, column, cut(value), formats["text"])
    else:
        sheet.write_number(row, column, value, formats["float" if _broken(value) else "int"])


def csv_cell(value: Value) -> Value:
    """What stands in a CSV file for a value."""
    if isinstance(value, datetime):
        return iso_kst(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not _broken(value):
        return int(value)
    if isinstance(value, str) and FORMULA.match(value):
        return f"'{value}"
    return value


def _broken(value: float) -> bool:
    return value != int(value)


def cut(text: str) -> str:
    """What fits a cell of a workbook."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _shown(value: Value) -> str:
    if isinstance(value, datetime):
        return "2022-10-17 14:12"
    if isinstance(value, int | float):
        return f"{value:,}"
    return "" if value is None else str(value)


def _width(text: str) -> int:
    """Hangul is two columns wide."""
    return max(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line) for line in text.split("\n"))


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31]
