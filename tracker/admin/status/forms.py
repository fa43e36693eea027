"""What is asked when a status is to be worked out otherwise."""

from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.core.forms import BaseForm, CountField, DayField
from tracker.progress.status import Thresholds

NUMBER = {"class": "govuk-input--width-3", "inputmode": "numeric"}


class RuleForm(BaseForm):
    """A new version of the thresholds. `checked` says for which answers the effect was shown before."""

    green = CountField(
        "Green from which chance?",
        description="Percent",
        validators=[InputRequired("Enter a percentage")],
        render_kw=NUMBER,
    )
    amber = CountField(
        "Amber from which chance?",
        description="Percent",
        validators=[InputRequired("Enter a percentage")],
        render_kw=NUMBER,
    )
    coverage = CountField(
        "Grey if fewer have reported than",
        description="Percent of the organisations that have a target",
        validators=[InputRequired("Enter a percentage")],
        render_kw=NUMBER,
    )
    fewest_stays = CountField(
        "Grey if fewer completed stays are known than",
        description="At least 20",
        validators=[InputRequired("Enter a number")],
        render_kw=NUMBER,
    )
    starts_on = DayField("From which day?", required="Enter the first day it holds")
    reason = TextAreaField(
        "Why?",
        description="Published beside the rule",
        validators=[InputRequired("Say why"), Length(max=1000, message="It must be 1,000 characters or fewer")],
        render_kw={"rows": 3},
    )
    checked = HiddenField()

    @property
    def thresholds(self) -> Thresholds:
        """What was answered, once the form is in order."""
        return Thresholds(
            self.green.data or 0, self.amber.data or 0, self.coverage.data or 0, self.fewest_stays.data or 0
        )
