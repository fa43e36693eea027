"""The tables of the accounts slice."""

from tracker.accounts.models.letters import WeeklyEmail
from tracker.accounts.models.links import AnswerLink
from tracker.accounts.models.posts import FormClaim, ParkedForm
from tracker.accounts.models.role_requests import Outcome, RoleRequest
from tracker.accounts.models.sessions import (
    ForgottenPassword,
    KnownDevice,
    OneTimeToken,
    Purpose,
    SecondFactor,
    SignInAttempt,
    UserSession,
)
from tracker.accounts.models.tokens import ApiToken
from tracker.accounts.models.trail import AuditEntry, AuditHead
from tracker.accounts.models.users import Anybody, Installation, Limits, RoleGrant, User

__all__ = [
    "AnswerLink",
    "Anybody",
    "ApiToken",
    "AuditEntry",
    "AuditHead",
    "ForgottenPassword",
    "FormClaim",
    "Installation",
    "KnownDevice",
    "Limits",
    "OneTimeToken",
    "Outcome",
    "ParkedForm",
    "Purpose",
    "RoleGrant",
    "RoleRequest",
    "SecondFactor",
    "SignInAttempt",
    "User",
    "UserSession",
    "WeeklyEmail",
]
