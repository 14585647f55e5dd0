"""The tables of counts kept by period, of how far the tagger was measured, and of reports as they were published."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from meoktong.store.schema import Base


class CountLabel(Base):
    """What may be counted apart: a label of the catalog, a source; the field "" with the label "" is everything."""

    __tablename__ = "count_labels"
    __table_args__ = (UniqueConstraint("field", "label"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    field: Mapped[str]  # service, provider, damage, cause, industry, source, tagger or ""
    label: Mapped[str]


class CountRow(Base):
    """Counts of one period, of the documents that have two labels; the smaller id is `one_id`."""

    __tablename__ = "counts"
    __table_args__ = (Index(None, "first_day"), {"sqlite_with_rowid": False})

    by: Mapped[str] = mapped_column(primary_key=True)  # day, week, month or all
    one_id: Mapped[int] = mapped_column(ForeignKey("count_labels.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("count_labels.id"), primary_key=True)
    first_day: Mapped[date] = mapped_column(primary_key=True)
    collected: Mapped[int]
    documents: Mapped[int]
    news: Mapped[int]
    stories: Mapped[int]
    authors: Mapped[int]
    incidents: Mapped[int]
    loss: Mapped[int] = mapped_column(BigInteger)  # won
    claimed: Mapped[int] = mapped_column(BigInteger)
    compensation: Mapped[int] = mapped_column(BigInteger)


class StaleMonth(Base):
    """A month whose counts no longer follow its documents: they are counted anew, or read directly until then."""

    __tablename__ = "stale_months"

    month: Mapped[date] = mapped_column(primary_key=True)  # its first day; 0001-01-01 for the counts of all documents


class Evaluation(Base):
    """How well a tagger agreed with people on one field, when it was measured."""

    __tablename__ = "evaluations"

    id: Mapped[int] = mapped_column(primary_key=True)
    measured_at: Mapped[datetime] = mapped_column(index=True)
    basis: Mapped[str]  # corrections, or the name of a file of coded documents
    tagger_version: Mapped[str]
    catalog_hash: Mapped[str]
    analyser: Mapped[str]
    documents: Mapped[int]
    field: Mapped[str]
    precision: Mapped[float]
    recall: Mapped[float]
    ratio: Mapped[float]  # labels that people gave to labels that the tagger gave: precision / recall
    ratio_low: Mapped[float]
    ratio_high: Mapped[float]


class ReportRow(Base):
    """The figures of a report as they were published."""

    __tablename__ = "reports"
    __table_args__ = (Index(None, "week", "made_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    week: Mapped[str]
    made_at: Mapped[datetime]
    figures: Mapped[dict[str, Any]]
