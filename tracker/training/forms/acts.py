"""The questions of the acts on an enrolment. Choices are handed in; what the rules refuse, the services say."""

from collections.abc import Container, Iterable, Mapping
from typing import Any

from wtforms import HiddenField, RadioField, SelectField, TextAreaField, URLField
from wtforms.fields import Field
from wtforms.validators import InputRequired, Length

from tracker.core.forms import BaseForm, DayField
from tracker.training.lifecycle import ENROLMENT, LEAVING_TRIGGERS, Stage
from tracker.training.models import Cohort

NOTE_LENGTH = 500
EVIDENCE_LENGTH = 1_000
WHEN = "Enter the date it happened"


def note() -> Field:
    """A remark, for whoever reads the timeline."""
    return TextAreaField(
        "Note (optional)",
        description="Do not write about health or other private matters.",
        validators=[Length(max=NOTE_LENGTH, message=f"The note must be {NOTE_LENGTH} characters or fewer")],
        render_kw={"rows": 3},
    )


def reason() -> Field:
    """Why something was wrong."""
    return TextAreaField(
        "Why was the entry wrong?",
        description="Kept for ever, and shown on the timeline.",
        validators=[
            InputRequired("Say why the entry was wrong"),
            Length(max=NOTE_LENGTH, message=f"The reason must be {NOTE_LENGTH} characters or fewer"),
        ],
        render_kw={"rows": 3},
    )


def evidence_address() -> Field:
    """Where evidence can be read."""
    return URLField(
        "Web address of the evidence (optional)",
        description="Kept as a link. The service does not open it.",
        render_kw={"spellcheck": "false"},
    )


def cohort_choices(cohorts: Iterable[Cohort]) -> dict[str, str]:
    """Cohorts as choices, by code."""
    return {cohort.code: f"{cohort.code}: {cohort.programme.name}" for cohort in cohorts}


class StageForm(BaseForm):
    """Record a stage: one of those that may follow.

    Whether it may is the service's to say, inside the transaction: the same form sent twice names a stage that the
    first has left behind, and is to be answered as the first was.
    """

    stage = RadioField(
        "What is the new stage?", validators=[InputRequired("Select the new stage")], validate_choice=False
    )
    effective_on = DayField("When did it happen?", required=WHEN)
    note = note()

    def __init__(self, stages: Iterable[str], **kwargs: Any) -> None:
        """Offer the stages."""
        super().__init__(**kwargs)
        self.stage.choices = {stage: ENROLMENT.label(stage) for stage in stages}


class PromiseForm(BaseForm):
    """When somebody on a break returns, and where to; or when to ask again."""

    plan = RadioField(
        "Is it known when they return?",
        choices={"known": "Yes: the date below is the planned return", "ask": "Not yet: ask again on the date below"},
        validators=[InputRequired("Select whether the return is known")],
    )
    return_on = DayField(
        "Planned return, or when to ask again", required="Enter the planned return, or the date to ask again"
    )
    cohort = SelectField("Cohort they return to", description="Where the return is known")

    def __init__(self, cohorts: Iterable[Cohort], **kwargs: Any) -> None:
        """Offer the cohorts that somebody may return to."""
        super().__init__(**kwargs)
        self.cohort.choices = cohort_choices(cohorts)


class BreakForm(PromiseForm):
    """Put on a break."""

    effective_on = DayField("When did the break begin?", required="Enter the date the break began")
    note = note()
    order = ("effective_on", "plan", "return_on", "cohort", "note")


class ExtendForm(PromiseForm):
    """Extend a break."""

    effective_on = DayField("When was this agreed?", required="Enter the date this was agreed")
    note = note()
    order = ("effective_on", "plan", "return_on", "cohort", "note")


class ReturnForm(BaseForm):
    """Return from a break."""

    effective_on = DayField("When did they return?", required="Enter the date they returned")
    stage = RadioField(
        "What did they return to?",
        choices={Stage.IN_TRAINING.value: "In training", Stage.ENROLLED.value: "Enrolled, not yet started"},
        validators=[InputRequired("Select what they returned to")],
    )
    cohort = SelectField("Cohort they returned to")
    note = note()

    def __init__(self, cohorts: Iterable[Cohort], **kwargs: Any) -> None:
        """Offer the cohorts that somebody may return to."""
        super().__init__(**kwargs)
        self.cohort.choices = cohort_choices(cohorts)


