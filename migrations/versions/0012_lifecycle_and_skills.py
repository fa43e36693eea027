"""Reasons for leaving, evidence of completion, reminders of breaks, follow-ups, and ratings of skills."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def make_append_only(table: str) -> None:
    """Have the database itself refuse to change or delete a row; PostgreSQL has the function from 0004."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed or deleted'); END"
        )


def upgrade() -> None:
    op.create_table(
        "leaving_reason",
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("words", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_by_id", sa.Integer(), nullable=True),
        sa.Column("replaced_by", sa.String(length=30), nullable=True),
        sa.CheckConstraint("replaced_by IS NULL OR retired_at IS NOT NULL", name=op.f("ck_leaving_reason_replaced")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_leaving_reason_created_by_id")),
        sa.ForeignKeyConstraint(["replaced_by"], ["leaving_reason.code"], name=op.f("fk_leaving_reason_replaced_by")),
        sa.ForeignKeyConstraint(["retired_by_id"], ["user_account.id"], name=op.f("fk_leaving_reason_retired_by_id")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_leaving_reason")),
    )
    op.create_table(
        "completion_evidence",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_completion_evidence_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_completion_evidence")),
    )
    op.create_table(
        "break_reminder",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_break_reminder_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_break_reminder")),
    )
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uses", sa.String(length=30), nullable=True),
        sa.Column("in_role", sa.Boolean(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.CheckConstraint("(answered_at IS NULL) = (uses IS NULL)", name=op.f("ck_follow_up_answer")),
        sa.CheckConstraint("(uses IS NULL) = (in_role IS NULL)", name=op.f("ck_follow_up_role")),
        sa.CheckConstraint("uses IN ('often', 'sometimes', 'not')", name=op.f("ck_follow_up_uses")),
        sa.ForeignKeyConstraint(["journey_id"], ["journey.id"], name=op.f("fk_follow_up_journey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("journey_id", "months", name=op.f("uq_follow_up_journey_id_months")),
    )
    op.create_table(
        "capability_role_level",
        sa.Column("role_order", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("skill_code", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("grades", sa.String(length=60), nullable=False),
        sa.Column("level_order", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["skill_code", "level_order"],
            ["capability_skill.skill_code", "capability_skill.level_order"],
            name=op.f("fk_capability_role_level_skill"),
        ),
        sa.PrimaryKeyConstraint("role_order", "skill_code", name=op.f("pk_capability_role_level")),
    )
    op.create_table(
        "skill_rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.Column("skill_code", sa.String(length=100), nullable=False),
        sa.Column("rater", sa.String(length=30), nullable=False),
        sa.Column("moment", sa.String(length=30), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("level BETWEEN 0 AND 4", name=op.f("ck_skill_rating_level")),
        sa.CheckConstraint("moment IN ('start', 'end')", name=op.f("ck_skill_rating_moment")),
        sa.CheckConstraint("rater IN ('self', 'assessor')", name=op.f("ck_skill_rating_rater")),
        sa.ForeignKeyConstraint(["journey_id"], ["journey.id"], name=op.f("fk_skill_rating_journey_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_skill_rating_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_rating")),
    )
    op.create_index(
        "ix_skill_rating_order", "skill_rating", ["journey_id", "skill_code", "rater", "moment", "id"], unique=False
    )
    op.create_index(op.f("ix_skill_rating_recorded_at"), "skill_rating", ["recorded_at"], unique=False)
    make_append_only("skill_rating")


def downgrade() -> None:
    op.drop_table("skill_rating")
    op.drop_table("capability_role_level")
    op.drop_table("follow_up")
    op.drop_table("break_reminder")
    op.drop_table("completion_evidence")
    op.drop_table("leaving_reason")
