"""Who somebody was before, for their page: earlier names and addresses, records that were made one, a secondment."""

from typing import Any

from tracker.accounts.models import User
from tracker.accounts.permissions import Permission
from tracker.core.text import format_day, format_instant
from tracker.people.identity.models import FormerDetails, PersonMerge, Secondment
from tracker.people.identity.queries import former_details, has_past, merges_into, open_secondment
from tracker.people.models import Person


def of_identity(person: Person, user: User) -> dict[str, Any]:
    """What the page of a person shows of who they were."""
    was_called, has_merged, was_away = has_past(person)
    away = open_secondment(person) if was_away else None
    return {
        "may_merge": user.may(Permission.PEOPLE_MERGE, person),
        "former": [_former(one) for one in (former_details(person) if was_called else ())],
        "merged": [_merged(one) for one in (merges_into(person) if has_merged else ())],
        "secondment": secondment_words(away) if away else "",
    }


def secondment_words(away: Secondment) -> str:
    """From where somebody is on secondment, and until when."""
    return f"On secondment from {away.home.organisation.name}; due back on {format_day(away.returns_on)}"


def _former(one: FormerDetails) -> dict[str, str]:
    by = one.ended_by.name if one.ended_by else ""
    how = "A merge" if one.merge_id else "An import" if one.import_id else ""
    return {
        "name": f"{one.first_name} {one.last_name}",
        "email": one.email,
        "until": format_instant(one.ended_at),
        "by": ", ".join(filter(None, (how, by))) or "The service",
    }


def _merged(one: PersonMerge) -> dict[str, str]:
    return {
        "ref": one.ref,
        "old": one.merged.ref,
        "name": one.merged.name,
        "email": one.merged.email,
        "at": format_instant(one.merged_at),
        "by": one.merged_by.name,
        "reason": one.reason,
    }
