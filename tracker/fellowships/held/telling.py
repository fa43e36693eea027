"""What fellowships tell somebody of what they hold: as a fellow, and as the supervisor of others."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.core.subject import Facts, Subject
from tracker.fellowships.afterlife import AWAY_REASONS
from tracker.fellowships.held.knowing import placements, supervisors
from tracker.fellowships.imports.tables import PlacementChange
from tracker.fellowships.lifecycle import LEAVING_REASONS, PLACEMENT
from tracker.fellowships.models import (
    Away,
    Conversion,
    Extension,
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
    SupervisorAssignment,
    WeekLog,
)
from tracker.ledger.models import Event
from tracker.organisations.models import Organisation, Region


def tell(subject: Subject) -> dict[str, Facts]:
    """Their placements, weekly logs with what was said of them, and what was agreed; and whom they looked after, by
    the reference of the placement. It names no other."""
    own = placements(subject)
    refs = {one.journey_id: one.ref for one in own}
    return {
        "Placements": [_placement(one) for one in own],
        **_time(refs),
        "Why placements ended": _endings(refs),
        "Weekly logs": _logs(refs),
        "Weekly logs not sent": _drafts(refs),
        "What supervisors said of weekly logs": _decisions(refs),
        **_agreed(refs),
        "Details of placements changed by imports": [
            {"Placement": refs[one.journey_id], "Detail": one.field, "Before": one.before, "After": one.after}
            for one in _of(PlacementChange, refs)
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


def _time(refs: dict[int, str]) -> dict[str, Facts]:
    return {
        "Changes of hours in placements": [
            {"Placement": refs[one.journey_id], "From": one.starts_on, "Full-time equivalent": one.fte}
            for one in _of(HoursChange, refs)
        ],
        "Days away from placements": [
            {
                "Placement": refs[one.journey_id],
                "From": one.starts_on,
                "To": one.last_on,
                "Because": AWAY_REASONS[one.reason],
            }
            for one in _of(Away, refs)
        ],
    }


def _agreed(refs: dict[int, str]) -> dict[str, Facts]:
    return {
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
    found = supervisors(subject)
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
