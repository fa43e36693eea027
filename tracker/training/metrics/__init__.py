"""The figures of the training strand: what each is called and what it means. How each counts is in `spans`."""

from tracker.core.metric import Metric
from tracker.training.lifecycle import ENROLMENT, Stage
from tracker.training.metrics.leading import TO_BE_TRAINED
from tracker.training.metrics.skills import levels_risen, skills_assessed, skills_gained
from tracker.training.metrics.spans import (
    at_risk,
    days_to_complete,
    in_role,
    journeys_completed,
    journeys_ended,
    journeys_known,
    left_at,
    standing_at,
    trained,
)


def _stage_metric(stage: Stage, meaning: str) -> Metric:
    return Metric(
        code=f"training.{stage.value.replace('-', '_')}",
        label=ENROLMENT.label(stage),
        unit="people",
        kind="count",
        definition=f"People {meaning} on the day, each counted once, in the organisation they are in on the day.",
        numerator=standing_at(stage),
    )


REPORTED = Metric(
    code="training.reported",
    label="Enrolments known",
    unit="enrolments",
    kind="count",
    definition="Enrolments of which anything is known that happened by the day, of people who have been in the "
    "organisation since it happened. An organisation with none has not reported.",
    numerator=journeys_known,
    record="journey",
)
"""Tells whether an organisation has reported at all: silence is missing, not zero."""


TRAINED = Metric(
    code="training.trained",
    label="Analysts trained",
    unit="people",
    kind="count",
    definition="People whose first completion of a qualifying programme is on or before the day. Each counts once, "
    "for ever, in the organisation they were in on the day they completed.",
    numerator=trained,
    is_headline=True,
    leading=TO_BE_TRAINED,
)
"""The headline."""


METRICS: tuple[Metric, ...] = (
    TRAINED,
    _stage_metric(Stage.NOMINATED, "with a nomination not yet endorsed or applied"),
    _stage_metric(Stage.ENDORSED, "endorsed by line manager and head of profession, not yet applied"),
    _stage_metric(Stage.APPLIED, "with an application not yet decided"),
    _stage_metric(Stage.ACCEPTED, "accepted and not yet enrolled"),
    _stage_metric(Stage.ENROLLED, "enrolled and not yet started"),
    _stage_metric(Stage.IN_TRAINING, "in training"),
    _stage_metric(Stage.ON_BREAK, "on a break, overdue or not,"),
    Metric(
        code="training.at_risk",
        label="Break overdue",
        unit="people",
        kind="count",
        definition="People on a break whose promised return lies before the day and who have neither returned, been "
        "extended nor withdrawn. They also count as on a break, in the organisation they are in on the day.",
        numerator=at_risk,
    ),
    Metric(
        code="training.withdrawn",
        label="Withdrawn",
        unit="people",
        kind="count",
        definition="People with an enrolment that stands withdrawn on the day and none ever completed, in the "
        "organisation they were in when they last withdrew.",
        numerator=left_at(Stage.WITHDRAWN),
    ),
    Metric(
        code="training.not_completed",
        label="Not completed",
        unit="people",
        kind="count",
        definition="People with an enrolment that stands not completed on the day and none ever completed, in the "
        "organisation they were in when that was last decided.",
        numerator=left_at(Stage.NOT_COMPLETED),
    ),
    Metric(
        code="training.completion_rate",
        label="Completion rate",
        unit="ratio",
        kind="ratio",
        definition="Enrolments completed, as a share of those that ended by the day: completed, not completed, or "
        "withdrawn after starting. Each counts in the organisation the person was in on the day it ended.",
        numerator=journeys_completed,
        denominator=journeys_ended,
        decimals=1,
        record="journey",
    ),
    Metric(
        code="training.median_days_to_complete",
        label="Median days to complete",
        unit="days",
        kind="median",
        definition="Half of the completed enrolments took no more than this many calendar days from starting training "
        "to completing, breaks taken out. Each counts in the organisation they were in on the day it was completed.",
        numerator=days_to_complete,
        decimals=1,
        record="journey",
    ),
    Metric(
        code="training.in_role",
        label="In a data science role",
        unit="people",
        kind="count",
        definition="Trained people recorded in a data science role by the day, in the organisation they were in "
        "when they first took one up.",
        numerator=in_role,
    ),
    Metric(
        code="training.skills_gained",
        label="People who gained skills",
        unit="people",
        kind="count",
        definition="People whose assessed level in at least one skill of the capability framework was higher at the "
        "end of their training than at its start. Each counts once, from the day of the first such end assessment, in "
        "the organisation they were in on that day.",
        numerator=skills_gained,
    ),
    Metric(
        code="training.skill_rise",
        label="Average rise per skill",
        unit="levels",
        kind="ratio",
        definition="Levels risen between the assessment at the start and that at the end, shared out over all skills "
        "that were assessed at both. A skill that fell or stayed counts as no rise. Each counts in the organisation "
        "the person was in on the day of the end assessment.",
        numerator=levels_risen,
        denominator=skills_assessed,
        decimals=2,
        record="journey",
    ),
)
