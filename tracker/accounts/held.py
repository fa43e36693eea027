"""What accounts hold about somebody: their own account, and what the audit trail says of their records."""

import json
from dataclasses import replace
from urllib.parse import quote_plus

from sqlalchemy import delete, false, or_, select, update

from tracker.accounts import audit
from tracker.accounts.models import (
    AnswerLink,
    ApiToken,
    AuditEntry,
    ForgottenPassword,
    KnownDevice,
    OneTimeToken,
    ParkedForm,
    RoleRequest,
    SecondFactor,
    User,
    UserSession,
)
from tracker.accounts.permissions import Role
from tracker.core.clock import now
from tracker.core.db import db
from tracker.core.subject import NOWHERE, REMOVED, Facts, Part, Subject
from tracker.core.text import format_instant

OF_THE_SUBJECT = frozenset({Role.TRAINEE, Role.FELLOW})
"""Roles an account has because of the record it belongs to; with any other somebody works here."""
WORDS = frozenset({"name", "first_name", "last_name", "email", "reason", "why", "note", "post"})
"""Fields of the trail that are words about people."""


def recognise(subject: Subject) -> Subject:
    """Their account, and the names and addresses that the trail says they had.

    Somebody who only works here is named by the address they sign in with, or the reference of their account.
    """
    by = or_(User.ref == subject.ref, User.email_key == subject.ref.casefold())
    users = _accounts(subject)
    if not users and subject.person_id is None:
        users = list(db.session.scalars(select(User).where(by)))
    for user in users:
        # From here on by the reference: what is written of the request must not hold the address.
        subject = replace(subject, ref=user.ref) if subject.ref.casefold() == user.email_key else subject
        subject = subject.also(user_id=user.id, refs=[user.ref], emails=[user.email], names=[_parts(user.name)])
    verbs = ("person.changed", "user.added", "user.edited")
    changed = select(AuditEntry).where(AuditEntry.verb.in_(verbs), AuditEntry.subject_ref.in_(subject.refs))
    told = [json.loads(text) for one in db.session.scalars(changed) for text in (one.before, one.after) if text]
    firsts, lasts = ({str(said[part]) for said in told if part in said} for part in ("first_name", "last_name"))
    # Whichever part was not changed is one of the names they are known by already.
    known = [tuple(name.split(", ")[::-1]) for name in subject.names if ", " in name]
    firsts |= {name[0] for name in known}
    lasts |= {name[1] for name in known}
    emails = {str(said["email"]) for said in told if "email" in said}
    names = [_parts(str(said["name"])) for said in told if "name" in said]
    return subject.also(emails=emails, names=[*names, *((first, last) for first in firsts for last in lasts)])


def _parts(name: str) -> tuple[str, str]:
    """The first word of a name and the rest; nothing of a name of one word, which may be anybody's."""
    first, _, last = name.partition(" ")
    return first, last


def _accounts(subject: Subject) -> list[User]:
    """Their account; two, where two records that each had one were made one."""
    return list(db.session.scalars(select(User).where(User.id.in_(subject.users)).order_by(User.id)))


def _links(subject: Subject) -> list[AnswerLink]:
    """Links that were sent to one of their addresses."""
    sent = select(AnswerLink).where(AnswerLink.address_key.in_(subject.emails)).order_by(AnswerLink.id)
    return list(db.session.scalars(sent))


def _role_requests(subject: Subject) -> Facts:
    asked = select(RoleRequest).where(RoleRequest.user_id.in_(subject.users)).order_by(RoleRequest.id)
    return [
        {"Role": one.role.label, "Why": one.reason, "Asked": one.asked_at, "Came of it": one.outcome}
        for one in db.session.scalars(asked)
    ]


