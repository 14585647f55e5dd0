"""Near-duplicates joined into stories: wire copies, mirrors, cross-posts, shortened and retitled versions.

MinHash bands find the few documents that may be copies; comparing the texts themselves decides. Titles do not count,
so a retitled copy is a copy. Two reporters' own accounts of one outage share almost no wording and stay apart.
"""

import hashlib
import re
import struct
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from rensa import RMinHash
from sqlalchemy import ColumnElement, Connection, Row, delete, func, select, update

from meoktong.models import Precision
from meoktong.store import Store
from meoktong.store.bulk import insert_rows
from meoktong.store.schema import Document, DocumentStory, DocumentVersion, Story, StoryBand
from meoktong.store.stale import mark_changed

SHINGLE = 5  # characters; unrelated Korean texts share about 1 in 100 of them
CONTAINED = 0.6  # share of the shorter text's shingles that a copy has in common with the longer
SHORTEST = 40  # letters and digits below which the same words may be chance
APART = timedelta(days=31)  # the same words later than this tell of another outage
ROWS = 3  # minima in a band
BANDS = 24  # over the whole text: half of the shingles shared is found with 96 %
LEAD = 100  # letters and digits that a shortened copy keeps
LEAD_BANDS = 8
SEED = 1
CROWD = 64  # stories a band may name; a fuller one is a phrase that everybody uses
MEMBERS = 5  # documents of one story that are compared
BATCH = 200  # documents in one transaction
CHUNK = 1000  # values in one statement
_NO_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Text:
    """What is compared of a document."""

    document_id: int
    version_id: int
    published_at: datetime | None
    shingles: frozenset[str]
    beginning: str  # its first letters


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
    shorter = min(len(one.shingles), len(other.shingles))
    if shorter <= SHORTEST - SHINGLE:
        return False
    if one.published_at and other.published_at and abs(one.published_at - other.published_at) > APART:
        return False
    return len(one.shingles & other.shingles) >= CONTAINED * shorter


def bands(texts: Sequence[Text]) -> list[list[int]]:
    """For each text the signed 64-bit hashes of its MinHash bands; copies share at least one almost surely."""
    whole = RMinHash.digests_from_token_sets([list(t.shingles) for t in texts], BANDS * ROWS, SEED)
    lead = RMinHash.digests_from_token_sets([list(_shingles(t.beginning)) for t in texts], LEAD_BANDS * ROWS, SEED)
    return [_hashes(w, _WHOLE) + _hashes(e, _LEAD) for w, e in zip(whole, lead, strict=True)]


def _hashes(digest: Sequence[int], places: Sequence[bytes]) -> list[int]:
    minima = struct.pack(f">{len(digest)}I", *digest)
    keys = (place + minima[start : start + _WIDE] for place, start in zip(places, _STARTS, strict=False))
    hashed = b"".join([hashlib.blake2b(key, digest_size=8).digest() for key in keys])
    return list(struct.unpack(f">{len(places)}q", hashed))


_WIDE = 4 * ROWS  # bytes of a band's minima
_STARTS = range(0, _WIDE * max(BANDS, LEAD_BANDS), _WIDE)
_WHOLE = [b"whole" + struct.pack(">I", ROWS * band) for band in range(BANDS)]
_LEAD = [b"lead" + struct.pack(">I", ROWS * band) for band in range(LEAD_BANDS)]


def text_of(document_id: int, version_id: int, published_at: datetime | None, title: str, text: str) -> Text:
    """A document's text as it is compared: its letters and digits, with the title only where there is little else."""
    letters = _letters(text)
    if len(letters) < SHORTEST:
        letters = _letters(title) + letters
    return Text(document_id, version_id, published_at, _shingles(letters), letters[:LEAD])


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKC", text).lower())


def _shingles(letters: str) -> frozenset[str]:
    return frozenset([letters[i : i + SHINGLE] for i in range(max(1, len(letters) - SHINGLE + 1))])


def _assign_batch(store: Store) -> int:
    with store.writing() as connection:
        # Version ids grow with time and writers take turns: all that is above the highest is still to be compared.
        compared = select(func.coalesce(func.max(DocumentStory.version_id), 0)).scalar_subquery()
        texts = _texts(connection, DocumentVersion.id > compared, limit=BATCH)
        if texts:
            changes = _Shelf(connection, texts).place(texts)
            _save(store, connection, texts, changes)
    return len(texts)


