"""Targets in versions, and figures as they were compiled."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "target_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("figure", sa.String(length=60), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_target_version_reason")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_target_version_created_by_id")),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_target_version_import_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_target_version_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_version")),
    )
    op.create_index(
        op.f("ix_target_version_figure_organisation_id_id"),
        "target_version",
        ["figure", "organisation_id", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_target_version_import_id"), "target_version", ["import_id"], unique=False)
    op.create_index(op.f("ix_target_version_organisation_id"), "target_version", ["organisation_id"], unique=False)
    op.create_table(
        "target_point",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.CheckConstraint("value >= 0", name=op.f("ck_target_point_value")),
        sa.ForeignKeyConstraint(["version_id"], ["target_version.id"], name=op.f("fk_target_point_version_id")),
        sa.PrimaryKeyConstraint("version_id", "day", name=op.f("pk_target_point")),
    )
    op.create_table(
        "figure_scope",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('own', 'family', 'present', 'present-family', 'all')", name=op.f("ck_figure_scope_kind")
        ),
        sa.CheckConstraint("(kind = 'all') = (organisation_id IS NULL)", name=op.f("ck_figure_scope_organisation")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_figure_scope_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_scope")),
        sa.UniqueConstraint("kind", "organisation_id", name=op.f("uq_figure_scope_kind_organisation_id")),
    )
    op.create_index(op.f("ix_figure_scope_organisation_id"), "figure_scope", ["organisation_id"], unique=False)
    op.create_index(
        "uq_figure_scope_all",
        "figure_scope",
        ["kind"],
        unique=True,
        postgresql_where=sa.text("organisation_id IS NULL"),
        sqlite_where=sa.text("organisation_id IS NULL"),
    )
    op.create_table(
        "compilation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compiled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_event_id", sa.Integer(), nullable=False),
        sa.Column("last_posting_id", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.CheckConstraint("confirmed_at >= known_at", name=op.f("ck_compilation_confirmed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compilation")),
        sa.UniqueConstraint("as_at", "known_at", name=op.f("uq_compilation_as_at_known_at")),
    )
    op.create_table(
        "snapshot",
        sa.Column("compilation_id", sa.Integer(), nullable=False),
        sa.Column("figure", sa.String(length=60), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("numerator", sa.Integer(), nullable=True),
        sa.Column("denominator", sa.Integer(), nullable=True),
        sa.Column("value", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["compilation_id"], ["compilation.id"], name=op.f("fk_snapshot_compilation_id")),
        sa.ForeignKeyConstraint(["scope_id"], ["figure_scope.id"], name=op.f("fk_snapshot_scope_id")),
        sa.PrimaryKeyConstraint("compilation_id", "figure", "scope_id", name=op.f("pk_snapshot")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "snapshot_spread",
        sa.Column("compilation_id", sa.Integer(), nullable=False),
        sa.Column("figure", sa.String(length=60), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("occurrences", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["compilation_id"], ["compilation.id"], name=op.f("fk_snapshot_spread_compilation_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_snapshot_spread_organisation_id")
        ),
        sa.PrimaryKeyConstraint("compilation_id", "figure", "organisation_id", name=op.f("pk_snapshot_spread")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("snapshot_spread")
    op.drop_table("snapshot")
    op.drop_table("compilation")
    op.drop_table("figure_scope")
    op.drop_table("target_point")
    op.drop_table("target_version")
