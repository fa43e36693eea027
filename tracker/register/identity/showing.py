"""Who somebody was before, for their page: earlier names and addresses, records that were made one, a secondment."""

from typing import Any

from tracker.accounts.models import User
from tracker.accounts.permissions import Permission
from tracker.core.text import format_day, format_instant
from tracker.people.identity.models import Secondment
from tracker.people.identity.queries import Earlier, earlier, open_secondment
from tracker.people.models import Person


def of_identity(person: Person, user: User) -> dict[str, Any]:
    """What the page of a person shows of who they were."""
    away, told = open_secondment(person), earlier(person)
    return {
        "may_merge": user.may(Permission.PEOPLE_MERGE, person),
        "former": [_former(one) for one in told if one.old_ref is None],
        "merged": [_merged(one) for one in told if one.old_ref is not None],
        "secondment": secondment_words(away) if away else "",
    }


def secondment_words(away: Secondment) -> str:
    """From where somebody is on secondment, and until when."""
    return f"On secondment from {away.home.organisation.name}; due back on {format_day(away.returns_on)}"


def _former(one: Earlier) -> dict[str, str]:
    how = "A merge" if one.by_merge else "An import" if one.by_import else ""
    return {
        "name": one.name,
        "email": one.email,
        "until": format_instant(one.at),
        "by": ", ".join(filter(None, (how, one.by))) or "The service",
    }


def _merged(one: Earlier) -> dict[str, Any]:
    return {
        "ref": one.merge_ref,
        "old": one.old_ref,
        "name": one.name,
        "email": one.email,
        "at": format_instant(one.at),
        "by": one.by,
        "reason": one.reason,
    }