def tell(subject: Subject) -> dict[str, Facts]:
    """The account with where it is signed in, and who did or looked at what of their records.

    Of others it says in which role they acted, not who they were: that is their own data.
    """
    told: dict[str, Facts] = {}
    users = _accounts(subject)
    if users:
        told["Account"] = [
            {
                "Email address": user.email,
                "Name": user.name,
                "Roles": user.role_names,
                "State": user.state,
                "Added": user.created_at,
            }
            for user in users
        ]
        sessions = db.session.scalars(
            select(UserSession).where(UserSession.user_id.in_(subject.users)).order_by(UserSession.id)
        )
        told["Where the account was signed in"] = [
            {"From": one.created_at, "Last seen": one.last_seen_at, "Device": one.device, "Network": one.ip_prefix}
            for one in sessions
        ]
        made = select(ApiToken).where(ApiToken.user_id.in_(subject.users)).order_by(ApiToken.id)
        told["Tokens for other systems"] = [
            {"Name": one.name, "Made": one.created_at, "Expires": one.expires_at, "Last used": one.last_used_at}
            for one in db.session.scalars(made)
        ]
        told["Roles that were asked for"] = _role_requests(subject)
        did = select(AuditEntry).where(AuditEntry.actor_id.in_(subject.users)).order_by(AuditEntry.number)
        told["What the account did"] = [
            {"When": format_instant(one.at), "What": one.verb, "Kind of record": one.subject_type}
            for one in db.session.scalars(did)
        ]
    told["Links sent by email"] = [
        {"For": one.purpose, "To": one.address, "Sent": one.issued_at, "Until": one.expires_at, "Used": one.used_at}
        for one in _links(subject)
    ]
    told["Who acted on or looked at the record"] = [_line(entry, subject) for entry in _about(subject)]
    return told


def _about(subject: Subject) -> list[AuditEntry]:
    found = select(AuditEntry).where(AuditEntry.subject_ref.in_(subject.refs)).order_by(AuditEntry.number)
    return list(db.session.scalars(found))


def _line(entry: AuditEntry, subject: Subject) -> dict[str, object]:
    actor = entry.actor
    by = "The service"
    if actor is not None:
        by = "Themselves" if actor.id in subject.users else actor.role_names
    changes = [f"{one['field']}: {one['before']} → {one['after']}" for one in entry.changes]
    return {
        "When": format_instant(entry.at),
        "What": entry.verb,
        "Record": entry.subject_ref,
        "In which role": by,
        "Details": "" if entry.verb == audit.ERASING else "; ".join(changes),
    }


def objections(subject: Subject) -> list[str]:
    """Somebody who works here keeps their account until it is disabled."""
    return [
        f"Their account holds other roles ({user.role_names}): disable it first"
        for user in _accounts(subject)
        if user.is_active and not user.roles <= OF_THE_SUBJECT
    ]


def forget(subject: Subject) -> None:
    """Erase the account, what it left behind, what was typed and not sent, and the words in the trail."""
    session = db.session()
    # The trail first: what is found by is about to go.
    audit.erase_words(_with_words(subject), f"person:{subject.ref}", actor=None)
    for form in session.scalars(select(ParkedForm)):
        if form.user_id in subject.users or subject.is_named_in(json.dumps(form.typed, ensure_ascii=False)):
            session.delete(form)
    for link in _links(subject):
        link.address = link.address_key = REMOVED
        link.revoked_at = link.revoked_at if link.used_at or link.revoked_at else now()
    for asked in session.scalars(select(RoleRequest)):
        if asked.user_id in subject.users or subject.is_named_in(asked.reason):
            asked.reason = REMOVED
    for user in _accounts(subject):
        _erase(user)
    session.flush()


def _erase(user: User) -> None:
    session = db.session()
    for model in (KnownDevice, OneTimeToken, SecondFactor, ForgottenPassword):
        session.execute(delete(model).where(model.user_id == user.id))
    session.execute(
        update(UserSession)
        .where(UserSession.user_id == user.id)
        .values(device="", ip_prefix="", revoked_at=now())
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(ApiToken)
        .where(ApiToken.user_id == user.id)
        .values(name="", revoked_at=now())
        .execution_options(synchronize_session=False)
    )
    user.email = user.email_key = f"{user.ref}{NOWHERE}"
    user.name, user.password_hash, user.disabled_at = "Anonymised user", None, user.disabled_at or now()


def _with_words(subject: Subject) -> list[AuditEntry]:
    """Entries about their records that hold words, and any other that names them, as typed or as in an address."""
    texts = (AuditEntry.before, AuditEntry.after)
    sought = {form for word in subject.words for form in (word, quote_plus(word))}
    naming = [text.icontains(word, autoescape=True) for word in sorted(sought) for text in texts]
    named = select(AuditEntry).where(or_(false(), *naming)).order_by(AuditEntry.number)
    about = [entry for entry in _about(subject) if WORDS & {change["field"] for change in entry.changes}]
    found = {entry.number: entry for entry in (*db.session.scalars(named), *about) if entry.verb != audit.ERASING}
    return [found[number] for number in sorted(found)]


PART = Part(tell, forget, recognise, objections)
