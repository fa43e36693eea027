"""The pages of candidates put together. Whoever may not see a candidate by name is shown their reference and stage."""

from collections.abc import Collection, Sequence
from typing import Any

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission
from tracker.core.db import transaction
from tracker.core.text import format_day, format_instant, format_number
from tracker.leadership import candidate_acts
from tracker.leadership.lifecycle import CANDIDACY, LEAVING_REASONS, CandidacyStage
from tracker.leadership.models import Candidacy, PanelMember, Vacancy
from tracker.leadership.queries import candidates as queries
from tracker.leadership.queries import scores
from tracker.leadership.queries.candidates import Line, Stands
from tracker.leadership.services.interviews import NOTE_KINDS
from tracker.leadership.services.offers import AFTER_OFFER
from tracker.ledger.services import recorded_late_days
from tracker.people.models import Person


def may_see(user: User, candidacy: Candidacy | Vacancy) -> bool:
    """Whether the user may see a candidate by name: the recruitment lead, and the panel but for who stands back."""
    return user.may(Permission.CANDIDATES_VIEW, candidacy)


def note_look(user: User, subject: str) -> None:
    """Say in the audit trail that a candidate's record, or a list of names, was looked at."""
    with transaction():
        audit.looked_at(subject, actor=user)


def called(user: User, candidacy: Candidacy) -> str:
    """The candidate by name where the user may see it, else by reference."""
    return candidacy.candidate.name if may_see(user, candidacy) else candidacy.candidate.ref


def sentence(stands: Stands) -> str:
    """What is true of a candidate now, in one sentence."""
    if stands.stage is None or stands.since is None:
        return "Nothing that is recorded still counts."
    words = f"{stands.label} since {format_day(stands.since)}"
    if stands.answer_by is not None:
        words += f"; the offer is to be answered by {format_day(stands.answer_by)}"
    until = queries.reserve_until(stands) if stands.stage == CandidacyStage.RESERVE else None
    return words + (f", held until {format_day(until)}." if until else ".")


def of_vacancy(vacancy: Vacancy, user: User) -> dict[str, Any]:
    """What the page of a vacancy's candidates shows."""
    standing, sees = queries.standing_for(vacancy), may_see(user, vacancy)
    average = scores.averages(vacancy) if sees and not _is_scoring(vacancy, user) else {}
    following, stage = queries.next_in_merit(vacancy), queries.vacancy_stage(vacancy)
    may_act = user.may(Permission.CANDIDATES_EDIT, vacancy)
    has_order = any(one.stage in queries.IN_MERIT_ORDER for one in standing)
    mine = scores.to_score(vacancy, user.id)
    to_score = {one.journey_id for one in mine}
    return {
        "vacancy": vacancy,
        "sees": sees,
        "may_act": may_act,
        "may_add": may_act and stage not in queries.VACANCY_ENDED,
        "may_order": may_act and has_order and stage not in AFTER_OFFER,
        "following": following.candidacy if following else None,
        "rows": [_row(one, user, average) | _mine(one, to_score) for one in standing],
        "hidden": [name for name, shown in (("average", average), ("mine", to_score)) if not shown],
        "to_score": mine,
        "schedule": _schedule(vacancy, user) if sees else [],
    }


def _is_scoring(vacancy: Vacancy, user: User) -> bool:
    """Whether the user scores here: then averages, of candidates whose scores are not in, would say too much."""
    return user.id in vacancy.panel_user_ids


def _row(stands: Stands, user: User, average: dict[int, float]) -> dict[str, Any]:
    candidacy = stands.candidacy
    mean = average.get(candidacy.journey_id)
    return {
        "ref": candidacy.ref if user.may(Permission.VACANCIES_VIEW, candidacy) else "",
        "name": called(user, candidacy),
        "candidate": candidacy.candidate.ref,
        "stage": stands,
        "since": stands.since,
        "place": stands.place,
        "average": None if mean is None else format_number(mean, 1),
    }


def _mine(stands: Stands, to_score: Collection[int]) -> dict[str, str]:
    """Whether the reader's own scores of a candidate are still to come."""
    return {"mine": "To come" if stands.candidacy.journey_id in to_score else ""}


def _schedule(vacancy: Vacancy, user: User) -> list[dict[str, Any]]:
    return [
        {"at": format_instant(one.starts_at), "name": called(user, of), "place": one.place}
        for one, of in queries.schedule(vacancy)
    ]


def of_candidacy(candidacy: Candidacy, user: User) -> dict[str, Any]:
    """What the page of one candidate shows; words and scores only to who may see the candidate by name."""
    # Who may act is told who is next in the merit order, which is read from where every candidate stands.
    may_act, sees, lines = (
        user.may(Permission.CANDIDATES_EDIT, candidacy),
        may_see(user, candidacy),
        queries.lines(candidacy),
    )
    standing = queries.standing_for(candidacy.vacancy) if may_act else [queries.standing(candidacy)]
    stands = next(one for one in standing if one.candidacy.journey_id == candidacy.journey_id)
    return {
        "candidacy": candidacy,
        "vacancy": candidacy.vacancy,
        "name": called(user, candidacy),
        "stands": stands,
        "sentence": sentence(stands),
        "sees": sees,
        "facts": _facts(stands, user) if sees else [],
        "happened": [_happening(one, sees) for one in reversed(lines)],
        "panel": _panel(stands, user) if sees else None,
        "notes": queries.notes(candidacy) if sees else [],
        "kinds": NOTE_KINDS,
        "interviews": [_interview(one) for one in queries.interviews(candidacy)] if sees else [],
        **(_acts(stands, standing, lines) if may_act else _only_notes(stands, user)),
    }


