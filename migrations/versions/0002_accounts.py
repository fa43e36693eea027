"""Users, their roles and sessions, the forms they sent, and the audit trail, which the database keeps append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

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
INSTANT = sa.DateTime(timezone=True)


def listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def upgrade() -> None:
    users()
    signing_in()
    forms()
    trail()


def users() -> None:
    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(20), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("email_key", sa.String(254), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("password_changed_at", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("disabled_at", INSTANT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("ref", name=op.f("uq_user_account_ref")),
        sa.UniqueConstraint("email_key", name=op.f("uq_user_account_email_key")),
        sa.CheckConstraint("length(email) > 2 AND length(email_key) > 2", name=op.f("ck_user_account_email")),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(30), nullable=False),
        sa.Column("organisation_id", sa.Integer()),
        sa.Column("granted_by_id", sa.Integer()),
        sa.Column("granted_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_role_grant_user_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_role_grant_organisation_id")),
        sa.ForeignKeyConstraint(["granted_by_id"], ["user_account.id"], name=op.f("fk_role_grant_granted_by_id")),
        sa.CheckConstraint(f"role IN ({listed(ROLES)})", name=op.f("ck_role_grant_role")),
        sa.CheckConstraint(
            "organisation_id IS NOT NULL OR role NOT IN ('department-lead')", name=op.f("ck_role_grant_organisation")
        ),
    )
    op.create_index("uq_role_grant_over_one", "role_grant", ["user_id", "role", "organisation_id"], unique=True)
    op.create_index(
        "uq_role_grant_over_all",
        "role_grant",
        ["user_id", "role"],
        unique=True,
        sqlite_where=sa.text("organisation_id IS NULL"),
        postgresql_where=sa.text("organisation_id IS NULL"),
    )
    op.create_index(op.f("ix_role_grant_organisation_id"), "role_grant", ["organisation_id"])
    op.create_index(op.f("ix_role_grant_granted_by_id"), "role_grant", ["granted_by_id"])
    op.create_table(
        "installation",
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_installation")),
    )


def signing_in() -> None:
    op.create_table(
        "user_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(20), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_seen_at", INSTANT, nullable=False),
        sa.Column("authenticated_at", INSTANT, nullable=False),
        sa.Column("mfa_at", INSTANT),
        sa.Column("device", sa.String(60), nullable=False),
        sa.Column("ip_prefix", sa.String(45), nullable=False),
        sa.Column("revoked_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("ref", name=op.f("uq_user_session_ref")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_session_token_hash")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_user_session_user_id")),
    )
    op.create_index(op.f("ix_user_session_user_id_last_seen_at"), "user_session", ["user_id", "last_seen_at"])
    op.create_table(
        "second_factor",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("confirmed_at", INSTANT),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factor")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_second_factor_user_id")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("recent", sa.JSON(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked_until", INSTANT),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_attempt")),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_sign_in_attempt_failures")),
    )
    op.create_index(op.f("ix_sign_in_attempt_updated_at"), "sign_in_attempt", ["updated_at"])
    op.create_table(
        "one_time_token",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(30), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_one_time_token")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_one_time_token_user_id")),
        sa.CheckConstraint("purpose IN ('set-up', 'invitation', 'reset')", name=op.f("ck_one_time_token_purpose")),
        sa.CheckConstraint("(purpose = 'set-up') = (user_id IS NULL)", name=op.f("ck_one_time_token_user")),
    )
    op.create_index(op.f("ix_one_time_token_user_id"), "one_time_token", ["user_id"])
    op.create_table(
        "known_device",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_known_device")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_known_device_user_id")),
    )
    op.create_index(op.f("ix_known_device_user_id"), "known_device", ["user_id"])


def forms() -> None:
    op.create_table(
        "form_claim",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(36), nullable=False),
        sa.Column("endpoint", sa.String(100), nullable=False),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.Column("location", sa.String(2000)),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_form_claim")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_form_claim_user_id")),
    )
    op.create_index(op.f("ix_form_claim_created_at"), "form_claim", ["created_at"])
    op.create_table(
        "parked_form",
        sa.Column("ref", sa.String(40), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(2000), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_parked_form")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_parked_form_user_id")),
    )
    op.create_index(op.f("ix_parked_form_user_id"), "parked_form", ["user_id"])
    op.create_index(op.f("ix_parked_form_expires_at"), "parked_form", ["expires_at"])


def trail() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_id", sa.Integer()),
        sa.Column("verb", sa.String(60), nullable=False),
        sa.Column("subject_type", sa.String(40), nullable=False),
        sa.Column("subject_ref", sa.String(200), nullable=False),
        sa.Column("before", sa.Text()),
        sa.Column("after", sa.Text()),
        sa.Column("request_id", sa.String(40), nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entry_hash")),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f("fk_audit_entry_actor_id")),
        sa.CheckConstraint("number > 0", name=op.f("ck_audit_entry_number")),
    )
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"])
    op.create_index(op.f("ix_audit_entry_verb"), "audit_entry", ["verb"])
    op.create_index(op.f("ix_audit_entry_actor_id_number"), "audit_entry", ["actor_id", "number"])
    op.create_index(op.f("ix_audit_entry_subject_type_subject_ref"), "audit_entry", ["subject_type", "subject_ref"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one")),
    )
    append_only()


def append_only() -> None:
    """Have the database refuse whatever would change what was written; a mistake in the code cannot do it either."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_entry_refuses_{act.lower()} BEFORE {act} ON audit_entry "
                "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_refuses_change BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION audit_entry_is_append_only()"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_refuses_truncate BEFORE TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_append_only()"
    )


def downgrade() -> None:
    for table in (
        "audit_head",
        "audit_entry",
        "parked_form",
        "form_claim",
        "known_device",
        "one_time_token",
        "sign_in_attempt",
        "second_factor",
        "user_session",
        "installation",
        "role_grant",
        "user_account",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_entry_is_append_only()")
