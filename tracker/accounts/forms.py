"""What the accounts' own pages ask."""

from collections.abc import Mapping
from typing import Any

from wtforms import EmailField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from tracker.core.forms import BaseForm, CountField

RULE = "12 characters or more. Three unrelated words are easy to remember and hard to guess"


class SignInForm(BaseForm):
    """Address and password."""

    email = EmailField(
        "Email address",
        validators=[InputRequired("Enter your email address"), Length(max=254, message="Email address is too long")],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        "Password",
        validators=[InputRequired("Enter your password"), Length(max=1000, message="Password is too long")],
        render_kw={"autocomplete": "current-password"},
    )


class ForgottenForm(BaseForm):
    """Whose password is forgotten."""

    email = EmailField(
        "Email address",
        description="The one you sign in with",
        validators=[
            InputRequired("Enter your email address"),
            Length(max=254, message="Email address is too long"),
            Regexp(
                r"\s*[^@\s]+@[^@\s]+\s*$",
                message="Enter an email address in the correct format, like name@example.gov.uk",
            ),
        ],
        render_kw={"autocomplete": "username"},
    )


class CodeForm(BaseForm):
    """A one-time code."""

    code = StringField(
        "One-time code",
        description="The six figures your authenticator app shows now",
        validators=[InputRequired("Enter the code"), Length(max=20, message="Enter six figures")],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "govuk-input--width-10"},
    )


class BeginForm(BaseForm):
    """A button with nothing to fill in."""


class ConfirmForm(BaseForm):
    """The password once more, before something that matters."""

    password = PasswordField(
        "Password",
        validators=[InputRequired("Enter your password"), Length(max=1000, message="Password is too long")],
        render_kw={"autocomplete": "current-password"},
    )


class ChoosePasswordForm(BaseForm):
    """A first or a new password, by a link."""

    password = PasswordField(
        "Password",
        description=RULE,
        validators=[InputRequired("Enter a password"), Length(max=1000, message="Password is too long")],
        render_kw={"autocomplete": "new-password"},
    )


class ChangePasswordForm(BaseForm):
    """The password now, and the new one."""

    current = PasswordField(
        "Your password now",
        validators=[InputRequired("Enter your password"), Length(max=1000, message="Password is too long")],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        "New password",
        description=RULE,
        validators=[InputRequired("Enter a new password"), Length(max=1000, message="Password is too long")],
        render_kw={"autocomplete": "new-password"},
    )


class SetUpForm(BaseForm):
    """The first administrator."""

    name = StringField(
        "Your name",
        validators=[
            InputRequired("Enter your name"),
            Length(max=100, message="Name must have 100 characters or fewer"),
        ],
        render_kw={"autocomplete": "name"},
    )
    email = EmailField(
        "Your email address",
        validators=[InputRequired("Enter your email address"), Length(max=254, message="Email address is too long")],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        "Password",
        description=RULE,
        validators=[InputRequired("Enter a password"), Length(max=1000, message="Password is too long")],
        render_kw={"autocomplete": "new-password"},
    )


class WeeklyEmailForm(BaseForm):
    """Whether the weekly email is wanted."""

    wanted = RadioField(
        "Do you want the weekly email?",
        description="What was recorded of whom you follow, what waits for you, and for leadership what is at risk",
        choices={"yes": "Yes", "no": "No"},
        validators=[InputRequired("Select whether you want the weekly email")],
    )


class AnswerForm(BaseForm):
    """What a page behind a link that works once asks first of all, where the link is bound to an address."""

    address = EmailField(
        "Your email address",
        description="The address that the email with this link was sent to",
        validators=[InputRequired("Enter your email address"), Length(max=254, message="Email address is too long")],
        render_kw={"autocomplete": "email"},
    )


class TokenForm(BaseForm):
    """What a token for another system is to be."""

    name = StringField(
        "What will use the token?",
        description="For example, the learning system of the Home Office",
        validators=[
            InputRequired("Enter a name, such as the system that will use it"),
            Length(max=100, message="Name must have 100 characters or fewer"),
        ],
    )
    role = RadioField(
        "Which of your roles does it act in?", validators=[InputRequired("Select a role")], validate_choice=False
    )
    access = RadioField(
        "What may it do?",
        choices={"read": "Read only", "write": "Read, and record what happened"},
        validators=[InputRequired("Select what it may do")],
    )
    within = SelectField(
        "Only for one organisation (optional)",
        description="With the bodies under it. Less is safer: give it what the other system needs and no more",
    )
    days = CountField(
        "How many days does it work?",
        description="365 at most",
        validators=[InputRequired("Enter a number of days, such as 90")],
        render_kw={"class": "govuk-input--width-4"},
    )

    def __init__(self, roles: Mapping[str, str], organisations: Mapping[str, str], **kwargs: Any) -> None:
        """Offer the roles, by the number of their grant, and the organisations, by slug."""
        super().__init__(**kwargs)
        self.role.choices = dict(roles)
        self.within.choices = {"": "All that the role reaches", **organisations}
