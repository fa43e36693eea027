"""One placement: where it stands, what happened to it, and each act on it at an address of its own."""

from collections.abc import Callable

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.forms import BaseForm
from tracker.core.web import requires
from tracker.fellowships import dossier
from tracker.fellowships.acts import plain_stages, ways_out
from tracker.fellowships.forms import placements as forms
from tracker.fellowships.lifecycle import Stage
from tracker.fellowships.models import Placement
from tracker.fellowships.queries import offers
from tracker.fellowships.queries import placements as queries
from tracker.fellowships.services import changes, placements
from tracker.fellowships.views import acting

blueprint = Blueprint("placements", __name__, url_prefix="/fellowships/placements/<path:ref>")


@blueprint.get("")
@requires(Permission.PLACEMENTS_VIEW, load=queries.placement)
def show(placement: Placement) -> ResponseReturnValue:
    """One placement."""
    dossier.note_look(placement, current_user)
    queries.read_whole(placement)
    return render_template(
        "fellowships/placement.html",
        **dossier.of_placement(
            placement,
            current_user,
            lambda act, number: url_for(f"placement_correcting.{act}", ref=placement.ref, number=number),
        ),
        act_href=lambda act: url_for(act.code, ref=placement.ref, stage=act.stage or None),
    )


def _act(
    placement: Placement, form: BaseForm, act: Callable[[], object], title: str, button: str, done: str, **words: object
) -> ResponseReturnValue:
    """Do the act and go back to the placement, or show its form."""
    status = acting.attempt(form, act, placement)
    here = url_for("placements.show", ref=placement.ref)
    told = {"lead": dossier.lead(placement), **words}
    return acting.answer(status, form, done=done, leads_to=here, title=title, button=button, **told)


def _opened(placement: Placement, **saved: object) -> dict[str, object]:
    return {"version": placement.journey.version, **saved}


@blueprint.route("/stage", methods=["GET", "POST"])
@requires(Permission.PLACEMENTS_RECORD, load=queries.placement)
def record_stage(placement: Placement) -> ResponseReturnValue:
    """Record one of the stages that may follow."""
    asked = {"stage": request.args.get("stage")}
    form = forms.StageForm(plain_stages(dossier.stage_of(placement)), data=_opened(placement), suggested=asked)

    def act() -> object:
        assert form.effective_on.data is not None  # the form asks for it
        on, note = form.effective_on.data, form.note.data or ""
        return placements.record_stage(placement, form.stage.data, on, by=current_user, note=note)

    return _act(placement, form, act, "Record a stage", "Record stage", "The stage is recorded")


@blueprint.route("/leave", methods=["GET", "POST"])
@requires(Permission.PLACEMENTS_RECORD, load=queries.placement)
def leave(placement: Placement) -> ResponseReturnValue:
    """Decline an offer, withdraw, or end early: when and why."""
    ways = ways_out(dossier.stage_of(placement))
    form = forms.LeaveForm(ways, data=_opened(placement), suggested={"stage": request.args.get("stage")})
    title = "End the placement early" if Stage.ENDED_EARLY in ways else "Leave the placement"

    def act() -> object:
        assert form.effective_on.data is not None  # the form asks for it
        stage, on, why = Stage(form.stage.data), form.effective_on.data, form.reason.data
        return placements.leave(placement, stage, on, why, by=current_user, note=form.note.data or "")

    return _act(placement, form, act, title, "Record", "How it was left is recorded", warning=True)


@blueprint.route("/complete", methods=["GET", "POST"])
@requires(Permission.PLACEMENTS_RECORD, load=queries.placement)
def complete(placement: Placement) -> ResponseReturnValue:
    """Complete the placement, perhaps by turning it into a permanent post."""
    form = forms.CompleteForm(
        offers.organisation_choices(), data=_opened(placement), suggested={"organisation": placement.host.slug}
    )

    def act() -> object:
        assert form.effective_on.data is not None  # the form asks for it
        post = None
        if form.is_converted.data:
            there = offers.hosting(form.organisation.data)
            assert there is not None  # the form offers organisations that exist
            post = placements.Post(there.organisation, form.post.data or "")
        note = form.note.data or ""
        return placements.complete(placement, form.effective_on.data, by=current_user, post=post, note=note)

    return _act(placement, form, act, "Complete the placement", "Complete", "The placement is completed")


