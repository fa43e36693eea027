"""Putting a finding off."""

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.core.forms import BaseForm, DayField


class SnoozeForm(BaseForm):
    """Until when a finding can wait, and why."""

    until = DayField("When should it be shown again?", required="Enter the date it should be shown again")
    reason = TextAreaField(
        "Why can it wait?",
        validators=[
            InputRequired("Say why this can wait"),
            Length(max=500, message="The reason must be 500 characters or fewer"),
        ],
        render_kw={"rows": 3},
    )
