"""The fellowships strand: schemes, projects, placements, weekly logs, and what is said afterwards."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "scheme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("run_by", sa.String(length=200), nullable=False),
        sa.Column("min_months", sa.Integer(), nullable=True),
        sa.Column("max_months", sa.Integer(), nullable=True),
        sa.Column("terms", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("min_months > 0 AND max_months >= min_months", name=op.f("ck_scheme_months")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme")),
        sa.UniqueConstraint("code", name=op.f("uq_scheme_code")),
    )
    op.create_table(
        "host_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("answer = 'yes' OR reason <> ''", name=op.f("ck_host_offer_reason")),
        sa.CheckConstraint("answer IN ('yes', 'maybe', 'no')", name=op.f("ck_host_offer_answer")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user_account.id"], name=op.f("fk_host_offer_answered_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_host_offer_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_offer")),
        sa.UniqueConstraint("organisation_id", "year", name=op.f("uq_host_offer_organisation_id_year")),
    )
    op.create_table(
        "scheme_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("places_basis", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "closes_on IS NULL OR opens_on IS NULL OR closes_on >= opens_on", name=op.f("ck_scheme_round_dates")
        ),
        sa.CheckConstraint("places > 0", name=op.f("ck_scheme_round_places")),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_scheme_round_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_round")),
        sa.UniqueConstraint("scheme_id", "name", name=op.f("uq_scheme_round_scheme_id_name")),
    )
    op.create_table(
        "log_row",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_valid", sa.Boolean(), nullable=False),
        sa.Column("placement_ref", sa.String(length=100), nullable=True),
        sa.Column("week_ending", sa.Date(), nullable=True),
        sa.Column("days", sa.Numeric(precision=2, scale=1, asdecimal=False), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("skills", sa.Text(), nullable=True),
        sa.Column("blockers", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_log_row_import_id")),
        sa.PrimaryKeyConstraint("import_id", "row", name=op.f("pk_log_row")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "placement_change",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("journey_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("before", sa.String(length=254), nullable=False),
        sa.Column("after", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_placement_change_import_id")),
        sa.PrimaryKeyConstraint("import_id", "journey_id", "field", name=op.f("pk_placement_change")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "placement_row",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_valid", sa.Boolean(), nullable=False),
        sa.Column("placement_ref", sa.String(length=100), nullable=True),
        sa.Column("person_ref", sa.String(length=100), nullable=True),
        sa.Column("first_name", sa.String(length=100), nullable=True),
        sa.Column("last_name", sa.String(length=100), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("email_key", sa.String(length=254), nullable=True),
        sa.Column("name_key", sa.String(length=210), nullable=True),
        sa.Column("sort_key", sa.String(length=210), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("scheme_id", sa.Integer(), nullable=True),
        sa.Column("host_id", sa.Integer(), nullable=True),
        sa.Column("supervisor_email", sa.String(length=254), nullable=True),
        sa.Column("supervisor_key", sa.String(length=254), nullable=True),
        sa.Column("project_title", sa.String(length=200), nullable=True),
        sa.Column("fte", sa.Numeric(precision=3, scale=2, asdecimal=False), nullable=True),
        sa.Column("planned_start", sa.Date(), nullable=True),
        sa.Column("planned_end", sa.Date(), nullable=True),
        sa.Column("stage", sa.String(length=30), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("journey_ref", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_placement_row_import_id")),
        sa.PrimaryKeyConstraint("import_id", "row", name=op.f("pk_placement_row")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "supervisor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=210), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_supervisor_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervisor")),
        sa.UniqueConstraint("email_key", name=op.f("uq_supervisor_email_key")),
    )
    op.create_index(op.f("ix_supervisor_import_id"), "supervisor", ["import_id"], unique=False)
    op.create_table(
        "fellow_preference",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("fte", sa.Numeric(precision=3, scale=2, asdecimal=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "ends_on IS NULL OR starts_on IS NULL OR ends_on > starts_on", name=op.f("ck_fellow_preference_dates")
        ),
        sa.CheckConstraint("fte > 0 AND fte <= 1", name=op.f("ck_fellow_preference_fte")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_fellow_preference_person_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_fellow_preference_region_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_fellow_preference_scheme_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_fellow_preference")),
    )
    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("fte", sa.Numeric(precision=3, scale=2, asdecimal=False), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("location", sa.String(length=100), nullable=False),
        sa.Column("supervisor_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_project_capacity")),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_project_dates")),
        sa.CheckConstraint("fte > 0 AND fte <= 1", name=op.f("ck_project_fte")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_project_created_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_project_organisation_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_project_region_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_project_scheme_id")),
        sa.ForeignKeyConstraint(["supervisor_id"], ["supervisor.id"], name=op.f("fk_project_supervisor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("ref", name=op.f("uq_project_ref")),
    )
    op.create_index(op.f("ix_project_organisation_id"), "project", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_project_scheme_id"), "project", ["scheme_id"], unique=False)
    op.create_index(op.f("ix_project_supervisor_id"), "project", ["supervisor_id"], unique=False)
    op.create_table(
        "fellow_skill",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("skill_code", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["fellow_preference.person_id"], name=op.f("fk_fellow_skill_person_id")),
        sa.PrimaryKeyConstraint("person_id", "skill_code", name=op.f("pk_fellow_skill")),
    )
    op.create_table(
        "placement",
        sa.Column("journey_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ref", sa.String(length=100), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("first_host_id", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("project_title", sa.String(length=200), nullable=False),
        sa.Column("fte", sa.Numeric(precision=3, scale=2, asdecimal=False), nullable=False),
        sa.Column("planned_start", sa.Date(), nullable=False),
        sa.Column("planned_end", sa.Date(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("fte > 0 AND fte <= 1", name=op.f("ck_placement_fte")),
        sa.CheckConstraint("planned_end >= planned_start", name=op.f("ck_placement_dates")),
        sa.ForeignKeyConstraint(["first_host_id"], ["organisation.id"], name=op.f("fk_placement_first_host_id")),
        sa.ForeignKeyConstraint(["host_id"], ["organisation.id"], name=op.f("fk_placement_host_id")),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_placement_import_id")),
        sa.ForeignKeyConstraint(["journey_id"], ["journey.id"], name=op.f("fk_placement_journey_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_placement_project_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_placement_scheme_id")),
        sa.PrimaryKeyConstraint("journey_id", name=op.f("pk_placement")),
        sa.UniqueConstraint("ref", name=op.f("uq_placement_ref")),
    )
    op.create_index(op.f("ix_placement_host_id"), "placement", ["host_id"], unique=False)
    op.create_index(op.f("ix_placement_import_id"), "placement", ["import_id"], unique=False)
    op.create_index(op.f("ix_placement_project_id"), "placement", ["project_id"], unique=False)
    op.create_index(op.f("ix_placement_scheme_id"), "placement", ["scheme_id"], unique=False)
    op.create_table(
        "project_choice",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fellow_rank", sa.Integer(), nullable=True),
        sa.Column("host_rank", sa.Integer(), nullable=True),
        sa.CheckConstraint("fellow_rank > 0", name=op.f("ck_project_choice_fellow_rank")),
        sa.CheckConstraint("host_rank > 0", name=op.f("ck_project_choice_host_rank")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_project_choice_person_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_choice_project_id")),
        sa.PrimaryKeyConstraint("person_id", "project_id", name=op.f("pk_project_choice")),
    )
    op.create_index(op.f("ix_project_choice_project_id"), "project_choice", ["project_id"], unique=False)
    op.create_table(
        "project_skill",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("skill_code", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_skill_project_id")),
        sa.PrimaryKeyConstraint("project_id", "skill_code", name=op.f("pk_project_skill")),
    )
    op.create_table(
        "event_host",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("left_organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_host_event_id")),
        sa.ForeignKeyConstraint(
            ["left_organisation_id"], ["organisation.id"], name=op.f("fk_event_host_left_organisation_id")
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_event_host_organisation_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_host")),
    )
    op.create_table(
        "placement_conversion",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("post", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_placement_conversion_event_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_placement_conversion_organisation_id")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_placement_conversion")),
    )
    op.create_table(
        "placement_extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.Column("planned_end", sa.Date(), nullable=False),
        sa.Column("before", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_approved", sa.Boolean(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_placement_extension_reason")),
        sa.CheckConstraint("(decided_at IS NULL) = (is_approved IS NULL)", name=op.f("ck_placement_extension_decided")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name=op.f("fk_placement_extension_asked_by_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_placement_extension_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_placement_extension_event_id")),
        sa.ForeignKeyConstraint(
            ["journey_id"], ["placement.journey_id"], name=op.f("fk_placement_extension_journey_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_extension")),
        sa.UniqueConstraint("event_id", name=op.f("uq_placement_extension_event_id")),
    )
    op.create_index(op.f("ix_placement_extension_journey_id"), "placement_extension", ["journey_id"], unique=False)
    op.create_index(
        "uq_placement_extension_open",
        "placement_extension",
        ["journey_id"],
        unique=True,
        postgresql_where=sa.text("decided_at IS NULL"),
        sqlite_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "placement_leaving",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason_code", sa.String(length=30), nullable=False),
        sa.CheckConstraint(
            "reason_code IN ('another-offer', 'terms', 'location', 'changed-mind', "
            "'host-changed', 'clearance', 'new-post', 'health', 'not-suited', 'funding', 'other', 'not-known')",
            name=op.f("ck_placement_leaving_reason_code"),
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_placement_leaving_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_placement_leaving")),
    )
    op.create_table(
        "placement_objective",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'met', 'partly-met', 'dropped')", name=op.f("ck_placement_objective_state")
        ),
        sa.CheckConstraint("text <> ''", name=op.f("ck_placement_objective_text")),
        sa.ForeignKeyConstraint(
            ["journey_id"], ["placement.journey_id"], name=op.f("fk_placement_objective_journey_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_placement_objective_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_objective")),
        sa.UniqueConstraint("journey_id", "number", name=op.f("uq_placement_objective_journey_id_number")),
    )
    op.create_table(
        "placement_review",
        sa.Column("journey_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("going_well", sa.Text(), nullable=False),
        sa.Column("to_change", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["journey_id"], ["placement.journey_id"], name=op.f("fk_placement_review_journey_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_placement_review_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("journey_id", name=op.f("pk_placement_review")),
    )
    op.create_table(
        "project_place",
        sa.Column("project_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_project_place_number")),
        sa.ForeignKeyConstraint(["journey_id"], ["placement.journey_id"], name=op.f("fk_project_place_journey_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_place_project_id")),
        sa.PrimaryKeyConstraint("project_id", "number", name=op.f("pk_project_place")),
        sa.UniqueConstraint("journey_id", name=op.f("uq_project_place_journey_id")),
    )
    op.create_table(
        "supervisor_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.Column("supervisor_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_supervisor_assignment_days")),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_supervisor_assignment_import_id")),
        sa.ForeignKeyConstraint(
            ["journey_id"], ["placement.journey_id"], name=op.f("fk_supervisor_assignment_journey_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_supervisor_assignment_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["supervisor_id"], ["supervisor.id"], name=op.f("fk_supervisor_assignment_supervisor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervisor_assignment")),
    )
    op.create_index(op.f("ix_supervisor_assignment_import_id"), "supervisor_assignment", ["import_id"], unique=False)
    op.create_index(
        op.f("ix_supervisor_assignment_journey_id_starts_on"),
        "supervisor_assignment",
        ["journey_id", "starts_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_supervisor_assignment_supervisor_id"), "supervisor_assignment", ["supervisor_id"], unique=False
    )
    op.create_index(
        "uq_supervisor_assignment_current",
        "supervisor_assignment",
        ["journey_id"],
        unique=True,
        postgresql_where=sa.text("ends_on = '9999-12-31'"),
        sqlite_where=sa.text("ends_on = '9999-12-31'"),
    )
    op.create_table(
        "week_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.Column("week_ending", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("private_note", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'submitted', 'returned', 'approved')", name=op.f("ck_week_log_state")),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_week_log_import_id")),
        sa.ForeignKeyConstraint(["journey_id"], ["placement.journey_id"], name=op.f("fk_week_log_journey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_week_log")),
        sa.UniqueConstraint("journey_id", "week_ending", name=op.f("uq_week_log_journey_id_week_ending")),
    )
    op.create_index(op.f("ix_week_log_import_id"), "week_log", ["import_id"], unique=False)
    op.create_index(op.f("ix_week_log_state_week_ending"), "week_log", ["state", "week_ending"], unique=False)
    op.create_table(
        "log_draft",
        sa.Column("log_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("blockers", sa.Text(), nullable=False),
        sa.Column("skills", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["log_id"], ["week_log.id"], name=op.f("fk_log_draft_log_id")),
        sa.PrimaryKeyConstraint("log_id", name=op.f("pk_log_draft")),
    )
    op.create_table(
        "log_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("log_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("days", sa.Numeric(precision=2, scale=1, asdecimal=False), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("blockers", sa.Text(), nullable=False),
        sa.Column("submission_key", sa.String(length=60), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("days IN (0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5)", name=op.f("ck_log_version_days")),
        sa.CheckConstraint("number > 0", name=op.f("ck_log_version_number")),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_log_version_import_id")),
        sa.ForeignKeyConstraint(["log_id"], ["week_log.id"], name=op.f("fk_log_version_log_id")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["user_account.id"], name=op.f("fk_log_version_submitted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_version")),
        sa.UniqueConstraint("log_id", "number", name=op.f("uq_log_version_log_id_number")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_log_version_submission_key")),
    )
    op.create_index(op.f("ix_log_version_import_id"), "log_version", ["import_id"], unique=False)
    op.create_index(op.f("ix_log_version_submitted_at"), "log_version", ["submitted_at"], unique=False)
    op.create_index(op.f("ix_log_version_voided_at"), "log_version", ["voided_at"], unique=False)
    op.create_table(
        "log_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("supervisor_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_name", sa.String(length=254), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by_id", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("(voided_at IS NULL) = (void_reason = '')", name=op.f("ck_log_decision_voided")),
        sa.CheckConstraint("decision = 'approved' OR reason <> ''", name=op.f("ck_log_decision_reason")),
        sa.CheckConstraint("decision IN ('approved', 'returned')", name=op.f("ck_log_decision_decision")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_log_decision_decided_by_id")),
        sa.ForeignKeyConstraint(["supervisor_id"], ["supervisor.id"], name=op.f("fk_log_decision_supervisor_id")),
        sa.ForeignKeyConstraint(["version_id"], ["log_version.id"], name=op.f("fk_log_decision_version_id")),
        sa.ForeignKeyConstraint(["voided_by_id"], ["user_account.id"], name=op.f("fk_log_decision_voided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_decision")),
    )
    op.create_index(op.f("ix_log_decision_decided_at"), "log_decision", ["decided_at"], unique=False)
    op.create_index(op.f("ix_log_decision_supervisor_id"), "log_decision", ["supervisor_id"], unique=False)
    op.create_index(op.f("ix_log_decision_voided_at"), "log_decision", ["voided_at"], unique=False)
    op.create_index(
        "uq_log_decision_standing",
        "log_decision",
        ["version_id"],
        unique=True,
        postgresql_where=sa.text("voided_at IS NULL"),
        sqlite_where=sa.text("voided_at IS NULL"),
    )
    op.create_table(
        "log_skill",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("skill_code", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["log_version.id"], name=op.f("fk_log_skill_version_id")),
        sa.PrimaryKeyConstraint("version_id", "skill_code", name=op.f("pk_log_skill")),
    )
    away()
    notices()
    answers()


def away() -> None:
    op.create_table(
        "placement_away",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("recorded_by_id", sa.Integer()),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_away")),
        sa.ForeignKeyConstraint(["journey_id"], ["placement.journey_id"], name=op.f("fk_placement_away_journey_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_placement_away_recorded_by_id")),
        sa.CheckConstraint(
            "reason IN ('leave', 'sick', 'host-closed', 'other')", name=op.f("ck_placement_away_reason")
        ),
        sa.CheckConstraint("last_on >= starts_on", name=op.f("ck_placement_away_days")),
    )
    op.create_index(op.f("ix_placement_away_journey_id"), "placement_away", ["journey_id"])


def notices() -> None:
    op.create_table(
        "placement_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("about_on", sa.Date(), nullable=False),
        sa.Column("to_key", sa.String(254), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_notice")),
        sa.ForeignKeyConstraint(["journey_id"], ["placement.journey_id"], name=op.f("fk_placement_notice_journey_id")),
        sa.UniqueConstraint(
            "journey_id", "kind", "about_on", "to_key", name=op.f("uq_placement_notice_journey_id_kind_about_on_to_key")
        ),
    )


def answers() -> None:
    op.create_table(
        "placement_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.Column("asked", sa.String(30), nullable=False),
        sa.Column("side", sa.String(30), nullable=False),
        sa.Column("name", sa.String(254), nullable=False),
        sa.Column("rating", sa.Integer()),
        sa.Column("again", sa.Boolean()),
        sa.Column("in_use", sa.String(30)),
        sa.Column("whereabouts", sa.String(30)),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Integer()),
        sa.Column("answered_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_answer")),
        sa.ForeignKeyConstraint(["journey_id"], ["placement.journey_id"], name=op.f("fk_placement_answer_journey_id")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user_account.id"], name=op.f("fk_placement_answer_answered_by_id")
        ),
        sa.UniqueConstraint("journey_id", "asked", "side", name=op.f("uq_placement_answer_journey_id_asked_side")),
        sa.CheckConstraint(
            "asked IN ('end', 'months-3', 'months-6', 'months-12')", name=op.f("ck_placement_answer_asked")
        ),
        sa.CheckConstraint("side IN ('fellow', 'host')", name=op.f("ck_placement_answer_side")),
        sa.CheckConstraint("in_use IN ('yes', 'partly', 'no', 'not-known')", name=op.f("ck_placement_answer_in_use")),
        sa.CheckConstraint(
            "whereabouts IN ('host', 'government', 'public-sector', 'elsewhere', 'not-known')",
            name=op.f("ck_placement_answer_whereabouts"),
        ),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_placement_answer_rating")),
        sa.CheckConstraint(
            "(asked = 'end') = (rating IS NOT NULL AND again IS NOT NULL)", name=op.f("ck_placement_answer_end")
        ),
        sa.CheckConstraint(
            "(asked = 'end') = (in_use IS NULL AND whereabouts IS NULL)", name=op.f("ck_placement_answer_later")
        ),
    )


def downgrade() -> None:
    for name in ("placement_answer", "placement_notice", "placement_away"):
        op.drop_table(name)
    op.drop_table("log_skill")
    op.drop_table("log_decision")
    op.drop_table("log_version")
    op.drop_table("log_draft")
    op.drop_table("week_log")
    op.drop_table("supervisor_assignment")
    op.drop_table("project_place")
    op.drop_table("placement_review")
    op.drop_table("placement_objective")
    op.drop_table("placement_leaving")
    op.drop_table("placement_extension")
    op.drop_table("placement_conversion")
    op.drop_table("event_host")
    op.drop_table("project_skill")
    op.drop_table("project_choice")
    op.drop_table("placement")
    op.drop_table("fellow_skill")
    op.drop_table("project")
    op.drop_table("fellow_preference")
    op.drop_table("supervisor")
    op.drop_table("placement_row")
    op.drop_table("placement_change")
    op.drop_table("log_row")
    op.drop_table("scheme_round")
    op.drop_table("host_offer")
    op.drop_table("scheme")
