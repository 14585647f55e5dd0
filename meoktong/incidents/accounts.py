"""What grouping reads of outage documents, kept in a table so that only new and changed ones are read again."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select
from sqlalchemy.orm import InstrumentedAttribute

from meoktong.catalog import provider_of
from meoktong.incidents.grouping import Account, root
from meoktong.incidents.recalled import Recalled, recalled
from meoktong.queries.counted import Counted, chunks, counted_among
from meoktong.queries.documents import outage_documents
from meoktong.store.schema import Annotation, AnnotationLabel, Document, LabelEvidence
from meoktong.store.schema_incidents import AccountRow, NamedDate, StaleDocument
from meoktong.times import to_kst

Accounts = dict[int, Account]  # by document
_DATE = re.compile(
    r"(?:((?:19|20)\d\d)년\s*|(지난해|작년|재작년|지난|올해|오는|다음)?\s*)(?<!\d)(1[0-2]|0?[1-9])월(?:\s*(\d{1,2})일)?"
)
_YEARS_AGO = {"지난해": 1, "작년": 1, "재작년": 2, "올해": 0}
_TO_COME = ("오는", "다음")
NAMED = ("services_affected", "services_mentioned")  # what a sentence may speak of


def sync(connection: Connection, *, everything: bool = False) -> tuple[Accounts, Accounts]:
    """Read again what is new or changed, and return what was kept of those documents and what is kept now.

    A document that tells of no outage any more is only in the first, a new one only in the second. With `everything`
    each outage document counts as changed: after a change of the catalog or of the rules.
    """
    stale, gone = _changed(connection, everything)
    before = load(connection, AccountRow.document_id, [*stale, *gone])
    row = AccountRow
    for chunk in chunks([*stale, *gone]):
        connection.execute(delete(NamedDate).where(NamedDate.document_id.in_(chunk)))
        connection.execute(delete(row).where(row.document_id.in_(chunk)))
    after: Accounts = {}
    for chunk in chunks(stale):
        documents = counted_among(connection, chunk)
        read = {account.document_id: account for account in accounts_of(connection, documents)}
        connection.execute(insert(row), [_row(d, read.get(d.document_id)) for d in documents])
        days = [{"day": day, "document_id": each} for each, a in read.items() for day in sorted(a.days)]
        if days:
            connection.execute(insert(NamedDate), days)
        after |= read
    return before, after


def load(
    connection: Connection,
    column: InstrumentedAttribute[Any],
    values: Collection[Any],
    *conditions: ColumnElement[bool],
) -> Accounts:
    """The kept accounts whose `column` has one of `values` and that meet `conditions`."""
    found: Accounts = {}
    for chunk in chunks(sorted(values)):
        found |= load_where(connection, column.in_(chunk), *conditions)
    return found


def load_where(connection: Connection, *conditions: ColumnElement[bool]) -> Accounts:
    """The kept accounts that meet `conditions`."""
    rows = connection.execute(select(AccountRow).where(AccountRow.root.is_not(None), *conditions))
    return {row.document_id: _account(row) for row in rows}


def _changed(connection: Connection, everything: bool) -> tuple[list[int], list[int]]:
    """Outage documents to be read again, and documents that are none (any more)."""
    marked = list(connection.scalars(select(StaleDocument.document_id).order_by(StaleDocument.document_id)))
    connection.execute(delete(StaleDocument))
    query = outage_documents().with_only_columns(Document.id)
    if everything:
        stale = list(connection.scalars(query))
        marked += connection.scalars(select(AccountRow.document_id))
    else:
        stale = [d for chunk in chunks(marked) for d in connection.scalars(query.where(Document.id.in_(chunk)))]
    return stale, sorted(set(marked).difference(stale))


def _row(document: Counted, account: Account | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "document_id": document.document_id,
        "annotation_id": document.annotation_id,
        "story_id": document.story_id,
        "published_at": document.published_at,
        "root": account and account.root,
        "providers": sorted(account.providers) if account else [],
        "causes": sorted(account.causes) if account else [],
        "dates": sorted(account.dates) if account else [],
        "recalls": sorted(account.recalls) if account else [],
    }
    for name, column in _MOMENTS.items():
        found[column] = getattr(account, name, None)
    return found


def _account(row: Any) -> Account:
    return Account(
        document_id=row.document_id,
        story_id=row.story_id,
        root=row.root,
        providers=frozenset(row.providers),
        causes=frozenset(row.causes),
        published_at=row.published_at,
        dates=frozenset(row.dates),
        recalls=frozenset(Recalled(*each) for each in row.recalls),
        **{name: getattr(row, column) for name, column in _MOMENTS.items()},
    )


_MOMENTS = {
    "start": "started_at",
    "start_precision": "started_precision",
    "end": "ended_at",
    "end_precision": "ended_precision",
}


def accounts_of(connection: Connection, documents: Sequence[Counted]) -> list[Account]:
    """What each of `documents` says; those that name no interrupted service tell of no incident."""
    ids = [d.annotation_id for d in documents]
    moments = _moments(connection, ids)
    places, sentences = _evidence(connection, ids)
    accounts = []
    for document in documents:
        services, causes = document.labels["services_affected"], document.labels["causes"]
        if services:
            _, start, start_precision, end, end_precision = moments[document.annotation_id]
            named, day = (
                sentences[document.annotation_id],
                document.published_at and to_kst(document.published_at).date(),
            )
            main = root(services, causes, places[document.annotation_id])
            accounts.append(
                Account(
                    document_id=document.document_id,
                    story_id=document.story_id,
                    root=main,
                    providers=frozenset(map(provider_of, services)),
                    causes=frozenset(causes),
                    published_at=document.published_at,
                    start=start,
                    start_precision=start_precision,
                    end=end,
                    end_precision=end_precision,
                    dates=_dates(named, document.published_at),
                    recalls=recalled(named, main, day),
                )
            )
    return accounts


def _moments(connection: Connection, annotation_ids: Sequence[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    row = Annotation
    columns = (row.id, row.outage_start, row.outage_start_precision, row.outage_end, row.outage_end_precision)
    for chunk in chunks(annotation_ids):
        found |= {each.id: each for each in connection.execute(select(*columns).where(row.id.in_(chunk)))}
    return found


def _evidence(
    connection: Connection, annotation_ids: Sequence[int]
) -> tuple[Mapping[int, Mapping[str, tuple[bool, int]]], Mapping[int, Mapping[str, set[str]]]]:
    """Where each interrupted service stands first, and the sentences of evidence with the providers that each names."""
    places: dict[int, dict[str, tuple[bool, int]]] = defaultdict(dict)
    sentences: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    label, evidence = AnnotationLabel, LabelEvidence
    for chunk in chunks(annotation_ids):
        for row in connection.execute(
            select(label.annotation_id, label.field, label.label, evidence.part, evidence.start, evidence.sentence)
            .join(evidence, evidence.label_id == label.id)
            .where(label.annotation_id.in_(chunk))
        ):
            providers = sentences[row.annotation_id][row.sentence]
            if row.field in NAMED:
                providers.add(provider_of(row.label))
            if row.field == "services_affected":
                place = (row.part != "title", row.start)
                found = places[row.annotation_id]
                found[row.label] = min(place, found.get(row.label, place))
    return places, sentences


def _dates(sentences: Iterable[str], published: datetime | None) -> frozenset[str]:
    """The days and months that `sentences` name; without a year, the last ones before publication."""
    return frozenset(date for sentence in sentences for date in _named(sentence, published and to_kst(published)))


def _named(sentence: str, published: datetime | None) -> Iterator[str]:
    for year, before, month, day in _DATE.findall(sentence):
        if year:
            yield _written(int(year), month, day)
        elif published and before not in _TO_COME and (before or day):
            later = (int(month), int(day or 1)) > (published.month, published.day)
            yield _written(published.year - _YEARS_AGO.get(before, later), month, day)


def _written(year: int, month: str, day: str) -> str:
    return "-".join([f"{year}", f"{int(month):02}", *([f"{int(day):02}"] if day else [])])
