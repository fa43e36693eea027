"""What is asked, page by page, to enrol somebody. Choices are handed in; what the rules refuse, the services say."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from wtforms import (
    BooleanField,
    EmailField,
    Form,
    HiddenField,
    RadioField,
    SearchField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from tracker.core.clock import today
from tracker.core.forms import BaseForm, DayField, PartField
from tracker.training.questions import ASK, NOT_NEEDED

NAME = Length(max=100, message="The name must be 100 characters or fewer")
ADDRESS = Length(max=254, message="The email address must be 254 characters or fewer")
REFERENCE = Length(max=100, message="The reference must be 100 characters or fewer")
NARROW = {"class": "govuk-input--width-10", "spellcheck": "false"}
PLAIN = {"spellcheck": "false", "autocomplete": "off"}
Choices = Mapping[str, str]


class FindForm(Form):
    """Who is looked for, sent with GET: what is not known stays empty."""

    first_name = SearchField("First name", render_kw={"spellcheck": "false"})
    last_name = SearchField("Last name", render_kw={"spellcheck": "false"})
    email = SearchField("Email address", render_kw={"spellcheck": "false"})
    ref = SearchField("Reference", description="If their department has one", render_kw={"spellcheck": "false"})
    cohort = HiddenField()


class BeginForm(BaseForm):
    """The button that begins a draft: for somebody who is known, or for somebody new with what was searched by."""

    person = HiddenField()
    first_name = HiddenField(validators=[NAME])
    last_name = HiddenField(validators=[NAME])
    email = HiddenField(validators=[ADDRESS])
    person_ref = HiddenField(validators=[REFERENCE])
    cohort = HiddenField()


class QuestionForm(BaseForm):
    """One page. `typed` gives the answers as text, by name."""

    def __init__(self, choices: Choices, **kwargs: Any) -> None:
        """Offer the choices, where the question has any."""
        super().__init__(**kwargs)
        self.offer(choices)

    def offer(self, choices: Choices) -> None:
        """Put the choices into the field that takes them."""

    def typed(self) -> dict[str, str]:
        """What was answered, without the spaces around it."""
        return {
            name: " ".join(str(field.data or "").split())
            for name, field in self._fields.items()
            if not isinstance(field, HiddenField)
        }


class NameForm(QuestionForm):
    """What somebody is called."""

    first_name = StringField("First name", validators=[InputRequired("Enter the first name"), NAME], render_kw=PLAIN)
    last_name = StringField("Last name", validators=[InputRequired("Enter the last name"), NAME], render_kw=PLAIN)


class EmailForm(QuestionForm):
    """Their address."""

    email = EmailField(
        "Work email address", validators=[InputRequired("Enter the email address"), ADDRESS], render_kw=PLAIN
    )


class ReferenceForm(QuestionForm):
    """What their department calls them."""

    person_ref = StringField(
        "Reference (optional)",
        description="A staff number, or what your lists call them. Without one they are given one",
        validators=[REFERENCE],
        render_kw=NARROW,
    )


class OrganisationForm(QuestionForm):
    """Where they work."""

    organisation = SelectField("Organisation", validators=[InputRequired("Select the organisation")])

    def offer(self, choices: Choices) -> None:
        """Organisations that are open."""
        self.organisation.choices = {"": "Select an organisation", **choices}


class GradeForm(QuestionForm):
    """Their grade."""

    grade = RadioField("Grade", validators=[InputRequired("Select the grade")])

    def offer(self, choices: Choices) -> None:
        """Grades."""
        self.grade.choices = dict(choices)


class ProfessionForm(QuestionForm):
    """Their profession."""

    profession = SelectField("Profession (optional)")

    def offer(self, choices: Choices) -> None:
        """Professions."""
        self.profession.choices = {"": "Not known", **choices}


class RegionForm(QuestionForm):
    """Where they work."""

    region = SelectField("Region (optional)")

    def offer(self, choices: Choices) -> None:
        """Regions."""
        self.region.choices = {"": "Not known", **choices}


class HoursForm(QuestionForm):
    """How much they work."""

    fte = PartField(
        "Full-time equivalent (optional)",
        description="1 is full time, 0.5 half time. Full time if you leave it empty",
        validators=[Optional()],
        render_kw={"class": "govuk-input--width-4", "inputmode": "decimal"},
    )

    def validate_fte(self, field: PartField) -> None:
        """From over 0 to 1."""
        if field.data is not None and not 0 < field.data <= 1:
            raise ValidationError("The full-time equivalent must be over 0 and no more than 1")


class ProgrammeChoiceForm(QuestionForm):
    """Which programme."""

    programme = RadioField("Programme", validators=[InputRequired("Select the programme")])

    def offer(self, choices: Choices) -> None:
        """Programmes."""
        self.programme.choices = dict(choices)


class CohortChoiceForm(QuestionForm):
    """Which cohort, and whether to wait for a place there."""

    cohort = RadioField("Cohort", validators=[InputRequired("Select the cohort")])
    waiting = BooleanField(
        "Put them on the waiting list",
        description="For a cohort that is full: they come last in the row and move up as places become free",
    )

    def offer(self, choices: Choices) -> None:
        """Cohorts, each with the places left."""
        self.cohort.choices = dict(choices)

    def typed(self) -> dict[str, str]:
        """The cohort, and `yes` where they wait."""
        return {"cohort": self.cohort.data or "", "waiting": "yes" if self.waiting.data else ""}


class StageChoiceForm(QuestionForm):
    """Where they stand."""

    stage = RadioField("Stage", validators=[InputRequired("Select where they stand")])

    def offer(self, choices: Choices) -> None:
        """Stages an enrolment may begin at."""
        self.stage.choices = dict(choices)


class SinceForm(QuestionForm):
    """Since when. Today is the day it is when it is chosen, not when the draft is made into an enrolment (edge 41)."""

    when = RadioField(
        "Since when?",
        choices={"today": "Today", "yesterday": "Yesterday", "another": "Another day"},
        validators=[InputRequired("Select since when")],
    )
    effective_on = DayField("Which day?")

    def validate_effective_on(self, field: DayField) -> None:
        """Another day has to be said."""
        if self.when.data == "another" and field.data is None and not field.process_errors:
            field.wrong_parts = list(DayField.PARTS)
            raise ValidationError("Enter the day")

    def typed(self) -> dict[str, str]:
        """The day, as 2026-10-31."""
        day: date | None = self.effective_on.data
        if self.when.data != "another":
            day = today() - timedelta(days=1 if self.when.data == "yesterday" else 0)
        return {"effective_on": day.isoformat() if day else ""}


class NoteForm(QuestionForm):
    """A remark."""

    note = TextAreaField(
        "Note (optional)",
        description="For whoever reads the timeline. Do not write about health or other private matters",
        validators=[Length(max=500, message="The note must be 500 characters or fewer")],
        render_kw={"rows": 3},
    )

    def typed(self) -> dict[str, str]:
        """The note with its lines."""
        return {"note": (self.note.data or "").strip()}


def _asks(field: str, whose: str) -> type[QuestionForm]:
    """The form that asks whether an endorser is to be asked by email, and at which address."""
    choices = {ASK: "Ask them by email", NOT_NEEDED: "They need not be asked by email"}
    required = InputRequired(f"Select whether the {whose} is asked")
    members = {
        field: RadioField(f"Ask the {whose}?", choices=choices, validators=[required]),
        f"{field}_email": EmailField(
            f"Email address of the {whose}",
            description="They need no account. The link in the email works once, for two weeks",
            validators=[ADDRESS],
            render_kw=PLAIN,
        ),
        "__doc__": f"Whether the {whose} is asked to endorse it.",
    }
    return type("EndorserForm", (QuestionForm,), members)


FORMS: dict[str, type[QuestionForm]] = {
    "name": NameForm,
    "email": EmailForm,
    "reference": ReferenceForm,
    "organisation": OrganisationForm,
    "grade": GradeForm,
    "profession": ProfessionForm,
    "region": RegionForm,
    "hours": HoursForm,
    "programme": ProgrammeChoiceForm,
    "cohort": CohortChoiceForm,
    "stage": StageChoiceForm,
    "since": SinceForm,
    "note": NoteForm,
    "line-manager": _asks("line_manager", "line manager"),
    "head-of-profession": _asks("head_of_profession", "head of profession"),
}
"""The form of each question."""


class SectionForm(BaseForm):
    """The tick that makes a section complete."""

    is_done = BooleanField("I have completed this section")


class EndorsementForm(BaseForm):
    """Whom to ask for an endorsement, once more or for the first time."""

    email = EmailField(
        "Email address",
        description="They need no account. The link in the email works once, for two weeks",
        validators=[InputRequired("Enter the email address"), ADDRESS],
        render_kw=PLAIN,
    )


class EndorseForm(BaseForm):
    """What an endorser answers."""

    address = EmailField(
        "Your email address",
        description="The address that the email with this link was sent to",
        validators=[InputRequired("Enter your email address"), ADDRESS],
        render_kw={"autocomplete": "email"},
    )
    agrees = RadioField(
        "Do you endorse it?",
        choices={"yes": "Yes, I endorse it", "no": "No, I do not"},
        validators=[InputRequired("Select whether you endorse it")],
    )
    remark = TextAreaField(
        "Remark",
        description="Needed if you do not endorse it. The programme team reads it",
        validators=[Length(max=1000, message="The remark must be 1,000 characters or fewer")],
        render_kw={"rows": 3},
    )
