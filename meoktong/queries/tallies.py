"""Documents counted by what their annotations say: by service, damage, cause, industry."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, Subquery, and_, case, distinct, func, select
from sqlalchemy.orm import aliased

from meoktong import catalog
from meoktong.models import Kind
from meoktong.store.schema import AnnotationLabel

Documents = Select[*tuple[Any, ...]]  # a restriction of outage_documents()
FIELDS = {"services_affected": "services", "damages": "damages", "causes": "causes", "industries": "industries"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many documents, and how many independent voices they are."""

    documents: int
    news: int
    posts: int
    stories: int  # copies of one text counted once
    authors: int  # different posters, by their keyed hashes; posts without a name add none


def total(connection: Connection, documents: Documents) -> Count:
    """All of `documents`."""
    return _count(connection.execute(select(*_columns(counted := documents.subquery())).select_from(counted)).one())


def by_label(connection: Connection, documents: Documents, field: str) -> dict[str, Count]:
    """`documents` by their labels of `field` (a key of FIELDS), most documents first.

    A document with two labels counts under both, so the counts do not add up to the total.
    """
    counted = documents.subquery()
    columns = _columns(counted)
    rows = connection.execute(
        select(AnnotationLabel.label, *columns)
        .join(counted, counted.c.annotation_id == AnnotationLabel.annotation_id)
        .where(AnnotationLabel.field == field)
        .group_by(AnnotationLabel.label)
    )
    found = {row.label: _count(row) for row in rows}
    return dict(sorted(found.items(), key=lambda item: (-item[1].documents, -item[1].stories, item[0])))


def pairs(connection: Connection, documents: Documents, one: str, other: str) -> Counter[tuple[str, str]]:
    """Documents by a label of field `one` together with a label of field `other`."""
    counted = documents.subquery()
    first, second = aliased(AnnotationLabel), aliased(AnnotationLabel)
    rows = connection.execute(
        select(first.label, second.label, func.count())
        .join(second, second.annotation_id == first.annotation_id)
        .join(counted, counted.c.annotation_id == first.annotation_id)
        .where(first.field == one, second.field == other)
        .group_by(first.label, second.label)
    )
    return Counter({(a, b): number for a, b, number in rows})


def names(field: str, label: str) -> tuple[str, str]:
    """The Korean and English names of a label; the id itself when an older catalog had it."""
    entry = getattr(catalog.load(), FIELDS[field]).get(label)
    return (entry.ko, entry.en) if entry else (label, label)


def _columns(counted: Subquery) -> list[Any]:
    post = counted.c.kind == Kind.POST
    return [
        func.count().label("documents"),
        func.count(case((counted.c.kind == Kind.NEWS, 1))).label("news"),
        func.count(case((post, 1))).label("posts"),
        func.count(distinct(counted.c.story_id)).label("stories"),
        func.count(distinct(case((and_(post, counted.c.author.is_not(None)), counted.c.author)))).label("authors"),
    ]


def _count(row: Any) -> Count:
    return Count(documents=row.documents, news=row.news, posts=row.posts, stories=row.stories, authors=row.authors)
