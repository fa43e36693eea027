"""Three questions about a placement that is over, by link."""

from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.accounts.forms import AnswerForm
from tracker.fellowships.afterlife import PLACES, USES, Side

LONGEST = Length(max=4000, message="Write 4,000 characters or fewer")
RATINGS = {"5": "Very well", "4": "Well", "3": "Neither well nor badly", "2": "Badly", "1": "Very badly"}


class EvaluationForm(AnswerForm):
    """How a placement went."""

    rating = RadioField(
        "How did the placement go?", choices=RATINGS, validators=[InputRequired("Choose how the placement went")]
    )
    again = RadioField(
        "Would you do it again?",
        choices={"yes": "Yes", "no": "No"},
        validators=[InputRequired("Choose whether you would do it again")],
    )
    words = TextAreaField("What should be kept, and what done otherwise? (optional)", validators=[LONGEST])


class FollowUpForm(AnswerForm):
    """What has become of the work and the person."""

    in_use = RadioField(
        "Is the work of the placement in use?",
        choices=dict(USES),
        validators=[InputRequired("Choose whether the work is in use")],
    )
    whereabouts = RadioField(
        "Where does the fellow work now?",
        choices=dict(PLACES),
        validators=[InputRequired("Choose where the fellow works now")],
    )
    words = TextAreaField("What has come of it? (optional)", validators=[LONGEST])

    def __init__(self, side: Side, **kwargs: Any) -> None:
        """Ask fellows about themselves, and hosts about the fellow."""
        super().__init__(**kwargs)
        if side is Side.FELLOW:
            self.whereabouts.label.text = "Where do you work now?"
            self.whereabouts.validators = [InputRequired("Choose where you work now")]
