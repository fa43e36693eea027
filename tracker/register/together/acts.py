"""The acts that can be done for many: what each asks, and how it is judged and done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select

from tracker.accounts.models import User
from tracker.core.clock import today
from tracker.organisations.queries import organisation
from tracker.people import services as people_services
from tracker.register import dossier
from tracker.register.asked import Asked
from tracker.register.together import queries
from tracker.register.together.forms import (
    BreakTogetherForm,
    MoveTogetherForm,
    StageTogetherForm,
    TransferTogetherForm,
    WhoForm,
    WithdrawTogetherForm,
)
from tracker.register.together.queries import Candidate
from tracker.training import queries as training_queries
from tracker.training import services as training
from tracker.training.lifecycle import LeavingTrigger
from tracker.training.services import Evidence, GoOnWith, Leave, ReachStage, ReturnPromise, TakeBreak, Wish


@dataclass(frozen=True)
class Transfer:
    """They moved to an organisation on a day."""

    organisation: str
    on: date
    note: str

    def words(self) -> str:
        """What each will have become."""
        there = organisation(self.organisation)
        return f"In {there.name}" if there else ""


@dataclass(frozen=True)
class OfEnrolments:
    """An act on the enrolments of many. `code` stands in its address."""

    code: str
    text: str
    title: str
    button: str
    open_form: Callable[[], WhoForm]
    wish: Callable[[Any], Wish]
    is_warning: bool = False

    def meant(self, people: Select[int], asked: Asked) -> list[Candidate]:
        """Who is on the list."""
        return queries.enrolments_meant(people, asked, today())

    def chosen(self, keys: Sequence[str], people: Select[int]) -> list[Candidate]:
        """Those who were chosen, as they stand now."""
        return queries.enrolments_chosen(keys, people)

    def refusals(self, keys: Sequence[str], wish: Wish) -> dict[str, str]:
        """Why it cannot be recorded of some, by key."""
        enrolments = training_queries.enrolments_named(keys)
        found = training.refusals(enrolments, wish)
        return {one.ref: found[one.journey_id] for one in enrolments if one.journey_id in found}

    def hold(self, keys: Sequence[str]) -> None:
        """Have nobody else change them until the transaction ends."""
        training_queries.hold_enrolments(keys)

    def record(self, keys: Sequence[str], wish: Wish, by: User) -> None:
        """Record it of all of them."""
        training.record_together(training_queries.enrolments_named(keys), wish, by=by)


@dataclass(frozen=True)
class OfPeople:
    """The act on people themselves: a move to another organisation."""

    code: str = "transfer"
    text: str = "Move to another organisation"
    title: str = "Move many to another organisation"
    button: str = "Record the move"
    is_warning: bool = False

    def open_form(self) -> WhoForm:
        """What is asked."""
        return TransferTogetherForm(queries.open_organisations())

    def wish(self, form: Any) -> Transfer:
        """What was answered."""
        return Transfer(form.organisation.data, form.starts_on.data, form.reason.data or "")

    def meant(self, people: Select[int], asked: Asked) -> list[Candidate]:
        """Who is on the list."""
        return queries.people_meant(people)

    def chosen(self, keys: Sequence[str], people: Select[int]) -> list[Candidate]:
        """Those who were chosen, as they are now."""
        return queries.people_chosen(keys, people)

    def refusals(self, keys: Sequence[str], wish: Transfer) -> dict[str, str]:
        """Why it cannot be recorded of some, by key."""
        there, named = dossier.organisation_id(wish.organisation), queries.people_named(keys)
        found = people_services.transfer_refusals(named, there, wish.on)
        return {one.ref: found[one.id] for one in named if one.id in found}

    def hold(self, keys: Sequence[str]) -> None:
        """Have nobody else change them until the transaction ends."""
        queries.people_named(keys, hold=True)

    def record(self, keys: Sequence[str], wish: Transfer, by: User) -> None:
        """Record it of all of them."""
        people_services.transfer_together(
            queries.people_named(keys),
            organisation_id=dossier.organisation_id(wish.organisation),
            starts_on=wish.on,
            reason=wish.note,
            recorded_by=by,
        )


def _promise(form: Any) -> ReturnPromise:
    is_known = form.plan.data == "known"
    return ReturnPromise(form.return_on.data, training_queries.cohort(form.cohort.data) if is_known else None)


def _go_on(form: Any) -> GoOnWith:
    cohort = training_queries.cohort(form.cohort.data)
    assert cohort is not None  # the form offers cohorts that exist
    return GoOnWith(form.effective_on.data, cohort, form.note.data or "")


def _stage(form: Any) -> ReachStage:
    evidence = Evidence((form.evidence.data or "").strip())
    return ReachStage(form.stage.data, form.effective_on.data, evidence, form.note.data or "")


def _leave(form: Any) -> Leave:
    trigger = LeavingTrigger(form.trigger.data)
    return Leave(form.effective_on.data, trigger, form.reason.data, form.note.data or "")


RECORDED: Mapping[str, OfEnrolments] = {
    act.code: act
    for act in (
        OfEnrolments(
            "stage", "Record a stage", "Record a stage for many", "Record the stage", StageTogetherForm, _stage
        ),
        OfEnrolments(
            "break",
            "Put on a break",
            "Put many on a break",
            "Put on a break",
            lambda: BreakTogetherForm(training_queries.open_cohorts(today())),
            lambda form: TakeBreak(form.effective_on.data, _promise(form), form.note.data or ""),
        ),
        OfEnrolments(
            "defer",
            "Move to another cohort",
            "Move many to another cohort",
            "Record the move",
            lambda: MoveTogetherForm(training_queries.open_cohorts(today())),
            _go_on,
        ),
        OfEnrolments(
            "withdraw",
            "Withdraw",
            "Withdraw many",
            "Withdraw",
            lambda: WithdrawTogetherForm(training_queries.reasons_to_give()),
            _leave,
            is_warning=True,
        ),
    )
}
"""The acts on enrolments by the name that stands in the address."""
TRANSFER = OfPeople()
Act = OfEnrolments | OfPeople
