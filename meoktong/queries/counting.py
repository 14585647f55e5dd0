"""Counting the outage documents of a month by period and by any two labels, from the documents themselves.

Joins of frames do it: lists in Python took six times as long.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import polars as pl
from sqlalchemy import Connection, case, distinct, func, select

from meoktong.catalog import provider_of
from meoktong.models import Kind
from meoktong.queries.counted import Counted, counted
from meoktong.queries.documents import outage_documents
from meoktong.queries.losses import Role, money
from meoktong.store.schema import Annotation, Document, Source
from meoktong.store.schema_incidents import IncidentDocument
from meoktong.store.stale import TOTALS, first_of
from meoktong.store.views import MAIN, kst_day
from meoktong.times import midnight_kst, to_kst

SOURCE, TAGGER = "source", "tagger"
LABELS = {"service": "services_affected", "damage": "damages", "cause": "causes", "industry": "industries"}
FIELDS = (*LABELS, "provider", SOURCE)  # what a document can be counted by

Label = tuple[str, str]  # field and id
ALL: Label = ("", "")

KEYS = ["by", "first_day", "one", "other"]
NUMBERS = ["collected", "documents", "news", "stories", "authors", "incidents", "loss", "claimed", "compensation"]
MONEY = {"loss": Role.LOSS, "claimed": Role.CLAIMED, "compensation": Role.COMPENSATION}


class By(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"  # Monday to Sunday
    MONTH = "month"


EVER = "all"  # the one period of the totals, which documents without a time are in too
SPANS = {By.DAY: "1d", By.WEEK: "1w", By.MONTH: "1mo"}


@dataclass(frozen=True, slots=True)
class Cells:
    """All cells of a month, or the totals. `frame` has KEYS and NUMBERS; `one` <= `other` are places in `labels`."""

    labels: list[Label]
    frame: pl.DataFrame


def cells(connection: Connection, month: date) -> Cells:
    """Count the periods that begin in `month` (its first day), from the documents themselves; TOTALS counts all.

    Holds the documents of five weeks and a half in memory at once.
    """
    if month == TOTALS:
        return _totals(connection)
    following = first_of(month + timedelta(days=31))
    end = following + timedelta(days=(7 - following.weekday()) % 7)  # of the last week that begins in the month
    documents = counted(connection, midnight_kst(month), midnight_kst(end))
    numbers: dict[Label, int] = {ALL: 0}
    labels = [
        (place, numbers.setdefault(label, len(numbers)))
        for place, document in enumerate(documents)
        for label in labels_of(document)
    ]
    volumes = [
        (day, numbers.setdefault((SOURCE, source), len(numbers)), n)
        for source, day, n in _collected(connection, month, end)
    ]
    tables = _Tables(connection, documents, labels, volumes)
    frames = [
        tables.counted(span)
        .filter(pl.col("first_day").is_between(month, following, closed="left"))
        .select(pl.lit(str(by)).alias("by"), *KEYS[1:], *NUMBERS)
        for by, span in SPANS.items()
    ]
    return Cells(list(numbers), pl.concat(frames))


def labels_of(document: Counted) -> Iterator[Label]:
    """Everything that `document` is counted by; each once."""
    yield ALL
    yield SOURCE, document.source
    for field, labels in LABELS.items():
        yield from ((field, label) for label in document.labels[labels])
    providers = {provider_of(service) for service in document.labels[LABELS["service"]]}
    yield from (("provider", provider) for provider in sorted(providers))


class _Tables:
    """Documents as frames that can be joined; a document is known by its place in the list."""

    def __init__(
        self,
        connection: Connection,
        documents: Sequence[Counted],
        labels: Sequence[tuple[int, int]],
        volumes: Sequence[tuple[date, int, int]],
    ) -> None:
        days = [d.published_at and to_kst(d.published_at).date() for d in documents]
        self._documents = pl.DataFrame(
            {
                "document": range(len(documents)),
                "day": days,
                "news": [d.kind != Kind.POST for d in documents],
                "story": [d.story_id for d in documents],
            },
            schema={"document": pl.Int32, "day": pl.Date, "news": pl.Boolean, "story": pl.Int64},
        )
        has = _frame(labels, document=pl.Int32, one=pl.Int32)
        pairs = has.join(has.rename({"one": "other"}), on="document")
        self._pairs = pairs.filter(pl.col("one") <= pl.col("other"))
        self._incidents = _frame(
            [(place, incident) for place, d in enumerate(documents) for incident in d.incidents],
            document=pl.Int32,
            incident=pl.Int64,
        )
        told: dict[tuple[str, int | None], int] = {}
        self._voices = _frame(
            [
                (place, told.setdefault((d.author, incident), len(told)))
                for place, d in enumerate(documents)
                if d.kind == Kind.POST and d.author
                for incident in d.incidents or (None,)
            ],
            document=pl.Int32,
            voice=pl.Int32,
        )
        places = {d.document_id: place for place, d in enumerate(documents)}
        self._amounts = _frame(
            [(places[a.document_id], str(a.role), round(a.won)) for a in money(connection, documents)],
            document=pl.Int32,
            role=pl.String,
            won=pl.Int64,
        ).with_row_index("place")
        self._volumes = _frame(volumes, day=pl.Date, other=pl.Int32, collected=pl.Int64)

    def counted(self, span: str) -> pl.DataFrame:
        """Every cell of periods as long as `span`, also of those that the documents only reach into."""
        keys = KEYS[1:]
        first_day = pl.col("day").dt.truncate(span).alias("first_day")
        documents = self._pairs.join(self._documents.with_columns(first_day), on="document")
        amounts = documents.join(self._amounts, on="document").sort("place")
        amounts = amounts.unique([*keys, "story", "won"], keep="first", maintain_order=True)
        of_role = {name: pl.col("won").filter(pl.col("role") == str(role)).sum() for name, role in MONEY.items()}
        volumes = self._volumes.with_columns(first_day, one=pl.lit(0, pl.Int32))
        collected = pl.concat([volumes, volumes.with_columns(other=pl.lit(0, pl.Int32))])
        counts = documents.group_by(keys).agg(
            documents=pl.len().cast(pl.Int64), news=pl.col("news").sum(), stories=pl.col("story").n_unique()
        )
        for more in (
            documents.join(self._voices, on="document").group_by(keys).agg(authors=pl.col("voice").n_unique()),
            documents.join(self._incidents, on="document").group_by(keys).agg(incidents=pl.col("incident").n_unique()),
            amounts.group_by(keys).agg(**of_role),
            collected.group_by(keys).agg(pl.col("collected").sum()),
        ):
            counts = counts.join(more, on=keys, how="full", coalesce=True)
        return counts.fill_null(0)


def _frame(rows: Sequence[tuple[object, ...]], **schema: type[pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row")


def _collected(connection: Connection, first: date, end: date) -> Iterator[tuple[str, date, int]]:
    day = kst_day(Document.published_at)
    rows = connection.execute(
        select(Source.slug, day, func.count())
        .join(Source, Source.id == Document.source_id)
        .where(Document.published_at >= midnight_kst(first), Document.published_at < midnight_kst(end))
        .group_by(Source.slug, day)
        .order_by(Source.slug, day)
    )
    return ((slug, date.fromisoformat(text), n) for slug, text, n in rows)


def _totals(connection: Connection) -> Cells:
    """The documents of each source and each tagger, and all outage documents; sums of money are left at 0."""
    tagger = (Annotation.tagger_version, Annotation.catalog_hash, Annotation.analyser)
    volumes: dict[str, Any] = {
        SOURCE: select(Source.slug, func.count()).join(Document).group_by(Source.slug).order_by(Source.slug),
        TAGGER: select(*tagger, func.count()).where(Annotation.current).group_by(*tagger).order_by(*tagger),
    }
    rows = [
        ((field, " ".join(row[:-1])), row[-1]) for field, query in volumes.items() for row in connection.execute(query)
    ]
    outages = outage_documents().subquery()
    member = select(IncidentDocument.document_id, IncidentDocument.incident_id).where(IncidentDocument.role == MAIN)
    mainly = member.subquery()
    told = (
        select(outages.c.author, mainly.c.incident_id)
        .outerjoin(mainly, mainly.c.document_id == outages.c.document_id)
        .where(outages.c.kind == Kind.POST, outages.c.author != "")
        .distinct()
        .subquery()
    )
    counted_all = connection.execute(
        select(
            func.count().label("documents"),
            func.count(case((outages.c.kind != Kind.POST, 1))).label("news"),
            func.count(distinct(outages.c.story_id)).label("stories"),
            select(func.count()).select_from(told).scalar_subquery().label("authors"),
            select(func.count(distinct(mainly.c.incident_id)))
            .join(outages, outages.c.document_id == mainly.c.document_id)
            .scalar_subquery()
            .label("incidents"),
        ).select_from(outages)
    ).one()
    labels = [ALL, *(label for label, _ in rows)]
    collected = [sum(n for (field, _), n in rows if field == SOURCE), *(n for _, n in rows)]
    frame = pl.DataFrame(
        {"one": 0, "other": range(len(labels)), "collected": collected}, schema_overrides={"one": pl.Int32}
    )
    everything = pl.col("other") == 0
    counts = dict.fromkeys(NUMBERS[1:], 0) | counted_all._asdict()
    told_of = [pl.when(everything).then(counts[name]).otherwise(0).alias(name) for name in NUMBERS[1:]]
    return Cells(labels, frame.select(pl.lit(EVER).alias("by"), pl.lit(TOTALS).alias("first_day"), pl.all(), *told_of))
