"""What administrators are asked about users."""

from wtforms import EmailField, Form, RadioField, SearchField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from tracker.accounts.permissions import NEEDS_ORGANISATION, Role
from tracker.core.forms import BaseForm

ROLES = {role.value: role.label for role in Role}
FOR_ONE = " and ".join(sorted(role.label for role in NEEDS_ORGANISATION))


class SearchForm(Form):
    """The filters of the list."""

    q = SearchField("Name or email address")
    role = SelectField("Role", choices={"": "Any", **ROLES}, validate_choice=False)


class UserForm(BaseForm):
    """Who somebody is."""

    name = StringField("Name", validators=[InputRequired("Enter their name"), Length(max=100)])
    email = EmailField("Email address", validators=[InputRequired("Enter their email address"), Length(max=254)])


class RoleForm(BaseForm):
    """A role, and what it is for."""

    role = RadioField("Role", choices=ROLES, validators=[InputRequired("Select a role")])
    organisation = StringField(
        "Organisation",
        description=f"Only for: {FOR_ONE}. Name, abbreviation or slug; the bodies under it are included",
        validators=[Length(max=200)],
    )


class ButtonForm(BaseForm):
    """A button with nothing to fill in."""
