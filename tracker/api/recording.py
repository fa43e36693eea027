"""Recording what another system sends: the acts of the pages, by the same services, with the same refusals."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

from tracker.accounts import audit
from tracker.accounts.models import ApiToken, User
from tracker.accounts.permissions import Permission
from tracker.api import acts, answers, queries
from tracker.api.operations import NotThere, as_json
from tracker.api.services import keep_answer, take_key
from tracker.core.clock import today
from tracker.core.db import transaction
from tracker.core.errors import ChangedMeanwhile
from tracker.fellowships.lifecycle import Stage
from tracker.fellowships.models import Placement
from tracker.fellowships.queries import offers
from tracker.fellowships.queries import placements as known_placements
from tracker.fellowships.services import placements
from tracker.leadership.models import Vacancy
from tracker.leadership.queries import vacancies as known_vacancies
from tracker.leadership.services import stages, vacancies
from tracker.ledger.models import Source
from tracker.ledger.services import recorded_by
from tracker.training import queries as training
from tracker.training import services
from tracker.training.models import Cohort, Enrolment


@dataclass(frozen=True)
class Kind:
    """What an act may be about: how it is called, who may record of it, how it is found and held."""

    name: str
    permission: Permission
    find: Callable[[str], Any]
    hold: Callable[[Any], None]


KINDS: dict[type[acts.Happened], Kind] = {
    acts.Act: Kind("enrolment", Permission.EVENT_RECORD, training.enrolment, services.hold),
    acts.PlacementAct: Kind("placement", Permission.PLACEMENTS_RECORD, known_placements.placement, placements.hold),
    acts.VacancyAct: Kind("vacancy", Permission.VACANCIES_EDIT, known_vacancies.vacancy, vacancies.hold),
}


def record(sent: acts.AnyAct, user: User, token: ApiToken, key: str, body: bytes) -> str:
    """Do what was sent, once for each key; gives what is answered, also to the second sending.

    :raises NotThere: if what it is about, or a cohort or an organisation, is not there, or beyond reach.
    :raises OtherBody: if the key was used for something else.
    :raises DomainError: as the act; nothing has been changed.
    """
    with transaction(), recorded_by(Source.API):
        known = take_key(token, key, body)
        if known is not None:
            return known
        kind = next(kind for about, kind in KINDS.items() if isinstance(sent, about))
        found = _held(sent, kind, user)
        last = queries.last_event_id()
        ACT(sent, found, user)
        answer = as_json(_recorded(found, last))
        audit.record("token.wrote", f"token:{token.ref}", actor=user, after={kind.name: found.ref})
        keep_answer(token, key, answer)
    return answer


def _held(sent: acts.AnyAct, kind: Kind, user: User) -> Any:
    """What an act is about, held, if it is within reach and at the version the act rests on."""
    found = kind.find(getattr(sent, kind.name))
    if found is None or not user.may(kind.permission, found):
        raise NotThere(f"There is no such {kind.name} within the reach of this token", kind.name)
    kind.hold(found)
    if sent.version is not None and sent.version != found.journey.version:
        raise ChangedMeanwhile(f"this {kind.name}")
    return found


def _recorded(found: Enrolment | Placement | Vacancy, last: int) -> answers.Recorded:
    journey = found.journey
    return answers.Recorded(
        journey=found.ref,
        person=journey.person.ref if journey.person else None,
        stage=queries.stage_of(journey.id),
        version=journey.version,
        events=list(queries.events_since(journey.id, last)),
    )


def _cohort(code: str, offered: object) -> Cohort:
    """A cohort that the form of the act would offer."""
    found = next((one for one in offered if one.code == code), None)  # type: ignore[attr-defined]
    if found is None:
        raise NotThere("There is no such cohort that this enrolment can go on with", "cohort")
    return found  # type: ignore[no-any-return]


def _promise(sent: acts.Promise, enrolment: Enrolment) -> services.ReturnPromise:
    offered = training.cohorts_to_return_to(today(), enrolment.cohort)
    return services.ReturnPromise(sent.return_on, _cohort(sent.cohort, offered) if sent.cohort else None)


def _evidence(sent: acts.Complete | acts.Resit | acts.Appeal) -> services.Evidence:
    return services.Evidence(sent.evidence, sent.evidence_url.strip())


@singledispatch
def _act(sent: acts.Happened, about: Any, by: User) -> object:
    raise TypeError(f"nothing is known of {type(sent)}")


ACT: Callable[[acts.AnyAct, Any, User], object] = _act


@_act.register
def _(sent: acts.Stage, enrolment: Enrolment, by: User) -> object:
    return services.record_stage(enrolment, sent.stage, sent.effective_on, by=by, note=sent.note)


@_act.register
def _(sent: acts.Break, enrolment: Enrolment, by: User) -> object:
    return services.start_break(enrolment, sent.effective_on, _promise(sent, enrolment), by=by, note=sent.note)


@_act.register
def _(sent: acts.ExtendBreak, enrolment: Enrolment, by: User) -> object:
    return services.extend_break(enrolment, sent.effective_on, _promise(sent, enrolment), by=by, note=sent.note)


@_act.register
def _(sent: acts.Return, enrolment: Enrolment, by: User) -> object:
    offered = training.cohorts_to_return_to(today(), enrolment.cohort)
    cohort = _cohort(sent.cohort, offered) if sent.cohort else enrolment.cohort
    return services.end_break(enrolment, sent.effective_on, sent.stage, cohort, by=by, note=sent.note)


@_act.register
def _(sent: acts.Withdraw, enrolment: Enrolment, by: User) -> object:
    return services.withdraw(enrolment, sent.effective_on, sent.trigger, sent.reason, by=by, note=sent.note)


@_act.register
def _(sent: acts.Reinstate, enrolment: Enrolment, by: User) -> object:
    return services.reinstate(enrolment, sent.effective_on, by=by, note=sent.note)


@_act.register
def _(sent: acts.Complete, enrolment: Enrolment, by: User) -> object:
    return services.complete(enrolment, sent.effective_on, _evidence(sent), by=by, note=sent.note)


@_act.register
def _(sent: acts.Resit, enrolment: Enrolment, by: User) -> object:
    return services.resit(enrolment, sent.effective_on, _evidence(sent), by=by, note=sent.note)


@_act.register
def _(sent: acts.Appeal, enrolment: Enrolment, by: User) -> object:
    return services.appeal(enrolment, sent.effective_on, _evidence(sent), by=by, note=sent.note)


@_act.register
def _(sent: acts.Move, enrolment: Enrolment, by: User) -> object:
    cohort = _cohort(sent.cohort, training.other_cohorts(today(), enrolment.cohort))
    return services.defer(enrolment, cohort, sent.effective_on, by=by, note=sent.note)


@_act.register
def _(sent: acts.PlacementStage, placement: Placement, by: User) -> object:
    return placements.record_stage(placement, sent.stage, sent.effective_on, by=by, note=sent.note)


@_act.register
def _(sent: acts.PlacementLeave, placement: Placement, by: User) -> object:
    return placements.leave(placement, Stage(sent.stage), sent.effective_on, sent.reason, by=by, note=sent.note)


@_act.register
def _(sent: acts.PlacementComplete, placement: Placement, by: User) -> object:
    return placements.complete(placement, sent.effective_on, by=by, post=_post(sent), note=sent.note)


def _post(sent: acts.PlacementComplete) -> placements.Post | None:
    """The permanent post that a placement turned into, where one is named."""
    if sent.organisation is None and not sent.post:
        return None
    there = offers.hosting(sent.organisation or "")
    if there is None:
        raise NotThere("There is no such organisation for the post", "organisation")
    return placements.Post(there.organisation, sent.post)


@_act.register
def _(sent: acts.VacancyEntered, vacancy: Vacancy, by: User) -> object:
    return stages.record_stage(vacancy, sent.stage, sent.effective_on, by=by, note=sent.note)
