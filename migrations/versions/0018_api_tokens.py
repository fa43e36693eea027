"""Tokens for other systems, the feed they follow, what they wrote, and what a recount found otherwise."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

ROLES = (
    "administrator",
    "programme-manager",
    "department-lead",
    "host-supervisor",
    "recruitment-lead",
    "fellow",
    "trainee",
    "leadership",
    "auditor",
)


def instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def add_tokens() -> None:
    listed = ", ".join(f"'{role}'" for role in ROLES)
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("shown", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("within_id", sa.Integer(), nullable=True),
        sa.Column("may_write", sa.Boolean(), nullable=False),
        sa.Column("with_code", sa.Boolean(), nullable=False),
        instant("created_at"),
        instant("expires_at"),
        instant("last_used_at", nullable=True),
        instant("revoked_at", nullable=True),
        instant("minute", nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"role IN ({listed})", name=op.f("ck_api_token_role")),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_api_token_life")),
        sa.CheckConstraint("uses >= 0", name=op.f("ck_api_token_uses")),
        reference("api_token", "user_id", "user_account"),
        reference("api_token", "organisation_id", "organisation"),
        reference("api_token", "within_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("ref", name=op.f("uq_api_token_ref")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(op.f("ix_api_token_user_id"), "api_token", ["user_id"])
    op.create_table(
        "api_write",
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        instant("created_at"),
        reference("api_write", "token_id", "api_token"),
        sa.PrimaryKeyConstraint("token_id", "key_hash", name=op.f("pk_api_write")),
    )
    op.create_index(op.f("ix_api_write_created_at"), "api_write", ["created_at"])


def add_feed() -> None:
    op.create_table(
        "feed_entry",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.CheckConstraint("position > 0", name=op.f("ck_feed_entry_position")),
        reference("feed_entry", "event_id", "event"),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_feed_entry")),
        sa.UniqueConstraint("event_id", "is_void", name=op.f("uq_feed_entry_event_id_is_void")),
    )
    op.create_table(
        "feed_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("settled_id", sa.Integer(), nullable=False),
        sa.Column("voids", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_feed_head_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_head")),
    )


def add_recount() -> None:
    op.create_table(
        "recount_difference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("compilation_id", sa.Integer(), nullable=False),
        sa.Column("figure", sa.String(length=60), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("kept_numerator", sa.Integer(), nullable=True),
        sa.Column("kept_denominator", sa.Integer(), nullable=True),
        sa.Column("kept_value", sa.Float(), nullable=True),
        sa.Column("counted_numerator", sa.Integer(), nullable=True),
        sa.Column("counted_denominator", sa.Integer(), nullable=True),
        sa.Column("counted_value", sa.Float(), nullable=True),
        instant("found_at"),
        instant("settled_at", nullable=True),
        reference("recount_difference", "compilation_id", "compilation"),
        reference("recount_difference", "scope_id", "figure_scope"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recount_difference")),
    )
    op.create_index(
        "uq_recount_difference_open",
        "recount_difference",
        ["compilation_id", "figure", "scope_id"],
        unique=True,
        postgresql_where=sa.text("settled_at IS NULL"),
        sqlite_where=sa.text("settled_at IS NULL"),
    )


def upgrade() -> None:
    add_tokens()
    add_feed()
    add_recount()


def downgrade() -> None:
    for table in ("recount_difference", "feed_entry", "feed_head", "api_write", "api_token"):
        op.drop_table(table)
