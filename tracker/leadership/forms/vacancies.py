"""What recruitment leads are asked about campaigns and vacancies. Choices are handed in."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from wtforms import Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from tracker.core.clock import LONDON
from tracker.core.forms import BaseForm, CountField, DayField
from tracker.leadership.lifecycle import PANEL_ROLES, ROUTES, VACANCY, VACANCY_LINE, Route

NOTE_LENGTH = 500
END_OF_DAY = "23:59"
WHEN = "Enter the date it happened"
_TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)", re.ASCII)


def note(label: str = "Note (optional)", description: str = "") -> Field:
    """A remark, for whoever reads the timeline."""
    return TextAreaField(
        label,
        description=description,
        validators=[Length(max=NOTE_LENGTH, message=f"The note must be {NOTE_LENGTH} characters or fewer")],
        render_kw={"rows": 3},
    )


def reason(question: str, missing: str) -> Field:
    """Why, in words that are kept."""
    limit = Length(max=NOTE_LENGTH, message=f"The reason must be {NOTE_LENGTH} characters or fewer")
    return TextAreaField(question, validators=[InputRequired(missing), limit], render_kw={"rows": 3})


class BoardForm(Form):
    """The filters of the board."""

    campaign = SelectField("Campaign")
    organisation = SelectField("Organisation")
    show = SelectField(
        "Which",
        choices={"": "Under way", "late": "Past the target of their stage", "all": "All, filled and ended too"},
    )

    def offer(self, campaigns: Mapping[str, str], organisations: Mapping[str, str]) -> None:
        """Put the choices in, by reference and slug."""
        self.campaign.choices = {"": "All campaigns", **campaigns}
        self.organisation.choices = {"": "All organisations", **organisations}

    def narrowed(self) -> dict[str, Any]:
        """What the list is narrowed by."""
        return {
            "campaign": self.campaign.data or "",
            "organisation": self.organisation.data or "",
            "under_way_only": self.show.data != "all",
            "late_only": self.show.data == "late",
        }


class CampaignForm(BaseForm):
    """What a campaign is called."""

    ref = StringField(
        "Reference",
        description="Letters, numbers, hyphens and dots, such as HMRC-2026. It never changes.",
        validators=[
            InputRequired("Enter a reference"),
            Length(max=100, message="The reference must be 100 characters or fewer"),
            Regexp(r"[A-Za-z0-9][A-Za-z0-9.-]*\Z", message="Use letters, numbers, hyphens and dots only"),
        ],
        render_kw={"class": "govuk-input--width-20", "spellcheck": "false"},
    )
    name = StringField("Name", validators=[InputRequired("Enter a name"), Length(max=200)])
    summary = TextAreaField("What is it for? (optional)", validators=[Length(max=4000)], render_kw={"rows": 4})


class CampaignEditForm(BaseForm):
    """What may be changed of a campaign."""

    name = StringField("Name", validators=[InputRequired("Enter a name"), Length(max=200)])
    summary = TextAreaField("What is it for? (optional)", validators=[Length(max=4000)], render_kw={"rows": 4})


class CampaignCopyForm(CampaignForm):
    """A campaign for the posts of an earlier one."""

    approved_on = DayField("When was recruiting approved?", required="Enter the date recruiting was approved")


class EndForm(BaseForm):
    """Declare a campaign over."""

    ended_on = DayField("When did it end?", required="Enter the date it ended")


class PostForm(BaseForm):
    """What a vacancy is. The closing is a day and a time in London."""

    role = SelectField("Role", validators=[InputRequired("Select the role")])
    grade = SelectField("Grade", validators=[InputRequired("Select the grade")])
    location = StringField("Location (optional)", validators=[Length(max=100)])
    pay_band = StringField(
        "Pay band (optional)",
        description="As it is advertised, such as £75,000 to £117,800",
        validators=[Length(max=100)],
    )
    advert = TextAreaField(
        "Advert (optional)",
        description="The text, or where it stands. Vacancies opened together share it.",
        validators=[Length(max=4000)],
        render_kw={"rows": 4},
    )
    closes_on = DayField(
        "When does the advert close? (optional)",
        description="Without a date it stays open until you record that it closed",
    )
    closes_at = StringField(
        "At what time, in London?",
        description="In 24 hours, such as 23:59. Applications are in time up to and including that minute.",
        default=END_OF_DAY,
        render_kw={"class": "govuk-input--width-5"},
    )

    def offer(self, roles: Mapping[str, str], grades: Mapping[str, str]) -> None:
        """Put the choices in, by id as text."""
        self.role.choices = {"": "Choose a role", **roles}
        self.grade.choices = {"": "Choose a grade", **grades}

    def validate_closes_at(self, field: Field) -> None:
        """A time of day; nothing where there is no day."""
        if self.closes_on.data is not None and self._time() is None:
            raise ValidationError("Enter a time in 24 hours, such as 23:59")
        closing = self.closing()
        if closing is not None and closing.astimezone(UTC).astimezone(LONDON).time() != closing.time():
            raise ValidationError("The clocks go forward over this time: enter another")

    def _time(self) -> time | None:
        found = _TIME.fullmatch((self.closes_at.data or "").strip())
        return time(int(found[1]), int(found[2]), 59) if found else None

    def closing(self) -> datetime | None:
        """The last instant at which an application is in time: of a minute that comes twice in autumn, the second."""
        at = self._time()
        day: date | None = self.closes_on.data
        return None if day is None or at is None else datetime.combine(day, at, LONDON).replace(fold=1)


class VacancyForm(PostForm):
    """Open vacancies: one for each place."""

    campaign = SelectField("Campaign", validators=[InputRequired("Select the campaign")])
    organisation = SelectField(
        "Organisation",
        description="Figures count the post there for ever, so this cannot be changed later",
        validators=[InputRequired("Select the organisation")],
    )
    route = RadioField(
        "How is the post filled?",
        description="Only competitions have a time to hire. This cannot be changed later.",
        choices=ROUTES,
        default=Route.COMPETITION.value,
        validators=[InputRequired("Select how the post is filled")],
    )
    places = CountField(
        "Places",
        description="Each place is a vacancy of its own; they share the campaign and the advert",
        default=1,
        validators=[InputRequired("Enter how many places"), NumberRange(1, 20, "Enter a number from 1 to 20")],
        render_kw={"class": "govuk-input--width-2", "inputmode": "numeric"},
    )
    approved_on = DayField("When was recruiting approved?", required="Enter the date recruiting was approved")
    order = (
        "campaign",
        "role",
        "grade",
        "organisation",
        "location",
        "pay_band",
        "route",
        "places",
        "approved_on",
        "advert",
        "closes_on",
        "closes_at",
    )

    def offer_places(self, campaigns: Mapping[str, str], organisations: Mapping[str, str]) -> None:
        """Put the campaigns and organisations in, by reference and slug."""
        self.campaign.choices = {"": "Choose a campaign", **campaigns}
        self.organisation.choices = {"": "Choose an organisation", **organisations}


class CopyForm(BaseForm):
    """Open a vacancy for the same post."""

    campaign = SelectField("Campaign", validators=[InputRequired("Select the campaign")])
    organisation = SelectField("Organisation", validators=[InputRequired("Select the organisation")])
    approved_on = DayField("When was recruiting approved?", required="Enter the date recruiting was approved")

    def offer_places(self, campaigns: Mapping[str, str], organisations: Mapping[str, str]) -> None:
        """Put the campaigns and organisations in, by reference and slug."""
        self.campaign.choices = {"": "Choose a campaign", **campaigns}
        self.organisation.choices = dict(organisations)


class StageForm(BaseForm):
    """Record a stage. Whether it may follow is the service's to say, inside the transaction."""

    stage = RadioField(
        "What is the new stage?", validators=[InputRequired("Select the new stage")], validate_choice=False
    )
    effective_on = DayField("When did it happen?", required=WHEN)
    note = note("Note", "Needed where nobody is appointed or the vacancy is cancelled. Name no candidates.")

    def __init__(self, stages: Iterable[str], **kwargs: Any) -> None:
        """Offer the stages."""
        super().__init__(**kwargs)
        self.stage.choices = {stage: VACANCY.label(stage) for stage in stages}


