"""The sheet in which people code documents, and reading it back."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from meoktong.catalog import load
from meoktong.coded import coded
from meoktong.errors import Rejected
from meoktong.jsonl import TIME_FORM, parse_published
from meoktong.models import Annotation, Label, Moment, Outcome, Precision
from meoktong.reports.sheets import write_workbook
from meoktong.reports.tables import Table
from meoktong.store.review import LISTS, Drawn
from meoktong.times import now

ID = "document"
GIVEN = (ID, "kind", "published", "url", "title", "text")  # what a coder reads
ASKED = ("relevant", *LISTS, "status", "outage_start", "outage_end")  # what a coder fills in
NEEDED = (ID, *ASKED)  # a column that is not there must not be read as one in which nothing holds
STATUSES = ("ongoing", "partial", "recovered", "unstated")
YES, NO = "yes", "no"


def write_sheet(path: Path, drawn: Sequence[Drawn], *, prefilled: bool) -> None:
    """Write the documents to code, and the codes, as a workbook. `prefilled` shows what the machine says."""
    rows = tuple(
        (d.document_id, d.kind, d.published_at, d.url, d.title, d.text, *(_answers(d.current) if prefilled else _BLANK))
        for d in drawn
    )
    catalog = load()
    lists: dict[str, Iterable[Any]] = {
        "services": catalog.services.values(),
        "damages": catalog.damages.values(),
        "causes": catalog.causes.values(),
        "industries": catalog.industries.values(),
    }
    codes = [("relevant", YES, ""), ("relevant", NO, "")]
    codes += [(name, entry.id, entry.ko) for name, entries in lists.items() for entry in entries]
    codes += [("status", status, "") for status in STATUSES]
    write_workbook(
        path,
        [
            Table("documents", "documents", (*GIVEN, *ASKED), rows),
            Table("codes", "codes", ("column", "code", "name"), tuple(codes)),
        ],
        title="meoktong review",
        created=now(),
    )


_BLANK = ("",) * len(ASKED)


def _answers(annotation: Annotation) -> tuple[str, ...]:
    said = coded(annotation)
    lists = (" ".join(said[name]) for name in LISTS)
    return (
        YES if said["relevant"] else NO,
        *lists,
        said["status"],
        said["outage_start"] or "",
        said["outage_end"] or "",
    )


def read_row(row: Mapping[str, str], catalog_hash: str) -> tuple[int, Annotation] | None:
    """(document id, what the coder says) of a row; None when the coder left it open.

    Raises Rejected(INVALID), naming the column, for what is no code or no time.
    """
    if not row.get("relevant"):
        return None
    catalog = load()
    allowed: dict[str, Mapping[str, object]] = {
        "services_affected": catalog.services,
        "services_mentioned": catalog.services,
        "damages": catalog.damages,
        "causes": catalog.causes,
        "industries": catalog.industries,
    }
    lists: dict[str, Any] = {name: _labels(row, name, known) for name, known in allowed.items()}
    relevant = _one_of(row, "relevant", (YES, NO)) == YES
    status = _one_of(row, "status", (*STATUSES, "")) or STATUSES[-1]
    if not relevant and any(lists[name] for name in LISTS if name != "services_mentioned"):
        raise Rejected(Outcome.INVALID, "relevant is no, but a label is given")
    if not re.fullmatch("[0-9]{1,18}", row.get(ID, "")):
        raise Rejected(Outcome.INVALID, f"{ID}: {row.get(ID)!r} is no number of a document")
    start, end = _moment(row, "outage_start"), _moment(row, "outage_end")
    if start and end and (end.at.date() < start.at.date() or (end.at < start.at and end.precision is Precision.MINUTE)):
        raise Rejected(Outcome.INVALID, "outage_end lies before outage_start")
    return int(row[ID]), Annotation(
        relevant=relevant,
        status=None if status == STATUSES[-1] else Label(id=status, evidence=()),
        outage_start=start,
        outage_end=end,
        tagger_version="",
        catalog_hash=catalog_hash,
        analyser="",
        **lists,
    )


def _labels(row: Mapping[str, str], column: str, known: Mapping[str, object]) -> tuple[Label, ...]:
    codes = dict.fromkeys(re.split(r"[\s,;]+", row.get(column, "").strip()))
    wrong = [code for code in codes if code and code not in known]
    if wrong:
        raise Rejected(Outcome.INVALID, f"{column}: no such code: {', '.join(wrong)}")
    return tuple(Label(id=code, evidence=()) for code in codes if code)


def _one_of(row: Mapping[str, str], column: str, known: Sequence[str]) -> str:
    value = row.get(column, "").strip().lower()
    if value not in known:
        raise Rejected(Outcome.INVALID, f"{column}: {value!r} is none of {', '.join(filter(None, known))}")
    return value


def _moment(row: Mapping[str, str], column: str) -> Moment | None:
    value = row.get(column, "").strip()
    if not value:
        return None
    try:
        at, precision = parse_published(value)
    except ValueError:
        raise Rejected(Outcome.INVALID, f"{column}: {value!r} is not {TIME_FORM}") from None
    return Moment(at=at, precision=precision, evidence=())


def default_sample(at: datetime) -> str:
    """The name of a sample that is given none: the day it was drawn."""
    return f"review-{at:%Y-%m-%d}"
