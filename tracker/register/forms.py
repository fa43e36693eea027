"""The questions of the people list, and of changing who somebody is and where they are."""

from typing import Any

from wtforms import (
    BooleanField,
    EmailField,
    Form,
    HiddenField,
    RadioField,
    SearchField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from tracker.core.forms import BaseForm, DayField, PartField
from tracker.training.lifecycle import ENROLMENT

Choices = list[tuple[str, str]]
ANY = ("", "Any")
SHORT = Length(max=100, message="It must be 100 characters or fewer")


class PeopleFilterForm(Form):
    """Search and filters, sent with GET so that they stand in the address."""

    q = SearchField("Search", description="Name, email address or reference", render_kw={"spellcheck": "false"})
    stage = SelectMultipleField("Stage", choices={info.code: info.label for info in ENROLMENT.stages.values()})
    organisation = SelectField("Organisation and its bodies")
    programme = SelectField("Programme")
    cohort = StringField("Cohort", render_kw={"spellcheck": "false"})
    grade = SelectField("Grade")
    overdue = BooleanField("Break overdue", name="break")
    sort = HiddenField()
    figure = HiddenField()
    as_at = HiddenField(name="as-at")
    known_at = HiddenField(name="known-at")
    structure = HiddenField()
    children = HiddenField(name="with-children")

    def __init__(self, data: dict[str, Any], organisations: Choices, programmes: Choices, grades: Choices) -> None:
        """Fill in what is asked for."""
        super().__init__(data=data)
        self.organisation.choices = dict([ANY, *organisations])
        self.programme.choices = dict([ANY, *programmes])
        self.grade.choices = dict([ANY, *grades])


class DetailsForm(BaseForm):
    """Who somebody is."""

    first_name = StringField("First name", validators=[InputRequired("Enter the first name"), SHORT])
    last_name = StringField("Last name", validators=[InputRequired("Enter the last name"), SHORT])
    email = EmailField("Email address", validators=[InputRequired("Enter the email address")])
    fte = PartField(
        "Full-time equivalent",
        description="1 is full time, 0.5 half time",
        validators=[InputRequired("Enter the full-time equivalent, such as 0.8")],
        render_kw={"class": "govuk-input--width-4", "inputmode": "decimal"},
    )


class TransferForm(BaseForm):
    """Where somebody moved to, and when."""

    organisation = SelectField(
        "Which organisation did they move to?", validators=[InputRequired("Select the organisation")]
    )
    grade = SelectField("Grade there")
    starts_on = DayField("First day there", required="Enter the first day there")
    reason = TextAreaField("Note (optional)", validators=[Length(max=500)], render_kw={"rows": 3})

    def __init__(self, organisations: Choices, grades: Choices, **kwargs: Any) -> None:
        """Offer organisations and grades."""
        super().__init__(**kwargs)
        self.organisation.choices = dict([("", "Select an organisation"), *organisations])
        self.grade.choices = dict([("", "Not known"), *grades])


class QualifyForm(BaseForm):
    """Whether completing a programme counts, from when and why. `checked` says which effect was shown before."""

    qualifies = RadioField(
        "Does completing it count?",
        choices={"yes": "Yes, it counts to the target", "no": "No, it does not count"},
        validators=[InputRequired("Select whether it counts")],
    )
    starts_on = DayField("From which day?", required="Enter the first day it holds")
    reason = TextAreaField(
        "Why?",
        validators=[InputRequired("Say why"), Length(max=500, message="The reason must be 500 characters or fewer")],
        render_kw={"rows": 3},
    )
    checked = HiddenField()
