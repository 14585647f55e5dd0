"""The tables of incidents: outages put together from documents, what persons decided on them, and alerts."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from meoktong.store.schema import Base


class Incident(Base):
    """One outage of one provider, reconstructed from documents, or suspected because of a burst."""

    __tablename__ = "incidents"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)  # YYYY-MM-DD-provider
    provider: Mapped[str]  # a service of the catalog
    started_at: Mapped[datetime | None] = mapped_column(index=True)
    started_precision: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_precision: Mapped[str | None]
    ended_basis: Mapped[str | None]  # stated, or derived from the start and the length
    duration_minutes: Mapped[int | None]
    duration_basis: Mapped[str | None]  # times, stated or at_least
    first_report_at: Mapped[datetime | None]
    first_report_precision: Mapped[str | None]
    severity: Mapped[float | None]  # NULL without documents
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]


class IncidentDocument(Base):
    """A document that tells of an incident, mainly or as background."""

    __tablename__ = "incident_documents"

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id", ondelete="CASCADE"), primary_key=True)
    document_id: Mapped[int] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[str]  # main or background


class AccountRow(Base):
    """What grouping reads of an outage document, kept so that only new and changed documents are read again."""

    __tablename__ = "incident_accounts"
    __table_args__ = (Index(None, "root", "published_at"),)

    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    annotation_id: Mapped[int]  # that it was read from; another one that is current is to be read
    story_id: Mapped[int] = mapped_column(index=True)
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    root: Mapped[str | None]  # provider whose failure it is about; NULL when it names no interrupted service
    providers: Mapped[list[Any]]
    causes: Mapped[list[Any]]
    dates: Mapped[list[Any]]  # days and months that its evidence names: 2022-10-15, 2022-10
    recalls: Mapped[list[Any]]  # earlier outages: provider, first and last day
    started_at: Mapped[datetime | None] = mapped_column(index=True)
    started_precision: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_precision: Mapped[str | None]


class StaleDocument(Base):
    """A document that came, went or changed since incidents were grouped."""

    __tablename__ = "incident_stale_documents"

    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)


class NamedDate(Base):
    """A day or month that a document's evidence names, to find those that tell of an incident of that day."""

    __tablename__ = "incident_dates"

    day: Mapped[str] = mapped_column(primary_key=True)  # 2022-10-15 or 2022-10
    document_id: Mapped[int] = mapped_column(
        ForeignKey("incident_accounts.document_id", ondelete="CASCADE"), primary_key=True, index=True
    )


class DecisionRow(Base):
    """A person joined two incidents, took documents out of one or vouched for one; none is ever overwritten."""

    __tablename__ = "incident_decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # merge, split or confirm
    person: Mapped[str]
    at: Mapped[datetime]
    slug: Mapped[str]  # of the incident that was joined to, split or confirmed
    other: Mapped[str | None]  # slug that was given up by a merge, or made by a split


class DecisionDocument(Base):
    """A document that was mainly about the incidents of a decision."""

    __tablename__ = "incident_decision_documents"

    decision_id: Mapped[int] = mapped_column(ForeignKey("incident_decisions.id", ondelete="CASCADE"), primary_key=True)
    document_id: Mapped[int] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    moved: Mapped[bool]  # of the incident given up, or taken out; else of the one that stays


class AlertRow(Base):
    """A burst of documents that name a service, against what is usual at that hour of the week."""

    __tablename__ = "alerts"
    __table_args__ = (UniqueConstraint("service", "first_hour"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id", ondelete="CASCADE"), index=True)
    service: Mapped[str]
    first_hour: Mapped[datetime]  # beginning of the first hour above the limit
    last_hour: Mapped[datetime]  # of the last one so far
    voices: Mapped[int]  # in the first hour
    expected: Mapped[float]
    probability: Mapped[float]  # of so many or more voices in an ordinary hour
    opened_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]  # when the webhook took it
