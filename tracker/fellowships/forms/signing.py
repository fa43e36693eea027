"""What a supervisor says of the weeks that wait: one question for each."""

from collections.abc import Sequence
from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.validators import Length

from tracker.accounts.forms import AnswerForm
from tracker.core.forms import BaseForm

LATER = "later"
CHOICES = {"approved": "Approve", "returned": "Send back", LATER: "Leave for now"}
LONGEST = Length(max=2000, message="Write 2,000 characters or fewer")


def sign_off_form(weeks: Sequence[tuple[int, str]], *, by_link: bool) -> Any:
    """The form for the weeks that wait.

    :param weeks: the number of each log, and what its question is called.
    :param by_link: whether whoever answers has no account, and says the address the link was sent to.
    """
    fields: dict[str, Any] = {}
    for number, title in weeks:
        fields[f"decision_{number}"] = RadioField(title, choices=CHOICES, default=LATER)
        fields[f"reason_{number}"] = TextAreaField("Why it goes back", validators=[LONGEST], render_kw={"rows": 2})
    base = AnswerForm if by_link else BaseForm
    return type("SignOffForm", (base,), fields)()
