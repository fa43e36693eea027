"""One candidate for one vacancy: where they stand, what the panel found, and each act at an address of its own."""

from collections.abc import Callable

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.clock import today
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.forms import BaseForm
from tracker.core.web import requires
from tracker.leadership import candidature
from tracker.leadership.candidate_acts import Act
from tracker.leadership.forms import candidates as forms
from tracker.leadership.lifecycle import CANDIDACY, CandidacyStage
from tracker.leadership.models import Candidacy
from tracker.leadership.queries import candidates as queries
from tracker.leadership.queries import scores as score_queries
from tracker.leadership.services import candidacies, interviews, scores
from tracker.leadership.views import acting

blueprint = Blueprint("candidacy", __name__, url_prefix="/leadership/candidacies/<ref>")


@blueprint.get("")
@requires(Permission.VACANCIES_VIEW, load=queries.candidacy)
def show(candidacy: Candidacy) -> ResponseReturnValue:
    """One candidate; without name, words and scores for who is not on the panel."""
    shown = candidature.of_candidacy(candidacy, current_user)
    page = render_template("leadership/candidacy.html", **shown, act_href=lambda act: _act_href(candidacy, act))
    if shown["sees"]:
        # Once it is drawn: all that was read would be read again after a unit of work.
        candidature.note_look(current_user, f"candidacy:{candidacy.ref}")
    return page


def _act_href(candidacy: Candidacy, act: Act) -> str:
    return url_for(act.code, ref=candidacy.ref, stage=act.choice or None)


def _attempt(form: BaseForm, candidacy: Candidacy, act: Callable[[], object]) -> int:
    """Do the act if the form was sent and is in order, on the candidate as they were shown."""
    if not form.submitted():
        return 200
    try:
        with transaction():
            candidacies.hold(candidacy)
            form.check_version(candidacy.journey.version, "this candidate")
            act()
    except DomainError as refusal:
        form.refuse(refusal)
        return form.status
    return 303


def act_on(
    candidacy: Candidacy, form: BaseForm, act: Callable[[], object], title: str, button: str, done: str, **words: object
) -> ResponseReturnValue:
    """Do the act and go back to the candidate, or to the candidacy that the act has begun; or show its form."""
    back = url_for("candidacy.show", ref=candidacy.ref)
    begun: list[object] = []
    status = _attempt(form, candidacy, lambda: begun.append(act()))
    goes_on = next((one for one in begun if isinstance(one, Candidacy)), candidacy)
    stands = queries.standing(candidacy)
    return acting.answer(
        status,
        form,
        done=done,
        leads_to=url_for("candidacy.show", ref=goes_on.ref),
        title=title,
        button=button,
        back_href=back,
        lead=f"{candidature.called(current_user, candidacy)}, {candidacy.vacancy.ref}. {candidature.sentence(stands)}",
        **words,
    )


@blueprint.route("/stage", methods=["GET", "POST"])
@requires(Permission.CANDIDATES_EDIT, load=queries.candidacy)
def record(candidacy: Candidacy) -> ResponseReturnValue:
    """Move on to a stage of the line before an offer."""
    stands = queries.standing(candidacy)
    follows = [info.code for info in CANDIDACY.next_stages(stands.stage) if info.code in candidacies.PLAIN]
    form = forms.RecordForm(
        follows, data={"version": candidacy.journey.version}, suggested={"stage": request.args.get("stage")}
    )

    def act() -> object:
        note = form.note.data or ""
        return candidacies.record(candidacy, form.stage.data, form.on.data or today(), by=current_user, note=note)

    return act_on(candidacy, form, act, "Record a stage", "Record stage", "The stage is recorded")


ENDINGS = {CandidacyStage.REJECTED.value: "Reject", CandidacyStage.WITHDRAWN.value: "Record that they withdrew"}


@blueprint.route("/end", methods=["GET", "POST"])
@requires(Permission.CANDIDATES_EDIT, load=queries.candidacy)
def end(candidacy: Candidacy) -> ResponseReturnValue:
    """Reject a candidate, or record that they withdrew, with the reason."""
    stage = request.args.get("stage", "")
    stage = stage if stage in ENDINGS else CandidacyStage.WITHDRAWN.value
    form = forms.EndForm(stage, data={"version": candidacy.journey.version})

    def act() -> object:
        on, note = form.on.data or today(), form.note.data or ""
        return candidacies.end(candidacy, stage, form.reason.data, on, by=current_user, note=note)

    return act_on(candidacy, form, act, ENDINGS[stage], "Record", "It is recorded")