class CorrectForm(BaseForm):
    """Put right what an entry says."""

    stage = SelectField("Stage", choices={code: info.label for code, info in VACANCY.stages.items()})
    effective_on = DayField("When did it happen?", required=WHEN)
    reason = reason("Why was the entry wrong?", "Say why the entry was wrong")


class TakeBackForm(BaseForm):
    """Take back an entry that should not be there."""

    reason = reason("Why was the entry wrong?", "Say why the entry was wrong")


class PauseForm(BaseForm):
    """A vacancy stands still."""

    starts_on = DayField("Since when does it stand still?", required="Enter the date it was paused")
    reason = reason("Why?", "Say why it stands still")


class ResumeForm(BaseForm):
    """A vacancy goes on."""

    ends_on = DayField("Since when does it go on?", required="Enter the date it went on")


class MemberForm(BaseForm):
    """Name somebody on a panel."""

    user = SelectField("Who?", validators=[InputRequired("Select a user")])
    role = RadioField("As what?", choices=PANEL_ROLES, validators=[InputRequired("Select what they sit as")])

    def offer(self, users: Mapping[str, str]) -> None:
        """Put the users in, by reference."""
        self.user.choices = {"": "Choose a user", **users}


class LeaveForm(BaseForm):
    """Somebody leaves a panel."""

    left_on = DayField("When did they leave?", required="Enter the date they left")


class TargetsForm(BaseForm):
    """The most days a vacancy should stand at each stage of `TARGETED`; its fields are put in below."""

    def days(self) -> dict[str, int | None]:
        """The days asked for, by stage; None for no target."""
        return {stage: self[field_of(stage)].data for stage in TARGETED}


TARGETED = VACANCY_LINE[:-1]
"""Stages at which something is waited for."""


def field_of(stage: str) -> str:
    """The field that asks for the target of a stage."""
    return stage.replace("-", "_")


for _stage in TARGETED:
    _asked = CountField(
        VACANCY.label(_stage),
        validators=[Optional(), NumberRange(1, 999, "Enter a number of days from 1 to 999, or nothing")],
        render_kw={"class": "govuk-input--width-3", "inputmode": "numeric"},
    )
    setattr(TargetsForm, field_of(_stage), _asked)
