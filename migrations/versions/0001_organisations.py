"""Organisations and the lists that postings take their words from."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "bank_holiday",
        sa.Column("division", sa.String(length=30), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("division", "day", name=op.f("pk_bank_holiday")),
    )
    op.create_index(op.f("ix_bank_holiday_division_day"), "bank_holiday", ["division", "day"], unique=False)
    op.create_table(
        "grade",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade")),
        sa.UniqueConstraint("code", name=op.f("uq_grade_code")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("abbreviation", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("closed_reason", sa.String(length=100), nullable=False),
        sa.Column("present_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "closed_on IS NULL OR opened_on IS NULL OR closed_on > opened_on", name=op.f("ck_organisation_dates")
        ),
        sa.CheckConstraint("is_closed OR closed_on IS NULL", name=op.f("ck_organisation_closed")),
        sa.ForeignKeyConstraint(["present_id"], ["organisation.id"], name=op.f("fk_organisation_present_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisation_slug")),
    )
    op.create_index(op.f("ix_organisation_present_id"), "organisation", ["present_id"], unique=False)
    op.create_table(
        "profession",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("analysis_function", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profession")),
        sa.UniqueConstraint("code", name=op.f("uq_profession_code")),
    )
    op.create_table(
        "reference_row",
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("source", "key", name=op.f("pk_reference_row")),
    )
    op.create_table(
        "region",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("ons_code", sa.String(length=20), nullable=False),
        sa.Column("statistics_label", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region")),
        sa.UniqueConstraint("name", name=op.f("uq_region_name")),
    )
    op.create_table(
        "analyst_base",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=True),
        sa.Column("core_analysts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_analyst_base_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_analyst_base")),
    )
    op.create_table(
        "organisation_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("predecessor_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('split', 'merged', 'renamed', 'replaced', 'closed')", name=op.f("ck_organisation_change_kind")
        ),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["organisation.id"], name=op.f("fk_organisation_change_predecessor_id")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["organisation.id"], name=op.f("fk_organisation_change_successor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_change")),
        sa.UniqueConstraint(
            "predecessor_id", "successor_id", name=op.f("uq_organisation_change_predecessor_id_successor_id")
        ),
    )
    op.create_index(
        op.f("ix_organisation_change_predecessor_id"), "organisation_change", ["predecessor_id"], unique=False
    )
    op.create_index(op.f("ix_organisation_change_successor_id"), "organisation_change", ["successor_id"], unique=False)
    op.create_table(
        "organisation_parent",
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("child_id <> parent_id", name=op.f("ck_organisation_parent_itself")),
        sa.ForeignKeyConstraint(["child_id"], ["organisation.id"], name=op.f("fk_organisation_parent_child_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["organisation.id"], name=op.f("fk_organisation_parent_parent_id")),
        sa.PrimaryKeyConstraint("child_id", "parent_id", name=op.f("pk_organisation_parent")),
    )
    op.create_index(op.f("ix_organisation_parent_parent_id"), "organisation_parent", ["parent_id"], unique=False)


def downgrade() -> None:
    op.drop_table("organisation_parent")
    op.drop_table("organisation_change")
    op.drop_table("analyst_base")
    op.drop_table("region")
    op.drop_table("reference_row")
    op.drop_table("profession")
    op.drop_table("organisation")
    op.drop_table("grade")
    op.drop_table("bank_holiday")
