"""A person and an enrolment put together for their pages: what is true now, what may be done, what happened."""

from collections.abc import Sequence
from typing import Any

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission
from tracker.core.clock import today
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.text import format_day
from tracker.fellowships.dossier import sentence as placement_sentence
from tracker.fellowships.dossier import tag_of
from tracker.fellowships.models import Placement
from tracker.fellowships.queries import placements as placed
from tracker.leadership import candidature
from tracker.ledger.models import Event, EventKind
from tracker.organisations.queries import organisation
from tracker.people.models import Person
from tracker.people.queries import postings_of
from tracker.register import history
from tracker.register.history import Correcting
from tracker.register.identity.showing import of_identity
from tracker.register.standing import Standing, stands
from tracker.training import lifecycle, queries
from tracker.training.lifecycle import BEFORE_A_PLACE, ENROLMENT, Stage
from tracker.training.models import Enrolment
from tracker.training.queries import Entry, EntryOf
from tracker.training.services import EnrolmentNotAllowed, stage_to_reinstate

ENDED = lifecycle.ENDED | {None}
"""Where nobody waits for anything, and where nothing counts any more: another enrolment has the word."""


def note_look(person: Person, user: User) -> None:
    """Say in the audit trail that somebody's record was looked at, unless they looked themselves.

    Called once the page is made and before it is sent: a unit of work forgets what was read, which would then be read
    twice.
    """
    subject = f"person:{person.ref}"
    if person.user_id != user.id:
        with transaction():
            audit.looked_at(subject, actor=user)


def standing_of(enrolment: Enrolment) -> Standing:
    """Where one enrolment stands."""
    return stands(enrolment, queries.entries([enrolment.journey_id]))


def lead(enrolment: Enrolment) -> str:
    """Who and what a form is about, in one line."""
    return f"{enrolment.person.name}, {enrolment.person.ref}. {standing_of(enrolment).sentence(today())}"


def reinstating_words(enrolment: Enrolment) -> str:
    """Where a reinstatement leads."""
    try:
        stage = stage_to_reinstate(enrolment)
    except EnrolmentNotAllowed as refusal:
        return refusal.message
    where = (
        "They had not been enrolled, so they begin again: Nominated."
        if stage is Stage.NOMINATED
        else f"They go on at the furthest stage they had reached: {ENROLMENT.label(stage)}."
    )
    return f"{where} The withdrawal stays in the history and in the figures of the days it lasted."


def withdrawal(enrolment: Enrolment) -> Entry | None:
    """The withdrawal that an enrolment stands at: what is taken back if it was recorded by mistake."""
    counting = [one for one in standing_of(enrolment).entries if one.void is None and one.event.stage is not None]
    return counting[-1] if counting and counting[-1].event.stage == Stage.WITHDRAWN else None


def of_enrolment(enrolment: Enrolment, user: User, correcting: Correcting) -> dict[str, Any]:
    """What the page of an enrolment shows."""
    standing = standing_of(enrolment)
    links = correcting if user.may(Permission.EVENT_CORRECT, enrolment) else None
    told = history.of_enrolment(enrolment, standing.entries, links, named=False)
    return {
        "enrolment": enrolment,
        "person": enrolment.person,
        "standing": standing,
        "sentence": standing.sentence(today()),
        "may_act": user.may(Permission.EVENT_RECORD, enrolment),
        "asks_endorsement": standing.stage == Stage.NOMINATED and user.may(Permission.ENROL),
        "may_wait": may_wait(standing) and user.may(Permission.COHORTS_EDIT),
        "happened": list(reversed(told)),
        "facts": _facts(standing),
    }


def may_wait(standing: Standing) -> bool:
    """Whether somebody can be put on a waiting list: they have no place yet, on a cohort that has a number of them."""
    return standing.stage in BEFORE_A_PLACE and standing.enrolment.cohort.capacity is not None


def _facts(standing: Standing) -> list[dict[str, Any]]:
    cohort = standing.enrolment.cohort
    programme = cohort.programme
    rows: list[dict[str, Any]] = [
        {"label": "Programme", "value": programme.name, "note": "" if programme.qualifies else NOT_QUALIFYING},
        {"label": "Cohort", "value": cohort.code},
        {"label": "Cohort starts", "value": cohort.starts_on},
        {"label": "Cohort ends", "value": cohort.ends_on},
    ]
    if standing.stage == Stage.ON_BREAK:
        rows.append({"label": "Planned return", "value": standing.return_on})
    return rows


