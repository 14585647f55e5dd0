"""The tables of an export: what they hold, how their columns are called and explained, and their rows in order."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from sqlalchemy import ColumnElement, Connection, Select, String, and_, collate, func, select, types
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from meoktong.queries.filters import Filters, check_source, conditions
from meoktong.queries.freshness import Freshness, freshness
from meoktong.store import views
from meoktong.store.schema import CrawlRun, Document, DocumentStory, DocumentVersion, UTCDateTime
from meoktong.store.schema_incidents import IncidentDocument
from meoktong.times import midnight_kst

BATCH = 5_000  # rows
EVERYTHING = "all_documents"  # the table that the others' document_id points into
TEXTS = "document_texts"

_TYPES = {  # SQLAlchemy's to those of a Table Schema
    UTCDateTime: "datetime",
    types.Boolean: "boolean",
    types.Integer: "integer",
    types.Float: "number",
    String: "string",
}
_KEYS = {
    EVERYTHING: ("document_id",),
    TEXTS: ("document_id",),
    "outage_documents": ("document_id",),
    "current_labels": ("document_id", "field", "label"),
    "story_overview": ("story_id",),
    "incident_overview": ("incident_id",),
    "incident_documents": ("incident_id", "document_id"),
    "source_days": ("source", "day"),
}
_PARENTS = {"document_id": EVERYTHING, "incident_id": "incident_overview"}
_WRITTEN_BY_OTHERS = {"title", "sentence", "surface", "text"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: `type` is a Table Schema's word."""

    name: str
    type: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportTable:
    """A table to be exported. `parents` are the tables that columns point into, by column."""

    name: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    parents: dict[str, str]
    query: Select[Any]

    @property
    def quotes(self) -> bool:
        """Whether it holds words of publishers and posters."""
        return any(column.name in _WRITTEN_BY_OTHERS for column in self.columns)

    def batches(self, connection: Connection) -> Iterator[list[tuple[Any, ...]]]:
        """Its rows, never more than BATCH in memory, in an order that depends on their values alone."""
        postgres = connection.dialect.name == "postgresql"
        order = [
            (collate(column, "C") if postgres and isinstance(column.type, String) else column).nulls_first()
            for column in self.query.selected_columns
        ]
        found = connection.execute(self.query.order_by(*order), execution_options={"yield_per": BATCH})
        whole = [column.type == "integer" for column in self.columns]  # PostgreSQL's sums are decimals
        for rows in found.partitions():
            yield [tuple(int(v) if i and v is not None else v for v, i in zip(row, whole, strict=True)) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One state of the database, to be read within `reading`."""

    tables: tuple[ExportTable, ...]
    query: dict[str, Any]  # what was asked for; what was left open is left out
    freshness: Freshness


def export(connection: Connection, filters: Filters, *, with_text: bool = False) -> Export:
    """What an export of the documents that `filters` choose consists of.

    Tables of documents hold those documents alone, tables of stories and incidents the whole of each that one of the
    documents is in, `source_days` the days and source asked for. Texts are left out without `with_text`. Nothing in it
    depends on the clock, nor on whether the database is SQLite or PostgreSQL.
    """
    check_source(connection, filters.source)
    asked = {name: value for name, value in asdict(filters).items() if value}
    return Export(
        tables=tuple(_table(name, query, filters) for name, query in _queries(with_text).items()),
        query={**asked, "with_text": with_text},
        freshness=freshness(connection, _needed(connection, filters)),
    )


def _needed(connection: Connection, filters: Filters) -> datetime:
    """An export is stale when no run ended well after the last day asked for; of all days, since the last run began."""
    if filters.until is not None:
        return midnight_kst(filters.until + timedelta(days=1))
    began: datetime | None = connection.scalar(select(func.max(CrawlRun.started_at)))
    return began or datetime.min.replace(tzinfo=UTC)


def _queries(with_text: bool) -> dict[str, Select[Any]]:
    links = select(IncidentDocument.incident_id, IncidentDocument.document_id, IncidentDocument.role)
    queries = {**views.views(), IncidentDocument.__tablename__: links}
    if with_text:
        newest = and_(DocumentVersion.document_id == Document.id, DocumentVersion.number == Document.version)
        texts = select(DocumentVersion.document_id, DocumentVersion.title, DocumentVersion.text)
        queries[TEXTS] = texts.join(Document, newest)
    return queries


def _table(name: str, query: Select[Any], filters: Filters) -> ExportTable:
    explained = _dictionary()["document_versions" if name == TEXTS else name]
    rows = query.subquery(name)
    columns = tuple(
        Column(name=str(column.name), type=_type(column), about=explained["columns"].get(column.name, ""))
        for column in rows.columns
    )
    return ExportTable(
        name=name,
        about=explained["about"],
        columns=columns,
        key=_KEYS.get(name, ()),
        parents={c.name: _PARENTS[c.name] for c in columns if _PARENTS.get(c.name, name) != name},
        query=select(*rows.columns).where(*_chosen(rows.columns, filters)),
    )


def _chosen(columns: ReadOnlyColumnCollection[str, Any], filters: Filters) -> list[ColumnElement[bool]]:
    """What has to hold of a table's row, by what the row is about."""
    wanted = conditions(filters)
    documents = select(Document.id).where(*wanted)
    if not wanted:
        return []
    if "document_id" in columns:
        return [columns.document_id.in_(documents)]
    if "story_id" in columns:
        story = func.coalesce(DocumentStory.story_id, Document.id)
        return [columns.story_id.in_(documents.outerjoin(DocumentStory).with_only_columns(story))]
    if "incident_id" in columns:
        told = select(IncidentDocument.incident_id).where(IncidentDocument.document_id.in_(documents))
        return [columns.incident_id.in_(told)]
    return [
        *([columns.source == filters.source] if filters.source else []),
        *([columns.day >= filters.since.isoformat()] if filters.since else []),
        *([columns.day <= filters.until.isoformat()] if filters.until else []),
    ]


def _type(column: ColumnElement[Any]) -> str:
    return next(word for kind, word in _TYPES.items() if isinstance(column.type, kind))


@cache
def _dictionary() -> dict[str, Any]:
    explained: dict[str, Any] = yaml.safe_load(files("meoktong.store").joinpath("dictionary.yml").read_text("utf-8"))
    return explained
