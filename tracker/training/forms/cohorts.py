"""What is asked about cohorts and programmes."""

from collections.abc import Iterable
from typing import Any

from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.accounts.models import User
from tracker.core.forms import BaseForm, CountField, DayField
from tracker.training.models import Delivery, Programme

DELIVERIES = {
    "": "Not known",
    Delivery.IN_PERSON.value: "In person",
    Delivery.ONLINE.value: "Online",
    Delivery.BLENDED.value: "Partly in person, partly online",
}
LONG = Length(max=200, message="It must be 200 characters or fewer")


class CohortForm(BaseForm):
    """A cohort."""

    code = StringField(
        "Code",
        description="What lists and files call it, such as DSA-2027-SPRING",
        validators=[
            InputRequired("Enter the code"),
            Length(max=100, message="The code must be 100 characters or fewer"),
        ],
        render_kw={"class": "govuk-input--width-20", "spellcheck": "false"},
    )
    programme = SelectField("Programme", validators=[InputRequired("Select the programme")])
    starts_on = DayField("First day (optional)")
    ends_on = DayField("Last day (optional)")
    capacity = CountField(
        "How many places? (optional)",
        description="Leave it empty where there is room for everybody",
        render_kw={"class": "govuk-input--width-4"},
    )
    provider = StringField(
        "Provider (optional)", description="If it is another than the programme’s usual one", validators=[LONG]
    )
    host_site = StringField("Host site (optional)", description="Where it takes place", validators=[LONG])
    owner = SelectField("Who looks after it? (optional)")

    def __init__(self, programmes: Iterable[Programme], managers: Iterable[User], **kwargs: Any) -> None:
        """Offer the programmes and the managers."""
        super().__init__(**kwargs)
        self.programme.choices = {"": "Select a programme", **{one.code: one.name for one in programmes}}
        self.owner.choices = {"": "Nobody yet", **{one.ref: one.name for one in managers}}


class ConfirmForm(BaseForm):
    """A button, for what needs no answer but is to be done once and on what was shown."""


class ProgrammeForm(BaseForm):
    """What is said about a programme."""

    name = StringField("Name", validators=[InputRequired("Enter the name"), LONG])
    length_days = CountField(
        "How many calendar days does it last? (optional)",
        description="Leave it empty if it is not known: rules that need it leave the programme out and say so",
        render_kw={"class": "govuk-input--width-4"},
    )
    delivery = RadioField("How is it delivered?", choices=DELIVERIES, default="")
    provider = StringField("Provider (optional)", validators=[LONG])
    kind = StringField("Type (optional)", validators=[Length(max=100, message="It must be 100 characters or fewer")])
    level = StringField("Level (optional)", validators=[Length(max=60, message="It must be 60 characters or fewer")])
    completion_rule = TextAreaField(
        "When is it completed? (optional)",
        validators=[Length(max=2000, message="It must be 2,000 characters or fewer")],
        render_kw={"rows": 3},
    )
