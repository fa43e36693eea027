"""What readers of the progress pages ask, with GET, so that every answer has an address; and what owners declare."""

from collections.abc import Callable
from datetime import date, datetime

from wtforms import Form, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.form import BaseForm as AnyForm
from wtforms.validators import AnyOf, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import DateInput, Input, TextInput

from tracker.core.calendar import parse_day
from tracker.core.forms import BaseForm, DayField
from tracker.progress import questions
from tracker.progress.addresses import BODIES, FIGURE, ORGANISATION, WITH
from tracker.progress.asked import AS_AT, KNOWN_AT, LONGEST, STRUCTURE, TODAY, Asked, read_as_at, read_known_at
from tracker.progress.charts import SIZES
from tracker.progress.comparisons import STROKES
from tracker.progress.figures import ALL, Scope
from tracker.progress.registry import METRICS
from tracker.progress.structure import Structure

BY_ANALYSTS = "analysts"
MOST_COMPARED = len(STROKES)
"""As many organisations as there are strokes to tell their lines apart by."""
DAY_BOX = {"class": "govuk-input--width-10", "autocomplete": "off"}


def _reads(read: Callable[[str], object]) -> Callable[[Form, Field], None]:
    def check(form: Form, field: Field) -> None:
        try:
            read(field.data)
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from None

    return check


