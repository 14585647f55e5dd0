"""Figures of weekly summaries as they were published, so that each can be given again."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from meoktong.store.connection import Store
from meoktong.store.schema_counts import ReportRow
from meoktong.times import now

CIRCUMSTANCES = "freshness"  # the part of the figures that changes with every run


def keep(store: Store, week: str, figures: dict[str, Any]) -> None:
    """Keep `figures` (JSON values), unless those kept last for the week are the same. Raises StoreError."""
    with store.writing() as connection:
        last = connection.scalar(
            select(ReportRow.figures).where(ReportRow.week == week).order_by(ReportRow.made_at.desc()).limit(1)
        )
        if last is None or _counts(last) != _counts(figures):
            connection.execute(insert(ReportRow).values(week=week, made_at=now(), figures=figures))


def kept(store: Store, week: str, at: datetime) -> tuple[datetime, dict[str, Any]] | None:
    """When the figures that stood at `at` were published, and the figures; None if none were. Raises StoreError."""
    with store.reading() as connection:
        row = connection.execute(
            select(ReportRow.made_at, ReportRow.figures)
            .where(ReportRow.week == week, ReportRow.made_at <= at)
            .order_by(ReportRow.made_at.desc())
            .limit(1)
        ).first()
    return (row.made_at, row.figures) if row else None


def _counts(figures: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in figures.items() if key != CIRCUMSTANCES}
