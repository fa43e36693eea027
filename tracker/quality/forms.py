"""Putting a finding off."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.core.forms import BaseForm, DayField


class OwnerForm(BaseForm):
    """Who looks after a finding."""

    owner = SelectField("Who looks after it?")

    def __init__(self, owners: Sequence[tuple[str, str]], data: Mapping[str, Any]) -> None:
        """Offer those who may see it, and nobody in particular."""
        super().__init__(data=data)
        self.owner.choices = dict([("", NOBODY_NAMED), *owners])


NOBODY_NAMED = "Whoever looks after the cohort, or the programme managers"


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