@blueprint.route("/take-back", methods=["GET", "POST"])
@requires(Permission.CANDIDATES_EDIT, load=queries.candidacy)
def take_back(candidacy: Candidacy) -> ResponseReturnValue:
    """Take back the last entry, which leaves the stage before it."""
    form = forms.TakeBackForm(data={"version": candidacy.journey.version})

    def act() -> None:
        candidacies.take_back(candidacy, reason=form.reason.data or "", by=current_user)

    return act_on(
        candidacy, form, act, "Take back the last entry", "Take it back", "The entry is taken back", hint=TAKEN_BACK
    )


TAKEN_BACK = (
    "The candidate stands again where they stood before it; a vacancy that moved with them moves back too. "
    "Other candidacies that were withdrawn with an acceptance stay withdrawn."
)


@blueprint.route("/scores", methods=["GET", "POST"])
@requires(Permission.CANDIDATES_SCORE, load=queries.candidacy)
def score(candidacy: Candidacy) -> ResponseReturnValue:
    """Hand in one's own scores of a candidate."""
    wanted = [(one.id, one.text) for one in score_queries.criteria(candidacy.vacancy)]
    form = forms.score_form(wanted)(data={"version": candidacy.journey.version})

    def act() -> None:
        given = {number: int(form[f"score_{number}"].data) for number, _ in wanted}
        scores.submit(candidacy, given, by=current_user)

    hint = "Your scores cannot be changed once they are in. You then see those of the others that are in."
    return act_on(candidacy, form, act, "Score the candidate", "Hand in", "Your scores are in", hint=hint)


@blueprint.route("/stand-back", methods=["GET", "POST"])
@requires(Permission.CANDIDATES_SCORE, load=queries.candidacy)
def stand_back(candidacy: Candidacy) -> ResponseReturnValue:
    """Stand back because of a conflict of interest; then there is no candidate, and perhaps no vacancy, to go to."""
    form = forms.StandBackForm(data={"version": candidacy.journey.version})
    listed = url_for("candidates.index", ref=candidacy.vacancy.ref)

    def act() -> None:
        stand = scores.stand_back if form.scope.data == "candidate" else scores.stand_back_from_all
        stand(candidacy, form.reason.data or "", by=current_user)

    return acting.answer(
        _attempt(form, candidacy, act),
        form,
        done="You stand back",
        leads_to=url_for("home.show") if form.scope.data == "vacancy" else listed,
        title="Stand back",
        button="Stand back",
        back_href=url_for("candidacy.show", ref=candidacy.ref),
        lead=candidacy.candidate.name,
    )


@blueprint.route("/notes", methods=["GET", "POST"])
@requires(Permission.CANDIDATES_NOTE, load=queries.candidacy)
def note(candidacy: Candidacy) -> ResponseReturnValue:
    """Keep what was found at an assessment."""
    form = forms.NoteForm(interviews.NOTE_KINDS, data={"version": candidacy.journey.version})

    def act() -> object:
        held_on, text = form.held_on.data or today(), form.text.data or ""
        return interviews.note(candidacy, form.kind.data, held_on, text, by=current_user)

    return act_on(candidacy, form, act, "Add a note of an assessment", "Add note", "The note is kept")


@blueprint.route("/interview", methods=["GET", "POST"])
@requires(Permission.CANDIDATES_EDIT, load=queries.candidacy)
def interview(candidacy: Candidacy) -> ResponseReturnValue:
    """Set the interview, or move it."""
    is_moved = any(one.moved_at is None for one in queries.interviews(candidacy))
    form = forms.InterviewForm(is_moved=is_moved, data={"version": candidacy.journey.version})

    def act() -> object:
        why = form.reason.data if is_moved else ""
        return interviews.arrange(candidacy, form.starts_at, form.place.data or "", by=current_user, reason=why)

    title = "Move the interview" if is_moved else "Set the interview"
    return act_on(candidacy, form, act, title, "Save the interview", "The interview is set")
