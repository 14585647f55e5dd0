"""The tables, the same on SQLite and PostgreSQL. docs/schema.md explains each column to researchers."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class UTCDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. SQLite drops the offset, so a naive value is refused on the way in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; refuse a naive value."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the offset back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Names constraints, so that a migration can drop them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: UTCDateTime(), str: Text(), dict[str, Any]: JSON(), list[Any]: JSON()}


class Source(Base):
    """A newspaper, board or imported collection."""

    __tablename__ = "sources"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    lock_owner: Mapped[str | None]  # the run that holds the source, as long as lock_expires_at is ahead
    lock_expires_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]  # when a live page was read on purpose and every field came out


class CrawlRun(Base):
    """One crawl of one source, or one import."""

    __tablename__ = "crawl_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]
    status: Mapped[str]  # running, done, nothing-new, failed, interrupted
    message: Mapped[str | None]  # why it failed, one line
    options: Mapped[dict[str, Any]]  # since, until, limit ...
    version: Mapped[str]  # of meoktong


class Url(Base):
    """What is remembered of an address between runs: enough to fetch it again only when it changed."""

    __tablename__ = "urls"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(unique=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), index=True)
    kind: Mapped[str]  # listing or page
    discovered_at: Mapped[datetime]
    listed: Mapped[dict[str, Any]]  # what the listing said: published_at, published_precision, modified_at
    fetched_at: Mapped[datetime | None]
    attempts: Mapped[int]  # since the last success
    outcome: Mapped[str]  # of the last run that met it
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]


class RunUrl(Base):
    """How one address ended in one run: the funnel counts these rows, one per page discovered."""

    __tablename__ = "run_urls"

    run_id: Mapped[int] = mapped_column(ForeignKey("crawl_runs.id"), primary_key=True)
    url_id: Mapped[int] = mapped_column(ForeignKey("urls.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(index=True)
    detail: Mapped[str | None]
    at: Mapped[datetime]


class Document(Base):
    """An article or post: one row per address, whatever it went through."""

    __tablename__ = "documents"
    __table_args__ = (Index(None, "source_id", "published_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(unique=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    external_id: Mapped[str | None] = mapped_column(index=True)
    kind: Mapped[str]
    extent: Mapped[str]  # full, excerpt or snippet
    title: Mapped[str]
    author: Mapped[str | None]  # a byline; of a post, a keyed hash
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    published_precision: Mapped[str | None]
    published_origin: Mapped[str | None]
    published_reason: Mapped[str | None]  # why published_at is NULL
    modified_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(index=True)
    version: Mapped[int]  # number of the newest row in document_versions


class DocumentVersion(Base):
    """A text as it stood when fetched. A correction adds a row; nothing is overwritten."""

    __tablename__ = "document_versions"
    __table_args__ = (UniqueConstraint("document_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    number: Mapped[int]
    fetched_at: Mapped[datetime]
    modified_at: Mapped[datetime | None]
    title: Mapped[str]
    text: Mapped[str]
    comments: Mapped[list[Any]]  # [{text, published_at, author}], masked
    content_hash: Mapped[str] = mapped_column(String(64))


class Annotation(Base):
    """What one tagger version with one catalog said of one document version."""

    __tablename__ = "annotations"
    __table_args__ = (
        UniqueConstraint("version_id", "tagger_version", "catalog_hash", "analyser"),
        Index(
            "ux_annotations_current",
            "document_id",
            unique=True,
            sqlite_where=text("current = 1"),  # as SQLAlchemy asks: the planner compares words
            postgresql_where=text("current"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(ForeignKey("document_versions.id", ondelete="CASCADE"))
    current: Mapped[bool]  # true on exactly one row a document: the newest version by the newest tagger
    relevant: Mapped[bool]
    status: Mapped[str]  # ongoing, partial, recovered, unstated
    outage_start: Mapped[datetime | None]
    outage_start_precision: Mapped[str | None]
    outage_end: Mapped[datetime | None]
    outage_end_precision: Mapped[str | None]
    tagger_version: Mapped[str]
    catalog_hash: Mapped[str]
    analyser: Mapped[str]
    tagged_at: Mapped[datetime]


class AnnotationLabel(Base):
    """One label of one annotation: field is relevant, services_affected, damages, status, outage_start ..."""

    __tablename__ = "annotation_labels"
    __table_args__ = (UniqueConstraint("annotation_id", "field", "label"), Index(None, "field", "label"))

    id: Mapped[int] = mapped_column(primary_key=True)
    annotation_id: Mapped[int] = mapped_column(ForeignKey("annotations.id", ondelete="CASCADE"))
    field: Mapped[str]
    label: Mapped[str]


class LabelEvidence(Base):
    """The characters that earned a label, their sentence, and the rule that read them."""

    __tablename__ = "label_evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    label_id: Mapped[int] = mapped_column(ForeignKey("annotation_labels.id", ondelete="CASCADE"), index=True)
    part: Mapped[str]  # title or text
    start: Mapped[int]
    end: Mapped[int]
    sentence: Mapped[str]
    rule: Mapped[str]


class QuantityRow(Base):
    """An amount in the text: money in won, percent, duration in minutes, count."""

    __tablename__ = "quantities"

    id: Mapped[int] = mapped_column(primary_key=True)
    annotation_id: Mapped[int] = mapped_column(ForeignKey("annotations.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    value: Mapped[float]
    high: Mapped[float | None]
    surface: Mapped[str]
    part: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    sentence: Mapped[str]
    rule: Mapped[str]


class ReviewItem(Base):
    """A document drawn for people to code, and how many documents of its kind it stands for."""

    __tablename__ = "review_items"

    sample: Mapped[str] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    version_id: Mapped[int] = mapped_column(ForeignKey("document_versions.id", ondelete="CASCADE"))
    stratum: Mapped[str]  # such as "news dropped": drawn from apart
    weight: Mapped[float]


class Story(Base):
    """Documents that are the same text: an original, its mirrors and its syndicated copies."""

    __tablename__ = "stories"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # the id of its first document
    canonical_document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), unique=True)


class DocumentStory(Base):
    """The one story that a document belongs to."""

    __tablename__ = "document_stories"

    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[int] = mapped_column(  # the text that was compared; newer ones are still to be compared
        ForeignKey("document_versions.id", ondelete="CASCADE"), unique=True
    )


class StoryBand(Base):
    """MinHash bands: documents that share a hash may be near-duplicates."""

    __tablename__ = "story_bands"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    hash: Mapped[int] = mapped_column(BigInteger, primary_key=True)  # period, band and minima in signed 64 bits
    document_id: Mapped[int] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ClaimRow(Base):
    """One merchant's claim of damage, as a report centre's sheet has it."""

    __tablename__ = "claims"
    __table_args__ = (UniqueConstraint("source_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    key: Mapped[str]  # the claim's id in the sheet, masked, or a hash of its row
    reported_at: Mapped[datetime | None]
    reported_precision: Mapped[str | None]
    amount: Mapped[int | None] = mapped_column(BigInteger)  # won
    document_id: Mapped[int | None] = mapped_column(  # what the merchant wrote, as a post
        ForeignKey("documents.id", ondelete="SET NULL"), index=True
    )


class ClaimAnswer(Base):
    """One answer of a claim: field is region, trade, service or damage."""

    __tablename__ = "claim_answers"

    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id", ondelete="CASCADE"), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    raw: Mapped[str] = mapped_column(primary_key=True)  # as it was given
    label: Mapped[str | None]  # the catalog's id, when it is known


class ApiCalls(Base):
    """Calls of a search API in a day of Korea, by whichever run."""

    __tablename__ = "api_calls"

    api: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    calls: Mapped[int]