def _only_notes(stands: Stands, user: User) -> dict[str, Any]:
    """What somebody may do now who does not look after candidates."""
    may_note = user.may(Permission.CANDIDATES_NOTE, stands.candidacy)
    noting = [candidate_acts.NOTE] if may_note and stands.stage in candidate_acts.WITHDRAWABLE else []
    return {"next_act": None, "other_acts": noting, "is_unplaced": False}


def _acts(stands: Stands, standing: Sequence[Stands], lines: Sequence[Line]) -> dict[str, Any]:
    """What whoever looks after candidates may do now.

    :param standing: where every candidate of the vacancy stands.
    """
    following = queries.first_in_merit(standing)
    is_next = following is not None and following.candidacy.journey_id == stands.candidacy.journey_id
    counting = [one for one in lines if one.event.void is None]
    stage, has_place = stands.stage, stands.place is not None
    return {
        "is_unplaced": stage == CandidacyStage.APPOINTABLE and not has_place,
        "next_act": candidate_acts.next_act(stage, queries.vacancy_stage(stands.candidacy.vacancy), is_next=is_next),
        "other_acts": candidate_acts.other_acts(
            stage, has_place=has_place, is_next=is_next, is_first=len(counting) < 2
        ),
    }


def _facts(stands: Stands, user: User) -> list[dict[str, Any]]:
    candidate, candidacy = stands.candidacy.candidate, stands.candidacy
    rows: list[dict[str, Any]] = [
        {"label": "Reference", "value": candidate.ref},
        {"label": "Email address", "value": candidate.email},
        {"label": "Place in the merit order", "value": stands.place},
    ]
    if candidate.person is not None:
        known = user.may(Permission.PEOPLE_VIEW, candidate.person)
        address = {"text": candidate.person.ref, "href": f"/people/{candidate.person.ref}"}
        rows.append({"label": "Known as", "value": address if known else candidate.person.ref})
    if candidacy.from_reserve_id is not None:
        rows.append({"label": "Came from", "value": "A reserve list"})
    return rows


def _happening(line: Line, sees: bool) -> dict[str, Any]:
    event, said = line.event, []
    if line.reason_code:
        said.append(LEAVING_REASONS[line.reason_code])
    if sees and event.note is not None:
        said.append(event.note.text)
    if event.void is not None:
        said.append(
            f"Taken back{f' by {line.voider}' if line.voider else ''}{f': {event.void.reason}' if sees else ''}"
        )
    late = recorded_late_days(event)
    return {
        "title": CANDIDACY.label(str(event.stage)),
        "on": event.effective_on,
        "recorded_at": event.recorded_at,
        "later": "" if late <= 0 else "1 day later" if late == 1 else f"{late} days later",
        "actor": line.recorder,
        "lines": said,
        "void": event.void is not None,
    }


def _interview(one: Any) -> dict[str, Any]:
    moved = f"Moved: {one.moved_reason}" if one.moved_at else ""
    return {"at": format_instant(one.starts_at), "place": one.place, "moved": moved}


def _panel(stands: Stands, user: User) -> dict[str, Any]:
    """The scores the reader may see now, with whose are still to come, and what the reader may do about theirs."""
    candidacy, sheet = stands.candidacy, scores.sheet(stands.candidacy, user.id)
    mine = any(one.user_id == user.id for one in sheet.waiting)
    may = user.may(Permission.CANDIDATES_SCORE, candidacy)
    return {
        "members": [one.user.name for one in sheet.members],
        "columns": _columns(sheet.members),
        "rows": [_score_row(criterion.text, given, sheet.members) for criterion, given in sheet.rows],
        "average": None if sheet.average is None else format_number(sheet.average, 1),
        "waiting": [one.user.name for one in sheet.waiting],
        "is_at_sift": stands.stage in scores.AT_SIFT,
        "next": next((one for one in scores.to_score(candidacy.vacancy, user.id) if one is not candidacy), None),
        "hidden": sheet.hidden,
        "may_score": may and mine and bool(sheet.rows),
        "may_stand_back": may,
        "stood_back": [one.member.user.name for one in candidacy.recusals],
    }


def _columns(members: Sequence[PanelMember]) -> list[dict[str, Any]]:
    scoring = [{"key": f"member{one.id}", "label": one.user.name, "numeric": True} for one in members]
    return [{"key": "criterion", "label": "Essential criterion"}, *scoring]


def _score_row(criterion: str, given: Sequence[int | None], members: Sequence[PanelMember]) -> dict[str, Any]:
    by_member = {f"member{one.id}": score for one, score in zip(members, given, strict=True)}
    return {"criterion": criterion, **by_member}


def of_person(person: Person, user: User) -> list[dict[str, Any]]:
    """Somebody's candidacies and leadership posts, as far as the reader may know of them.

    That they applied is known to the panel, the recruitment lead and themselves. That they hold a post is no secret:
    whoever may see both the person and the vacancy sees it.
    """
    known = [one for one in queries.standing_as(person) if _may_know(one, person, user)]
    for one in known:
        if one.stage != CandidacyStage.IN_POST and person.user_id != user.id:
            note_look(user, f"candidacy:{one.candidacy.ref}")
    return [_post(one, user) for one in known]


def _may_know(stands: Stands, person: Person, user: User) -> bool:
    if may_see(user, stands.candidacy) or person.user_id == user.id:
        return True
    return stands.stage == CandidacyStage.IN_POST and user.may(Permission.VACANCIES_VIEW, stands.candidacy)


def _post(stands: Stands, user: User) -> dict[str, Any]:
    vacancy = stands.candidacy.vacancy
    return {
        "post": vacancy.name,
        "vacancy": vacancy.ref,
        "candidacy": stands.candidacy.ref if may_see(user, stands.candidacy) else "",
        "stage": stands,
        "since": stands.since,
    }
