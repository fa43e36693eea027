"""An application with nothing in it but the templates: what draws the components when only they are looked at."""

from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from wtforms import (
    BooleanField,
    EmailField,
    FileField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from tests.architecture.source import ROOT
from tracker.core.forms import BaseForm, DayField
from tracker.core.text import format_day, format_instant, format_number


class Question(BaseForm):
    name = StringField("Full name", validators=[InputRequired("Enter the name")], render_kw={"autocomplete": "name"})
    email = EmailField("Email address", description="For the invitation only")
    password = PasswordField("Password", render_kw={"autocomplete": "current-password"})
    days = IntegerField("Days a week")
    body = SelectField("Organisation", choices={str(n): f"Body {n}" for n in range(16)})
    stage = RadioField("Stage", choices={"a": "Offered", "b": "Started"}, validators=[InputRequired("Select a stage")])
    skills = SelectMultipleField("Skills", choices={"py": "Python", "sql": "SQL"}, description="All that apply")
    on = DayField("When did it happen?", required="Enter the date")
    note = TextAreaField("Note", validators=[Length(max=500)])
    sure = BooleanField("I have checked the list")
    upload = FileField("File")


def make_frame() -> Flask:
    app = Flask("frame", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "tracker/static"))
    app.config.update(SECRET_KEY="only here", TESTING=True)
    app.jinja_options = {
        "loader": ChoiceLoader(
            [
                FileSystemLoader(ROOT / "templates"),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    app.jinja_env.filters.update(day=format_day, instant=format_instant, number=format_number)
    CSRFProtect(app)
    return app