class WithdrawForm(BaseForm):
    """Withdraw: when, who brought it about, and why."""

    effective_on = DayField("When did they leave?", required="Enter the date they left")
    trigger = RadioField(
        "Who brought it about?", choices=LEAVING_TRIGGERS, validators=[InputRequired("Select who brought it about")]
    )
    reason = RadioField("Why?", validators=[InputRequired("Select why they left")])
    note = note()

    def __init__(self, reasons: Mapping[str, str], **kwargs: Any) -> None:
        """Offer the reasons, by code."""
        super().__init__(**kwargs)
        self.reason.choices = dict(reasons)


class ReinstateForm(BaseForm):
    """Go on after a withdrawal."""

    effective_on = DayField("When did they come back?", required="Enter the date they came back")
    note = note()


class CompleteForm(BaseForm):
    """Record a completion, with what shows it."""

    effective_on = DayField("When did they complete?", required="Enter the date they completed")
    evidence = TextAreaField(
        "What shows it?",
        description="For example, the certificate and its number, or who marked the project.",
        validators=[
            InputRequired("Say what shows that they completed"),
            Length(max=EVIDENCE_LENGTH, message=f"It must be {EVIDENCE_LENGTH} characters or fewer"),
        ],
        render_kw={"rows": 3},
    )
    url = evidence_address()
    note = note()


class ResitForm(BaseForm):
    """Go on to be assessed again."""

    effective_on = DayField("When did they go on?", required="Enter the date they went on in training")
    evidence = TextAreaField(
        "What shows that the resit was agreed? (optional)",
        description="For example, the provider’s decision and its number.",
        validators=[Length(max=EVIDENCE_LENGTH, message=f"It must be {EVIDENCE_LENGTH} characters or fewer")],
        render_kw={"rows": 3},
    )
    url = evidence_address()
    note = note()


class AppealForm(CompleteForm):
    """Record that an appeal against ‘not completed’ was upheld."""

    effective_on = DayField("When was the appeal decided?", required="Enter the date the appeal was decided")


class DeferForm(BaseForm):
    """Move an enrolment to another cohort of the programme."""

    cohort = SelectField("Which cohort do they go on with?", validators=[InputRequired("Select the cohort")])
    effective_on = DayField("When was this agreed?", required="Enter the date this was agreed")
    note = note()

    def __init__(self, cohorts: Iterable[Cohort], **kwargs: Any) -> None:
        """Offer the cohorts they may go on with."""
        super().__init__(**kwargs)
        self.cohort.choices = {"": "Select a cohort", **cohort_choices(cohorts)}


class TakeBackForm(BaseForm):
    """Take back an entry that should not be there. `checked` says which effect was shown before."""

    reason = reason()
    checked = HiddenField()


class CorrectForm(BaseForm):
    """Put right what an entry says. `checked` says which effect was shown before."""

    stage = SelectField("Stage")
    effective_on = DayField("When did it happen?", required=WHEN)
    promised_on = DayField("Planned return, or when to ask again")
    evidence = TextAreaField(
        "What shows the completion?",
        description="Needed if the entry should have said ‘Completed’. For example, the certificate and its number.",
        validators=[Length(max=EVIDENCE_LENGTH, message=f"It must be {EVIDENCE_LENGTH} characters or fewer")],
        render_kw={"rows": 3},
    )
    url = evidence_address()
    reason = reason()
    checked = HiddenField()

    def __init__(self, stages: Iterable[str], *, asks: Container[str], **kwargs: Any) -> None:
        """Offer the stages it may have been.

        :param asks: which of planned return and evidence are asked for.
        """
        super().__init__(**kwargs)
        self.stage.choices = {stage: ENROLMENT.label(stage) for stage in stages}
        if "promised_on" not in asks:
            del self.promised_on
        if "evidence" not in asks:
            del self.evidence, self.url
