"""Forecasts of the headline figures, kept as they were made."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

TABLES = ("forecast", "forecast_point")


def refuse_changes(table: str) -> None:
    """Have the database itself refuse to change or delete a row. PostgreSQL has the function from the ledger."""
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
        "forecast",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("figure", sa.String(length=60), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("completed_stays", sa.Integer(), nullable=False),
        sa.Column("is_enough", sa.Boolean(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast")),
        sa.UniqueConstraint("figure", "as_at", "known_at", "seed", name=op.f("uq_forecast_figure_as_at_known_at_seed")),
    )
    op.create_index(op.f("ix_forecast_figure_as_at_made_at"), "forecast", ["figure", "as_at", "made_at"], unique=False)
    op.create_table(
        "forecast_point",
        sa.Column("forecast_id", sa.Integer(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("middle", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("plan", sa.Float(), nullable=True),
        sa.Column("chance", sa.Float(), nullable=True),
        sa.Column("straight_chance", sa.Float(), nullable=True),
        sa.CheckConstraint("low <= middle AND middle <= high", name=op.f("ck_forecast_point_order")),
        sa.CheckConstraint("chance BETWEEN 0 AND 1", name=op.f("ck_forecast_point_chance")),
        sa.CheckConstraint("(plan IS NULL) = (chance IS NULL)", name=op.f("ck_forecast_point_plan")),
        sa.ForeignKeyConstraint(["forecast_id"], ["forecast.id"], name=op.f("fk_forecast_point_forecast_id")),
        sa.ForeignKeyConstraint(["scope_id"], ["figure_scope.id"], name=op.f("fk_forecast_point_scope_id")),
        sa.PrimaryKeyConstraint("forecast_id", "scope_id", "day", name=op.f("pk_forecast_point")),
    )
    for table in TABLES:
        refuse_changes(table)


def downgrade() -> None:
    """Drops the forecasts. The triggers go with their tables."""
    op.drop_table("forecast_point")
    op.drop_table("forecast")
