"""The working hours of a placement get days: a change leaves the weeks before it as they were."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "placement_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("fte", sa.Numeric(precision=3, scale=2, asdecimal=False), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("fte > 0 AND fte <= 1", name=op.f("ck_placement_hours_fte")),
        sa.ForeignKeyConstraint(["journey_id"], ["placement.journey_id"], name=op.f("fk_placement_hours_journey_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_placement_hours_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_hours")),
        sa.UniqueConstraint("journey_id", "starts_on", name=op.f("uq_placement_hours_journey_id_starts_on")),
    )


def downgrade() -> None:
    op.drop_table("placement_hours")
