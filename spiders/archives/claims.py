"""Sheets of claims, as a damage report centre keeps them after an outage."""

import hashlib
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import BinaryIO

from meoktong.claims import Answer, Claim, ClaimSheet, Question, Unit
from meoktong.errors import MeoktongError, Rejected
from meoktong.models import Outcome
from spiders.archives.sheets import Row, read_sheet
from spiders.dates import Moment, parse_machine

Recognise = Callable[[Question, str], str | None]

_AMOUNT = re.compile(r"(?:약\s*)?([0-9][0-9,]*(?:\.[0-9]+)?)\s*(억|천만|백만|만|천)?\s*원?(?:\s*(?:정도|가량|이상))?")
_TIMES = {"억": 100_000_000, "천만": 10_000_000, "백만": 1_000_000, "만": 10_000, "천": 1_000}


def read_claims(stream: BinaryIO, mapping: ClaimSheet, recognise: Recognise) -> Iterator[tuple[int, Claim | Rejected]]:
    """Every row as (row number, claim or Rejected), which says what is wrong with it.

    An answer's catalog id is the mapping's, or else what `recognise` says. Raises MeoktongError when the sheet lacks
    a column that `mapping` names.
    """
    rows: dict[str, int] = {}
    columns = [name for name in _columns(mapping) if name is not None]
    for number, row in read_sheet(stream):
        missing = [name for name in columns if name not in row]
        if missing:
            raise MeoktongError(f"the sheet lacks the column {', '.join(missing)}; it has {', '.join(row)}")
        try:
            claim = _claim(row, mapping, recognise)
        except Rejected as error:
            yield number, error
            continue
        first = rows.setdefault(claim.key, number)
        again = Rejected(Outcome.DUPLICATE, f"the same claim as in row {first}")
        yield number, claim if first == number else again


def _columns(mapping: ClaimSheet) -> Iterator[str | None]:
    columns = mapping.columns
    yield from (columns.id, columns.date, columns.amount, columns.text)
    yield from (columns.of(question) for question in Question)


def _claim(row: Row, mapping: ClaimSheet, recognise: Recognise) -> Claim:
    columns = mapping.columns
    answers = tuple(answer for question in Question for answer in _answers(row, question, mapping, recognise))
    text = row[columns.text] if columns.text else ""
    amount = _won(row[columns.amount], mapping.unit) if columns.amount else None
    if not (answers or text or amount is not None):
        raise Rejected(Outcome.INVALID, "nothing is claimed")
    moment = _moment(row[columns.date]) if columns.date else None
    return Claim(
        key=(row[columns.id] if columns.id else "") or _digest(row),
        reported_at=moment.at if moment else None,
        reported_precision=moment.precision if moment else None,
        amount=amount,
        text=text,
        answers=answers,
    )


def _answers(row: Row, question: Question, mapping: ClaimSheet, recognise: Recognise) -> Iterator[Answer]:
    column = mapping.columns.of(question)
    if column is None:
        return
    explicit = mapping.explicit(question)
    pieces = re.split(f"[{re.escape(mapping.separators)}]", row[column]) if mapping.separators else [row[column]]
    for raw in dict.fromkeys(" ".join(piece.split()) for piece in pieces):
        if raw:
            yield Answer(question=question, raw=raw, label=explicit.get(raw) or recognise(question, raw))


def _won(cell: str, unit: Unit) -> int | None:
    """An amount in won: "1,200,000", "120만원", or a plain number in `unit`."""
    if not cell:
        return None
    match = _AMOUNT.fullmatch(cell)
    if match is None:
        raise Rejected(Outcome.INVALID, f"the amount {cell!r} is no number")
    number, word = match.groups()
    written = word or cell.rstrip(" 정도가량이상").endswith("원")
    times = _TIMES[word] if word else 10_000 if unit is Unit.TEN_THOUSAND_WON and not written else 1
    return int(Decimal(number.replace(",", "")) * times)


def _moment(cell: str) -> Moment | None:
    if not cell:
        return None
    moment = parse_machine(cell)
    if moment is None:
        raise Rejected(Outcome.BAD_DATE, f"the date {cell!r} is none")
    return moment


def _digest(row: Row) -> str:
    cells = "\0".join(f"{name}\0{cell}" for name, cell in sorted(row.items()))
    return hashlib.sha256(cells.encode()).hexdigest()
