"""The figures that are counted again by walking, by how each is counted."""

STANDING = ("nominated", "endorsed", "applied", "accepted", "enrolled", "in-training", "on-break")
MEDIANS = frozenset(
    {"training.median_days_to_complete", "leadership.median_days_to_hire", "leadership.median_days_to_fill"}
)
RATIOS = frozenset(
    {
        *("training.completion_rate", "training.skill_rise"),
        *("leadership.applicants_per_post", "leadership.offer_acceptance"),
    }
)
SUMS = frozenset(
    {
        *("fellowships.days_logged", "fellowships.days_signed_off"),
        *("fellowships.days_logged_from", "fellowships.days_signed_off_from"),
    }
)
COUNTS = frozenset(
    {
        "training.trained",
        *(f"training.{stage.replace('-', '_')}" for stage in STANDING),
        *("training.at_risk", "training.withdrawn", "training.not_completed", "training.in_role"),
        "training.skills_gained",
        *("fellowships.started_in_year", "fellowships.in_post", "fellowships.completed", "fellowships.ended_early"),
        *("fellowships.started_in_year_from", "fellowships.in_post_from", "fellowships.completed_from"),
        *("fellowships.ended_early_from", "fellowships.logs_overdue", "fellowships.logs_overdue_from"),
        *("leadership.appointed", "leadership.open", "leadership.offers_out"),
    }
)
OF_ENROLMENTS = (
    *("break-overdue", "break-open-ended", "stage-unchanged", "cohort-ended", "cohort-begun", "not-started"),
    *("enrolled-twice", "enrolment-without-history"),
)
OF_PEOPLE = ("organisation-closed", "grade-missing", "organisation-missing", "email-shared")
OF_PAIRS = ("duplicate-person",)
FINDINGS = {rule: f"quality.{rule.replace('-', '_')}" for rule in (*OF_ENROLMENTS, *OF_PEOPLE, *OF_PAIRS)}
"""The rules of data quality that count for an organisation, and the figure of each. That a record breaks a rule is
looked up only on the night; what is counted again is from which night to which it was found to."""
RECOUNTED = MEDIANS | RATIOS | SUMS | COUNTS | set(FINDINGS.values())
"""What is counted by walking: every figure there is."""

FROM = "_from"
"""What ends the code of a figure by home organisation."""
BELOW = "/"
"""What marks the part of a ratio that is divided by."""
