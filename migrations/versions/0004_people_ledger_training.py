"""People, the ledger and the training strand."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


APPEND_ONLY = ("event", "event_void")


def by_code_point(length: int) -> sa.types.TypeEngine[str]:
    """Text that both databases order and compare alike, whatever language PostgreSQL was set up with."""
    return sa.String(length=length).with_variant(sa.String(length=length, collation="C"), "postgresql")


def make_append_only(table: str) -> None:
    """Have the database itself refuse to change or delete a row."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME; END $$"
        )
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
        "capability_skill",
        sa.Column("skill_code", sa.String(length=100), nullable=False),
        sa.Column("level_order", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("skill", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("skill_code", "level_order", name=op.f("pk_capability_skill")),
    )
    op.create_table(
        "programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("provider", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("level", sa.String(length=60), nullable=False),
        sa.Column("qualifies", sa.Boolean(), nullable=False),
        sa.Column("length_days", sa.Integer(), nullable=True),
        sa.Column("completion_rule", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length_days > 0", name=op.f("ck_programme_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("code", name=op.f("uq_programme_code")),
    )
    op.create_table(
        "cohort",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name=op.f("ck_cohort_dates")
        ),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_cohort_import_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_cohort_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort")),
        sa.UniqueConstraint("code", name=op.f("uq_cohort_code")),
    )
    op.create_index(op.f("ix_cohort_import_id"), "cohort", ["import_id"], unique=False)
    op.create_index(op.f("ix_cohort_programme_id"), "cohort", ["programme_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=100), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("name_key", sa.String(length=210), nullable=False),
        sa.Column("sort_key", by_code_point(210), nullable=False),
        sa.Column("fte", sa.Numeric(precision=3, scale=2, asdecimal=False), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("fte > 0 AND fte <= 1", name=op.f("ck_person_fte")),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_person_import_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_person_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("ref", name=op.f("uq_person_ref")),
        sa.UniqueConstraint("user_id", name=op.f("uq_person_user_id")),
    )
    op.create_index(
        op.f("ix_person_email_key"),
        "person",
        ["email_key"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
        sqlite_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(op.f("ix_person_import_id"), "person", ["import_id"], unique=False)
    op.create_index(op.f("ix_person_name_key"), "person", ["name_key"], unique=False)
    op.create_index(op.f("ix_person_sort_key_id"), "person", ["sort_key", "id"], unique=False)
    op.create_index(
        op.f("ix_person_removed_at"),
        "person",
        ["removed_at"],
        unique=False,
        postgresql_where=sa.text("removed_at IS NOT NULL"),
        sqlite_where=sa.text("removed_at IS NOT NULL"),
    )
    op.create_table(
        "journey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("strand", sa.String(length=30), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("strand IN ('training', 'fellowships', 'leadership')", name=op.f("ck_journey_strand")),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_journey_import_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_journey_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journey")),
        sa.UniqueConstraint("ref", name=op.f("uq_journey_ref")),
    )
    op.create_index(op.f("ix_journey_import_id"), "journey", ["import_id"], unique=False)
    op.create_index(op.f("ix_journey_person_id"), "journey", ["person_id"], unique=False)
    op.create_table(
        "person_word",
        sa.Column("word", by_code_point(254), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_word_person_id")),
        sa.PrimaryKeyConstraint("word", "person_id", name=op.f("pk_person_word")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_person_word_person_id"), "person_word", ["person_id"], unique=False)
    op.create_table(
        "posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("grade_id", sa.Integer(), nullable=True),
        sa.Column("profession_id", sa.Integer(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["grade_id"], ["grade.id"], name=op.f("fk_posting_grade_id")),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_posting_import_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_posting_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_posting_person_id")),
        sa.ForeignKeyConstraint(["profession_id"], ["profession.id"], name=op.f("fk_posting_profession_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_posting_recorded_by_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_posting_region_id")),
        sa.ForeignKeyConstraint(["voided_by_id"], ["user_account.id"], name=op.f("fk_posting_voided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
    )
    op.create_index(op.f("ix_posting_import_id"), "posting", ["import_id"], unique=False)
    op.create_index(op.f("ix_posting_person_id_starts_on"), "posting", ["person_id", "starts_on"], unique=False)
    op.create_index(op.f("ix_posting_recorded_at"), "posting", ["recorded_at"], unique=False)
    op.create_index(op.f("ix_posting_voided_at"), "posting", ["voided_at"], unique=False)
    op.create_table(
        "enrolment",
        sa.Column("journey_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_enrolment_cohort_id")),
        sa.ForeignKeyConstraint(["journey_id"], ["journey.id"], name=op.f("fk_enrolment_journey_id")),
        sa.PrimaryKeyConstraint("journey_id", name=op.f("pk_enrolment")),
    )
    op.create_index(op.f("ix_enrolment_cohort_id"), "enrolment", ["cohort_id"], unique=False)
    op.create_table(
        "enrolment_key",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_enrolment_key_cohort_id")),
        sa.ForeignKeyConstraint(["journey_id"], ["journey.id"], name=op.f("fk_enrolment_key_journey_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_enrolment_key_person_id")),
        sa.PrimaryKeyConstraint("person_id", "cohort_id", name=op.f("pk_enrolment_key")),
    )
    op.create_index(op.f("ix_enrolment_key_cohort_id"), "enrolment_key", ["cohort_id"], unique=False)
    op.create_index(op.f("ix_enrolment_key_journey_id"), "enrolment_key", ["journey_id"], unique=False)
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("stage", sa.String(length=30), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=30), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(kind = 'transferred') = (stage IS NULL)", name=op.f("ck_event_stage")),
        sa.CheckConstraint("kind IN ('stage', 'extended', 'transferred')", name=op.f("ck_event_kind")),
        sa.CheckConstraint("source IN ('form', 'import', 'api', 'job')", name=op.f("ck_event_source")),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_event_import_id")),
        sa.ForeignKeyConstraint(["journey_id"], ["journey.id"], name=op.f("fk_event_journey_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_event_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_import_id"), "event", ["import_id"], unique=False)
    op.create_index(
        "ix_event_order",
        "event",
        ["journey_id", "effective_on", "recorded_at", "id", "stage", "promised_on"],
        unique=False,
    )
    op.create_index(op.f("ix_event_recorded_at"), "event", ["recorded_at"], unique=False)
    op.create_table(
        "posting_span",
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("ck_posting_span_days")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_posting_span_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_posting_span_person_id")),
        sa.ForeignKeyConstraint(["posting_id"], ["posting.id"], name=op.f("fk_posting_span_posting_id")),
        sa.PrimaryKeyConstraint("posting_id", name=op.f("pk_posting_span")),
    )
    op.create_index(
        op.f("ix_posting_span_organisation_id_ends_on"), "posting_span", ["organisation_id", "ends_on"], unique=False
    )
    op.create_index(op.f("ix_posting_span_person_id_ends_on"), "posting_span", ["person_id", "ends_on"], unique=True)
    op.create_index(op.f("ix_posting_span_starts_on"), "posting_span", ["starts_on"], unique=False)
    op.create_index(
        op.f("ix_posting_span_person_id_starts_on"), "posting_span", ["person_id", "starts_on"], unique=True
    )
    op.create_table(
        "event_cohort",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("left_cohort_id", sa.Integer(), nullable=True),
        sa.Column("is_known", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_event_cohort_cohort_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_cohort_event_id")),
        sa.ForeignKeyConstraint(["left_cohort_id"], ["cohort.id"], name=op.f("fk_event_cohort_left_cohort_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_cohort")),
    )
    op.create_table(
        "enrolment_leaving",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("trigger", sa.String(length=30), nullable=False),
        sa.Column("reason_code", sa.String(length=30), nullable=False),
        sa.CheckConstraint(
            "trigger IN ('person', 'department', 'provider', 'programme')", name=op.f("ck_enrolment_leaving_trigger")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_enrolment_leaving_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_enrolment_leaving")),
    )
    op.create_table(
        "event_note",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_note_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_note")),
    )
    op.create_table(
        "event_void",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_by_id", sa.Integer(), nullable=True),
        sa.Column("cause", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("cause IN ('correction', 'undo', 'superseded')", name=op.f("ck_event_void_cause")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_void_event_id")),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_event_void_import_id")),
        sa.ForeignKeyConstraint(["replaced_by_id"], ["event.id"], name=op.f("fk_event_void_replaced_by_id")),
        sa.ForeignKeyConstraint(["voided_by_id"], ["user_account.id"], name=op.f("fk_event_void_voided_by_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_void")),
    )
    op.create_index(op.f("ix_event_void_import_id"), "event_void", ["import_id"], unique=False)
    op.create_index(op.f("ix_event_void_voided_at"), "event_void", ["voided_at"], unique=False)
    op.create_table(
        "stage_span",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("strand", sa.String(length=30), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=30), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_stage_span_event_id")),
        sa.ForeignKeyConstraint(["journey_id"], ["journey.id"], name=op.f("fk_stage_span_journey_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_stage_span_person_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_stage_span")),
    )
    op.create_index(op.f("ix_stage_span_journey_id_position"), "stage_span", ["journey_id", "position"], unique=True)
    op.create_index(op.f("ix_stage_span_person_id"), "stage_span", ["person_id"], unique=False)
    op.create_index(op.f("ix_stage_span_promised_on"), "stage_span", ["promised_on"], unique=False)
    op.create_index(op.f("ix_stage_span_starts_on"), "stage_span", ["starts_on"], unique=False)
    op.create_index(
        "ix_stage_span_standing",
        "stage_span",
        ["strand", "stage", "person_id", "journey_id", "position", "starts_on", "ends_on", "event_id"],
        unique=False,
    )
    for table in APPEND_ONLY:
        make_append_only(table)


def downgrade() -> None:
    """Drops the ledger. The triggers go with their tables."""
    op.drop_table("stage_span")
    op.drop_table("event_void")
    op.drop_table("event_note")
    op.drop_table("enrolment_leaving")
    op.drop_table("event_cohort")
    op.drop_table("posting_span")
    op.drop_table("event")
    op.drop_table("enrolment_key")
    op.drop_table("enrolment")
    op.drop_table("posting")
    op.drop_table("person_word")
    op.drop_table("journey")
    op.drop_table("person")
    op.drop_table("cohort")
    op.drop_table("programme")
    op.drop_table("capability_skill")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change")
