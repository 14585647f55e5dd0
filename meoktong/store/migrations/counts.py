"""The tables of counts, evaluations and reports, for the first migration."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    """Make them."""
    op.create_table(
        "count_labels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_labels")),
        sa.UniqueConstraint("field", "label", name=op.f("uq_count_labels_field_label")),
    )
    numbers = ("collected", "documents", "news", "stories", "authors", "incidents")
    op.create_table(
        "counts",
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in numbers),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("loss", "claimed", "compensation")),
        sa.ForeignKeyConstraint(["one_id"], ["count_labels.id"], name=op.f("fk_counts_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["count_labels.id"], name=op.f("fk_counts_other_id")),
        sa.PrimaryKeyConstraint("by", "one_id", "other_id", "first_day", name=op.f("pk_counts")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("counts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_counts_first_day"), ["first_day"], unique=False)

    op.create_table(
        "stale_months",
        sa.Column("month", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_stale_months")),
    )
    op.create_table(
        "evaluations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("basis", "tagger_version", "catalog_hash")),
        sa.Column("analyser", sa.Text(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.Double(), nullable=False)
            for name in ("precision", "recall", "ratio", "ratio_low", "ratio_high")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations")),
    )
    with op.batch_alter_table("evaluations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evaluations_measured_at"), ["measured_at"], unique=False)

    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reports_week_made_at"), ["week", "made_at"], unique=False)


def drop() -> None:
    """Remove them."""
    for name in ("reports", "evaluations", "stale_months", "counts", "count_labels"):
        op.drop_table(name)
