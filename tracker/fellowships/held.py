"""What fellowships hold about somebody: as a fellow, and as the supervisor of others."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, or_, select, update

from tracker.core.calendar import LAST_DAY
from tracker.core.db import Model, db
from tracker.core.subject import REMOVED, Facts, Part, Subject
from tracker.core.text import format_day
from tracker.fellowships.afterlife import AWAY_REASONS
from tracker.fellowships.lifecycle import ENDED, LEAVING_REASONS, PLACEMENT
from tracker.fellowships.models import (
    Away,
    Conversion,
    Extension,
    FellowSkill,
    HostOffer,
    HoursChange,
    LogDecision,
    LogDraft,
    LogVersion,
    Notice,
    Objective,
    Placement,
    PlacementAnswer,
    PlacementLeaving,
    Preference,
    Project,
    ProjectChoice,
    Review,
    Scheme,
    Supervisor,
    SupervisorAssignment,
    WeekLog,
)
from tracker.ledger.models import Event, Journey
from tracker.organisations.models import Organisation, Region

WORDS: dict[type[Model], tuple[str, ...]] = {
    Placement: ("project_title",),
    Project: ("title", "description"),
    HostOffer: ("reason",),
    WeekLog: ("private_note",),
    LogDraft: ("summary", "blockers"),
    LogVersion: ("summary", "blockers"),
    LogDecision: ("reason", "void_reason", "decided_by_name"),
    SupervisorAssignment: ("reason",),
    Extension: ("reason", "decision_note"),
    Conversion: ("post",),
    Objective: ("text",),
    Review: ("going_well", "to_change"),
    PlacementAnswer: ("name", "words"),
}
"""Where words can name somebody whose placement it is not, such as a supervisor."""


def _supervisors(subject: Subject) -> Sequence[Supervisor]:
    """As whom they look after fellows: by an address of theirs."""
    known = subject.emails | ({subject.ref.casefold()} if subject.person_id is None else set())
    found = select(Supervisor).where(Supervisor.email_key.in_(known)).order_by(Supervisor.id)
    return db.session.scalars(found).all()


def recognise(subject: Subject) -> Subject:
    """The references of their placements, and what they are called as a supervisor.

    A supervisor needs no account: one without is named by the address that letters go to.
    """
    for one in _supervisors(subject):
        if one.user is None and subject.ref.casefold() == one.email_key:
            # From here on by a number: what is written of the request must not hold the address.
            subject = replace(subject, ref=f"supervisor-{one.id}")
        first, _, last = one.name.partition(" ")
        subject = subject.also(emails=[one.email], names=[(first, last)])
    return subject.also(refs=[one.ref for one in _placements(subject)])


def _placements(subject: Subject) -> Sequence[Placement]:
    found = select(Placement).join(Placement.journey).where(Journey.person_id.in_(subject.people))
    return db.session.scalars(found.order_by(Placement.journey_id)).all()


def tell(subject: Subject) -> dict[str, Facts]:
    """Their placements, weekly logs with what was said of them, and what was agreed; and whom they looked after, by
    the reference of the placement. It names no other."""
    placements = _placements(subject)
    refs = {one.journey_id: one.ref for one in placements}
    return {
        "Placements": [_placement(one) for one in placements],
        "Changes of hours in placements": [
            {"Placement": refs[one.journey_id], "From": one.starts_on, "Full-time equivalent": one.fte}
            for one in _of(HoursChange, refs)
        ],
        "Why placements ended": _endings(refs),
        "Weekly logs": _logs(refs),
        "Weekly logs not sent": _drafts(refs),
        "What supervisors said of weekly logs": _decisions(refs),
        "Days away from placements": [
            {
                "Placement": refs[one.journey_id],
                "From": one.starts_on,
                "To": one.last_on,
                "Because": AWAY_REASONS[one.reason],
            }
            for one in _of(Away, refs)
        ],
        "Objectives of placements": [
            {"Placement": refs[one.journey_id], "Agreed on": one.agreed_on, "Objective": one.text, "State": one.state}
            for one in _of(Objective, refs)
        ],
        "Reviews of placements": [
            {
                "Placement": refs[one.journey_id],
                "Held on": one.held_on,
                "Going well": one.going_well,
                "To change": one.to_change,
            }
            for one in _of(Review, refs)
        ],
        "Extensions asked for": [
            {
                "Placement": refs[one.journey_id],
                "Until": one.planned_end,
                "Reason": one.reason,
                "Asked": one.asked_at,
                "Approved": one.is_approved,
                "What was said of it": one.decision_note,
            }
            for one in _of(Extension, refs)
        ],
        "Supervisors and why they changed": [
            {"Placement": refs[one.journey_id], "From": one.starts_on, "Reason": one.reason}
            for one in _of(SupervisorAssignment, refs)
        ],
        "Answers about placements": [_answer(one, refs) for one in _of(PlacementAnswer, refs)],
        "Letters about placements": [
            {"Placement": refs[one.journey_id], "About": one.kind, "Day": one.about_on, "Sent": one.sent_at}
            for one in _of(Notice, refs)
            if one.to_key in subject.emails
        ],
        **_wishes(subject),
        **_as_supervisor(subject),
    }


def _of(model: Any, refs: dict[int, str]) -> Sequence[Any]:
    """Rows of a table that belong to the placements, in the order they were written."""
    keys = model.__table__.primary_key.columns
    return db.session.scalars(select(model).where(model.journey_id.in_(refs)).order_by(*keys)).all()


def _placement(one: Placement) -> dict[str, object]:
    standing = one.standing
    return {
        "Reference": one.ref,
        "Scheme": one.scheme.name,
        "Host": one.host.name,
        "Project": one.project.title if one.project else one.project_title,
        "Full-time equivalent": one.fte,
        "Planned from": one.planned_start,
        "Planned to": one.planned_end,
        "Stands at": PLACEMENT.label(standing.stage) if standing else None,
        "Since": standing.starts_on if standing else None,
    }


def _endings(refs: dict[int, str]) -> Facts:
    ended = (
        select(Event.journey_id, Event.effective_on, PlacementLeaving.reason_code, Conversion.post)
        .outerjoin(PlacementLeaving, PlacementLeaving.event_id == Event.id)
        .outerjoin(Conversion, Conversion.event_id == Event.id)
        .where(Event.journey_id.in_(refs))
        .where(or_(PlacementLeaving.event_id.is_not(None), Conversion.event_id.is_not(None)))
        .order_by(Event.journey_id, Event.effective_on, Event.id)
    )
    return [
        {"Placement": refs[id], "On": day, "Reason": LEAVING_REASONS[code] if code else None, "Permanent post": post}
        for id, day, code, post in db.session.execute(ended)
    ]


def _logs(refs: dict[int, str]) -> Facts:
    """Every version as it was sent, and the note that only the fellow reads."""
    logs = (
        select(WeekLog, LogVersion)
        .outerjoin(LogVersion, LogVersion.log_id == WeekLog.id)
        .where(WeekLog.journey_id.in_(refs))
        .order_by(WeekLog.journey_id, WeekLog.week_ending, LogVersion.number)
    )
    return [
        {
            "Placement": refs[log.journey_id],
            "Week to": log.week_ending,
            "State": log.state.value,
            **_sent(sent),
            "Private note": log.private_note,
        }
        for log, sent in db.session.execute(logs)
    ]


def _sent(version: LogVersion | None) -> dict[str, object]:
    """What was sent; of a log that never was, the same with nothing said."""
    skills = version.skills if version is not None else []
    said = {
        "Days": "days",
        "What was done": "summary",
        "Blockers": "blockers",
        "Sent": "submitted_at",
        "Taken back": "voided_at",
    }
    told = {label: getattr(version, name, None) for label, name in said.items()}
    return {**told, "Skills": ", ".join(skill.skill_code for skill in skills)}


def _drafts(refs: dict[int, str]) -> Facts:
    typed = select(WeekLog, LogDraft).join(LogDraft, LogDraft.log_id == WeekLog.id)
    typed = typed.where(WeekLog.journey_id.in_(refs)).order_by(WeekLog.journey_id, WeekLog.week_ending)
    return [
        {
            "Placement": refs[log.journey_id],
            "Week to": log.week_ending,
            "Days": draft.days,
            "What was done": draft.summary,
            "Blockers": draft.blockers,
            "Skills": draft.skills,
            "Kept": draft.kept_at,
        }
        for log, draft in db.session.execute(typed)
    ]


def _decisions(refs: dict[int, str]) -> Facts:
    said = (
        select(WeekLog, LogDecision)
        .join(LogVersion, LogVersion.log_id == WeekLog.id)
        .join(LogDecision, LogDecision.version_id == LogVersion.id)
        .where(WeekLog.journey_id.in_(refs))
        .order_by(LogDecision.id)
    )
    return [
        {
            "Placement": refs[log.journey_id],
            "Week to": log.week_ending,
            "Decision": one.decision.value,
            "On": one.decided_on,
            "Reason": one.reason,
            "Taken back": one.voided_at,
            "Why taken back": one.void_reason,
        }
        for log, one in db.session.execute(said)
    ]


def _answer(one: PlacementAnswer, refs: dict[int, str]) -> dict[str, object]:
    return {
        "Placement": refs[one.journey_id],
        "Asked": one.asked.label,
        "Who answered": one.side.value,
        "Rating": one.rating,
        "Again": one.again,
        "In use": one.in_use,
        "Works": one.whereabouts,
        "Answer": one.words,
        "Answered": one.answered_at,
    }


def _wishes(subject: Subject) -> dict[str, Facts]:
    wished = (
        select(Preference, Scheme.name, Region.name)
        .outerjoin(Scheme, Scheme.id == Preference.scheme_id)
        .outerjoin(Region, Region.id == Preference.region_id)
        .where(Preference.person_id.in_(subject.people))
        .order_by(Preference.person_id)
    )
    chosen = (
        select(Project.ref, Project.title, Organisation.name, ProjectChoice.fellow_rank, ProjectChoice.host_rank)
        .join(Project, Project.id == ProjectChoice.project_id)
        .join(Organisation, Organisation.id == Project.organisation_id)
        .where(ProjectChoice.person_id.in_(subject.people))
        .order_by(ProjectChoice.person_id, Project.ref)
    )
    return {
        "What they look for in a placement": [
            {
                "Scheme": scheme,
                "Region": region,
                "From": one.starts_on,
                "To": one.ends_on,
                "Full-time equivalent": one.fte,
                "Skills": ", ".join(skill.skill_code for skill in one.skills),
            }
            for one, scheme, region in db.session.execute(wished)
        ],
        "Projects ranked": [
            {"Project": f"{ref}: {title}", "Host": host, "Their rank": theirs, "The host’s rank": hosts}
            for ref, title, host, theirs, hosts in db.session.execute(chosen)
        ],
    }


def _as_supervisor(subject: Subject) -> dict[str, Facts]:
    found = _supervisors(subject)
    ids = [one.id for one in found]
    looked_after = (
        select(Placement.ref, SupervisorAssignment)
        .join(SupervisorAssignment, SupervisorAssignment.journey_id == Placement.journey_id)
        .where(SupervisorAssignment.supervisor_id.in_(ids))
        .order_by(SupervisorAssignment.starts_on, SupervisorAssignment.id)
    )
    said = (
        select(Placement.ref, WeekLog.week_ending, LogDecision)
        .join(WeekLog, WeekLog.journey_id == Placement.journey_id)
        .join(LogVersion, LogVersion.log_id == WeekLog.id)
        .join(LogDecision, LogDecision.version_id == LogVersion.id)
        .where(or_(LogDecision.supervisor_id.in_(ids), LogDecision.decided_by_id.in_(subject.users)))
        .order_by(LogDecision.id)
    )
    return {
        "As a supervisor": [
            {"Name": one.name, "Email address": one.email, "Known since": one.created_at} for one in found
        ],
        "Placements looked after": [
            {"Placement": ref, "From": one.starts_on, "Up to": None if one.ends_on == LAST_DAY else one.ends_on}
            for ref, one in db.session.execute(looked_after)
        ],
        "Weekly logs signed or returned": [
            {"Placement": ref, "Week to": week, "Decision": one.decision.value, "On": one.decided_on}
            for ref, week, one in db.session.execute(said)
        ],
    }


def objections(subject: Subject) -> list[str]:
    """A placement that goes on needs the name of its fellow, and a supervisor who can be written to."""
    own = [
        f"Their placement {one.ref} is under way: {PLACEMENT.label(span.stage)} since {format_day(span.starts_on)}"
        for one in _placements(subject)
        # What a merge set aside stays with the record that stands for nobody, and counts nowhere.
        if one.journey.person_id == subject.person_id and (span := one.standing) and span.stage not in ENDED
    ]
    assigned = (
        select(Placement)
        .join(SupervisorAssignment, SupervisorAssignment.journey_id == Placement.journey_id)
        .where(SupervisorAssignment.supervisor_id.in_([one.id for one in _supervisors(subject)]))
        .where(SupervisorAssignment.ends_on == LAST_DAY)
        .order_by(Placement.ref)
    )
    others = [
        f"They supervise the placement {one.ref}, which is under way: name another supervisor first"
        for one in db.session.scalars(assigned)
        if one.standing and one.standing.stage not in ENDED
    ]
    return own + others


def forget(subject: Subject) -> None:
    """Erase what was written by them and about them; weeks, days, decisions, ratings and codes stay: they are counted.

    A word that has to be there gives way to `[removed]`: that something was said stays.
    """
    journeys = {one.journey_id for one in _placements(subject)}
    logs = select(WeekLog.id).where(WeekLog.journey_id.in_(journeys))
    versions = select(LogVersion.id).where(LogVersion.log_id.in_(logs))
    events = select(Event.id).where(Event.journey_id.in_(journeys))
    for model in (Objective, Review, Extension, SupervisorAssignment):
        _empty(model, WORDS[model], model.journey_id.in_(journeys))
    _empty(WeekLog, ("private_note",), WeekLog.journey_id.in_(journeys))
    _empty(LogVersion, ("summary", "blockers"), LogVersion.log_id.in_(logs))
    _empty(LogDecision, ("reason", "void_reason"), LogDecision.version_id.in_(versions))
    _empty(Conversion, ("post",), Conversion.event_id.in_(events))
    answered = PlacementAnswer.journey_id.in_(journeys)
    _empty(PlacementAnswer, ("words",), answered)
    _empty(PlacementAnswer, ("name",), answered, PlacementAnswer.side == "fellow")
    _empty(PlacementAnswer, ("name", "words"), PlacementAnswer.answered_by_id.in_(subject.users))
    session = db.session()
    session.execute(delete(LogDraft).where(LogDraft.log_id.in_(logs)))
    for table in (FellowSkill, Preference, ProjectChoice):
        session.execute(delete(table).where(table.person_id.in_(subject.people)))
    _forget_supervisor(subject)
    # A key of its own: two letters of one day to two of their addresses stay two.
    for notice in session.scalars(select(Notice).where(Notice.to_key.in_(subject.emails))):
        notice.to_key = f"anonymised-{notice.id}@anonymised.invalid"
    _take_out(subject)
    session.flush()
    session.expire_all()


def _forget_supervisor(subject: Subject) -> None:
    found = _supervisors(subject)
    _empty(LogDecision, ("decided_by_name",), LogDecision.supervisor_id.in_([one.id for one in found]))
    _empty(LogDecision, ("decided_by_name",), LogDecision.decided_by_id.in_(subject.users))
    for one in found:
        one.name, one.email = "Anonymised supervisor", f"supervisor-{one.id}@anonymised.invalid"
        one.email_key = one.email


def _empty(model: type[Model], columns: Sequence[str], *which: Any) -> None:
    """Put `REMOVED` where something was said; what was empty stays so."""
    session = db.session()
    session.flush()
    for name in columns:
        column = getattr(model, name)
        session.execute(
            update(model)
            .where(*which, column != "", column != REMOVED)
            .values({name: REMOVED})
            .execution_options(synchronize_session=False)
        )


def _take_out(subject: Subject) -> None:
    """Take their names and addresses out of what was written in the records of others."""
    session = db.session()
    session.flush()
    session.expire_all()
    for model, columns in WORDS.items():
        for name in columns:
            column = getattr(model, name)
            naming = [column.icontains(word, autoescape=True) for word in subject.words]
            for row in session.scalars(select(model).where(or_(*naming))) if naming else ():
                setattr(row, name, subject.taken_out_of(getattr(row, name)))


PART = Part(tell, forget, recognise, objections)
