"""Who somebody was before, for their page: earlier names and addresses, records that were made one, a secondment."""

from datetime import date
from typing import Any

from tracker.accounts.models import User
from tracker.accounts.permissions import Permission
from tracker.core.text import format_day, format_instant
from tracker.people.identity.queries import Told, told_of
from tracker.people.models import Person


def of_identity(person: Person, user: User) -> dict[str, Any]:
    """What the page of a person shows of who they were."""
    told = told_of(person)
    away = [one for one in told if one.kind == "away"]
    return {
        "may_merge": user.may(Permission.PEOPLE_MERGE, person),
        "former": [_former(one) for one in told if one.kind == "former"],
        "merged": [_merged(one) for one in told if one.kind == "merged"],
        "secondment": secondment_words(away[0].first_name, date.fromisoformat(away[0].reason or "")) if away else "",
    }


def secondment_words(home: str, returns_on: date) -> str:
    """From where somebody is on secondment, and until when."""
    return f"On secondment from {home}; due back on {format_day(returns_on)}"


def _former(one: Told) -> dict[str, str]:
    how = "A merge" if one.by_merge else "An import" if one.by_import else ""
    return {
        "name": one.name,
        "email": one.email,
        "until": format_instant(one.at),
        "by": ", ".join(filter(None, (how, one.by))) or "The service",
    }


def _merged(one: Told) -> dict[str, Any]:
    return {
        "ref": one.merge_ref,
        "old": one.old_ref,
        "name": one.name,
        "email": one.email,
        "at": format_instant(one.at),
        "by": one.by,
        "reason": one.reason,
    }
