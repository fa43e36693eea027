"""The three questions of a follow-up."""

from wtforms import EmailField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.core.forms import BaseForm
from tracker.training.models import Use

USES = {
    Use.OFTEN.value: "Yes, most weeks",
    Use.SOMETIMES.value: "Yes, now and then",
    Use.NOT.value: "No",
}


class FollowUpForm(BaseForm):
    """What came of the training."""

    address = EmailField(
        "Your email address",
        description="The address that the email with this link was sent to",
        validators=[InputRequired("Enter your email address"), Length(max=254)],
        render_kw={"autocomplete": "email"},
    )
    uses = RadioField(
        "Do you use what you learned in your work?",
        choices=USES,
        validators=[InputRequired("Select whether you use what you learned")],
    )
    in_role = RadioField(
        "Are you in a data science role now?",
        choices={"yes": "Yes", "no": "No"},
        validators=[InputRequired("Select whether you are in a data science role")],
    )
    remark = TextAreaField(
        "What would help you to use more of it? (optional)",
        description="The programme team reads it. Do not write about health or other private matters.",
        validators=[Length(max=1000, message="The answer must be 1,000 characters or fewer")],
        render_kw={"rows": 3},
    )
