"""Let what somebody was called be erased: of a former name and address the words may be emptied, and nothing else."""

from alembic import op

revision = "0020"
down_revision = "0019"

KEPT = ("id", "person_id", "ended_at", "ended_by_id", "import_id", "merge_id")
ERASED = ("first_name", "last_name", "email", "email_key")


def refuse_updates(condition: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER person_former_append_only ON person_former")
        op.execute(
            "CREATE TRIGGER person_former_append_only BEFORE UPDATE ON person_former "
            f"FOR EACH ROW {condition} EXECUTE FUNCTION refuse_change()"
        )
        return
    op.execute("DROP TRIGGER person_former_no_update")
    op.execute(
        f"CREATE TRIGGER person_former_no_update BEFORE UPDATE ON person_former {condition} "
        "BEGIN SELECT RAISE(ABORT, 'rows of person_former are never changed or deleted'); END"
    )


def upgrade() -> None:
    equal = "IS NOT DISTINCT FROM" if op.get_bind().dialect.name == "postgresql" else "IS"
    same = [f"NEW.{column} {equal} OLD.{column}" for column in KEPT]
    emptied = [f"NEW.{column} = ''" for column in ERASED]
    refuse_updates(f"WHEN (NOT ({' AND '.join([*same, *emptied])}))")


def downgrade() -> None:
    refuse_updates("")
