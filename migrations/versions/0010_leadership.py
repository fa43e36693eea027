"""Recruitment of leaders: campaigns, vacancies, their panels, and the candidates for them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

IS_STAGE = (
    "stage IN ("
    "'approval', 'advert', 'closed', 'sift', 'shortlist', 'assessment', 'interview', 'merit-order', "
    "'offer', 'checks', 'formal-offer', 'in-post', 'no-appointment', 'cancelled'"
    ")"
)
IS_REASON = (
    "reason_code IN ("
    "'not-met-at-sift', 'not-shortlisted', 'not-met-at-interview', 'not-eligible', 'took-another-post', "
    "'pay-or-terms', 'location', 'personal', 'offer-expired', 'checks-not-met', 'reserve-ended', "
    "'vacancy-ended', 'other', 'not-known'"
    ")"
)


def upgrade() -> None:
    op.create_table(
        "leadership_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("abbreviation", sa.String(length=20), nullable=False),
        sa.Column("grade_tier", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leadership_role")),
        sa.UniqueConstraint("code", name=op.f("uq_leadership_role_code")),
    )
    op.create_table(
        "recruitment_metric",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_recruitment_metric")),
    )
    op.create_table(
        "recruitment_stage",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("applies_to", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=30), nullable=True),
        sa.CheckConstraint(IS_STAGE, name=op.f("ck_recruitment_stage_stage")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_recruitment_stage")),
    )
    op.create_table(
        "stage_target",
        sa.Column("stage", sa.String(length=30), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(IS_STAGE, name=op.f("ck_stage_target_stage")),
        sa.CheckConstraint("days > 0", name=op.f("ck_stage_target_days")),
        sa.PrimaryKeyConstraint("stage", name=op.f("pk_stage_target")),
    )
    op.create_table(
        "leadership_role_skill",
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("skill", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["leadership_role.id"], name=op.f("fk_leadership_role_skill_role_id")),
        sa.PrimaryKeyConstraint("role_id", "skill", name=op.f("pk_leadership_role_skill")),
    )
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_campaign_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("ref", name=op.f("uq_campaign_ref")),
    )
    op.create_index(op.f("ix_campaign_import_id"), "campaign", ["import_id"], unique=False)
    op.create_table(
        "advert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_advert_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advert")),
    )
    op.create_index(op.f("ix_advert_campaign_id"), "advert", ["campaign_id"], unique=False)
    op.create_table(
        "candidate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=100), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("anonymised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_candidate_import_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_candidate_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
        sa.UniqueConstraint("ref", name=op.f("uq_candidate_ref")),
    )
    op.create_index(op.f("ix_candidate_email_key"), "candidate", ["email_key"], unique=False)
    op.create_index(op.f("ix_candidate_import_id"), "candidate", ["import_id"], unique=False)
    op.create_index(op.f("ix_candidate_person_id"), "candidate", ["person_id"], unique=False)
    op.create_table(
        "vacancy",
        sa.Column("journey_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ref", sa.String(length=100), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("grade_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("advert_id", sa.Integer(), nullable=True),
        sa.Column("location", sa.String(length=100), nullable=False),
        sa.Column("pay_band", sa.String(length=100), nullable=False),
        sa.Column("route", sa.String(length=30), nullable=False),
        sa.CheckConstraint(
            "route IN ('competition', 'managed-move', 'loan', 'merit-list')", name=op.f("ck_vacancy_route")
        ),
        sa.ForeignKeyConstraint(["advert_id"], ["advert.id"], name=op.f("fk_vacancy_advert_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_vacancy_campaign_id")),
        sa.ForeignKeyConstraint(["grade_id"], ["grade.id"], name=op.f("fk_vacancy_grade_id")),
        sa.ForeignKeyConstraint(["journey_id"], ["journey.id"], name=op.f("fk_vacancy_journey_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_vacancy_organisation_id")),
        sa.ForeignKeyConstraint(["role_id"], ["leadership_role.id"], name=op.f("fk_vacancy_role_id")),
        sa.PrimaryKeyConstraint("journey_id", name=op.f("pk_vacancy")),
        sa.UniqueConstraint("ref", name=op.f("uq_vacancy_ref")),
    )
    op.create_index(op.f("ix_vacancy_advert_id"), "vacancy", ["advert_id"], unique=False)
    op.create_index(op.f("ix_vacancy_campaign_id"), "vacancy", ["campaign_id"], unique=False)
    op.create_index(op.f("ix_vacancy_grade_id"), "vacancy", ["grade_id"], unique=False)
    op.create_index(op.f("ix_vacancy_organisation_id"), "vacancy", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_vacancy_role_id"), "vacancy", ["role_id"], unique=False)
    op.create_table(
        "candidacy",
        sa.Column("journey_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("vacancy_id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("from_reserve_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidate.id"], name=op.f("fk_candidacy_candidate_id")),
        sa.ForeignKeyConstraint(
            ["from_reserve_id"], ["candidacy.journey_id"], name=op.f("fk_candidacy_from_reserve_id")
        ),
        sa.ForeignKeyConstraint(["journey_id"], ["journey.id"], name=op.f("fk_candidacy_journey_id")),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancy.journey_id"], name=op.f("fk_candidacy_vacancy_id")),
        sa.PrimaryKeyConstraint("journey_id", name=op.f("pk_candidacy")),
    )
    op.create_index(op.f("ix_candidacy_candidate_id"), "candidacy", ["candidate_id"], unique=False)
    op.create_index(op.f("ix_candidacy_from_reserve_id"), "candidacy", ["from_reserve_id"], unique=False)
    op.create_index(
        op.f("ix_candidacy_vacancy_id_candidate_id"), "candidacy", ["vacancy_id", "candidate_id"], unique=True
    )
    op.create_table(
        "candidacy_leaving",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason_code", sa.String(length=30), nullable=False),
        sa.CheckConstraint(IS_REASON, name=op.f("ck_candidacy_leaving_reason_code")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_candidacy_leaving_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_candidacy_leaving")),
    )
    op.create_table(
        "panel_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vacancy_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declaration", sa.Text(), nullable=False),
        sa.Column("recused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recusal_reason", sa.Text(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(recused_at IS NULL) = (recusal_reason = '')", name=op.f("ck_panel_member_recused")),
        sa.CheckConstraint("role IN ('chair', 'member', 'commissioner')", name=op.f("ck_panel_member_role")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_panel_member_user_id")),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancy.journey_id"], name=op.f("fk_panel_member_vacancy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_member")),
    )
    op.create_index(op.f("ix_panel_member_user_id"), "panel_member", ["user_id"], unique=False)
    op.create_index(op.f("ix_panel_member_vacancy_id_user_id"), "panel_member", ["vacancy_id", "user_id"], unique=True)
    op.create_table(
        "vacancy_criterion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vacancy_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancy.journey_id"], name=op.f("fk_vacancy_criterion_vacancy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vacancy_criterion")),
    )
    op.create_index(
        op.f("ix_vacancy_criterion_vacancy_id_position"), "vacancy_criterion", ["vacancy_id", "position"], unique=True
    )
    op.create_table(
        "vacancy_pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vacancy_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name=op.f("ck_vacancy_pause_days")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_vacancy_pause_recorded_by_id")),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancy.journey_id"], name=op.f("fk_vacancy_pause_vacancy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vacancy_pause")),
    )
    op.create_index(op.f("ix_vacancy_pause_vacancy_id"), "vacancy_pause", ["vacancy_id"], unique=False)
    op.create_table(
        "assessment_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("candidacy_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('staff-engagement', 'assessment', 'interview')", name=op.f("ck_assessment_note_kind")
        ),
        sa.ForeignKeyConstraint(
            ["candidacy_id"], ["candidacy.journey_id"], name=op.f("fk_assessment_note_candidacy_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_assessment_note_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_note")),
    )
    op.create_index(op.f("ix_assessment_note_candidacy_id"), "assessment_note", ["candidacy_id"], unique=False)
    op.create_table(
        "interview",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("candidacy_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moved_reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(moved_at IS NULL) = (moved_reason = '')", name=op.f("ck_interview_moved")),
        sa.ForeignKeyConstraint(["candidacy_id"], ["candidacy.journey_id"], name=op.f("fk_interview_candidacy_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_interview_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview")),
    )
    op.create_index(op.f("ix_interview_candidacy_id"), "interview", ["candidacy_id"], unique=False)
    op.create_table(
        "merit_place",
        sa.Column("candidacy_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("vacancy_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.CheckConstraint("place > 0", name=op.f("ck_merit_place_place")),
        sa.ForeignKeyConstraint(["candidacy_id"], ["candidacy.journey_id"], name=op.f("fk_merit_place_candidacy_id")),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancy.journey_id"], name=op.f("fk_merit_place_vacancy_id")),
        sa.PrimaryKeyConstraint("candidacy_id", name=op.f("pk_merit_place")),
    )
    op.create_index(op.f("ix_merit_place_vacancy_id_place"), "merit_place", ["vacancy_id", "place"], unique=True)
    op.create_table(
        "offer",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("candidacy_id", sa.Integer(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["candidacy_id"], ["candidacy.journey_id"], name=op.f("fk_offer_candidacy_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_offer_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_offer")),
    )
    op.create_index(op.f("ix_offer_answer_by"), "offer", ["answer_by"], unique=False)
    op.create_index(op.f("ix_offer_candidacy_id"), "offer", ["candidacy_id"], unique=False)
    op.create_table(
        "recusal",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("candidacy_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["candidacy_id"], ["candidacy.journey_id"], name=op.f("fk_recusal_candidacy_id")),
        sa.ForeignKeyConstraint(["member_id"], ["panel_member.id"], name=op.f("fk_recusal_member_id")),
        sa.PrimaryKeyConstraint("member_id", "candidacy_id", name=op.f("pk_recusal")),
    )
    op.create_index(op.f("ix_recusal_candidacy_id"), "recusal", ["candidacy_id"], unique=False)
    op.create_table(
        "sift_score",
        sa.Column("candidacy_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 7", name=op.f("ck_sift_score_score")),
        sa.ForeignKeyConstraint(["candidacy_id"], ["candidacy.journey_id"], name=op.f("fk_sift_score_candidacy_id")),
        sa.ForeignKeyConstraint(["criterion_id"], ["vacancy_criterion.id"], name=op.f("fk_sift_score_criterion_id")),
        sa.ForeignKeyConstraint(["member_id"], ["panel_member.id"], name=op.f("fk_sift_score_member_id")),
        sa.PrimaryKeyConstraint("candidacy_id", "member_id", "criterion_id", name=op.f("pk_sift_score")),
    )
    op.create_index(op.f("ix_sift_score_criterion_id"), "sift_score", ["criterion_id"], unique=False)
    op.create_index(op.f("ix_sift_score_member_id"), "sift_score", ["member_id"], unique=False)
    op.create_table(
        "vacancy_row",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_valid", sa.Boolean(), nullable=False),
        sa.Column("vacancy_ref", sa.String(length=100), nullable=True),
        sa.Column("campaign", sa.String(length=100), nullable=True),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.Column("grade_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("stage", sa.String(length=30), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_vacancy_row_import_id")),
        sa.PrimaryKeyConstraint("import_id", "row", name=op.f("pk_vacancy_row")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "candidate_row",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_valid", sa.Boolean(), nullable=False),
        sa.Column("vacancy_ref", sa.String(length=100), nullable=True),
        sa.Column("candidate_ref", sa.String(length=100), nullable=True),
        sa.Column("stage", sa.String(length=30), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("person_ref", sa.String(length=100), nullable=True),
        sa.Column("first_name", sa.String(length=100), nullable=True),
        sa.Column("last_name", sa.String(length=100), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_candidate_row_import_id")),
        sa.PrimaryKeyConstraint("import_id", "row", name=op.f("pk_candidate_row")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "candidate_change",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("before", sa.String(length=254), nullable=False),
        sa.Column("after", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidate.id"], name=op.f("fk_candidate_change_candidate_id")),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_candidate_change_import_id")),
        sa.PrimaryKeyConstraint("import_id", "candidate_id", "field", name=op.f("pk_candidate_change")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drops every vacancy and candidate. Their events stay in the ledger."""
    op.drop_table("candidate_change")
    op.drop_table("candidate_row")
    op.drop_table("vacancy_row")
    op.drop_table("sift_score")
    op.drop_table("recusal")
    op.drop_table("offer")
    op.drop_table("merit_place")
    op.drop_table("interview")
    op.drop_table("assessment_note")
    op.drop_table("vacancy_pause")
    op.drop_table("vacancy_criterion")
    op.drop_table("panel_member")
    op.drop_table("candidacy_leaving")
    op.drop_table("candidacy")
    op.drop_table("vacancy")
    op.drop_table("candidate")
    op.drop_table("advert")
    op.drop_table("campaign")
    op.drop_table("leadership_role_skill")
    op.drop_table("stage_target")
    op.drop_table("recruitment_stage")
    op.drop_table("recruitment_metric")
    op.drop_table("leadership_role")
