"""What happens to a vacancy: a stage recorded, an entry put right, a pause."""

from collections.abc import Callable

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.clock import today
from tracker.core.forms import BaseForm
from tracker.core.web import requires
from tracker.leadership import boards
from tracker.leadership.forms.vacancies import CorrectForm, PauseForm, ResumeForm, StageForm, TakeBackForm
from tracker.leadership.models import Vacancy
from tracker.leadership.queries import vacancies
from tracker.leadership.queries.vacancies import EntryOf
from tracker.leadership.services import stages
from tracker.leadership.views import acting

blueprint = Blueprint("vacancy_course", __name__, url_prefix="/leadership/vacancies/<path:ref>")


def _act(
    vacancy: Vacancy, form: BaseForm, act: Callable[[], object], title: str, button: str, done: str, lead: str = ""
) -> ResponseReturnValue:
    """Do the act and go back to the vacancy, or show its form."""
    here = url_for("vacancies.show", ref=vacancy.ref)
    status = acting.attempt(form, act, vacancy)
    lead = lead or f"{vacancy.ref}: {vacancy.name}"
    words = {"title": title, "button": button, "done": done, "lead": lead}
    return acting.answer(status, form, leads_to=here, back_href=here, **words)


@blueprint.route("/stage", methods=["GET", "POST"])
@requires(Permission.VACANCIES_EDIT, load=vacancies.vacancy)
def record_stage(vacancy: Vacancy) -> ResponseReturnValue:
    """Record one of the stages that may follow."""
    possible = boards.next_stages(vacancies.standing_of(vacancy, today()))
    form = StageForm(
        possible, data={"version": vacancy.journey.version}, suggested={"stage": request.args.get("stage")}
    )

    def act() -> None:
        on, note = form.effective_on.data or today(), form.note.data or ""
        stages.record_stage(vacancy, form.stage.data, on, by=current_user, note=note)

    return _act(vacancy, form, act, "Record a stage", "Record stage", "The stage is recorded")


@blueprint.route("/entries/<int:number>/correct", methods=["GET", "POST"])
@requires(Permission.VACANCIES_EDIT, load=vacancies.entry)
def correct(of: EntryOf) -> ResponseReturnValue:
    """Put right what an entry says."""
    event = of.entry.event
    opened = {"version": of.vacancy.journey.version, "stage": event.stage, "effective_on": event.effective_on}
    form = CorrectForm(opened)

    def act() -> None:
        on, reason = form.effective_on.data or today(), form.reason.data or ""
        stages.correct(of.vacancy, event, form.stage.data, on, reason=reason, by=current_user)

    lead = boards.entry_words(of)
    return _act(of.vacancy, form, act, "Correct an entry", "Save the correction", "The past is corrected", lead)


@blueprint.route("/entries/<int:number>/take-back", methods=["GET", "POST"])
@requires(Permission.VACANCIES_EDIT, load=vacancies.entry)
def take_back(of: EntryOf) -> ResponseReturnValue:
    """Take back an entry that should not be there."""
    form = TakeBackForm({"version": of.vacancy.journey.version})

    def act() -> None:
        stages.take_back(of.vacancy, of.entry.event, reason=form.reason.data or "", by=current_user)

    lead = boards.entry_words(of)
    return _act(of.vacancy, form, act, "Take back an entry", "Take back the entry", "The past is corrected", lead)


@blueprint.route("/pause", methods=["GET", "POST"])
@requires(Permission.VACANCIES_EDIT, load=vacancies.vacancy)
def pause(vacancy: Vacancy) -> ResponseReturnValue:
    """Record that a vacancy stands still."""
    form = PauseForm({"version": vacancy.journey.version})

    def act() -> None:
        stages.pause(vacancy, form.starts_on.data or today(), form.reason.data or "", by=current_user)

    lead = "The clocks run on while a vacancy stands still; the days are shown beside them."
    return _act(vacancy, form, act, "Pause the vacancy", "Record the pause", "The pause is recorded", lead)


@blueprint.route("/resume", methods=["GET", "POST"])
@requires(Permission.VACANCIES_EDIT, load=vacancies.vacancy)
def resume(vacancy: Vacancy) -> ResponseReturnValue:
    """Record that a vacancy goes on."""
    form = ResumeForm({"version": vacancy.journey.version})

    def act() -> None:
        stages.resume(vacancy, form.ends_on.data or today(), by=current_user)

    return _act(vacancy, form, act, "Let the vacancy go on", "Record it", "The vacancy goes on")
