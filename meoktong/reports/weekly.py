"""The weekly summary as files: a page, a workbook, and one CSV file for each table."""

import tempfile
from pathlib import Path

from meoktong.errors import ReportError
from meoktong.queries.weekly import Summary
from meoktong.queries.weeks import parse_week
from meoktong.reports.page import render
from meoktong.reports.sheets import csv_bytes, write_workbook
from meoktong.reports.tables import tables
from meoktong.reports.words import Language, Words

PAGE = "index.html"
WORKBOOK = "summary.xlsx"


def write_weekly(summary: Summary, out: Path, language: Language) -> Path:
    """Write the summary into the folder `out`/<week>, which it replaces whole, and return that folder.

    A reader never sees half a report. The same summary gives the same bytes. Raises ReportError when `out` cannot be
    written.
    """
    target = out / summary.week
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{summary.week}-", dir=out) as temporary:
            made = Path(temporary, summary.week)
            made.mkdir()
            _write(summary, made, language)
            if target.exists():
                target.rename(Path(temporary, "old"))
            made.rename(target)
    except OSError as error:
        raise ReportError(f"{target}: cannot be written: {error.strerror}") from error
    return target


def _write(summary: Summary, folder: Path, language: Language) -> None:
    words = Words(language)
    all_tables = tables(summary, words)
    for table in all_tables:
        (folder / f"{table.key}.csv").write_bytes(csv_bytes(table))
    write_workbook(
        folder / WORKBOOK,
        all_tables,
        title=f"{words('title')} {summary.week}",
        created=parse_week(summary.week).end,
    )
    downloads = [WORKBOOK, *(f"{table.key}.csv" for table in all_tables)]
    (folder / PAGE).write_text(render(summary, words, downloads), encoding="utf-8")
