"""Correcting the past of a placement: what would change is shown before anything is saved."""

from collections.abc import Callable

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.web import requires
from tracker.fellowships import dossier
from tracker.fellowships.forms.placements import CorrectForm, TakeBackForm
from tracker.fellowships.metrics import METRICS
from tracker.fellowships.queries import placements as queries
from tracker.fellowships.queries.placements import EntryOf
from tracker.fellowships.services import changes
from tracker.fellowships.services.placements import hold
from tracker.register.views import checking
from tracker.register.views.checking import Correction

blueprint = Blueprint(
    "placement_correcting", __name__, url_prefix="/fellowships/placements/<path:ref>/entries/<int:number>"
)
COUNTS = tuple(metric for metric in METRICS if metric.kind == "count")
"""The figures a correction may move: days stand in logs, which it leaves as they are."""


@blueprint.route("/correct", methods=["GET", "POST"])
@requires(Permission.PLACEMENTS_CORRECT, load=queries.entry)
def correct(of: EntryOf) -> ResponseReturnValue:
    """Put right what an entry says."""
    event, version = of.entry.event, of.placement.journey.version
    known = {"version": version, "stage": event.stage, "effective_on": event.effective_on}
    form = CorrectForm(dossier.stages_it_may_have_been(event), data=known)

    def act() -> object:
        assert form.effective_on.data is not None  # the form asks for it
        stage, on, why = form.stage.data, form.effective_on.data, form.reason.data
        return changes.correct(of.placement, event, stage, on, reason=why, by=current_user)

    return _checked(of, form, act, "Correct an entry", "Save the correction")


@blueprint.route("/take-back", methods=["GET", "POST"])
@requires(Permission.PLACEMENTS_CORRECT, load=queries.entry)
def take_back(of: EntryOf) -> ResponseReturnValue:
    """Take back an entry that should not be there."""
    form = TakeBackForm(data={"version": of.placement.journey.version})

    def act() -> object:
        changes.take_back(of.placement, of.entry.event, reason=form.reason.data, by=current_user)
        return None

    return _checked(of, form, act, "Take back an entry", "Take back the entry")


def _checked(
    of: EntryOf, form: CorrectForm | TakeBackForm, act: Callable[[], object], title: str, button: str
) -> ResponseReturnValue:
    placement = of.placement

    def held() -> None:
        hold(placement)
        form.check_version(placement.journey.version, "this placement")

    asked = Correction(placement.person, form, act, hold=held, metrics=COUNTS)
    words = dossier.entry_words(placement, of.entry.event)
    here = url_for("placements.show", ref=placement.ref)
    return checking.answer(asked, title=title, button=button, lead=words, leads_to=here)
