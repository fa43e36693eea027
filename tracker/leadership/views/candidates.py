"""The candidates of a vacancy: who stands where, the merit order, and somebody added."""

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.clock import today
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.web import requires, see_other
from tracker.leadership import candidature
from tracker.leadership.forms import candidates as forms
from tracker.leadership.models import Candidacy, Vacancy
from tracker.leadership.queries import candidates as queries
from tracker.leadership.queries import vacancies
from tracker.leadership.services import candidacies, offers, retention
from tracker.leadership.views import acting

blueprint = Blueprint("candidates", __name__, url_prefix="/leadership")


@blueprint.get("/vacancies/<path:ref>/candidates")
@requires(Permission.VACANCIES_VIEW, load=vacancies.vacancy)
def index(vacancy: Vacancy) -> ResponseReturnValue:
    """The candidates of a vacancy, by reference to all but its panel and the recruitment lead."""
    shown = candidature.of_vacancy(vacancy, current_user)
    page, subject = render_template("leadership/candidates.html", **shown), f"candidates:{vacancy.ref}"
    if shown["sees"]:
        # Once it is drawn: all that was read would be read again after a unit of work.
        candidature.note_look(current_user, subject)
    return page


@blueprint.route("/vacancies/<path:ref>/candidates/new", methods=["GET", "POST"])
@requires(Permission.CANDIDATES_EDIT, load=vacancies.vacancy)
def add(vacancy: Vacancy) -> ResponseReturnValue:
    """Add somebody who applied."""
    form = forms.AddForm(data={"version": vacancy.journey.version})

    def act() -> Candidacy:
        assert form.applied_on.data is not None  # the form asks for it
        told = (form.first_name, form.last_name, form.email, form.ref, form.person_ref)
        who = candidacies.Applicant(*(field.data or "" for field in told))
        return candidacies.add(vacancy, who, form.applied_on.data, by=current_user, note=form.note.data or "")

    return acting.answer(
        acting.attempt(form, act),
        form,
        done="The candidate is added",
        leads_to=url_for(".index", ref=vacancy.ref),
        title="Add a candidate",
        button="Add candidate",
        back_href=url_for(".index", ref=vacancy.ref),
        lead=f"{vacancy.ref}: {vacancy.name}",
    )


@blueprint.route("/vacancies/<path:ref>/merit-order", methods=["GET", "POST"])
@requires(Permission.CANDIDATES_EDIT, load=vacancies.vacancy)
def merit_order(vacancy: Vacancy) -> ResponseReturnValue:
    """Settle the order in which the appointable candidates are offered the post."""
    standing = [one for one in queries.standing_for(vacancy) if one.stage in queries.IN_MERIT_ORDER]
    named = [(one.candidacy.ref, one.candidacy.candidate.name) for one in standing]
    places = {f"place_{one.candidacy.ref}": one.place for one in standing if one.place}
    form = forms.merit_form(named)(data={"version": vacancy.journey.version, **places}, suggested={"on": today()})

    def act() -> None:
        said = {ref: int(form[f"place_{ref}"].data) for ref, _ in named}
        offers.settle_merit_order(vacancy, said, form["on"].data, by=current_user)

    return acting.answer(
        acting.attempt(form, act, vacancy),
        form,
        done="The merit order is settled",
        leads_to=url_for(".index", ref=vacancy.ref),
        title="Settle the merit order",
        button="Settle the order",
        back_href=url_for(".index", ref=vacancy.ref),
        lead="1 is offered the post first." if named else "No candidate is appointable yet.",
    )


@blueprint.route("/retention", methods=["GET", "POST"])
@requires(Permission.CANDIDATES_EDIT)
def keeping() -> ResponseReturnValue:
    """How long candidates' data is kept after a campaign ended, and how many are due to be forgotten."""
    form = forms.KeepForm(data={"months": retention.months_kept()})
    if form.submitted():
        try:
            with transaction():
                retention.keep_for(form.months.data or 0, by=current_user)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash("The setting is saved", "success")
            return see_other(url_for(".keeping"))
    kept, due = retention.kept_and_due(today())
    return render_template("leadership/retention.html", form=form, kept=kept, due=due)
