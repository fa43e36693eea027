"""One enrolment: where it stands, what happened to it, and each act on it at an address of its own."""

from collections.abc import Callable

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.clock import today
from tracker.core.forms import BaseForm
from tracker.core.web import requires
from tracker.register import dossier
from tracker.register.views import acting
from tracker.training import forms, queries, services
from tracker.training.acts import plain_stages
from tracker.training.lifecycle import LeavingTrigger
from tracker.training.models import Enrolment

blueprint = Blueprint("enrolment", __name__, url_prefix="/training/enrolments/<ref>")


@blueprint.get("")
@requires(Permission.PEOPLE_VIEW, load=queries.enrolment)
def show(enrolment: Enrolment) -> ResponseReturnValue:
    """One enrolment."""
    if (elsewhere := acting.moved_on(enrolment.ref)) is not None:
        return elsewhere
    page = render_template(
        "register/enrolment.html",
        **dossier.of_enrolment(enrolment, current_user, _correcting),
        act_href=lambda act: act_href(enrolment, act.code, act.stage),
    )
    dossier.note_look(enrolment.person, current_user)
    return page


def _correcting(act: str, ref: str, number: int) -> str:
    return url_for(f"correcting.{act}", ref=ref, number=number)


def act_href(enrolment: Enrolment, code: str, stage: str = "") -> str:
    """The address of an act on an enrolment, with the stage it would usually record."""
    return url_for(f"enrolment.{code}", ref=enrolment.ref, stage=stage or None)


def _act(
    enrolment: Enrolment, form: BaseForm, act: Callable[[], object], title: str, button: str, done: str, **words: object
) -> ResponseReturnValue:
    """Do the act and go back to the enrolment, or show its form."""
    status = acting.attempt(form, enrolment, act)
    return acting.answer(
        status,
        done=done,
        leads_to=url_for("enrolment.show", ref=enrolment.ref),
        template="register/act.html",
        form=form,
        title=title,
        button=button,
        lead=dossier.lead(enrolment),
        back_href=url_for("enrolment.show", ref=enrolment.ref),
        **words,
    )


@blueprint.route("/stage", methods=["GET", "POST"])
@requires(Permission.EVENT_RECORD, load=queries.enrolment)
def record_stage(enrolment: Enrolment) -> ResponseReturnValue:
    """Record one of the stages that may follow."""
    standing = dossier.standing_of(enrolment)
    form = forms.StageForm(
        plain_stages(standing.stage),
        data={"version": enrolment.journey.version},
        suggested={"stage": request.args.get("stage")},
    )

    def act() -> object:
        assert form.effective_on.data is not None  # the form asks for it
        note = form.note.data or ""
        return services.record_stage(enrolment, form.stage.data, form.effective_on.data, by=current_user, note=note)

    return _act(enrolment, form, act, "Record a stage", "Record stage", "The stage is recorded")


def _promise(form: forms.PromiseForm) -> services.ReturnPromise:
    assert form.return_on.data is not None  # the form asks for it
    is_known = form.plan.data == "known"
    return services.ReturnPromise(form.return_on.data, queries.cohort(form.cohort.data) if is_known else None)


@blueprint.route("/break", methods=["GET", "POST"])
@requires(Permission.EVENT_RECORD, load=queries.enrolment)
def start_break(enrolment: Enrolment) -> ResponseReturnValue:
    """Put on a break, with the planned return or the day to ask again."""
    form = forms.BreakForm(
        queries.cohorts_to_return_to(today(), enrolment.cohort),
        data={"version": enrolment.journey.version},
        suggested={"cohort": enrolment.cohort.code},
    )

    def act() -> object:
        assert form.effective_on.data is not None  # the form asks for it
        note = form.note.data or ""
        return services.start_break(enrolment, form.effective_on.data, _promise(form), by=current_user, note=note)

    return _act(enrolment, form, act, "Put on a break", "Put on a break", "The break is recorded")


@blueprint.route("/break/extend", methods=["GET", "POST"])
@requires(Permission.EVENT_RECORD, load=queries.enrolment)
def extend_break(enrolment: Enrolment) -> ResponseReturnValue:
    """Extend a break, with a new planned return or day to ask again."""
    form = forms.ExtendForm(
        queries.cohorts_to_return_to(today(), enrolment.cohort),
        data={"version": enrolment.journey.version},
        suggested={"cohort": enrolment.cohort.code},
    )

    def act() -> object:
        assert form.effective_on.data is not None  # the form asks for it
        note = form.note.data or ""
        return services.extend_break(enrolment, form.effective_on.data, _promise(form), by=current_user, note=note)

    return _act(enrolment, form, act, "Extend the break", "Extend break", "The break is extended")


@blueprint.route("/return", methods=["GET", "POST"])
@requires(Permission.EVENT_RECORD, load=queries.enrolment)
def end_break(enrolment: Enrolment) -> ResponseReturnValue:
    """Return from a break, into the same cohort or another."""
    standing = dossier.standing_of(enrolment)
    form = forms.ReturnForm(
        queries.cohorts_to_return_to(today(), enrolment.cohort),
        data={"version": enrolment.journey.version},
        suggested={
            "stage": standing.stage_before_break,
            "cohort": standing.return_cohort or enrolment.cohort.code,
        },
    )

    def act() -> object:
        cohort = queries.cohort(form.cohort.data)
        assert cohort is not None  # the form offers cohorts that exist
        assert form.effective_on.data is not None  # the form asks for it
        on, note = form.effective_on.data, form.note.data or ""
        return services.end_break(enrolment, on, form.stage.data, cohort, by=current_user, note=note)

    return _act(enrolment, form, act, "Return from the break", "Record return", "The return is recorded")


