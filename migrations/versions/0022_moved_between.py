"""Who moved between two days is read from the indexes alone: the person stands in them beside the day."""

from alembic import op

revision = "0022"
down_revision = "0021"

INDEXES = (("stage_span", "starts_on"), ("stage_span", "promised_on"), ("posting_span", "starts_on"))


def upgrade() -> None:
    for table, day in INDEXES:
        op.create_index(f"ix_{table}_{day}_person_id", table, [day, "person_id"])
        op.drop_index(f"ix_{table}_{day}", table_name=table)


def downgrade() -> None:
    for table, day in INDEXES:
        op.create_index(f"ix_{table}_{day}", table, [day])
        op.drop_index(f"ix_{table}_{day}_person_id", table_name=table)