@blueprint.route("/extension", methods=["GET", "POST"])
@requires(Permission.EXTENSION_ASK, load=queries.placement)
def ask_extension(placement: Placement) -> ResponseReturnValue:
    """Ask for a later planned end."""
    form = forms.ExtensionForm(data=_opened(placement))

    def act() -> object:
        assert form.planned_end.data is not None  # the form asks for it
        return changes.ask_extension(placement, form.planned_end.data, form.reason.data, by=current_user)

    done = "The extension is asked for: somebody else has to approve it"
    hint = dossier.longest_words(placement, changes.in_post_since(placement))
    return _act(placement, form, act, "Ask for an extension", "Ask for extension", done, hint=hint)


@blueprint.route("/extension/decision", methods=["GET", "POST"])
@requires(Permission.PLACEMENTS_RECORD, load=queries.open_extension)
def decide_extension(asked: queries.Asked) -> ResponseReturnValue:
    """Approve or refuse a later planned end."""
    placement = asked.placement
    form = forms.DecisionForm(data=_opened(placement))

    def act() -> object:
        yes, note = form.decision.data == "yes", form.note.data or ""
        changes.decide_extension(asked.extension, is_approved=yes, note=note, by=current_user)
        return None

    hint = dossier.asked_words(asked.extension)
    return _act(placement, form, act, "Decide the extension", "Save", "The extension is decided", hint=hint)


@blueprint.route("/supervisor", methods=["GET", "POST"])
@requires(Permission.PLACEMENTS_RECORD, load=queries.placement)
def change_supervisor(placement: Placement) -> ResponseReturnValue:
    """Hand the placement over to another supervisor."""
    form = forms.SupervisorForm(data=_opened(placement))

    def act() -> object:
        assert form.starts_on.data is not None  # the form asks for it
        email, name, why = (field.data or "" for field in (form.email, form.name, form.reason))
        return changes.change_supervisor(placement, email, name, form.starts_on.data, why, by=current_user)

    done = "The supervisor is changed; logs that wait go to the new one"
    return _act(placement, form, act, "Change the supervisor", "Change supervisor", done)


@blueprint.route("/hours", methods=["GET", "POST"])
@requires(Permission.PLACEMENTS_RECORD, load=queries.placement)
def change_hours(placement: Placement) -> ResponseReturnValue:
    """Record that the fellow works more of the week, or less, from a day on."""
    form = forms.HoursForm(data=_opened(placement))

    def act() -> object:
        assert form.starts_on.data is not None  # the form asks for it
        return changes.change_hours(placement, float(form.fte.data or 0), form.starts_on.data, by=current_user)

    hint = f"Full-time equivalent so far: {dossier.hours_words(placement)}"
    done = "The working hours are changed; earlier weeks stay as they were"
    return _act(placement, form, act, "Change the working hours", "Change working hours", done, hint=hint)


@blueprint.route("/host", methods=["GET", "POST"])
@requires(Permission.PLACEMENTS_RECORD, load=queries.placement)
def change_host(placement: Placement) -> ResponseReturnValue:
    """Record that the placement moved to another host."""
    form = forms.HostForm(offers.organisation_choices(), data=_opened(placement, host=placement.host.slug))

    def act() -> object:
        there = offers.hosting(form.host.data)
        assert there is not None  # the form offers organisations that exist
        assert form.on.data is not None  # the form asks for it
        return changes.change_host(placement, there.organisation, form.on.data, form.reason.data, by=current_user)

    return _act(placement, form, act, "Move to another host", "Record the move", "The move is recorded")
