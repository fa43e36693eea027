"""The questions of the acts on a placement. Choices are handed in; what the rules refuse, the services say."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import Field
from wtforms.validators import InputRequired, Length

from tracker.core.forms import BaseForm, DayField
from tracker.fellowships.forms.offers import fte_field
from tracker.fellowships.lifecycle import LEAVING_REASONS, PLACEMENT, ObjectiveState, Stage

NOTE_LENGTH = 500
TEXT_LENGTH = 4_000
WHEN = "Enter the date it happened"


def note() -> Field:
    """A remark, for whoever reads the timeline."""
    return TextAreaField(
        "Note (optional)",
        description="Do not write about health or other private matters.",
        validators=[Length(max=NOTE_LENGTH, message=f"The note must be {NOTE_LENGTH} characters or fewer")],
        render_kw={"rows": 3},
    )


def text(label: str, missing: str, hint: str = "", length: int = NOTE_LENGTH) -> Field:
    """Something that has to be said."""
    return TextAreaField(
        label,
        description=hint,
        validators=[
            InputRequired(missing),
            Length(max=length, message=f"Shorten it to {length:,} characters or fewer"),
        ],
        render_kw={"rows": 4},
    )


class StageForm(BaseForm):
    """Record a stage: one of those that may follow. Whether it may is the service's to say."""

    stage = RadioField(
        "What is the new stage?", validators=[InputRequired("Select the new stage")], validate_choice=False
    )
    effective_on = DayField("When did it happen?", required=WHEN)
    note = note()

    def __init__(self, stages: Iterable[str], **kwargs: Any) -> None:
        """Offer the stages."""
        super().__init__(**kwargs)
        self.stage.choices = {stage: PLACEMENT.label(stage) for stage in stages}


ENDED_WHEN = "When did it end?"
FIRST_DAY_OUT = "The first day the fellow was no longer in post, for example, 27 3 2026"


class LeaveForm(StageForm):
    """Decline, withdraw or end early: when, and why."""

    reason = RadioField("Why?", choices=LEAVING_REASONS, validators=[InputRequired("Select the reason")])
    order = ("stage", "effective_on", "reason", "note")

    def __init__(self, stages: Collection[str], **kwargs: Any) -> None:
        """Offer the ways out. From post there is one, and its day is no day in post any more."""
        super().__init__(stages, **kwargs)
        if Stage.ENDED_EARLY in stages:
            self.effective_on.label.text, self.effective_on.description = ENDED_WHEN, FIRST_DAY_OUT


class CompleteForm(BaseForm):
    """Complete a placement, perhaps by turning it into a permanent post."""

    effective_on = DayField(
        ENDED_WHEN,
        description=FIRST_DAY_OUT,
        required=WHEN,
    )
    is_converted = BooleanField(
        "It turned into a permanent post",
        description="Then it counts as completed on whichever day that was, and is not also ended early.",
    )
    post = StringField("The permanent post", description="Where it turned into one", validators=[Length(max=200)])
    organisation = SelectField("Organisation of the post")
    note = note()

    def __init__(self, organisations: Mapping[str, str], **kwargs: Any) -> None:
        """Offer the organisations."""
        super().__init__(**kwargs)
        self.organisation.choices = dict(organisations)


class ExtensionForm(BaseForm):
    """Ask for a later planned end."""

    planned_end = DayField("What should the new planned last day be?", required="Enter the new planned last day")
    reason = text("Why should it be extended?", "Say why it should be extended")


class DecisionForm(BaseForm):
    """Approve or refuse a later planned end."""

    decision = RadioField(
        "Is the extension approved?",
        choices={"yes": "Yes, approve it", "no": "No, refuse it"},
        validators=[InputRequired("Select whether it is approved")],
    )
    note = TextAreaField(
        "Reason", description="Needed where it is refused", validators=[Length(max=NOTE_LENGTH)], render_kw={"rows": 3}
    )


class SupervisorForm(BaseForm):
    """Hand a placement over to another supervisor."""

    email = EmailField("Email address of the new supervisor", validators=[InputRequired("Enter the email address")])
    name = StringField("Their name", validators=[Length(max=210)])
    starts_on = DayField("From which day?", required="Enter the day they take over")
    reason = TextAreaField("Note (optional)", validators=[Length(max=NOTE_LENGTH)], render_kw={"rows": 3})


class HoursForm(BaseForm):
    """Record that a fellow works more of the week, or less, from a day on."""

    fte = fte_field("New full-time equivalent")
    starts_on = DayField("From which day?", required="Enter the day from which they work so much")


class HostForm(BaseForm):
    """Record that a placement moved to another host."""

    host = SelectField("Which organisation is the new host?", validators=[InputRequired("Select the new host")])
    on = DayField("First day there", required="Enter the first day there")
    reason = text("Why does the host change?", "Say why the host changes")

    def __init__(self, organisations: Mapping[str, str], **kwargs: Any) -> None:
        """Offer the organisations."""
        super().__init__(**kwargs)
        self.host.choices = {"": "Select an organisation", **organisations}


class ObjectiveForm(BaseForm):
    """Add an objective."""

    text = text("What should be reached?", "Enter the objective", length=TEXT_LENGTH)
    agreed_on = DayField("When was it agreed?", required="Enter the date it was agreed")


STATES = {
    ObjectiveState.OPEN.value: "Open",
    ObjectiveState.MET.value: "Met",
    ObjectiveState.PARTLY_MET.value: "Partly met",
    ObjectiveState.DROPPED.value: "Dropped",
}


class MarkForm(BaseForm):
    """Say how far an objective is."""

    state = RadioField("How far is it?", choices=STATES, validators=[InputRequired("Select how far it is")])


class ReviewForm(BaseForm):
    """What was said at the mid-point."""

    held_on = DayField("When was the review?", required="Enter the date of the review")
    going_well = text("What goes well?", "Say what goes well", length=TEXT_LENGTH)
    to_change = TextAreaField(
        "What should change? (optional)", validators=[Length(max=TEXT_LENGTH)], render_kw={"rows": 4}
    )


class TakeBackForm(BaseForm):
    """Take back an entry that should not be there. `checked` says which effect was shown before."""

    reason = text(
        "Why was the entry wrong?", "Say why the entry was wrong", "Kept for ever, and shown on the timeline."
    )
    checked = HiddenField()


class CorrectForm(BaseForm):
    """Put right what an entry says. `checked` says which effect was shown before."""

    stage = SelectField("Stage")
    effective_on = DayField("When did it happen?", required=WHEN)
    reason = text(
        "Why was the entry wrong?", "Say why the entry was wrong", "Kept for ever, and shown on the timeline."
    )
    checked = HiddenField()

    def __init__(self, stages: Iterable[str], **kwargs: Any) -> None:
        """Offer the stages it may have been."""
        super().__init__(**kwargs)
        self.stage.choices = {stage: PLACEMENT.label(stage) for stage in stages}
