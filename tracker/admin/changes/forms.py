"""What is asked about a change in the machinery of government."""

from collections.abc import Iterable

from wtforms import HiddenField, RadioField, SelectMultipleField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import InputRequired, Length

from tracker.core.forms import BaseForm, DayField

KINDS = {
    "renamed": "An organisation was renamed",
    "merged": "One or more organisations were merged into another",
    "split": "An organisation was split",
    "moved": "A body was moved to stand under another organisation",
    "closed": "An organisation closed and nothing took over",
}


def _lines(label: str, description: str) -> Field:
    return TextAreaField(label, description=description, validators=[Length(max=4_000)], render_kw={"rows": 3})


class PlanForm(BaseForm):
    """A change. `checked` says which effect was shown before."""

    kind = RadioField("What happened?", choices=KINDS, validators=[InputRequired("Select what happened")])
    organisations = _lines(
        "Which organisation does it end?",
        "Name, abbreviation or slug. Of a merger one on each line; of a move the body that moves",
    )
    effective_on = DayField(
        "When?", description="The first day of the new structure", required="Enter the day of the change"
    )
    new_names = _lines(
        "New organisations that take over", "The official name, one on each line. They are made by this change"
    )
    successors = _lines(
        "Organisations there are already that take over", "Name, abbreviation or slug, one on each line"
    )
    parents = _lines("What does the body stand under from then on?", "Only where a body is moved. One on each line")
    note = _lines("Note (optional)", "Where it was announced, for example")
    checked = HiddenField()


class PlaceForm(BaseForm):
    """Who of those that wait went where."""

    people = SelectMultipleField("Who went there?", validators=[InputRequired("Select who went there")])
    organisation = RadioField(
        "Which organisation did they go to?", validators=[InputRequired("Select the organisation they went to")]
    )

    def offer(self, people: Iterable[tuple[str, str]], organisations: Iterable[tuple[str, str]]) -> None:
        """Put in who waits, and what took over."""
        self.people.choices = list(people)
        self.organisation.choices = list(organisations)


class UndoForm(BaseForm):
    """Take a change back."""

    reason = TextAreaField(
        "Why is the change undone?",
        description="Kept for ever.",
        validators=[InputRequired("Say why the change is undone"), Length(max=500)],
        render_kw={"rows": 3},
    )