@blueprint.route("/withdraw", methods=["GET", "POST"])
@requires(Permission.EVENT_RECORD, load=queries.enrolment)
def withdraw(enrolment: Enrolment) -> ResponseReturnValue:
    """Withdraw: when, who brought it about, why."""
    form = forms.WithdrawForm(queries.reasons_to_give(), data={"version": enrolment.journey.version})

    def act() -> object:
        assert form.effective_on.data is not None  # the form asks for it
        trigger, on = LeavingTrigger(form.trigger.data), form.effective_on.data
        return services.withdraw(enrolment, on, trigger, form.reason.data, by=current_user, note=form.note.data or "")

    return _act(
        enrolment, form, act, "Withdraw from the programme", "Withdraw", "The withdrawal is recorded", warning=True
    )


@blueprint.route("/reinstate", methods=["GET", "POST"])
@requires(Permission.EVENT_RECORD, load=queries.enrolment)
def reinstate(enrolment: Enrolment) -> ResponseReturnValue:
    """Go on after a withdrawal, at the furthest stage reached."""
    form = forms.ReinstateForm(data={"version": enrolment.journey.version})

    def act() -> object:
        assert form.effective_on.data is not None  # the form asks for it
        return services.reinstate(enrolment, form.effective_on.data, by=current_user, note=form.note.data or "")

    hint, wrong = dossier.reinstating_words(enrolment), dossier.withdrawal(enrolment)
    instead = _correcting("take_back", enrolment.ref, wrong.number) if wrong else ""
    words = {"hint": hint, "instead": instead if current_user.may(Permission.EVENT_CORRECT, enrolment) else ""}
    return _act(enrolment, form, act, "Reinstate", "Reinstate", "The enrolment goes on", **words)


@blueprint.route("/complete", methods=["GET", "POST"])
@requires(Permission.EVENT_RECORD, load=queries.enrolment)
def complete(enrolment: Enrolment) -> ResponseReturnValue:
    """Record a completion, with what shows it."""
    form = forms.CompleteForm(data={"version": enrolment.journey.version})

    def act() -> object:
        assert form.effective_on.data is not None  # the form asks for it
        on, note = form.effective_on.data, form.note.data or ""
        return services.complete(enrolment, on, _evidence(form), by=current_user, note=note)

    return _act(enrolment, form, act, "Record completion", "Record completion", "The completion is recorded")


def _evidence(form: forms.CompleteForm | forms.ResitForm) -> services.Evidence:
    return services.Evidence(form.evidence.data or "", (form.url.data or "").strip())


@blueprint.route("/resit", methods=["GET", "POST"])
@requires(Permission.EVENT_RECORD, load=queries.enrolment)
def resit(enrolment: Enrolment) -> ResponseReturnValue:
    """Go on in training after ‘not completed’, to be assessed again."""
    form = forms.ResitForm(data={"version": enrolment.journey.version})

    def act() -> object:
        assert form.effective_on.data is not None  # the form asks for it
        on, note = form.effective_on.data, form.note.data or ""
        return services.resit(enrolment, on, _evidence(form), by=current_user, note=note)

    return _act(enrolment, form, act, "Record a resit", "Record resit", "The resit is recorded")


@blueprint.route("/appeal", methods=["GET", "POST"])
@requires(Permission.EVENT_RECORD, load=queries.enrolment)
def appeal(enrolment: Enrolment) -> ResponseReturnValue:
    """Record that an appeal against ‘not completed’ was upheld."""
    form = forms.AppealForm(data={"version": enrolment.journey.version})

    def act() -> object:
        assert form.effective_on.data is not None  # the form asks for it
        on, note = form.effective_on.data, form.note.data or ""
        return services.appeal(enrolment, on, _evidence(form), by=current_user, note=note)

    title = "Record an appeal that was upheld"
    return _act(enrolment, form, act, title, "Record the appeal", "The appeal is recorded", hint=APPEALED)


APPEALED = "They count as completed from the day the appeal was decided. The first decision stays in the history."
DEFERRED = "The stage stays as it is. The enrolment goes on with the other cohort, and counts once."


@blueprint.route("/defer", methods=["GET", "POST"])
@requires(Permission.EVENT_RECORD, load=queries.enrolment)
def defer(enrolment: Enrolment) -> ResponseReturnValue:
    """Move an enrolment to another cohort of its programme."""
    form = forms.DeferForm(
        queries.other_cohorts(today(), enrolment.cohort), data={"version": enrolment.journey.version}
    )

    def act() -> object:
        cohort = queries.cohort(form.cohort.data)
        assert cohort is not None  # the form offers cohorts that exist
        assert form.effective_on.data is not None  # the form asks for it
        on, note = form.effective_on.data, form.note.data or ""
        return services.defer(enrolment, cohort, on, by=current_user, note=note)

    title = "Move to another cohort"
    return _act(enrolment, form, act, title, "Record the move", "The move is recorded", hint=DEFERRED)
