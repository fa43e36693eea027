"""The questions of keeping a view, and the buttons of following."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length

from tracker.core.forms import BaseForm


class ViewForm(BaseForm):
    """What a view is called, and with whom it is shared."""

    name = StringField(
        "What do you want to call it?",
        description="For example, breaks to chase",
        validators=[
            InputRequired("Enter a name"),
            Length(max=100, message="The name must be 100 characters or fewer"),
        ],
    )
    share = RadioField(
        "Who else should see it in their list?",
        description="Each sees at its address only what their own role covers",
        validators=[InputRequired("Select with whom to share it")],
    )

    def __init__(self, choices: Sequence[tuple[str, str]], data: Mapping[str, Any] | None = None) -> None:
        """Offer whom it can be shared with."""
        super().__init__(data=data)
        self.share.choices = dict(choices)


class ButtonForm(BaseForm):
    """A button and nothing more."""