class CalendarField(StringField):
    """A day, chosen from the browser's own calendar, or written in the address in any way that is read.

    What is no day stands in a plain box, to be mended as it was typed: the calendar would drop it.
    """

    widget: Input = DateInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed without the spaces around it: of nothing else no day is asked."""
        super().process_formdata([text.strip() for text in valuelist])

    def post_validate(self, form: AnyForm, validation_stopped: bool) -> None:
        """Choose the box: once it is known whether there is a day to show."""
        if self.errors:
            self.widget = TextInput()
        elif self.data:
            self.data = parse_day(self.data).isoformat()


def _no_more_than_four(_: Form, field: Field) -> None:
    if len({slug for slug in field.data if slug}) > MOST_COMPARED:
        raise ValidationError("Compare up to four organisations. Take one away before you add another")


class Asking(Form):
    """The base of what is asked with GET."""

    @property
    def first_error(self) -> str:
        """The first thing that is wrong, in a sentence."""
        return next((str(error) for field in self for error in field.errors), "")


class QuestionForm(Asking):
    """As at which day, as known when, by which structure."""

    as_at = CalendarField("As at", name=AS_AT, validators=[Optional(), _reads(read_as_at)], render_kw=DAY_BOX)
    known_at = StringField(
        "As known at", name=KNOWN_AT, validators=[Optional(), _reads(read_known_at)], render_kw=DAY_BOX
    )
    structure = RadioField(
        "Structure of government",
        name=STRUCTURE,
        choices={"": "Of the day", TODAY: "Of today"},
        validators=[AnyOf(("", TODAY), "The structure is either that of the day or that of today")],
        validate_choice=False,
        default="",
    )

    def asked(self) -> Asked:
        """The question, once the form is in order."""
        known_text = (self.known_at.data or "").strip()
        return Asked(
            as_at=read_as_at(self.as_at.data) if self.as_at.data else None,
            known_at=read_known_at(known_text) if known_text else None,
            of_today=self.structure.data == TODAY,
            known_text=known_text,
        )


class ScopeForm(QuestionForm):
    """The same, of one scope: an organisation, with or without the bodies under it, or all government."""

    organisation = StringField(name=ORGANISATION, default="", validators=[Length(max=100)])
    bodies = StringField(
        name=BODIES, default="", validators=[AnyOf(("", WITH), "The bodies are either with the organisation or not")]
    )
    figure = StringField(name=FIGURE, default="", validators=[Length(max=60)])
    size = StringField(name="size", default="wide", filters=[lambda size: size or "wide"], validators=[AnyOf(SIZES)])

    @property
    def chosen_size(self) -> str:
        """The size of a drawing."""
        return self.size.data or "wide"

    def scope(self, structure: Structure) -> Scope:
        """The scope, by the structure asked for.

        :raises DomainError: if there is no such organisation, or it counts under another by the structure of today.
        """
        with_children, today = self.bodies.data == WITH, self.structure.data == TODAY
        return structure.scope(self.organisation.data or None, with_children=with_children, today=today)


class BriefingForm(QuestionForm):
    """The same, about all government or one organisation with the bodies under it."""

    organisation = SelectField("About", name=ORGANISATION, default="", validate_choice=False)

    def scope(self, structure: Structure) -> Scope:
        """The scope, by the structure asked for.

        :raises DomainError: if there is no such organisation, or it counts under another by the structure of today.
        """
        slug, today = self.organisation.data or None, self.structure.data == TODAY
        return questions.with_bodies(structure, slug, today=today) if slug else ALL


class BridgeForm(ScopeForm):
    """The two points a bridge is built between; what is left out is what is usual."""

    start = CalendarField("From", name="from", validators=[Optional(), _reads(read_as_at)], render_kw=DAY_BOX)
    start_known = StringField(
        "From, as known at", name="from-known-at", validators=[Optional(), _reads(read_known_at)], render_kw=DAY_BOX
    )
    end = CalendarField("To", name="to", validators=[Optional(), _reads(read_as_at)], render_kw=DAY_BOX)
    end_known = StringField(
        "To, as known at", name="to-known-at", validators=[Optional(), _reads(read_known_at)], render_kw=DAY_BOX
    )

    def opening_day(self) -> date | None:
        """The opening day, if one is asked for."""
        return read_as_at(self.start.data) if self.start.data else None

    def opening_known(self) -> datetime | None:
        """As known when the opening is asked for."""
        return read_known_at(self.start_known.data) if self.start_known.data else None

    def closing_day(self) -> date | None:
        """The closing day, if one is asked for."""
        return read_as_at(self.end.data) if self.end.data else None

    def closing_known(self) -> datetime | None:
        """As known when the closing is asked for."""
        return read_known_at(self.end_known.data) if self.end_known.data else None

    @property
    def shown(self) -> list[Field]:
        """The boxes a reader fills in."""
        return [self.start, self.start_known, self.end, self.end_known]

    @property
    def carried(self) -> list[Field]:
        """What stays as it is when other days are asked for."""
        return [field for field in (self.organisation, self.bodies, self.structure) if field.data]


class MeasureForm(QuestionForm):
    """As at which day, and whether the numbers themselves are shown or how many they are for each 100 analysts."""

    by = RadioField(
        "Show",
        choices={"": "The number", BY_ANALYSTS: "For each 100 analysts"},
        validators=[AnyOf(("", BY_ANALYSTS), "Choose the number, or the number for each 100 analysts")],
        validate_choice=False,
        default="",
    )


class CompareForm(MeasureForm):
    """Which organisations are compared, up to four, and by which figure."""

    figure = SelectField(
        "Figure",
        name=FIGURE,
        choices={code: metric.label for code, metric in METRICS.items()},
        validators=[AnyOf(METRICS, "Choose a figure from the list")],
        validate_choice=False,
        default=next(iter(METRICS)),
    )
    organisations = SelectMultipleField(
        "Organisations", name=ORGANISATION, choices=(), validate_choice=False, validators=[_no_more_than_four]
    )

    @property
    def slugs(self) -> list[str]:
        """The organisations, each once, in the order in which they were chosen."""
        return list(dict.fromkeys(slug for slug in self.organisations.data or () if slug))


class AddForm(Form):
    """One more organisation to compare; it is sent under the same name as those that are compared already."""

    another = SelectField("Add an organisation", name=ORGANISATION, id=ORGANISATION)


REASON = [InputRequired("Say why"), Length(max=1000, message="It must be 1,000 characters or fewer")]


class DeclareForm(BaseForm):
    """What the owner of a headline takes its status to be."""

    colour = RadioField(
        "What is the status?",
        choices={
            "green": "Green: it will be delivered as planned",
            "amber": "Amber: it can be delivered, and needs attention",
            "red": "Red: it cannot be delivered as it stands",
        },
        validators=[InputRequired("Select a status")],
    )
    reason = TextAreaField(
        "Why?", description="Everybody who sees the figure can read it. Name no trainee", validators=REASON
    )
    route = TextAreaField(
        "How does it become green again?",
        description="Only where it is amber or red",
        validators=[Length(max=1000, message="It must be 1,000 characters or fewer")],
    )
    green_by = DayField(
        "By when is it green again?", description="Only where it is amber or red. For example, 31 3 2027"
    )


class WithdrawForm(BaseForm):
    """Why a declared status is taken back."""

    reason = TextAreaField("Why?", validators=REASON)


PEOPLE, PLACES = 10_000, 500
"""The most that a scenario may let start, and the most places it may give an intake."""
NUMBER_BOX = {"class": "govuk-input--width-5", "inputmode": "numeric", "autocomplete": "off"}


def _whole(text: str, least: int, most: int) -> int:
    """Read a whole number.

    :raises ValueError: with a sentence for the reader.
    """
    plain = text.strip().replace(",", "").removesuffix("%").strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 9 and least <= int(plain) <= most):
        raise ValueError(f"Enter a whole number from {least:,} to {most:,}")
    return int(plain)


def _future(text: str) -> date:
    try:
        return parse_day(text.strip()[:LONGEST])
    except ValueError:
        raise ValueError("There is no such day. Write it as 2027-01-31") from None


def _day_box(label: str, name: str, description: str = "") -> StringField:
    return StringField(
        label, name=name, description=description, validators=[Optional(), _reads(_future)], render_kw=DAY_BOX
    )


def _number_box(label: str, name: str, least: int, most: int, description: str = "") -> StringField:
    def read(text: str) -> object:
        return _whole(text, least, most)

    return StringField(
        label, name=name, description=description, validators=[Optional(), _reads(read)], render_kw=NUMBER_BOX
    )


class ScenarioForm(ScopeForm):
    """What a scenario supposes. Everything may be left out; what is left out is as it is."""

    programme = SelectField("Programme", name="programme", validate_choice=False, default="")
    by = _day_box("Day they start by", "by", "For example, 2027-01-31")
    more = _number_box("How many more start", "more", 1, PEOPLE, "Leave empty to be told how many it takes")
    chance = _number_box("Chance wanted, in percent", "chance", 1, 99, "80 if left empty")
    returns = _number_box("Of those on a break, how many come back, in percent", "returns", 0, 100)
    completes = _number_box("Of those whose training ends, how many complete, in percent", "completes", 0, 100)
    intake = SelectField("Planned to begin", name="intake", validate_choice=False, default="")
    places = _number_box("Places it has instead", "places", 1, PLACES)
    starts = _day_box("Day it begins instead", "starts")

    ASKED = ("programme", "by", "more", "chance", "returns", "completes", "intake", "places", "starts")

    def number(self, name: str) -> int | None:
        """A number that was entered and can be one."""
        text = self[name].data if name in self and not self[name].errors else None
        return _whole(text, 0, PEOPLE) if text else None

    def day(self, name: str) -> date | None:
        """A day that was entered and is one."""
        text = self[name].data if name in self and not self[name].errors else None
        return _future(text) if text else None

    @property
    def supposes(self) -> bool:
        """Whether anything is supposed; a chance that is wanted is nothing by itself."""
        return any(self[name].data for name in self.ASKED if name in self and name != "chance")

    @property
    def shown(self) -> list[Field]:
        """The boxes a reader fills in."""
        return [self[name] for name in self.ASKED if name in self]

    @property
    def carried(self) -> list[Field]:
        """What stays as it is while something else is supposed."""
        return [
            field for field in (self.organisation, self.bodies, self.as_at, self.known_at, self.structure) if field.data
        ]
