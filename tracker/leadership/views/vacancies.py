"""`/leadership/vacancies`: one vacancy, and what it is: opened, changed, copied, its panel."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.accounts.queries import user as user_by_ref
from tracker.core.clock import today
from tracker.core.web import requires
from tracker.leadership import boards
from tracker.leadership.forms.vacancies import CopyForm, LeaveForm, MemberForm, PostForm, VacancyForm
from tracker.leadership.lifecycle import PanelRole, Route
from tracker.leadership.models import Vacancy
from tracker.leadership.queries import choices, courses, vacancies
from tracker.leadership.queries.vacancies import MemberOf
from tracker.leadership.services import panels
from tracker.leadership.services import vacancies as services
from tracker.leadership.services.vacancies import Change, Post
from tracker.leadership.views import acting
from tracker.organisations.queries import organisation as organisation_by_slug

blueprint = Blueprint("vacancies", __name__, url_prefix="/leadership/vacancies")


@blueprint.get("/<path:ref>")
@requires(Permission.VACANCIES_VIEW, load=vacancies.vacancy)
def show(vacancy: Vacancy) -> ResponseReturnValue:
    """One vacancy: where it stands, its clocks, its panel, how far its candidates came, and what happened."""
    may_edit = current_user.may(Permission.VACANCIES_EDIT, vacancy)
    standing = vacancies.standing_of(vacancy, today())
    return render_template(
        "leadership/vacancy.html",
        vacancy=vacancy,
        standing=standing,
        due=boards.due_words(standing),
        facts=boards.facts(vacancy),
        panel=boards.member_rows(vacancy),
        panel_note=boards.panel_note(vacancy),
        course=boards.course(vacancy, today()),
        pauses=courses.pauses_of(vacancy),
        funnel=boards.funnel_rows(courses.funnel(Vacancy.journey_id == vacancy.journey_id)),
        happened=boards.happened(vacancies.entries(vacancy), lambda one: _links(vacancy, one) if may_edit else []),
        may_edit=may_edit,
        next_stages=boards.next_stages(standing),
        is_paused=boards.is_paused(vacancy),
    )


def _links(vacancy: Vacancy, entry: vacancies.Entry) -> list[dict[str, str]]:
    return [
        {"text": text, "href": url_for(f"vacancy_course.{act}", ref=vacancy.ref, number=entry.number)}
        for text, act in (("Correct", "correct"), ("Take back", "take_back"))
    ]


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.VACANCIES_EDIT)
def add() -> ResponseReturnValue:
    """Open vacancies: one for each place."""
    form = VacancyForm({"campaign": request.args.get("campaign"), "places": 1})
    form.offer(choices.roles(), choices.grades())
    form.offer_places(choices.campaigns(), choices.organisations())
    opened: list[Vacancy] = []

    def act() -> None:
        approved_on = form.approved_on.data or today()
        opened.extend(services.open_places(_post(form), form.places.data or 1, approved_on, by=current_user))

    status = acting.attempt(form, act)
    done = "The vacancy was opened" if len(opened) == 1 else f"{len(opened)} vacancies were opened"
    words = {"title": "Open a vacancy", "button": "Open the vacancy", "done": done}
    here, leads_to = url_for("leadership.index"), _leads_to(opened, form.campaign.data or "")
    return acting.answer(status, form, leads_to=leads_to, back_href=here, **words)


def _leads_to(opened: list[Vacancy], campaign: str) -> str:
    """The vacancy opened; for several, their campaign."""
    if len(opened) == 1:
        return url_for(".show", ref=opened[0].ref)
    return url_for("campaigns.show", ref=campaign) if opened else ""


def _post(form: VacancyForm) -> Post:
    campaign, organisation = vacancies.campaign(form.campaign.data), organisation_by_slug(form.organisation.data)
    assert campaign is not None  # the form offers those that exist
    assert organisation is not None
    return Post(
        campaign_id=campaign.id,
        role_id=int(form.role.data),
        grade_id=int(form.grade.data),
        organisation_id=organisation.id,
        location=(form.location.data or "").strip(),
        pay_band=(form.pay_band.data or "").strip(),
        route=Route(form.route.data),
        advert=(form.advert.data or "").strip(),
        closes_at=form.closing(),
    )


@blueprint.route("/<path:ref>/edit", methods=["GET", "POST"])
@requires(Permission.VACANCIES_EDIT, load=vacancies.vacancy)
def edit(vacancy: Vacancy) -> ResponseReturnValue:
    """Change what a vacancy is."""
    form = PostForm({"version": vacancy.journey.version, **boards.form_values(vacancy)})
    form.offer(choices.roles(), choices.grades())

    def act() -> None:
        services.edit(vacancy, _change(form), by=current_user)

    status = acting.attempt(form, act, vacancy)
    here = url_for(".show", ref=vacancy.ref)
    words = {"title": f"Change vacancy {vacancy.ref}", "button": "Save", "done": "The vacancy was saved"}
    return acting.answer(status, form, leads_to=here, back_href=here, lead=boards.fixed_words(vacancy), **words)


def _change(form: PostForm) -> Change:
    return Change(
        role_id=int(form.role.data),
        grade_id=int(form.grade.data),
        location=(form.location.data or "").strip(),
        pay_band=(form.pay_band.data or "").strip(),
        advert=(form.advert.data or "").strip(),
        closes_at=form.closing(),
    )


@blueprint.route("/<path:ref>/copy", methods=["GET", "POST"])
@requires(Permission.VACANCIES_EDIT, load=vacancies.vacancy)
def copy(vacancy: Vacancy) -> ResponseReturnValue:
    """Open a vacancy for the same post."""
    form = CopyForm({"campaign": vacancy.campaign.ref, "organisation": vacancy.organisation.slug})
    form.offer_places(choices.campaigns(), choices.organisations())
    opened: list[Vacancy] = []

    def act() -> None:
        campaign, organisation = vacancies.campaign(form.campaign.data), organisation_by_slug(form.organisation.data)
        assert campaign is not None  # the form offers those that exist
        assert organisation is not None
        approved_on = form.approved_on.data or today()
        opened.append(services.copy(vacancy, campaign, organisation.id, approved_on, by=current_user))

    status = acting.attempt(form, act)
    words = {"title": f"Copy vacancy {vacancy.ref}", "button": "Open the copy", "done": "The vacancy was opened"}
    lead = "Copies what the post is. No date, panel or candidate comes along."
    here, leads_to = url_for(".show", ref=vacancy.ref), _leads_to(opened, "")
    return acting.answer(status, form, leads_to=leads_to, back_href=here, lead=lead, **words)


@blueprint.route("/<path:ref>/panel/new", methods=["GET", "POST"])
@requires(Permission.VACANCIES_EDIT, load=vacancies.vacancy)
def name_member(vacancy: Vacancy) -> ResponseReturnValue:
    """Name somebody on the panel."""
    form = MemberForm({"version": vacancy.journey.version})
    form.offer(choices.users())

    def act() -> None:
        user = user_by_ref(form.user.data)
        assert user is not None  # the form offers those that exist
        panels.name_member(vacancy, user, PanelRole(form.role.data), by=current_user)

    status = acting.attempt(form, act, vacancy)
    here = url_for(".show", ref=vacancy.ref)
    words = {"title": "Name a panel member", "button": "Name on the panel", "done": "The panel member was named"}
    lead = "Whoever sits on the panel sees the candidates of this vacancy by name."
    return acting.answer(status, form, leads_to=here, back_href=here, lead=lead, **words)


@blueprint.route("/<path:ref>/panel/<user>/leave", methods=["GET", "POST"])
@requires(Permission.VACANCIES_EDIT, load=vacancies.member)
def leave(of: MemberOf) -> ResponseReturnValue:
    """Record that somebody left the panel."""
    form = LeaveForm({"version": of.vacancy.journey.version})

    def act() -> None:
        panels.leave(of.member, form.left_on.data or today(), by=current_user)

    status = acting.attempt(form, act, of.vacancy)
    here = url_for(".show", ref=of.vacancy.ref)
    words = {"title": f"{of.member.user.name} leaves the panel", "button": "Record it", "done": "The panel was changed"}
    return acting.answer(status, form, leads_to=here, back_href=here, **words)
