"""Cohorts with places, programmes that qualify from a day on, enrolments begun by form, endorsements."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

DELIVERY = "CONSTRAINT ck_programme_delivery CHECK (delivery IN ('in-person', 'online', 'blended'))"
WITH_CONSTRAINTS = (
    ("programme", "delivery", f"VARCHAR(30) {DELIVERY}"),
    ("cohort", "capacity", "INTEGER CONSTRAINT ck_cohort_capacity CHECK (capacity > 0)"),
    ("cohort", "owner_id", "INTEGER CONSTRAINT fk_cohort_owner_id REFERENCES user_account (id)"),
)
"""Columns by table, name and definition, in words that both databases take: to give a column its rule as it is added
is the only way in SQLite that does not write the table anew."""


def upgrade() -> None:
    for table, column, definition in WITH_CONSTRAINTS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {definition}")
    for column in ("provider", "host_site"):
        op.add_column("cohort", sa.Column(column, sa.String(length=200), nullable=False, server_default=""))
    op.add_column("cohort", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_cohort_owner_id"), "cohort", ["owner_id"], unique=False)
    op.create_table(
        "programme_qualification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("qualifies", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_programme_qualification_programme_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_programme_qualification_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_qualification")),
    )
    op.create_index(
        op.f("ix_programme_qualification_programme_id_starts_on"),
        "programme_qualification",
        ["programme_id", "starts_on"],
        unique=False,
    )
    op.create_table(
        "waiting_place",
        sa.Column("journey_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_waiting_place_cohort_id")),
        sa.ForeignKeyConstraint(["journey_id"], ["journey.id"], name=op.f("fk_waiting_place_journey_id")),
        sa.PrimaryKeyConstraint("journey_id", name=op.f("pk_waiting_place")),
    )
    op.create_index(
        op.f("ix_waiting_place_cohort_id_joined_at"), "waiting_place", ["cohort_id", "joined_at"], unique=False
    )
    _drafts()
    _endorsements()


def _drafts() -> None:
    op.create_table(
        "enrolment_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("done", sa.JSON(), nullable=False),
        sa.Column("told_apart", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_enrolment_draft_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_draft")),
        sa.UniqueConstraint("ref", name=op.f("uq_enrolment_draft_ref")),
    )
    op.create_index(op.f("ix_enrolment_draft_person_id"), "enrolment_draft", ["person_id"], unique=False)
    op.create_table(
        "enrolment_draft_hand",
        sa.Column("draft_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["enrolment_draft.id"], name=op.f("fk_enrolment_draft_hand_draft_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_enrolment_draft_hand_user_id")),
        sa.PrimaryKeyConstraint("draft_id", "user_id", name=op.f("pk_enrolment_draft_hand")),
    )


def _endorsements() -> None:
    op.create_table(
        "endorsement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.Column("endorser", sa.String(length=30), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agrees", sa.Boolean(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.CheckConstraint("endorser IN ('line-manager', 'head-of-profession')", name=op.f("ck_endorsement_endorser")),
        sa.CheckConstraint("(answered_at IS NULL) = (agrees IS NULL)", name=op.f("ck_endorsement_answer")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name=op.f("fk_endorsement_asked_by_id")),
        sa.ForeignKeyConstraint(["journey_id"], ["journey.id"], name=op.f("fk_endorsement_journey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endorsement")),
    )
    op.create_index(op.f("ix_endorsement_journey_id_endorser"), "endorsement", ["journey_id", "endorser"], unique=False)


def downgrade() -> None:
    for table in ("endorsement", "enrolment_draft_hand", "enrolment_draft", "waiting_place", "programme_qualification"):
        op.drop_table(table)
    op.drop_index(op.f("ix_cohort_owner_id"), table_name="cohort")
    for column in ("closed_at", "host_site", "provider"):
        op.drop_column("cohort", column)
    for table, column, _ in reversed(WITH_CONSTRAINTS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
