"""One person, one record: former names, duplicates, merges, secondments, changes in the machinery of government."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def refuse_updates(table: str) -> None:
    """Have the database itself refuse to change a row; erasing one when its time is over stays possible."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    op.execute(
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed or deleted'); END"
    )


def upgrade() -> None:
    op.create_table(
        "reorganisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('renamed', 'merged', 'split', 'moved', 'closed')", name=op.f("ck_reorganisation_kind")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_reorganisation_recorded_by_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["user_account.id"], name=op.f("fk_reorganisation_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisation")),
        sa.UniqueConstraint("ref", name=op.f("uq_reorganisation_ref")),
    )
    op.create_table(
        "reorganisation_part",
        sa.Column("reorganisation_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("is_successor", sa.Boolean(), nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_reorganisation_part_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["reorganisation_id"], ["reorganisation.id"], name=op.f("fk_reorganisation_part_reorganisation_id")
        ),
        sa.PrimaryKeyConstraint("reorganisation_id", "organisation_id", name=op.f("pk_reorganisation_part")),
    )
    op.create_index(
        op.f("ix_reorganisation_part_organisation_id"), "reorganisation_part", ["organisation_id"], unique=False
    )
    op.create_table(
        "reorganised_posting",
        sa.Column("posting_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reorganisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["posting_id"], ["posting.id"], name=op.f("fk_reorganised_posting_posting_id")),
        sa.ForeignKeyConstraint(
            ["reorganisation_id"], ["reorganisation.id"], name=op.f("fk_reorganised_posting_reorganisation_id")
        ),
        sa.PrimaryKeyConstraint("posting_id", name=op.f("pk_reorganised_posting")),
    )
    op.create_index(
        op.f("ix_reorganised_posting_reorganisation_id"), "reorganised_posting", ["reorganisation_id"], unique=False
    )
    op.create_table(
        "person_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("survivor_id", sa.Integer(), nullable=False),
        sa.Column("merged_id", sa.Integer(), nullable=False),
        sa.Column("replaced", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by_id", sa.Integer(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("survivor_id <> merged_id", name=op.f("ck_person_merge_itself")),
        sa.ForeignKeyConstraint(["merged_by_id"], ["user_account.id"], name=op.f("fk_person_merge_merged_by_id")),
        sa.ForeignKeyConstraint(["merged_id"], ["person.id"], name=op.f("fk_person_merge_merged_id")),
        sa.ForeignKeyConstraint(["survivor_id"], ["person.id"], name=op.f("fk_person_merge_survivor_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["user_account.id"], name=op.f("fk_person_merge_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_merge")),
        sa.UniqueConstraint("ref", name=op.f("uq_person_merge_ref")),
    )
    op.create_index(
        op.f("ix_person_merge_merged_id"),
        "person_merge",
        ["merged_id"],
        unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
        sqlite_where=sa.text("undone_at IS NULL"),
    )
    op.create_index(op.f("ix_person_merge_survivor_id"), "person_merge", ["survivor_id"], unique=False)
    op.create_table(
        "person_former",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("merge_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user_account.id"], name=op.f("fk_person_former_ended_by_id")),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_person_former_import_id")),
        sa.ForeignKeyConstraint(["merge_id"], ["person_merge.id"], name=op.f("fk_person_former_merge_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_former_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_former")),
    )
    op.create_index(op.f("ix_person_former_email_key"), "person_former", ["email_key"], unique=False)
    op.create_index(op.f("ix_person_former_import_id"), "person_former", ["import_id"], unique=False)
    op.create_index(op.f("ix_person_former_merge_id"), "person_former", ["merge_id"], unique=False)
    op.create_index(op.f("ix_person_former_person_id"), "person_former", ["person_id"], unique=False)
    op.create_table(
        "merge_move",
        sa.Column("merge_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("stood_in_for_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["merge_id"], ["person_merge.id"], name=op.f("fk_merge_move_merge_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_merge_move_person_id")),
        sa.PrimaryKeyConstraint("merge_id", "table_name", "row_id", name=op.f("pk_merge_move")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_merge_move_table_name_row_id"), "merge_move", ["table_name", "row_id"], unique=False)
    op.create_table(
        "duplicate_pair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("low_id", sa.Integer(), nullable=False),
        sa.Column("high_id", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("matches", sa.Text(), nullable=False),
        sa.Column("differs", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("low_id < high_id", name=op.f("ck_duplicate_pair_order")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_duplicate_pair_decided_by_id")),
        sa.ForeignKeyConstraint(["high_id"], ["person.id"], name=op.f("fk_duplicate_pair_high_id")),
        sa.ForeignKeyConstraint(["low_id"], ["person.id"], name=op.f("fk_duplicate_pair_low_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_pair")),
        sa.UniqueConstraint("low_id", "high_id", name=op.f("uq_duplicate_pair_low_id_high_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_duplicate_pair_ref")),
    )
    op.create_index(op.f("ix_duplicate_pair_high_id"), "duplicate_pair", ["high_id"], unique=False)
    op.create_table(
        "duplicate_scan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_person_id", sa.Integer(), nullable=False),
        sa.Column("last_posting_id", sa.Integer(), nullable=False),
        sa.Column("last_journey_id", sa.Integer(), nullable=False),
        sa.Column("last_former_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_scan")),
    )
    op.create_table(
        "secondment",
        sa.Column("posting_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=False),
        sa.Column("returns_on", sa.Date(), nullable=False),
        sa.Column("return_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["home_id"], ["posting.id"], name=op.f("fk_secondment_home_id")),
        sa.ForeignKeyConstraint(["posting_id"], ["posting.id"], name=op.f("fk_secondment_posting_id")),
        sa.ForeignKeyConstraint(["return_id"], ["posting.id"], name=op.f("fk_secondment_return_id")),
        sa.PrimaryKeyConstraint("posting_id", name=op.f("pk_secondment")),
    )
    op.create_index(op.f("ix_secondment_home_id"), "secondment", ["home_id"], unique=False)
    op.create_index(op.f("ix_secondment_return_id"), "secondment", ["return_id"], unique=False)
    refuse_updates("person_former")


def downgrade() -> None:
    """Drops the tables. The triggers go with them."""
    op.drop_table("secondment")
    op.drop_table("duplicate_scan")
    op.drop_table("duplicate_pair")
    op.drop_table("merge_move")
    op.drop_table("person_former")
    op.drop_table("person_merge")
    op.drop_table("reorganised_posting")
    op.drop_table("reorganisation_part")
    op.drop_table("reorganisation")
