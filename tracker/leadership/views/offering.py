"""From the offer to in post: each act on a candidate who is offered a post, at an address of its own."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.clock import today
from tracker.core.web import requires
from tracker.leadership.forms import candidates as forms
from tracker.leadership.lifecycle import CandidacyStage
from tracker.leadership.models import Candidacy
from tracker.leadership.queries import candidates as queries
from tracker.leadership.services import offers, reserves
from tracker.leadership.views.candidacy import act_on
from tracker.organisations.queries import organisation, organisations

blueprint = Blueprint("offering", __name__, url_prefix="/leadership/candidacies/<ref>")


@blueprint.route("/offer", methods=["GET", "POST"])
@requires(Permission.CANDIDATES_EDIT, load=queries.candidacy)
def offer(candidacy: Candidacy) -> ResponseReturnValue:
    """Offer the post."""
    form = forms.OfferForm(
        data={"version": candidacy.journey.version}, suggested={"working_days": offers.WORKING_DAYS_TO_ANSWER}
    )

    def act() -> object:
        on = form.on.data or today()
        last = offers.answer_by(on, form.working_days.data or 0)
        return offers.make(candidacy, on, last, by=current_user)

    return act_on(candidacy, form, act, "Make the offer", "Make the offer", "The offer is made")


@blueprint.route("/answer", methods=["GET", "POST"])
@requires(Permission.CANDIDATES_EDIT, load=queries.candidacy)
def answer(candidacy: Candidacy) -> ResponseReturnValue:
    """Record what came of an offer."""
    form = forms.AnswerForm(data={"version": candidacy.journey.version})

    def act() -> object:
        on, note = form.on.data or today(), form.note.data or ""
        if form.answer.data == CandidacyStage.ACCEPTED:
            return offers.accept(candidacy, on, by=current_user, note=note)
        return offers.decline(candidacy, form.reason.data or "", on, by=current_user, note=note)

    hint = "Who accepts is withdrawn from other vacancies. After a decline the next in merit order is offered the post."
    return act_on(candidacy, form, act, "Record the answer", "Record answer", "The answer is recorded", hint=hint)


@blueprint.route("/checks", methods=["GET", "POST"])
@requires(Permission.CANDIDATES_EDIT, load=queries.candidacy)
def checks(candidacy: Candidacy) -> ResponseReturnValue:
    """Record whether the checks were passed."""
    form = forms.ChecksForm(data={"version": candidacy.journey.version})

    def act() -> None:
        on = form.on.data or today()
        if form.passed.data == "yes":
            offers.pass_checks(candidacy, on, by=current_user)
        else:
            offers.fail_checks(candidacy, on, by=current_user, note=form.note.data or "")

    hint = "An acceptance that lapses is no rejection by the panel."
    return act_on(candidacy, form, act, "Record the checks", "Record", "The checks are recorded", hint=hint)


@blueprint.route("/in-post", methods=["GET", "POST"])
@requires(Permission.CANDIDATES_EDIT, load=queries.candidacy)
def take_up(candidacy: Candidacy) -> ResponseReturnValue:
    """Record that they took up the post; the vacancy is filled by the same act."""
    form = forms.DayForm(data={"version": candidacy.journey.version})

    def act() -> object:
        return offers.take_up(candidacy, form.on.data or today(), by=current_user, note=form.note.data or "")

    return act_on(candidacy, form, act, "Record that they are in post", "Record", "They are in post")


@blueprint.route("/reserve", methods=["GET", "POST"])
@requires(Permission.CANDIDATES_EDIT, load=queries.candidacy)
def reserve(candidacy: Candidacy) -> ResponseReturnValue:
    """Put on the reserve list."""
    form = forms.DayForm(data={"version": candidacy.journey.version})

    def act() -> object:
        return reserves.put_on(candidacy, form.on.data or today(), by=current_user, note=form.note.data or "")

    done = "They are on the reserve list"
    return act_on(candidacy, form, act, "Put on the reserve list", "Put on the list", done)


@blueprint.route("/similar-post", methods=["GET", "POST"])
@requires(Permission.CANDIDATES_EDIT, load=queries.candidacy)
def similar(candidacy: Candidacy) -> ResponseReturnValue:
    """Offer a similar post to somebody on the reserve list."""
    there = {one.slug: one.name for one in organisations() if one.existed_on(today())}
    form = forms.SimilarForm(
        there, data={"version": candidacy.journey.version}, suggested={"working_days": offers.WORKING_DAYS_TO_ANSWER}
    )

    def act() -> object:
        on, where = form.on.data or today(), organisation(form.organisation.data)
        assert where is not None  # the form offers organisations that exist
        last = offers.answer_by(on, form.working_days.data or 0)
        return reserves.offer_similar(candidacy, where, on, last, by=current_user)

    hint = "A new vacancy is opened that is filled from this reserve list. They stay on the list until they accept."
    return act_on(candidacy, form, act, "Offer a similar post", "Make the offer", "The offer is made", hint=hint)
