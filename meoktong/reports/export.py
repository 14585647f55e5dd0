"""An export: a folder with one file for each table, and datapackage.json, which describes them."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from meoktong import __version__
from meoktong.errors import ReportError
from meoktong.queries.export import Export, ExportTable
from meoktong.reports.formats import Batch, Format, write_rows

DESCRIPTOR = "datapackage.json"
SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
OURS = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0: labels, figures and incidents",
}
THEIRS = {
    "name": "other-closed",
    "title": "Titles, sentences and texts belong to their publishers and writers; they are quoted as evidence",
}
MEDIA = {
    Format.CSV: "text/csv",
    Format.PARQUET: "application/vnd.apache.parquet",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSONL: "application/jsonl",
}
BLOCK = 1 << 20


def write_export(
    export: Export,
    batches: Callable[[ExportTable], Iterator[Batch]],
    to: Path,
    form: Format,
    progress: Callable[[str, int], None] = lambda table, rows: None,
) -> dict[str, int]:
    """Write `export` into the folder `to`, which must not be there or be empty; return how many rows each table has.

    `batches` reads a table's rows; `progress` hears of each batch. The folder appears when all of it is written, and
    the same state of a database gives the same bytes. Raises ReportError, StoreError.
    """
    counts: dict[str, int] = {}

    def counted(table: ExportTable) -> Iterator[Batch]:
        counts[table.name] = 0
        for batch in batches(table):
            counts[table.name] += len(batch)
            progress(table.name, len(batch))
            yield batch

    try:
        if to.exists() and any(to.iterdir()):
            raise ReportError(f"{to}: is not empty: an export goes into a new folder")
        to.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{to.name}-", dir=to.parent) as temporary:
            made = Path(temporary, to.name)
            made.mkdir()
            for table in export.tables:
                write_rows(form, made / f"{table.name}.{form}", table.columns, counted(table))
            described = msgspec.json.format(msgspec.json.encode(_package(export, made, form, counts)), indent=2)
            (made / DESCRIPTOR).write_bytes(described + b"\n")
            made.rename(to)
    except OSError as error:
        raise ReportError(f"{to}: cannot be written: {error.strerror}") from error
    return counts


def _package(export: Export, folder: Path, form: Format, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "$schema": SCHEMA,
        "name": "meoktong-export",
        "title": "Outages of Korean online services and what they did to merchants",
        "description": (
            f"Made by meoktong {__version__}. Times ending in _at are UTC, in _kst Korea's. Posters are keyed hashes."
        ),
        "keywords": ["outages", "merchants", "Korea"],
        "licenses": [OURS, THEIRS],
        "sources": [{"title": f"{source.name} ({source.source})"} for source in export.freshness.sources],
        "resources": [_resource(table, folder / f"{table.name}.{form}", form, counts) for table in export.tables],
        "meoktong": {"version": __version__, "query": export.query, "freshness": export.freshness},
    }


def _resource(table: ExportTable, file: Path, form: Format, counts: dict[str, int]) -> dict[str, Any]:
    fields = [
        {"name": column.name, "type": column.type, **({"description": column.about} if column.about else {})}
        for column in table.columns
    ]
    schema: dict[str, Any] = {"fields": fields}
    if form in (Format.CSV, Format.XLSX):
        schema["missingValues"] = [""]
    if table.key:
        schema["primaryKey"] = list(table.key)
    if table.parents:
        schema["foreignKeys"] = [
            {"fields": [column], "reference": {"resource": parent, "fields": [column]}}
            for column, parent in table.parents.items()
        ]
    return {
        "name": table.name,
        "description": table.about,
        "type": "table",
        "path": file.name,
        "format": form,
        "mediatype": MEDIA[form],
        **({"encoding": "utf-8"} if form in (Format.CSV, Format.JSONL) else {}),
        "bytes": file.stat().st_size,
        "hash": f"sha256:{_digest(file)}",
        "rows": counts[table.name],
        "licenses": [OURS, THEIRS] if table.quotes else [OURS],
        "schema": schema,
    }


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
