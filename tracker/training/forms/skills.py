"""The questions of a rating: one for each skill of the framework, and the day it is about."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from wtforms import Form, SelectField

from tracker.core.forms import BaseForm, DayField

NOT_RATED = ""
BELOW = "Below the first level"


class Rated(Protocol):
    """A skill as it is asked about."""

    code: str
    name: str
    summary: str
    levels: dict[int, str]


class RatingForm(BaseForm):
    """When it was assessed; the skills come with `rating_form`."""

    assessed_on = DayField("When was this assessed?", required="Enter the date of the assessment")

    def levels(self) -> dict[str, str]:
        """What was chosen for each skill, by its code."""
        return {name: field.data for name, field in self._fields.items() if isinstance(field, SelectField)}


def rating_form(skills: Sequence[Rated], expected: Mapping[str, int]) -> type[RatingForm]:
    """The form for the skills of the framework.

    :param expected: the level the framework asks of their role, by skill.
    """
    fields = {skill.code: _question(skill, expected.get(skill.code)) for skill in skills}
    return type("RatingOfSkillsForm", (RatingForm,), fields)


def _question(skill: Rated, expected: int | None) -> SelectField:
    asked = f" Usual at their grade: {skill.levels[expected]}." if expected in skill.levels else ""
    levels = {str(order): name for order, name in sorted(skill.levels.items())}
    return SelectField(
        skill.name,
        description=f"{skill.summary}{asked}",
        choices={NOT_RATED: "Not rated", "0": BELOW, **levels},
    )


class DistanceFilterForm(Form):
    """Of which programme the distance is asked."""

    programme = SelectField("Programme")

    def __init__(self, programmes: Mapping[str, str], programme: str) -> None:
        """Offer the programmes."""
        super().__init__(data={"programme": programme})
        self.programme.choices = {"": "All programmes", **programmes}
