"""The weekly log, days away, and unlocking what was signed."""

from collections.abc import Mapping
from typing import Any

from wtforms import RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.core.forms import BaseForm, DayField
from tracker.fellowships.afterlife import AWAY_REASONS

HALVES = ("0", "0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4", "4.5", "5")
LONGEST = Length(max=4000, message="Write 4,000 characters or fewer")


class LogForm(BaseForm):
    """One week: days, what was done, skills, blockers, and a note for nobody else. The rules are the service's: what is
    kept as a draft may be wrong."""

    days = RadioField("Days worked", choices={one: one for one in HALVES}, validate_choice=False)
    summary = TextAreaField("What you did", render_kw={"rows": 4})
    skills = SelectMultipleField(
        "Skills you used",
        validate_choice=False,
        option_widget=CheckboxInput(),
        widget=ListWidget(),
    )
    blockers = TextAreaField("Anything in the way? (optional)", render_kw={"rows": 2})
    private_note = TextAreaField(
        "Private note (optional)", description="Only you see it: not your supervisor, not the programme team",
        render_kw={"rows": 2},
    )  # fmt: skip

    def __init__(self, skills: Mapping[str, str], **kwargs: Any) -> None:
        """Offer the skills of the framework, by code."""
        super().__init__(**kwargs)
        self.skills.choices = dict(skills)


class AwayForm(BaseForm):
    """Days on which nobody works: no log is missed for them."""

    starts_on = DayField("First day away", required="Enter the first day away")
    last_on = DayField("Last day away", required="Enter the last day away")
    reason = RadioField("Why", choices=dict(AWAY_REASONS), validators=[InputRequired("Choose why")])


class UnlockForm(BaseForm):
    """Why a week that is signed off is opened again."""

    reason = TextAreaField(
        "Why is the week unlocked?",
        description="The fellow, the supervisor and the auditors see it",
        validators=[InputRequired("Say why the week is unlocked"), LONGEST],
    )
