"""Mail that waits to leave, the runs of the scheduled jobs, who schedules them, and what this database is called."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    outbox()
    jobs()
    identity()


def outbox() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("to", sa.String(254), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text()),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", INSTANT, nullable=False),
        sa.Column("lease_until", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT),
        sa.Column("failure", sa.String(300)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("message_id", name=op.f("uq_message_message_id")),
        sa.CheckConstraint("status IN ('waiting', 'sent', 'failed')", name=op.f("ck_message_status")),
        sa.CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_message_sent")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_message_attempts")),
    )
    op.create_index(op.f("ix_message_status_next_attempt_at"), "message", ["status", "next_attempt_at"])


def jobs() -> None:
    op.create_table(
        "job_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(60), nullable=False),
        sa.Column("slot", sa.String(30), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("cause", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("not_before", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(100)),
        sa.Column("lease_until", INSTANT),
        sa.Column("heartbeat_at", INSTANT),
        sa.Column("started_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.Column("rows", sa.Integer()),
        sa.Column("error", sa.String(500)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
        sa.UniqueConstraint("job", "slot", "number", name=op.f("uq_job_run_job_slot_number")),
        sa.CheckConstraint("cause IN ('due', 'asked', 'hand')", name=op.f("ck_job_run_cause")),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_job_run_state")),
        sa.CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name=op.f("ck_job_run_lease")),
        sa.CheckConstraint("(state IN ('done', 'failed')) = (ended_at IS NOT NULL)", name=op.f("ck_job_run_end")),
        sa.CheckConstraint("number > 0 AND attempts >= 0 AND fence >= 0", name=op.f("ck_job_run_numbers")),
    )
    op.create_index(
        "uq_job_run_running",
        "job_run",
        ["job"],
        unique=True,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_index(op.f("ix_job_run_state"), "job_run", ["state"])
    op.create_index(op.f("ix_job_run_job_ended_at"), "job_run", ["job", "ended_at"])
    op.create_table(
        "scheduler_beat",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("beat_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_scheduler_beat")),
    )


def identity() -> None:
    """Call the database something: a backup may go back over the database it came from, and over no other that holds
    records.
    """
    named = op.create_table(
        "database_identity",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_database_identity")),
        sa.CheckConstraint("id = 1", name=op.f("ck_database_identity_one")),
    )
    op.bulk_insert(named, [{"id": 1, "value": secrets.token_hex(16)}])


def downgrade() -> None:
    for table in ("database_identity", "scheduler_beat", "job_run", "message"):
        op.drop_table(table)
