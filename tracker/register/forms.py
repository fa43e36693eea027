"""The questions of the people list, and of changing who somebody is and where they are."""

from typing import Any

from wtforms import BooleanField, Form, HiddenField, SearchField, SelectField, SelectMultipleField, StringField

from tracker.training.lifecycle import ENROLMENT

Choices = list[tuple[str, str]]
ANY = ("", "Any")


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
