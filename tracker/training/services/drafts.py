"""Drafts of enrolments: begun, filled in by whichever manager goes on with them, and made into an enrolment."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.accounts.models.users import new_ref
from tracker.core import clock
from tracker.core.calendar import months_after
from tracker.core.db import db
from tracker.core.errors import ChangedMeanwhile, DomainError
from tracker.people.models import Person
from tracker.people.newcomers import services as newcomers
from tracker.people.newcomers.queries import Likely, Typed, likely
from tracker.people.newcomers.services import Place
from tracker.people.services import Details, check_name
from tracker.training import queries, questions
from tracker.training.lifecycle import Stage
from tracker.training.models import DraftHand, Endorser, Enrolment, EnrolmentDraft
from tracker.training.services.endorsements import ask_for_endorsement, checked_endorser
from tracker.training.services.enrolments import check_start, enrol
from tracker.training.services.waiting import join_waiting_list


class DraftNotReady(DomainError):
    """A draft that cannot be made into an enrolment yet."""


def begin_draft(person: Person | None, answers: Mapping[str, str], *, by: User) -> EnrolmentDraft:
    """Begin to enrol somebody who is known, or somebody new of whom a little was typed already."""
    ref = new_ref()
    draft = EnrolmentDraft(ref=ref, person=person, answers=dict(answers), done=[], told_apart=[])
    draft.hands.append(DraftHand(user_id=by.id))
    db.session.add(draft)
    db.session.flush()
    audit.record("draft.begun", f"draft:{ref}", actor=by, after={"person": person.ref if person else None})
    return draft


def hold_draft(draft: EnrolmentDraft, version: str) -> None:
    """Have nobody else change the draft until the transaction ends, and refuse if somebody did since it was shown.

    :raises ChangedMeanwhile: if they did.
    :raises DraftNotReady: if it was finished or thrown away.
    """
    try:
        db.session().refresh(draft, ["version", "answers", "done", "told_apart"], with_for_update=True)
    except InvalidRequestError:
        raise DraftNotReady("Somebody else has finished this draft, or thrown it away: look among the people") from None
    if version != str(draft.version):
        raise ChangedMeanwhile("this draft")


def save_answers(draft: EnrolmentDraft, question: str, answers: Mapping[str, str], *, by: User) -> None:
    """Keep the answers of one question.

    What an answer settled for others is asked again (edge 150): another programme has other cohorts. A section that
    then lacks an answer is no longer completed.

    :raises DomainError: naming the field, where an answer cannot stand.
    """
    kept = {**draft.answers, **answers}
    _check(question, answers, kept)
    for answer in answers:
        if draft.answers.get(answer) != answers[answer]:
            for other in questions.FOLLOWS.get(answer, ()):
                kept.update({other: answers.get(other, "")})
    draft.answers = {name: value for name, value in kept.items() if value}
    draft.done = [key for key in draft.done if not questions.missing(_section(key), draft.answers)]
    if question in {"name", "email", "reference"}:
        draft.told_apart = []
    _touched(draft, by)


def tick_section(draft: EnrolmentDraft, section: str, is_done: bool, *, by: User) -> None:
    """Say that a section is completed, or that it is not.

    :raises DraftNotReady: if it lacks an answer.
    """
    lacks = questions.missing(_section(section), draft.answers)
    if is_done and lacks:
        raise DraftNotReady(f"Answer ‘{lacks[0].title}’ first", "is_done")
    draft.done = [key for key in draft.done if key != section] + ([section] if is_done else [])
    _touched(draft, by)


def discard_draft(draft: EnrolmentDraft, *, by: User) -> None:
    """Throw a draft away, with everything that was typed into it."""
    audit.record("draft.discarded", f"draft:{draft.ref}", actor=by)
    db.session.delete(draft)
    db.session.flush()


def discard_untouched(day: date, months: int) -> int:
    """Throw away the drafts that nobody has touched for so many months on a day, with the names in them; how many."""
    before = months_after(day, -months)
    old = [
        draft for draft in db.session.scalars(select(EnrolmentDraft)) if clock.london_day(draft.updated_at) <= before
    ]
    for draft in old:
        audit.record("draft.expired", f"draft:{draft.ref}", actor=None, after={"months": months})
        db.session.delete(draft)
    db.session.flush()
    return len(old)


def similar(draft: EnrolmentDraft) -> list[Likely]:
    """People who are like somebody new that a draft is about, those left out of whom somebody said they are others."""
    if draft.person is not None:
        return []
    said = draft.answers
    typed = Typed(
        said.get("first_name", ""), said.get("last_name", ""), said.get("email", ""), said.get("person_ref", "")
    )
    return [one for one in likely(typed) if one.person.ref not in draft.told_apart]


def tell_apart(draft: EnrolmentDraft, *, by: User) -> None:
    """Say that none of the similar people shown is the one the draft is about."""
    draft.told_apart = sorted({*draft.told_apart, *(one.person.ref for one in similar(draft) if not one.is_certain)})
    _touched(draft, by)


def begin_enrolment(draft: EnrolmentDraft, *, by: User) -> Enrolment:
    """Make a draft into an enrolment: the person, where they are new, with their posting, the first event, the place
    on the waiting list and the requests to endorse; all of it or nothing. The draft is then no more.

    :param draft: held by `hold_draft`.
    :raises DraftNotReady: if a section is not completed, or somebody like this was entered meanwhile.
    :raises DomainError: whatever a rule says no to, at its field.
    """
    open_still = [
        one.title for one in questions.sections(draft.person is not None, draft.answers) if one.key not in draft.done
    ]
    if open_still:
        raise DraftNotReady(f"Complete these sections first: {', '.join(open_still)}")
    if similar(draft):
        raise DraftNotReady("Look at the people who are like this one first: nobody is entered twice")
    said, on = draft.answers, date.fromisoformat(draft.answers["effective_on"])
    cohort = queries.cohort(said["cohort"])
    if cohort is None:
        raise DraftNotReady("This cohort is not there any more: choose another", "cohort")
    person = draft.person or _newcomer(said, on, by)
    enrolment = enrol(person, cohort, said["stage"], on, by=by, note=said.get("note", ""))
    if said.get("waiting"):
        join_waiting_list(enrolment, by=by)
    for endorser in Endorser:
        name = endorser.value.replace("-", "_")
        if said.get(name) == questions.ASK and said["stage"] == Stage.NOMINATED:
            ask_for_endorsement(enrolment, endorser, said[f"{name}_email"], by=by, field=f"{name}_email")
    db.session.delete(draft)
    db.session.flush()
    return enrolment


def _newcomer(said: Mapping[str, str], on: date, by: User) -> Person:
    organisation_id, grade_id, profession_id, region_id = queries.place_ids(dict(said))
    if organisation_id is None:
        raise DraftNotReady("This organisation is not there any more: choose another", "organisation")
    details = Details(said["first_name"], said["last_name"], said["email"], float(said.get("fte") or 1))
    place = Place(organisation_id, grade_id, profession_id, region_id, on)
    return newcomers.add_person(said.get("person_ref", ""), details, place, by=by)


def _check(question: str, answers: Mapping[str, str], kept: Mapping[str, str]) -> None:
    """Refuse at once what a rule would refuse in the end.

    :param kept: the answers to all questions, with these.
    """
    if question == "name":
        for field in ("first_name", "last_name"):
            check_name(answers.get(field, ""), field)
    if question == "email":
        newcomers.check_address(answers.get("email", ""))
    if question == "reference":
        newcomers.check_reference(answers.get("person_ref", ""))
    if question == "since":
        _check_day(date.fromisoformat(answers["effective_on"]), kept)
    for endorser in Endorser:
        name = endorser.value.replace("-", "_")
        if question == endorser and answers.get(name) == questions.ASK:
            checked_endorser(answers.get(f"{name}_email", ""), f"{name}_email")


def _check_day(day: date, kept: Mapping[str, str]) -> None:
    if day > clock.today():
        raise DraftNotReady("The date must be today or in the past", "effective_on")
    cohort = queries.cohort(kept.get("cohort", ""))
    if cohort is not None:
        check_start(cohort, kept.get("stage", ""), day)


def _section(key: str) -> questions.Section:
    return next(section for section in questions.SECTIONS if section.key == key)


def _touched(draft: EnrolmentDraft, by: User) -> None:
    """Keep who worked on a draft, and when."""
    draft.updated_at = clock.now()
    hand = next((one for one in draft.hands if one.user_id == by.id), None)
    if hand is None:
        draft.hands.append(DraftHand(user_id=by.id))
    else:
        hand.last_at = clock.now()
    db.session.flush()
