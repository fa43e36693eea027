"""The questions of an act for many: who, and what is to be recorded of them."""

from typing import Any

from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.core.forms import BaseForm, DayField
from tracker.training.forms import BreakForm, DeferForm, WithdrawForm, note
from tracker.training.lifecycle import ENROLMENT, Stage

ALL, TICKED = "all", "ticked"
OF_THEIR_OWN = {Stage.ON_BREAK, Stage.WITHDRAWN}


class WhoForm(BaseForm):
    """Who is meant. `seen` are the versions of those listed, `checked` says which preview was shown before."""

    who = RadioField(
        "Who is it about?",
        choices={ALL: "Everybody listed below", TICKED: "Only those ticked below"},
        default=ALL,
        validators=[InputRequired("Select who it is about")],
    )
    people = SelectMultipleField("People", choices=[], validate_choice=False)
    seen = HiddenField()
    checked = HiddenField()


class StageTogetherForm(WhoForm):
    """Record a stage of many."""

    stage = SelectField(
        "What is the new stage?",
        choices={"": "Select a stage"}
        | {code: info.label for code, info in ENROLMENT.stages.items() if code not in OF_THEIR_OWN},
        validators=[InputRequired("Select the new stage")],
    )
    effective_on = DayField("When did it happen?", required="Enter the date it happened")
    evidence = TextAreaField(
        "What shows it?",
        description="For a completion only: for example, the list of the provider.",
        validators=[Length(max=1_000, message="It must be 1,000 characters or fewer")],
        render_kw={"rows": 2},
    )
    note = note()
    order = ("stage", "effective_on", "evidence", "note")


class BreakTogetherForm(BreakForm, WhoForm):
    """Put many on a break."""


class WithdrawTogetherForm(WithdrawForm, WhoForm):
    """Withdraw many."""

    order = ("effective_on", "trigger", "reason", "note")


class MoveTogetherForm(DeferForm, WhoForm):
    """Move many to another cohort."""

    order = ("cohort", "effective_on", "note")


class TransferTogetherForm(WhoForm):
    """Record that many moved to another organisation."""

    organisation = SelectField(
        "Which organisation did they move to?",
        description="Each keeps the grade they have.",
        validators=[InputRequired("Select the organisation")],
    )
    starts_on = DayField("First day there", required="Enter the first day there")
    reason = TextAreaField("Note (optional)", validators=[Length(max=500)], render_kw={"rows": 3})
    order = ("organisation", "starts_on", "reason")

    def __init__(self, organisations: list[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the organisations."""
        super().__init__(**kwargs)
        self.organisation.choices = dict([("", "Select an organisation"), *organisations])
