"""What administrators are asked about a reason for leaving."""

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from tracker.core.forms import BaseForm


class ReasonForm(BaseForm):
    """The words of a reason."""

    words = StringField(
        "Reason",
        description="As it is offered when somebody leaves. Name no health or other private matter closely.",
        validators=[
            DataRequired("Enter the reason"),
            Length(max=100, message="The reason must be 100 characters or fewer"),
        ],
    )


class RetireForm(BaseForm):
    """A button that offers a reason no longer."""
