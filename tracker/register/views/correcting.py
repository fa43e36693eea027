"""Correcting the past: what would change is shown before anything is saved."""

from collections.abc import Callable

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.web import requires
from tracker.register import dossier
from tracker.register.views import acting, checking
from tracker.register.views.checking import Correction
from tracker.training import forms, queries, services
from tracker.training.metrics import METRICS
from tracker.training.queries import EntryOf
from tracker.training.services import Right

blueprint = Blueprint("correcting", __name__, url_prefix="/training/enrolments/<ref>/entries/<int:number>")
CheckedForm = forms.CorrectForm | forms.TakeBackForm


@blueprint.route("/correct", methods=["GET", "POST"])
@requires(Permission.EVENT_CORRECT, load=queries.entry)
def correct(of: EntryOf) -> ResponseReturnValue:
    """Put right what an entry says."""
    event = of.entry.event
    stages = dossier.stages_it_may_have_been(event)
    opened = {"effective_on": event.effective_on, "promised_on": event.promised_on, "stage": event.stage}
    form = forms.CorrectForm(stages, asks=dossier.asks(event), data={"version": of.enrolment.journey.version, **opened})

    def act() -> object:
        promised_on = form.promised_on.data if "promised_on" in form else None
        assert form.effective_on.data is not None  # the form asks for it
        shown = (form.evidence.data, form.url.data) if "evidence" in form else ("", "")
        evidence = services.Evidence(*((text or "").strip() for text in shown))
        right = Right(form.stage.data, form.effective_on.data, promised_on, evidence)
        return services.correct(of.enrolment, event, right, reason=form.reason.data, by=current_user)

    return _checked(of, form, act, "Correct an entry", "Save the correction")


@blueprint.route("/take-back", methods=["GET", "POST"])
@requires(Permission.EVENT_CORRECT, load=queries.entry)
def take_back(of: EntryOf) -> ResponseReturnValue:
    """Take back an entry that should not be there."""
    form = forms.TakeBackForm(data={"version": of.enrolment.journey.version})

    def act() -> object:
        services.take_back(of.enrolment, of.entry.event, reason=form.reason.data, by=current_user)
        return None

    return _checked(of, form, act, "Take back an entry", "Take back the entry")


def _checked(of: EntryOf, form: CheckedForm, act: Callable[[], object], title: str, button: str) -> ResponseReturnValue:
    """Show what the act would change; do it when it comes back with what was shown."""
    enrolment = of.enrolment
    asked = Correction(
        enrolment.person,
        form,
        act,
        hold=lambda: acting.hold(enrolment, form),
        metrics=METRICS,
    )
    here = url_for("enrolment.show", ref=enrolment.ref)
    return checking.answer(asked, title=title, button=button, lead=dossier.entry_words(of), leads_to=here)