NOT_QUALIFYING = "Completing it does not count to the target"


def of_person(person: Person, user: User, correcting: Correcting) -> dict[str, Any]:
    """What the page of a person shows."""
    standings = [stands(one, entries) for one, entries in queries.with_entries(person)]
    links = correcting if user.may(Permission.EVENT_CORRECT, person) else None
    postings = postings_of(person)
    told = [entry for one in standings for entry in history.of_enrolment(one.enrolment, one.entries, links)]
    current, lines = foremost(standings), placed.with_entries(person)
    seen = [pair for pair in lines if user.may(Permission.PLACEMENTS_VIEW, pair[0])]
    told += [happening for one, entries in seen for happening in history.of_placement(one, entries)]
    placements = [one for one, _ in lines]
    posting = next((row.Posting for row in postings if row.Posting.voided_at is None), None)
    return {
        "person": person,
        "standings": standings,
        "current": current,
        "sentence": _sentence(current, placements),
        "posting": posting,
        "may_act": user.may(Permission.EVENT_RECORD, person),
        "may_enrol": user.may(Permission.ENROL),
        "may_edit": user.may(Permission.PEOPLE_EDIT, person) and person.anonymised_at is None,
        "may_transfer": user.may(Permission.PEOPLE_TRANSFER, person),
        **of_identity(person, user),
        "may_list": user.reach(Permission.PEOPLE_VIEW) != frozenset(),
        "happened": history.latest_first([*told, *history.of_postings(postings)]),
        "rows": [_row(one) for one in standings],
        "posts": candidature.of_person(person, user),
        "placements": [_placed(one, user) for one in placements],
        "may_match": user.may(Permission.PLACEMENTS_RECORD),
    }


def _sentence(current: Standing | None, placements: Sequence[Placement]) -> str:
    """What is true now: of the enrolment that has the word, else of the latest placement."""
    if current is not None:
        return current.sentence(today())
    return placement_sentence(placements[0]) if placements else "No enrolment yet."


def _placed(placement: Placement, user: User) -> dict[str, Any]:
    href = placement.ref if user.may(Permission.PLACEMENTS_VIEW, placement) else ""
    return {
        "placement": {"text": placement.ref, "href": href, "note": placement.host.name},
        "stage": tag_of(placement),
        "starts_on": placement.planned_start,
        "ends_on": placement.planned_end,
    }


def foremost(standings: list[Standing]) -> Standing | None:
    """The enrolment that has the word: one under way before one that has ended, then the one that changed last."""
    began = [one for one in standings if one.since is not None] or standings
    return max(began, key=lambda one: (one.stage not in ENDED, one.since or today()), default=None)


def _row(standing: Standing) -> dict[str, Any]:
    enrolment = standing.enrolment
    return {
        "cohort": {"text": enrolment.cohort.code, "href": enrolment.ref, "note": enrolment.cohort.programme.name},
        "stage": standing,
        "since": standing.since,
        "return_on": standing.return_on if standing.stage == Stage.ON_BREAK else "",
    }


def stages_it_may_have_been(event: Event) -> list[str]:
    """What a wrong entry may be corrected to: its own stage, or any that has no act of its own."""
    own = {Stage.ON_BREAK, Stage.WITHDRAWN} - {event.stage}
    if event.kind is not EventKind.STAGE:
        return [str(event.stage)] if event.stage else []
    return [code for code in ENROLMENT.stages if code not in own]


def asks(event: Event) -> frozenset[str]:
    """Which questions the correction of an entry asks beyond the stage, the day and the reason."""
    asked = {"promised_on"} if event.stage == Stage.ON_BREAK else set()
    if event.kind is EventKind.STAGE and event.stage != Stage.COMPLETED:
        asked.add("evidence")
    return frozenset(asked)


def entry_words(of: EntryOf) -> str:
    """Whose entry a correction is about, and what it says."""
    event, person = of.entry.event, of.enrolment.person
    said = ENROLMENT.label(event.stage) if event.stage else f"moved to {of.entry.cohort}"
    day = format_day(event.effective_on)
    return f"{person.name}, {person.ref}, {of.enrolment.cohort.code}: ‘{said}’ on {day}."


def organisation_id(slug: str) -> int:
    """The id of an organisation.

    :raises DomainError: if there is none.
    """
    found = organisation(slug)
    if found is None:
        raise DomainError("Select the organisation", "organisation")
    return found.id
