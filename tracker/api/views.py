"""The addresses of the API. Whoever shows a token is judged by the same rules as on the pages."""

from flask import Blueprint, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts import audit
from tracker.accounts.bearer import current_token
from tracker.accounts.permissions import Permission
from tracker.api import acts, answers, figures, messages, reading, recording
from tracker.api import document as openapi
from tracker.api import feed as feeds
from tracker.api.operations import NotThere, Operation, not_there, operation
from tracker.api.services import OtherBody
from tracker.core.db import transaction
from tracker.core.http import csrf
from tracker.core.problems import Problem, document
from tracker.core.web import public, requires, without_form_key

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
blueprint.register_error_handler(NotThere, not_there)
csrf.exempt(blueprint)


@blueprint.errorhandler(OtherBody)
def other_body(_: OtherBody) -> Problem:
    """A key came again with another body."""
    return document(422, "This Idempotency-Key was used for something else: make up a new one")


@blueprint.get("/openapi.json")
@public
def description() -> ResponseReturnValue:
    """What can be asked, as an OpenAPI document. For anybody: it tells of nobody."""
    rules = [rule for rule in current_app.url_map.iter_rules() if rule.endpoint.startswith("api.")]
    return jsonify(openapi.document([(rule, current_app.view_functions[rule.endpoint]) for rule in rules]))


@blueprint.get("/figures")
@requires(Permission.PROGRESS_VIEW)
@operation(Operation(answers.Figures, messages.AskFigures))
def show_figures(asked: messages.AskFigures) -> answers.Figures:
    """Figures as at a day, as known at an instant."""
    return figures.figures(asked, current_user)


@blueprint.get("/forecasts")
@requires(Permission.PROGRESS_VIEW)
@operation(Operation(answers.Forecasts, messages.AskForecasts))
def forecasts(asked: messages.AskForecasts) -> answers.Forecasts:
    """What is expected of the headlines."""
    return figures.forecasts(asked, current_user)


@blueprint.get("/targets")
@requires(Permission.TARGETS_VIEW)
@operation(Operation(answers.Targets, messages.AskTargets))
def targets(asked: messages.AskTargets) -> answers.Targets:
    """The targets that hold now."""
    return figures.targets(asked, current_user)


@blueprint.get("/organisations")
@requires()
@operation(Operation(answers.Organisations))
def organisations(_: messages.Nothing) -> answers.Organisations:
    """Departments and bodies, those too that have closed."""
    return reading.all_organisations()


@blueprint.get("/cohorts")
@requires(Permission.COHORTS_VIEW)
@operation(Operation(answers.Cohorts, messages.Pages))
def cohorts(asked: messages.Pages) -> answers.Cohorts:
    """Runs of programmes."""
    return reading.cohorts(asked)


@blueprint.get("/people")
@requires(Permission.PEOPLE_VIEW)
@operation(Operation(answers.People, messages.AskPeople, is_personal=True))
def people(asked: messages.AskPeople) -> answers.People:
    """The people within reach. Every look is in the audit trail."""
    found = reading.people(asked, current_user)
    _note_look("people:list", len(found.data))
    return found


@blueprint.get("/events")
@requires(Permission.PEOPLE_VIEW, Permission.PLACEMENTS_VIEW, Permission.VACANCIES_VIEW)
@operation(Operation(answers.Feed, messages.Pages, is_personal=True))
def events(asked: messages.Pages) -> answers.Feed:
    """The ledger within reach, in the order in which it came to be known. Every look is in the audit trail."""
    feeds.catch_up()
    found = feeds.feed(asked, current_user)
    _note_look("events:feed", len(found.data))
    return found


@blueprint.post("/events")
@without_form_key("a system sends a key of its own: Idempotency-Key")
@requires(Permission.EVENT_RECORD, Permission.PLACEMENTS_RECORD, Permission.VACANCIES_EDIT)
@operation(Operation(answers.Recorded, body=acts.Recording, is_personal=True))
def record(sent: acts.Recording) -> str:
    """Record what happened to an enrolment, a placement or a vacancy: one act, by the rules of the pages."""
    key = request.headers.get("Idempotency-Key", "")
    if not (0 < len(key) <= openapi.LONGEST_KEY and key.isascii() and key.isprintable() and " " not in key):
        abort(400, "Send an Idempotency-Key: 1 to 200 letters, digits and signs, made up for this one act")
    token = current_token()
    assert token is not None  # the guard let in nobody without one
    return recording.record(sent.root, current_user, token, key, request.get_data())


def _note_look(subject: str, rows: int) -> None:
    """Say in the audit trail what left the service, and by which token."""
    token = current_token()
    if rows and token is not None:
        through = f"token {token.ref}"
        with transaction():
            audit.record("exported", subject, actor=current_user, after={"rows": rows, "through": through})
