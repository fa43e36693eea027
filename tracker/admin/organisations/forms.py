"""What administrators are asked about organisations."""

from wtforms import BooleanField, Form, SearchField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from tracker.core.forms import BaseForm, DayField


class SearchForm(Form):
    """The filters of the list."""

    q = SearchField("Name, abbreviation or slug")
    state = SelectField("Which", choices={"": "Open and closed", "open": "Open now", "closed": "Closed"})


class OrganisationForm(BaseForm):
    """What is known of an organisation."""

    name = StringField("Official name", validators=[DataRequired("Enter the official name"), Length(max=200)])
    abbreviation = StringField(
        "Abbreviation", validators=[Length(max=40)], render_kw={"class": "govuk-input--width-10"}
    )
    kind = StringField("Type", validators=[Length(max=60)], description="For example, Ministerial department")
    opened_on = DayField("When did it open?", description="Leave empty if it is not known")
    is_closed = BooleanField("It has closed")
    closed_on = DayField("When did it close?", description="The first day on which it no longer existed")
    closed_reason = StringField("Why did it close?", validators=[Length(max=100)])
    parents = TextAreaField(
        "What does it stand under?",
        description="One organisation on each line: name, abbreviation or slug. Its people count with each of them",
        validators=[Length(max=2000)],
        render_kw={"rows": 3},
    )