def _texts(connection: Connection, condition: ColumnElement[bool], limit: int | None = None) -> list[Text]:
    """The newest texts of the documents that meet `condition`, in the order in which they came."""
    version = DocumentVersion
    rows = connection.execute(
        select(version.document_id, version.id, Document.published_at, version.title, version.text)
        .join(Document, Document.id == version.document_id)
        .where(version.number == Document.version, condition)
        .order_by(version.id)
        .limit(limit)
    )
    return [text_of(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Changes:
    """What placing a batch changes: each document's story, stories swallowed by another, new rows of bands."""

    stories: dict[int, int]
    swallowed: dict[int, int]
    bands: list[tuple[int, int]]  # (hash, document id)


# Written out: as parameters, SQLAlchemy would take longer over a text's 32 numbers than the database.
_NAMED = "SELECT hash, document_id FROM story_bands WHERE hash IN ({}) ORDER BY document_id"


class _Shelf:
    """The stored stories that a batch of texts may belong to, and where the batch goes."""

    def __init__(self, connection: Connection, texts: Sequence[Text]) -> None:
        self._hashes = dict(zip((t.document_id for t in texts), bands(texts), strict=True))
        self._texts = {t.document_id: t for t in texts}
        self._story: dict[int, int] = {}  # of a document; see _root
        self._swallowed: dict[int, int] = {}
        self._named: dict[int, list[int]] = defaultdict(list)  # documents by band
        for chunk in _chunks(sorted(set(chain.from_iterable(self._hashes.values())))):
            for key, document_id in connection.exec_driver_sql(_NAMED.format(", ".join(map(str, chunk)))).all():
                self._named[key].append(document_id)
        near = set(chain.from_iterable(self._named.values()))
        for chunk in _chunks(sorted(near - self._texts.keys())):
            self._texts |= {t.document_id: t for t in _texts(connection, Document.id.in_(chunk))}
        for chunk in _chunks(sorted(self._texts)):
            rows = connection.execute(
                select(DocumentStory.document_id, DocumentStory.story_id).where(DocumentStory.document_id.in_(chunk))
            )
            self._story |= {row.document_id: row.story_id for row in rows}

    def place(self, texts: Sequence[Text]) -> Changes:
        """Find the story of each of `texts`, in their order."""
        added = [(key, t.document_id) for t in texts for key in self._place(t)]
        swallowed = {story: self._standing(story) for story in self._swallowed}
        return Changes({t.document_id: self._root(t.document_id) for t in texts}, swallowed, added)

    def _place(self, text: Text) -> list[int]:
        """Give `text` its story and return the bands under which it is to be found."""
        ours = {self._root(other) for other in self._copies(text)}
        if text.document_id in self._story:
            ours.add(self._root(text.document_id))
        story = min(ours, default=text.document_id)
        self._story[text.document_id] = story
        self._swallowed |= dict.fromkeys(ours - {story}, story)
        # A band needs to name a story only once: its copies, however many, are found through that document.
        new = []
        for key in self._hashes[text.document_id]:
            named = self._named[key]
            if not named or (len(named) < CROWD and all(self._root(other) != story for other in named)):
                named.append(text.document_id)
                new.append(key)
        return new

    def _copies(self, text: Text) -> Iterator[int]:
        """One document of each story that has a copy of `text`."""
        shared = Counter(d for key in self._hashes[text.document_id] for d in self._named[key])
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


def _save(store: Store, connection: Connection, texts: Sequence[Text], changes: Changes) -> None:
    touched = sorted(set(changes.stories.values()))
    founded = store.insert(Story).on_conflict_do_nothing()
    connection.execute(founded, [{"id": story, "canonical_document_id": story} for story in touched])
    placed = store.insert(DocumentStory)
    placed = placed.on_conflict_do_update(
        index_elements=[DocumentStory.document_id],
        set_={"story_id": placed.excluded.story_id, "version_id": placed.excluded.version_id},
    )
    connection.execute(
        placed,
        [
            {"document_id": t.document_id, "story_id": changes.stories[t.document_id], "version_id": t.version_id}
            for t in texts
        ],
    )
    mark_changed(connection, changes.stories)
    for story, into in changes.swallowed.items():
        mark_changed(
            connection,
            connection.scalars(select(DocumentStory.document_id).where(DocumentStory.story_id == story)).all(),
        )
        connection.execute(update(DocumentStory).where(DocumentStory.story_id == story).values(story_id=into))
        connection.execute(delete(Story).where(Story.id == story))
    insert_rows(
        connection, StoryBand, [{"hash": key, "document_id": document_id} for key, document_id in changes.bands]
    )
    _crown(connection, touched)


def _crown(connection: Connection, stories: Sequence[int]) -> None:
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


def _chunks(values: Sequence[int]) -> Iterator[Sequence[int]]:
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))
