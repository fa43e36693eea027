"""What administrators are asked about users."""

from wtforms import EmailField, Form, RadioField, SearchField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.accounts.permissions import NEEDS_ORGANISATION, TWO_PEOPLE, Role
from tracker.core.forms import BaseForm

ROLES = {role.value: role.label for role in Role}
FOR_ONE = " and ".join(sorted(role.label for role in NEEDS_ORGANISATION))
BY_TWO = ", ".join(sorted(role.label for role in TWO_PEOPLE))


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
    reason = TextAreaField(
        "Why do they need it?",
        description=f"Only for: {BY_TWO}. A second administrator reads it, and approves or declines",
        validators=[Length(max=500, message="Reason must have 500 characters or fewer")],
        render_kw={"rows": 3},
    )


class DecisionForm(BaseForm):
    """What a second administrator decides."""

    decision = RadioField(
        "What do you decide?",
        choices={"approve": "Approve: they have the role at once", "decline": "Decline"},
        validators=[InputRequired("Select whether you approve or decline")],
    )


class ButtonForm(BaseForm):
    """A button with nothing to fill in."""
