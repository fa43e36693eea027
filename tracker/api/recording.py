"""Recording what another system sends: the acts of the pages, by the same services, with the same refusals."""

from collections.abc import Callable
from functools import singledispatch

from tracker.accounts import audit
from tracker.accounts.models import ApiToken, User
from tracker.accounts.permissions import Permission
from tracker.api import acts, answers, queries
from tracker.api.operations import NotThere, as_json
from tracker.api.services import keep_answer, take_key
from tracker.core.clock import today
from tracker.core.db import transaction
from tracker.core.errors import ChangedMeanwhile
from tracker.ledger.models import Source
from tracker.ledger.services import recorded_by
from tracker.training import queries as training
from tracker.training import services
from tracker.training.models import Cohort, Enrolment


def record(sent: acts.AnyAct, user: User, token: ApiToken, key: str, body: bytes) -> str:
    """Do what was sent, once for each key; gives what is answered, also to the second sending.

    :raises NotThere: if the enrolment or a cohort is not there, or beyond reach.
    :raises OtherBody: if the key was used for something else.
    :raises DomainError: as the act; nothing has been changed.
    """
    with transaction(), recorded_by(Source.API):
        known = take_key(token, key, body)
        if known is not None:
            return known
        enrolment = _enrolment(sent, user)
        last = queries.last_event_id()
        ACT(sent, enrolment, user)
        answer = as_json(_recorded(enrolment, last))
        audit.record("token.wrote", f"token:{token.ref}", actor=user, after={"enrolment": enrolment.ref})
        keep_answer(token, key, answer)
    return answer


def _enrolment(sent: acts.AnyAct, user: User) -> Enrolment:
    """The enrolment, held, if it is within reach and at the version the act rests on."""
    found = training.enrolment(sent.enrolment)
    if found is None or not user.may(Permission.EVENT_RECORD, found):
        raise NotThere("There is no such enrolment within the reach of this token", "enrolment")
    services.hold(found)
    if sent.version is not None and sent.version != found.journey.version:
        raise ChangedMeanwhile("this enrolment")
    return found


def _recorded(enrolment: Enrolment, last: int) -> answers.Recorded:
    stands = training.standing([enrolment.journey_id]).get(enrolment.journey_id)
    return answers.Recorded(
        enrolment=enrolment.ref,
        person=enrolment.person.ref,
        stage=stands.stage if stands else None,
        version=enrolment.journey.version,
        events=list(queries.events_since(enrolment.journey_id, last)),
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
def _act(sent: acts.Act, enrolment: Enrolment, by: User) -> object:
    raise TypeError(f"nothing is known of {type(sent)}")


ACT: Callable[[acts.AnyAct, Enrolment, User], object] = _act


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
