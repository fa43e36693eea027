"""Days away, what was written to whom, and what is said once a placement is over."""

import sqlalchemy as sa
from alembic import op

revision = "0009a"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    away()
    notices()
    answers()


def away() -> None:
    op.create_table(
        "placement_away",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("recorded_by_id", sa.Integer()),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_away")),
        sa.ForeignKeyConstraint(["journey_id"], ["placement.journey_id"], name=op.f("fk_placement_away_journey_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_placement_away_recorded_by_id")),
        sa.CheckConstraint(
            "reason IN ('leave', 'sick', 'host-closed', 'other')", name=op.f("ck_placement_away_reason")
        ),
        sa.CheckConstraint("last_on >= starts_on", name=op.f("ck_placement_away_days")),
    )
    op.create_index(op.f("ix_placement_away_journey_id"), "placement_away", ["journey_id"])


def notices() -> None:
    op.create_table(
        "placement_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("about_on", sa.Date(), nullable=False),
        sa.Column("to_key", sa.String(254), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_notice")),
        sa.ForeignKeyConstraint(["journey_id"], ["placement.journey_id"], name=op.f("fk_placement_notice_journey_id")),
        sa.UniqueConstraint(
            "journey_id", "kind", "about_on", "to_key", name=op.f("uq_placement_notice_journey_id_kind_about_on_to_key")
        ),
    )


def answers() -> None:
    op.create_table(
        "placement_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.Column("asked", sa.String(30), nullable=False),
        sa.Column("side", sa.String(30), nullable=False),
        sa.Column("name", sa.String(254), nullable=False),
        sa.Column("rating", sa.Integer()),
        sa.Column("again", sa.Boolean()),
        sa.Column("in_use", sa.String(30)),
        sa.Column("whereabouts", sa.String(30)),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Integer()),
        sa.Column("answered_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_answer")),
        sa.ForeignKeyConstraint(["journey_id"], ["placement.journey_id"], name=op.f("fk_placement_answer_journey_id")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user_account.id"], name=op.f("fk_placement_answer_answered_by_id")
        ),
        sa.UniqueConstraint("journey_id", "asked", "side", name=op.f("uq_placement_answer_journey_id_asked_side")),
        sa.CheckConstraint(
            "asked IN ('end', 'months-3', 'months-6', 'months-12')", name=op.f("ck_placement_answer_asked")
        ),
        sa.CheckConstraint("side IN ('fellow', 'host')", name=op.f("ck_placement_answer_side")),
        sa.CheckConstraint("in_use IN ('yes', 'partly', 'no', 'not-known')", name=op.f("ck_placement_answer_in_use")),
        sa.CheckConstraint(
            "whereabouts IN ('host', 'government', 'public-sector', 'elsewhere', 'not-known')",
            name=op.f("ck_placement_answer_whereabouts"),
        ),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_placement_answer_rating")),
        sa.CheckConstraint(
            "(asked = 'end') = (rating IS NOT NULL AND again IS NOT NULL)", name=op.f("ck_placement_answer_end")
        ),
        sa.CheckConstraint(
            "(asked = 'end') = (in_use IS NULL AND whereabouts IS NULL)", name=op.f("ck_placement_answer_later")
        ),
    )


def downgrade() -> None:
    for name in ("placement_answer", "placement_notice", "placement_away"):
        op.drop_table(name)
