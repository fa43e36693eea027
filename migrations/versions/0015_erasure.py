"""Let people be anonymised: when, and the words about them in what is otherwise never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

# Of an entry of the trail the words may go, and nothing else; of a void its reason.
TRAIL = ("number", "at", "actor_id", "verb", "subject_type", "subject_ref", "request_id", "previous_hash", "hash")
VOID = ("event_id", "voided_at", "voided_by_id", "cause", "replaced_by_id", "import_id")
ERASED = 'NEW."before" IS NULL AND NEW."after" = \'{"erased": true}\''
NO_REASON = "NEW.reason = ''"


def same(columns: tuple[str, ...]) -> str:
    equal = "IS NOT DISTINCT FROM" if op.get_bind().dialect.name == "postgresql" else "IS"
    return " AND ".join(f"NEW.{column} {equal} OLD.{column}" for column in columns)


def upgrade() -> None:
    op.add_column("person", sa.Column("anonymised_at", sa.DateTime(timezone=True), nullable=True))
    trail, void = f"NOT ({same(TRAIL)} AND {ERASED})", f"NOT ({same(VOID)} AND {NO_REASON})"
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_entry_refuses_change ON audit_entry")
        call = "FOR EACH ROW {} EXECUTE FUNCTION audit_entry_is_append_only()"
        op.execute("CREATE TRIGGER audit_entry_refuses_delete BEFORE DELETE ON audit_entry " + call.format(""))
        op.execute(
            "CREATE TRIGGER audit_entry_refuses_update BEFORE UPDATE ON audit_entry " + call.format(f"WHEN ({trail})")
        )
        op.execute("DROP TRIGGER event_void_append_only ON event_void")
        call = "FOR EACH ROW {} EXECUTE FUNCTION refuse_change()"
        op.execute("CREATE TRIGGER event_void_no_delete BEFORE DELETE ON event_void " + call.format(""))
        op.execute("CREATE TRIGGER event_void_no_update BEFORE UPDATE ON event_void " + call.format(f"WHEN ({void})"))
        return
    op.execute("DROP TRIGGER audit_entry_refuses_update")
    op.execute(
        f"CREATE TRIGGER audit_entry_refuses_update BEFORE UPDATE ON audit_entry WHEN {trail} "
        "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
    )
    op.execute("DROP TRIGGER event_void_no_update")
    op.execute(
        f"CREATE TRIGGER event_void_no_update BEFORE UPDATE ON event_void WHEN {void} "
        "BEGIN SELECT RAISE(ABORT, 'rows of event_void are never changed or deleted'); END"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for act in ("delete", "update"):
            op.execute(f"DROP TRIGGER audit_entry_refuses_{act} ON audit_entry")
            op.execute(f"DROP TRIGGER event_void_no_{act} ON event_void")
        op.execute(
            "CREATE TRIGGER audit_entry_refuses_change BEFORE UPDATE OR DELETE ON audit_entry "
            "FOR EACH ROW EXECUTE FUNCTION audit_entry_is_append_only()"
        )
        op.execute(
            "CREATE TRIGGER event_void_append_only BEFORE UPDATE OR DELETE ON event_void "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    else:
        op.execute("DROP TRIGGER audit_entry_refuses_update")
        op.execute(
            "CREATE TRIGGER audit_entry_refuses_update BEFORE UPDATE ON audit_entry "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        )
        op.execute("DROP TRIGGER event_void_no_update")
        op.execute(
            "CREATE TRIGGER event_void_no_update BEFORE UPDATE ON event_void "
            "BEGIN SELECT RAISE(ABORT, 'rows of event_void are never changed or deleted'); END"
        )
    op.drop_column("person", "anonymised_at")
