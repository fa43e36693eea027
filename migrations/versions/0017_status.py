"""How a status is worked out, in versions; what was worked out; and what owners declared."""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

NEVER_CHANGED = ("status_rule", "status_kept")


def refuse_changes(table: str) -> None:
    """Have the database itself refuse to change or delete a row. PostgreSQL has the function from the ledger.

    The rule that came with the service, which nobody set, gives way to that of a backup which is put back.
    """
    deleted = "WHEN (OLD.set_by_id IS NOT NULL) " if table == "status_rule" else ""
    for verb, condition in (("UPDATE", ""), ("DELETE", deleted)):
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"FOR EACH ROW {condition}EXECUTE FUNCTION refuse_change()"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {condition}"
                f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed or deleted'); END"
            )


def upgrade() -> None:
    rule = op.create_table(
        "status_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("green", sa.Integer(), nullable=False),
        sa.Column("amber", sa.Integer(), nullable=False),
        sa.Column("coverage", sa.Integer(), nullable=False),
        sa.Column("fewest_stays", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("0 < amber AND amber < green AND green <= 100", name=op.f("ck_status_rule_order")),
        sa.CheckConstraint("coverage BETWEEN 0 AND 100", name=op.f("ck_status_rule_coverage")),
        sa.CheckConstraint("fewest_stays >= 20", name=op.f("ck_status_rule_fewest_stays")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_status_rule_reason")),
        sa.ForeignKeyConstraint(["set_by_id"], ["user_account.id"], name=op.f("fk_status_rule_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_rule")),
    )
    # Known at every instant, so that what is asked as known before the service was set up has a colour too.
    op.bulk_insert(
        rule,
        [
            {
                "starts_on": date(2000, 1, 1),
                "green": 80,
                "amber": 50,
                "coverage": 75,
                "fewest_stays": 20,
                "reason": "The three points of delivery confidence the programme began with",
                "set_at": datetime(2000, 1, 1, tzinfo=UTC),
                "set_by_id": None,
            }
        ],
    )
    op.create_table(
        "status_kept",
        sa.Column("figure", sa.String(length=60), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("colour", sa.String(length=30), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("chance", sa.Float(), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("reported", sa.Integer(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("colour IN ('green', 'amber', 'red', 'grey')", name=op.f("ck_status_kept_colour")),
        sa.CheckConstraint("0 <= reported AND reported <= expected", name=op.f("ck_status_kept_coverage")),
        sa.CheckConstraint("chance BETWEEN 0 AND 1", name=op.f("ck_status_kept_chance")),
        sa.ForeignKeyConstraint(["rule_id"], ["status_rule.id"], name=op.f("fk_status_kept_rule_id")),
        sa.ForeignKeyConstraint(["scope_id"], ["figure_scope.id"], name=op.f("fk_status_kept_scope_id")),
        sa.PrimaryKeyConstraint("figure", "scope_id", "as_at", name=op.f("pk_status_kept")),
    )
    op.create_index(op.f("ix_status_kept_as_at"), "status_kept", ["as_at"], unique=False)
    op.create_table(
        "status_declared",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("figure", sa.String(length=60), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("colour", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=True),
        sa.Column("green_by", sa.Date(), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("colour IN ('green', 'amber', 'red', 'withdrawn')", name=op.f("ck_status_declared_colour")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_status_declared_reason")),
        sa.CheckConstraint(
            "(colour IN ('amber', 'red')) = (route IS NOT NULL AND green_by IS NOT NULL)",
            name=op.f("ck_status_declared_route"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_status_declared_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["declared_by_id"], ["user_account.id"], name=op.f("fk_status_declared_declared_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_declared")),
        sa.UniqueConstraint(
            "figure", "organisation_id", "number", name=op.f("uq_status_declared_figure_organisation_id_number")
        ),
    )
    op.create_index(op.f("ix_status_declared_organisation_id"), "status_declared", ["organisation_id"], unique=False)
    op.create_index(
        "uq_status_declared_all",
        "status_declared",
        ["figure", "number"],
        unique=True,
        sqlite_where=sa.text("organisation_id IS NULL"),
        postgresql_where=sa.text("organisation_id IS NULL"),
    )
    for table in NEVER_CHANGED:
        refuse_changes(table)


def downgrade() -> None:
    """Drops what was set, worked out and declared. The triggers go with their tables."""
    op.drop_table("status_declared")
    op.drop_table("status_kept")
    op.drop_table("status_rule")
