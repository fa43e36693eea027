"""What readers of the progress pages may ask; everything is asked with GET, so that every answer has an address."""

from collections.abc import Callable
from datetime import date, datetime

from wtforms import Form, RadioField, SelectField, StringField
from wtforms.fields import Field
from wtforms.validators import AnyOf, Length, Optional, ValidationError

from tracker.progress import questions
from tracker.progress.addresses import BODIES, FIGURE, ORGANISATION, WITH
from tracker.progress.asked import AS_AT, KNOWN_AT, STRUCTURE, TODAY, Asked, read_as_at, read_known_at
from tracker.progress.charts import SIZES
from tracker.progress.figures import ALL, Scope
from tracker.progress.structure import Structure

DAY_BOX = {"class": "govuk-input--width-10", "autocomplete": "off"}


def _reads(read: Callable[[str], object]) -> Callable[[Form, Field], None]:
    def check(form: Form, field: Field) -> None:
        try:
            read(field.data)
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from None

    return check


class Asking(Form):
    """The base of what is asked with GET."""

    @property
    def first_error(self) -> str:
        """The first thing that is wrong, in a sentence."""
        return next((str(error) for field in self for error in field.errors), "")


class QuestionForm(Asking):
    """As at which day, as known when, by which structure."""

    as_at = StringField("As at", name=AS_AT, validators=[Optional(), _reads(read_as_at)], render_kw=DAY_BOX)
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

    start = StringField("From", name="from", validators=[Optional(), _reads(read_as_at)], render_kw=DAY_BOX)
    start_known = StringField(
        "From, as known at", name="from-known-at", validators=[Optional(), _reads(read_known_at)], render_kw=DAY_BOX
    )
    end = StringField("To", name="to", validators=[Optional(), _reads(read_as_at)], render_kw=DAY_BOX)
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
