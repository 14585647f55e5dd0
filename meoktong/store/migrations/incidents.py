"""The tables of incidents, for the first migration."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    """Make them; the tables of documents are there."""
    _incidents()
    _decisions_and_alerts()


def drop() -> None:
    """Remove them."""
    for name in (
        "alerts",
        "incident_decision_documents",
        "incident_decisions",
        "incident_dates",
        "incident_stale_documents",
        "incident_accounts",
        "incident_documents",
        "incidents",
    ):
        op.drop_table(name)


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_precision", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_precision", sa.Text(), nullable=True),
        sa.Column("ended_basis", sa.Text(), nullable=True),
        sa.Column("duration_minutes", sa.Integer(), nullable=True),
        sa.Column("duration_basis", sa.Text(), nullable=True),
        sa.Column("first_report_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_report_precision", sa.Text(), nullable=True),
        sa.Column("severity", sa.Double(), nullable=True),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        sa.UniqueConstraint("slug", name=op.f("uq_incidents_slug")),
    )
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incidents_started_at"), ["started_at"], unique=False)

    op.create_table(
        "incident_documents",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_incident_documents_document_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_incident_documents_incident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("incident_id", "document_id", name=op.f("pk_incident_documents")),
    )
    with op.batch_alter_table("incident_documents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_documents_document_id"), ["document_id"], unique=False)

    op.create_table(
        "incident_accounts",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("annotation_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("root", sa.Text(), nullable=True),
        sa.Column("providers", sa.JSON(), nullable=False),
        sa.Column("causes", sa.JSON(), nullable=False),
        sa.Column("dates", sa.JSON(), nullable=False),
        sa.Column("recalls", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_precision", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_precision", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_incident_accounts_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_incident_accounts")),
    )
    with op.batch_alter_table("incident_accounts", schema=None) as batch_op:
        for columns in (["story_id"], ["published_at"], ["started_at"], ["root", "published_at"]):
            batch_op.create_index(batch_op.f(f"ix_incident_accounts_{'_'.join(columns)}"), columns, unique=False)

    op.create_table(
        "incident_stale_documents",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_incident_stale_documents_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_incident_stale_documents")),
    )
    op.create_table(
        "incident_dates",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["incident_accounts.document_id"],
            name=op.f("fk_incident_dates_document_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("day", "document_id", name=op.f("pk_incident_dates")),
    )
    with op.batch_alter_table("incident_dates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_dates_document_id"), ["document_id"], unique=False)


def _decisions_and_alerts() -> None:
    op.create_table(
        "incident_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("other", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_decisions")),
    )
    op.create_table(
        "incident_decision_documents",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["incident_decisions.id"],
            name=op.f("fk_incident_decision_documents_decision_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_incident_decision_documents_document_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("decision_id", "document_id", name=op.f("pk_incident_decision_documents")),
    )
    with op.batch_alter_table("incident_decision_documents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_decision_documents_document_id"), ["document_id"], unique=False)

    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("first_hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voices", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Double(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_alerts_incident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("service", "first_hour", name=op.f("uq_alerts_service_first_hour")),
    )
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alerts_incident_id"), ["incident_id"], unique=False)
