"""Near-duplicates joined into stories: wire copies, mirrors, cross-posts, shortened and retitled versions.

MinHash bands find the few documents that may be copies; comparing the texts themselves decides. Titles do not count,
so a retitled copy is a copy. Two reporters' own accounts of one outage share almost no wording and stay apart.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, func, select, update
from sqlalchemy import text as sql

from meoktong.models import Precision
from meoktong.shingles import SHINGLE, bands, letters_of, shingles
from meoktong.store import Store
from meoktong.store.bulk import insert_values, marks
from meoktong.store.schema import Document, DocumentStory, DocumentVersion, Story, StoryBand
from meoktong.store.stale import mark_changed

CONTAINED = 0.6  # share of the shorter text's shingles that a copy has in common with the longer
SHORTEST = 40  # letters and digits below which the same words may be chance
APART = timedelta(days=31)  # the same words later than this tell of another outage
CROWD = 64  # stories a band may name; a fuller one is a phrase that everybody uses
MEMBERS = 5  # documents of one story that are compared
BATCH = 500  # documents in one transaction
CHUNK = 1000  # values in one statement
KEYS = 10000
PERIOD = 2 * APART.days  # so that copies are in two of them at most

Many = TypeVar("Many", Sequence[int], NDArray[np.int64])


@dataclass(frozen=True)
class Text:
    """What is compared of a document: its letters and digits, with the title's only where there are few others."""

    document_id: int
    version_id: int
    published_at: datetime | None
    letters: str
    story_id: int | None  # if it is in one

    @cached_property
    def shingles(self) -> frozenset[str]:
        """What copies have in common."""
        return shingles(self.letters)


def assign(store: Store) -> int:
    """Put each document whose newest text was not compared yet into a story, and return how many there were.

    Call it after documents were written; what a killed process left undone is taken up by the next call. A document
    never leaves its story. When a text turns out to be a copy of several stories they become one, under the lowest id.
    A story's canonical document is the one published first. Raises StoreError.
    """
    done = 0
    while count := _assign_batch(store):
        done += count
    return done


def is_copy(one: Text, other: Text) -> bool:
    """Whether two documents carry the same text, perhaps edited, retitled or shortened."""
    if one.published_at and other.published_at and abs(one.published_at - other.published_at) > APART:
        return False
    shorter = min(len(one.shingles), len(other.shingles))
    return shorter > SHORTEST - SHINGLE and len(one.shingles & other.shingles) >= CONTAINED * shorter


def _assign_batch(store: Store) -> int:
    with store.writing() as connection:
        # Version ids grow with time and writers take turns: all that is above the highest is still to be compared.
        compared = select(func.coalesce(func.max(DocumentStory.version_id), 0)).scalar_subquery()
        texts = _texts(connection, DocumentVersion.id > compared, limit=BATCH)
        if texts:
            changes = _Shelf(connection, texts).place(texts)
            _save(connection, texts, changes)
    return len(texts)


