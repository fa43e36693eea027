"""The questions about schemes, hosts, projects and what fellows look for."""

import re
from collections.abc import Mapping
from typing import Any

from wtforms import EmailField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import InputRequired, Length, ValidationError

from tracker.core.forms import BaseForm, DayField, PartField
from tracker.fellowships.lifecycle import HostAnswer

_WHOLE = re.compile(r"-?\d{1,6}", re.ASCII)
ANY = {"": "Anywhere"}
TEXT_LENGTH = 4_000


def whole(form: BaseForm, field: Field) -> None:
    """A whole number; whether it may be so small is the service's to say."""
    if field.data and not _WHOLE.fullmatch(field.data.strip()):
        raise ValidationError("Enter a whole number, such as 2")


def number_of(text: str | None) -> int | None:
    """The number that was typed; None where nothing was."""
    return int(text.strip()) if text and text.strip() else None


def hundredths(_: BaseForm, field: Field) -> None:
    """A number that is kept as it was typed; how much is allowed is the service's to say."""
    if field.data is not None and field.data.is_finite() and field.data != round(field.data, 2):
        raise ValidationError("Enter the full-time equivalent with 2 decimal places or fewer, such as 0.75")


def fte_field(label: str) -> Field:
    """How much of a week."""
    return PartField(
        label,
        description="1 is full time, 0.5 half time",
        validators=[InputRequired("Enter the full-time equivalent, such as 0.8"), hundredths],
        render_kw={"class": "govuk-input--width-4", "inputmode": "decimal"},
    )


NUMBER = {"class": "govuk-input--width-4", "inputmode": "numeric"}


class AnswerForm(BaseForm):
    """Whether an organisation can host."""

    answer = RadioField(
        "Can the organisation host fellows this year?",
        choices={HostAnswer.YES.value: "Yes", HostAnswer.MAYBE.value: "Maybe", HostAnswer.NO.value: "No"},
        validators=[InputRequired("Select whether it can host")],
    )
    reason = TextAreaField(
        "Why not, or what does it hang on?",
        description="Needed where the answer is maybe or no",
        validators=[Length(max=500, message="Shorten it to 500 characters or fewer")],
        render_kw={"rows": 3},
    )


class ProjectForm(BaseForm):
    """What a project says of itself."""

    title = StringField("What is the project called?", validators=[InputRequired("Enter a title"), Length(max=200)])
    description = TextAreaField(
        "What is it about?",
        description="As a fellow will read it: the question, the data, the team",
        validators=[Length(max=TEXT_LENGTH)],
        render_kw={"rows": 6},
    )
    scheme = SelectField("Scheme")
    capacity = StringField(
        "How many places?", validators=[InputRequired("Enter how many places it has"), whole], render_kw=NUMBER
    )
    fte = fte_field("Full-time equivalent of each place")
    region = SelectField("Region")
    location = StringField("Place of work", description="Such as Leeds, or anywhere", validators=[Length(max=100)])
    supervisor_email = EmailField("Email address of the supervisor (optional)")
    supervisor_name = StringField("Name of the supervisor (optional)", validators=[Length(max=210)])
    starts_on = DayField("First day", required="Enter the first day")
    ends_on = DayField("Last day", required="Enter the last day")
    skills = SelectMultipleField("Skills wanted")

    def __init__(
        self, schemes: Mapping[str, str], regions: Mapping[str, str], skills: Mapping[str, str], **kwargs: Any
    ) -> None:
        """Offer schemes, regions and the skills of the framework."""
        super().__init__(**kwargs)
        self.scheme.choices = dict(schemes)
        self.region.choices = ANY | dict(regions)
        self.skills.choices = dict(skills)


class RoundForm(BaseForm):
    """One round of a scheme."""

    name = StringField(
        "What is the round called?",
        validators=[InputRequired("Enter what the round is called, such as 2027"), Length(max=60)],
    )
    opens_on = DayField("When does it open? (optional)")
    closes_on = DayField("When does it close? (optional)")
    places = StringField("How many places are wanted? (optional)", validators=[whole], render_kw=NUMBER)


class PreferenceForm(BaseForm):
    """What a fellow looks for."""

    region = SelectField("Where?")
    starts_on = DayField("Free from (optional)")
    ends_on = DayField("Free until (optional)")
    fte = fte_field("Full-time equivalent at most")
    skills = SelectMultipleField("Skills they bring")

    def __init__(self, regions: Mapping[str, str], skills: Mapping[str, str], **kwargs: Any) -> None:
        """Offer regions and the skills of the framework."""
        super().__init__(**kwargs)
        self.region.choices = ANY | dict(regions)
        self.skills.choices = dict(skills)


class OwnRankForm(BaseForm):
    """How a fellow ranks a project."""

    fellow_rank = StringField(
        "How high does the fellow rank the project? (optional)",
        description="1 is first",
        validators=[whole],
        render_kw=NUMBER,
    )


class RankForm(OwnRankForm):
    """How fellow and host rank each other."""

    host_rank = StringField(
        "How high does the host rank the fellow? (optional)",
        description="1 is first",
        validators=[whole],
        render_kw=NUMBER,
    )


class CloseForm(BaseForm):
    """Offer a project no more: nothing is asked but that it is meant."""


class ProposeForm(BaseForm):
    """Propose a fellow for a project: nothing is asked but that it is meant."""
