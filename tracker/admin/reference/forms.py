"""What administrators are asked about an entry of a reference list."""

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from tracker.core.forms import BaseForm, CountField, DayField

SHORT = {"class": "govuk-input--width-10"}


class ProgrammeForm(BaseForm):
    """A course of training."""

    code = StringField("Code", validators=[DataRequired("Enter the code"), Length(max=60)], render_kw=SHORT)
    name = StringField("Name", validators=[DataRequired("Enter the name"), Length(max=200)])
    qualifies = BooleanField(
        "It qualifies", description="Completing it counts to the target; an awareness session does not"
    )
    length_days = CountField(
        "How many calendar days does it last?",
        description="Leave empty if it is not known: rules that need it leave the programme out and say so",
        validators=[Optional(), NumberRange(min=1, max=3650, message="Enter a whole number of days from 1 to 3,650")],
    )
    provider = StringField("Provider", validators=[Length(max=200)])
    kind = StringField("Type", validators=[Length(max=100)])
    level = StringField("Level", validators=[Length(max=60)])
    completion_rule = TextAreaField("When is it completed?", validators=[Length(max=2000)], render_kw={"rows": 3})


class GradeForm(BaseForm):
    """A grade of the Civil Service."""

    code = StringField("Code", validators=[DataRequired("Enter the code"), Length(max=20)], render_kw=SHORT)
    name = StringField("Name", validators=[DataRequired("Enter the name"), Length(max=100)])
    rank = CountField(
        "Rank",
        description="1 is the lowest grade",
        validators=[NumberRange(min=1, max=100, message="Enter a whole number from 1 to 100")],
    )


class ProfessionForm(BaseForm):
    """A profession of the Civil Service."""

    code = StringField("Code", validators=[DataRequired("Enter the code"), Length(max=60)], render_kw=SHORT)
    name = StringField("Name", validators=[DataRequired("Enter the name"), Length(max=100)])
    analysis_function = StringField(
        "Does it belong to the Analysis Function?",
        description="Yes, no or partly",
        validators=[DataRequired("Enter yes, no or partly"), Length(max=10)],
        render_kw=SHORT,
    )


class RegionForm(BaseForm):
    """A region."""

    name = StringField("Name", validators=[DataRequired("Enter the name"), Length(max=60)])
    ons_code = StringField("Code of the Office for National Statistics", validators=[Length(max=20)], render_kw=SHORT)
    statistics_label = StringField("Name in Civil Service Statistics", validators=[Length(max=60)])


class BankHolidayForm(BaseForm):
    """A bank holiday of one part of the United Kingdom."""

    division = SelectField(
        "Where?",
        choices={
            "england-and-wales": "England and Wales",
            "scotland": "Scotland",
            "northern-ireland": "Northern Ireland",
        },
    )
    day = DayField("Which day?", required="Enter the day")
    title = StringField("Name", validators=[DataRequired("Enter the name"), Length(max=60)])


class RemoveForm(BaseForm):
    """A button that removes an entry."""


FORMS: dict[str, type[BaseForm]] = {
    "programmes": ProgrammeForm,
    "grades": GradeForm,
    "professions": ProfessionForm,
    "regions": RegionForm,
    "bank-holidays": BankHolidayForm,
}
"""What is asked about an entry, by the name of its list."""
