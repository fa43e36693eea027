"""Who gets one of the places of a cohort: never more people than places, and those who wait come first."""

from collections.abc import Mapping, Sequence

from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.training import queries
from tracker.training.lifecycle import HOLDS_A_PLACE
from tracker.training.models import Cohort


class NoPlace(DomainError):
    """A cohort takes nobody more."""


def hold_cohort(cohort: Cohort) -> None:
    """Have nobody else give away places of a cohort until the transaction ends, and read it anew.

    After the person and the enrolment, where those are held too: whoever needs all waits at the same places.
    """
    db.session().refresh(cohort, ["version", "capacity", "closed_at"], with_for_update=True)


def take_place(cohort: Cohort, stage: str, journey_id: int | None = None) -> None:
    """Make sure that there is a place on a cohort for somebody who is about to stand at a stage.

    A stage before acceptance needs none, only a cohort that is open. Of two who ask at once for the last place the
    second is refused: the cohort is held to the end of the transaction.

    :param journey_id: whose place it is to be; None for an enrolment that has yet to begin.
    :raises NoPlace: if the cohort is closed, all its places are taken, or those that are free belong to people who
        have waited for longer.
    """
    if cohort.capacity is not None:
        hold_cohort(cohort)
    if cohort.closed_at is not None:
        raise NoPlace(f"{cohort.code} is closed: open it again, or choose another cohort", "cohort")
    if cohort.capacity is None or stage not in HOLDS_A_PLACE:
        return
    refusal = _refusal(cohort, queries.places_taken(cohort), list(queries.waiting(cohort)), journey_id)
    if refusal:
        raise NoPlace(refusal, "cohort")


def without_place(seekers: Mapping[Cohort, Sequence[int]]) -> dict[int, str]:
    """Of journeys that would take a place at once, those for whom there is none, each with the reason.

    Who waits comes first, in the order of the waiting list; the others in the order given. The cohorts are held.

    :param seekers: the journeys that need a place, by cohort.
    """
    refused = {}
    for cohort in sorted(seekers, key=lambda one: one.id):
        if cohort.capacity is None:
            continue
        hold_cohort(cohort)
        taken, row = queries.places_taken(cohort), list(queries.waiting(cohort))
        ranks = {journey_id: rank for rank, journey_id in enumerate(row)}
        for journey_id in sorted(seekers[cohort], key=lambda one: ranks.get(one, len(ranks))):
            refusal = _refusal(cohort, taken, row, journey_id)
            if refusal:
                refused[journey_id] = refusal
                continue
            taken += 1
            if journey_id in row:
                row.remove(journey_id)
    return refused


def _refusal(cohort: Cohort, taken: int, row: list[int], journey_id: int | None) -> str:
    """Why a cohort has no place for somebody; empty if it has."""
    assert cohort.capacity is not None  # asked only of a cohort that has a number of places
    free = cohort.capacity - taken
    if free <= 0:
        return (
            f"{cohort.code} is full: all of its {cohort.capacity} places are taken. "
            "Put them on the waiting list, or choose another cohort"
        )
    ahead = row.index(journey_id) if journey_id in row else len(row)
    if free > ahead:
        return ""
    return (
        f"The places that are free on {cohort.code} belong to those who have waited for longer: {ahead} on the "
        "waiting list come first"
    )
