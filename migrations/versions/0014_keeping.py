"""How names are spelt, views that are kept, who follows whom, weekly emails, and who looks after a finding."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def by_code_point(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "spelling",
        sa.Column("piece", by_code_point(60), nullable=False),
        sa.Column("word", by_code_point(60), nullable=False),
        sa.PrimaryKeyConstraint("piece", "word", name=op.f("pk_spelling")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_spelling_word"), "spelling", ["word"], unique=False)
    op.create_table(
        "weekly_email",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("is_wanted", sa.Boolean(), nullable=False),
        sa.Column("covered_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_weekly_email_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_weekly_email")),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=2000), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("organisation_id IS NULL OR role IS NULL", name=op.f("ck_saved_view_shared")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_saved_view_organisation_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_saved_view_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("ref", name=op.f("uq_saved_view_ref")),
    )
    op.create_index(op.f("ix_saved_view_owner_id"), "saved_view", ["owner_id"], unique=False)
    op.create_index(op.f("ix_saved_view_organisation_id"), "saved_view", ["organisation_id"], unique=False)
    op.create_table(
        "follow",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(person_id IS NULL) != (cohort_id IS NULL)", name=op.f("ck_follow_one")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_follow_cohort_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_follow_person_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_follow_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow")),
        sa.UniqueConstraint("user_id", "person_id", name=op.f("uq_follow_user_id_person_id")),
        sa.UniqueConstraint("user_id", "cohort_id", name=op.f("uq_follow_user_id_cohort_id")),
    )
    op.create_index(op.f("ix_follow_person_id"), "follow", ["person_id"], unique=False)
    op.create_index(op.f("ix_follow_cohort_id"), "follow", ["cohort_id"], unique=False)
    op.add_column("finding", sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("finding", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_finding_opened_at"), "finding", ["opened_at"], unique=False)
    op.create_index(op.f("ix_finding_closed_at"), "finding", ["closed_at"], unique=False)
    op.create_table(
        "finding_owner",
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_finding_owner_finding_id")),
        sa.ForeignKeyConstraint(["given_by_id"], ["user_account.id"], name=op.f("fk_finding_owner_given_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_finding_owner_owner_id")),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_finding_owner")),
    )
    op.create_index(op.f("ix_finding_owner_owner_id"), "finding_owner", ["owner_id"], unique=False)


def downgrade() -> None:
    op.drop_table("finding_owner")
    op.drop_index(op.f("ix_finding_closed_at"), "finding")
    op.drop_index(op.f("ix_finding_opened_at"), "finding")
    op.drop_column("finding", "closed_at")
    op.drop_column("finding", "opened_at")
    op.drop_table("follow")
    op.drop_table("saved_view")
    op.drop_table("weekly_email")
    op.drop_table("spelling")