def _texts(connection: Connection, condition: ColumnElement[bool], limit: int | None = None) -> list[Text]:
    """The newest texts of the documents that meet `condition`, in the order in which they came."""
    version = DocumentVersion
    rows = connection.execute(
        select(
            version.document_id,
            version.id,
            Document.published_at,
            version.title,
            version.text,
            DocumentStory.story_id,
        )
        .join(Document, Document.id == version.document_id)
        .outerjoin(DocumentStory, DocumentStory.document_id == version.document_id)
        .where(version.number == Document.version, condition)
        .order_by(version.id)
        .limit(limit)
    )
    found = rows.all()
    letters = letters_of([row.text for row in found])
    short = [place for place, each in enumerate(letters) if len(each) < SHORTEST]
    for place, title in zip(short, letters_of([found[place].title for place in short]), strict=True):
        letters[place] = title + letters[place]
    return [
        Text(row.document_id, row.id, row.published_at, each, row.story_id)
        for row, each in zip(found, letters, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Changes:
    """What placing a batch changes: each document's story, stories swallowed by another, new rows of bands."""

    founded: list[int]  # new stories
    stories: dict[int, int]
    swallowed: dict[int, int]
    bands: list[tuple[int, int]]  # (key, document id)


class _Shelf:
    """The stored stories that a batch of texts may belong to, and where the batch goes."""

    def __init__(self, connection: Connection, texts: Sequence[Text]) -> None:
        keys, owners, kept = _lookups(connection, texts)
        distinct, times = np.unique(keys, return_counts=True)
        # Documents by key, for the keys that more than one text may have.
        self._named: dict[int, list[int]] = {key: [] for key in distinct[times > 1].tolist()}
        for key, document_id in _named(connection, distinct):
            self._named.setdefault(key, []).append(document_id)
        shared = np.zeros(len(distinct), bool)
        shared[np.searchsorted(distinct, np.array(list(self._named), np.int64))] = True
        shared = np.repeat(shared, times)
        self._alone = list(zip(keys[kept & ~shared].tolist(), owners[kept & ~shared].tolist(), strict=True))
        self._visible: dict[int, list[int]] = defaultdict(list)  # keys by text: where it looks for copies
        self._kept: dict[int, list[int]] = defaultdict(list)  # and of these, where it is to be found
        for key, owner, is_kept in zip(*(each[shared].tolist() for each in (keys, owners, kept)), strict=True):
            self._visible[owner].append(key)
            if is_kept:
                self._kept[owner].append(key)
        self._texts = {t.document_id: t for t in texts}
        near = set(chain.from_iterable(self._named.values()))
        for chunk in _chunks(sorted(near - self._texts.keys())):
            self._texts |= {t.document_id: t for t in _texts(connection, Document.id.in_(chunk))}
        # Of a document; see _root.
        self._story = {t.document_id: t.story_id for t in self._texts.values() if t.story_id is not None}
        self._swallowed: dict[int, int] = {}

    def place(self, texts: Sequence[Text]) -> Changes:
        """Find the story of each of `texts`, in their order."""
        new = [t.document_id for t in texts if t.document_id not in self._story]
        added = [*self._alone, *((key, t.document_id) for t in texts for key in self._place(t))]
        stories = {t.document_id: self._root(t.document_id) for t in texts}
        swallowed = {story: self._standing(story) for story in self._swallowed}
        return Changes([story for story in new if stories[story] == story], stories, swallowed, added)

    def _place(self, text: Text) -> list[int]:
        """Give `text` its story and return under which of the shared bands it is to be found."""
        ours = {self._root(other) for other in self._copies(text)}
        if text.document_id in self._story:
            ours.add(self._root(text.document_id))
        story = min(ours, default=text.document_id)
        self._story[text.document_id] = story
        self._swallowed |= dict.fromkeys(ours - {story}, story)
        # A band needs to name a story only once: its copies, however many, are found through that document.
        new = []
        for key in self._kept[text.document_id]:
            named = self._named[key]
            if not named or (len(named) < CROWD and all(self._root(other) != story for other in named)):
                named.append(text.document_id)
                new.append(key)
        return new

    def _copies(self, text: Text) -> Iterator[int]:
        """One document of each story that has a copy of `text`."""
        shared = Counter(chain.from_iterable([self._named[key] for key in self._visible[text.document_id]]))
        members: dict[int, list[int]] = defaultdict(list)
        for document_id, _ in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
            if document_id != text.document_id:
                members[self._root(document_id)].append(document_id)
        for found in members.values():
            yield from [d for d in found[:MEMBERS] if is_copy(text, self._texts[d])][:1]

    def _root(self, document_id: int) -> int:
        return self._standing(self._story[document_id])

    def _standing(self, story: int) -> int:
        while story in self._swallowed:
            story = self._swallowed[story]
        return story


def _period(published_at: datetime | None) -> int:
    """The number of the stretch of time under which a document's bands are kept, 0 without a date.

    So the few that it may belong to stand together, however many years are stored.
    """
    return published_at.toordinal() // PERIOD if published_at else 0


def _seen(published_at: datetime | None) -> tuple[int, ...]:
    """Numbers of the periods that may hold copies; none where all may."""
    if published_at is None:
        return ()
    day = published_at.toordinal()
    return 0, (day - APART.days) // PERIOD, (day + APART.days) // PERIOD


def _periods(connection: Connection) -> Sequence[int]:
    """Those under which bands are kept; a look-up for each."""
    return connection.scalars(_PERIODS).all()


def _lookups(
    connection: Connection, texts: Sequence[Text]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Keys under which each text's copies may be, in order; the texts' ids; whether the text is kept there too."""
    own = [_period(t.published_at) for t in texts]
    everywhere = sorted({0, *own, *_periods(connection)}) if 0 in own else []
    views = [(place, period) for place, t in enumerate(texts) for period in _seen(t.published_at) or everywhere]
    viewers, periods = np.array(views).T
    keys = _keys(periods, bands([t.letters for t in texts])[viewers])
    order = np.argsort(keys, axis=None)
    rows = viewers[order // keys.shape[1]]
    kept = periods[order // keys.shape[1]] == np.array(own)[rows]
    return keys.ravel()[order], np.array([t.document_id for t in texts])[rows], kept


def _keys(periods: NDArray[np.int64], hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Under which bands are stored: the period in the first 16 bits, then 48 of the hash; the shape of `hashes`."""
    return (periods.astype(np.uint64)[:, None] << np.uint64(48) | hashes >> np.uint64(16)).view(np.int64)


def _named(connection: Connection, keys: NDArray[np.int64]) -> Iterator[Row[*tuple[Any, ...]]]:
    """The stored bands among `keys` with the documents that they name, in the order of keys and documents."""
    for chunk in _chunks(keys):
        values = chunk.tolist()  # SQLAlchemy would take longer over them than the database
        places = marks(connection.dialect, len(values))  # parameter marks: no data gets into the query
        query = f"SELECT hash, document_id FROM story_bands WHERE hash IN ({places}) ORDER BY hash, document_id"  # noqa: S608
        yield from connection.exec_driver_sql(query, tuple(values)).all()


_PERIODS = sql(
    "WITH RECURSIVE found(hash) AS (SELECT min(hash) FROM story_bands UNION ALL "
    "SELECT (SELECT min(hash) FROM story_bands WHERE hash >= ((found.hash >> 48) + 1) << 48) "
    "FROM found WHERE hash IS NOT NULL) SELECT hash >> 48 FROM found WHERE hash IS NOT NULL"
)


def _save(connection: Connection, texts: Sequence[Text], changes: Changes) -> None:
    insert_values(connection, Story, ["id", "canonical_document_id"], [(story, story) for story in changes.founded])
    rows = [(t.document_id, changes.stories[t.document_id], t.version_id) for t in texts]
    new = [row for row, t in zip(rows, texts, strict=True) if t.story_id is None]
    insert_values(connection, DocumentStory, ["document_id", "story_id", "version_id"], new)
    columns = ("document", "story", "version")
    if old := [dict(zip(columns, row, strict=True)) for row, t in zip(rows, texts, strict=True) if t.story_id]:
        moved = update(DocumentStory).where(DocumentStory.document_id == bindparam("document"))
        connection.execute(moved.values(story_id=bindparam("story"), version_id=bindparam("version")), old)
    mark_changed(connection, changes.stories)
    for story, into in changes.swallowed.items():
        mark_changed(
            connection,
            connection.scalars(select(DocumentStory.document_id).where(DocumentStory.story_id == story)).all(),
        )
        connection.execute(update(DocumentStory).where(DocumentStory.story_id == story).values(story_id=into))
        connection.execute(delete(Story).where(Story.id == story))
    # Sorted, because neighbours in the table cost less than rows all over it.
    insert_values(connection, StoryBand, ["hash", "document_id"], sorted(changes.bands))
    grown = changes.stories.keys() - changes.founded
    _crown(connection, {changes.stories[document_id] for document_id in grown})


def _crown(connection: Connection, stories: Collection[int]) -> None:
    """Make the document that was published first the canonical one of each of `stories`."""
    rows = connection.execute(
        select(
            DocumentStory.story_id,
            Story.canonical_document_id,
            Document.id,
            Document.published_at,
            Document.published_precision,
        )
        .join(Story, Story.id == DocumentStory.story_id)
        .join(Document, Document.id == DocumentStory.document_id)
        .where(DocumentStory.story_id.in_(stories))
    ).all()
    first = {}
    for row in sorted(rows, key=_seniority, reverse=True):
        first[row.story_id] = row
    for story, row in first.items():
        if row.canonical_document_id != row.id:
            connection.execute(update(Story).where(Story.id == story).values(canonical_document_id=row.id))


def _seniority(row: Row[*tuple[Any, ...]]) -> tuple[bool, datetime, int]:
    """Sorts the earliest published first; a time known to the day counts as that day's end, an unknown one as last."""
    at = row.published_at or datetime.max.replace(tzinfo=UTC)
    if row.published_precision == Precision.DAY:
        at += timedelta(days=1)
    return row.published_at is None, at, row.id


def _chunks(values: Many) -> Iterator[Many]:
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))
