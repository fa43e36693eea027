"""`/leadership`: where every vacancy stands, how long filling posts takes, and the targets for each stage."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.clock import today
from tracker.core.forms import check_filters
from tracker.core.web import chosen, requires
from tracker.leadership import boards
from tracker.leadership.forms.vacancies import BoardForm, TargetsForm, field_of
from tracker.leadership.queries import choices, courses, vacancies
from tracker.leadership.services import targets
from tracker.leadership.views import acting

blueprint = Blueprint("leadership", __name__, url_prefix="/leadership")


@blueprint.get("")
@requires(Permission.VACANCIES_VIEW)
def index() -> ResponseReturnValue:
    """The vacancies under way by stage, as a board or as a table, narrowed by what the address says."""
    asked = BoardForm(request.args)
    asked.offer(choices.campaigns_seen_by(current_user), choices.organisations_seen_by(current_user))
    check_filters(asked)
    found = vacancies.standings(current_user, today(), **asked.narrowed())
    as_table = chosen("view", ("board", "table"), "board") == "table"
    return render_template(
        "leadership/table.html" if as_table else "leadership/board.html",
        groups=boards.by_stage(found),
        standings=found,
        summary=boards.summary(found),
        due=boards.due_words,
        filter_form=asked,
        tabs=_tabs(asked, as_table=as_table),
    )


def _tabs(asked: BoardForm, *, as_table: bool) -> list[dict[str, Any]]:
    return [
        {"text": text, "href": _index(asked, form), "current": as_table == bool(form)}
        for text, form in (("Board", ""), ("Table", "table"))
    ]


def _index(asked: BoardForm, form: str) -> str:
    """The address of the same vacancies as a board, or as a table."""
    campaign, organisation, show = asked.campaign.data, asked.organisation.data, asked.show.data
    return url_for(
        ".index",
        campaign=campaign or None,
        organisation=organisation or None,
        show=show or None,
        view=form or None,
    )


@blueprint.get("/clocks")
@requires(Permission.VACANCIES_VIEW)
def clocks() -> ResponseReturnValue:
    """How long filling posts takes, clock by clock, and how far candidates come."""
    return render_template(
        "leadership/clocks.html",
        speed=boards.speed(current_user, today()),
        funnel=boards.funnel_rows(courses.funnel(vacancies.seen_by(current_user))),
    )


@blueprint.route("/targets", methods=["GET", "POST"])
@requires(Permission.VACANCIES_EDIT)
def stage_targets() -> ResponseReturnValue:
    """Set the most days a vacancy should stand at each stage."""
    held = vacancies.stage_targets()
    form = TargetsForm(
        {"version": targets.version_of(held), **{field_of(stage): one.days for stage, one in held.items()}}
    )

    def act() -> None:
        form.check_version(targets.version_of(vacancies.stage_targets()), "the targets")
        targets.set_days(form.days(), by=current_user)

    status, here = acting.attempt(form, act), url_for(".index")
    words = {"title": "Targets for each stage", "button": "Save the targets", "done": "The targets were saved"}
    lead = "The most calendar days a vacancy should stand at each stage. Leave a stage empty for no target."
    return acting.answer(status, form, leads_to=here, back_href=here, lead=lead, **words)
