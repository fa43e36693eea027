"""Passwords that were forgotten and wait for their link, roles that wait for a second administrator, and room for
secrets of one-time codes that are sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

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
OUTCOMES = ("approved", "declined", "withdrawn", "expired")


def instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def user(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["user_account.id"], name=op.f(f"fk_{table}_{column}"))


def listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def change_secret(before: int, after: int) -> None:
    with op.batch_alter_table("second_factor") as second_factor:
        second_factor.alter_column(
            "secret", existing_type=sa.String(before), type_=sa.String(after), existing_nullable=False
        )


def upgrade() -> None:
    change_secret(64, 200)
    op.create_table(
        "forgotten_password",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        instant("asked_at"),
        user("forgotten_password", "user_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forgotten_password")),
    )
    op.create_table(
        "role_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        instant("asked_at"),
        instant("expires_at"),
        sa.Column("outcome", sa.String(length=30), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        instant("decided_at", nullable=True),
        sa.CheckConstraint(f"role IN ({listed(ROLES)})", name=op.f("ck_role_request_role")),
        sa.CheckConstraint(f"outcome IN ({listed(OUTCOMES)})", name=op.f("ck_role_request_outcome")),
        sa.CheckConstraint("expires_at > asked_at", name=op.f("ck_role_request_life")),
        sa.CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name=op.f("ck_role_request_decided")),
        sa.CheckConstraint("asked_by_id <> user_id", name=op.f("ck_role_request_for_another")),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome <> 'approved' "
            "OR (decided_by_id IS NOT NULL AND decided_by_id <> asked_by_id AND decided_by_id <> user_id)",
            name=op.f("ck_role_request_two_people"),
        ),
        user("role_request", "user_id"),
        user("role_request", "asked_by_id"),
        user("role_request", "decided_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_request")),
        sa.UniqueConstraint("ref", name=op.f("uq_role_request_ref")),
    )
    op.create_index(
        "uq_role_request_open",
        "role_request",
        ["user_id", "role"],
        unique=True,
        postgresql_where=sa.text("outcome IS NULL"),
        sqlite_where=sa.text("outcome IS NULL"),
    )


def downgrade() -> None:
    """Forgets secrets that are sealed, which the code of before cannot read: their users set codes up anew."""
    op.execute("DELETE FROM second_factor WHERE length(secret) > 64")
    change_secret(200, 64)
    op.drop_table("role_request")
    op.drop_table("forgotten_password")
