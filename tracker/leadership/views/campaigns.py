"""`/leadership/campaigns`: the list, one campaign, and what is done with it."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.clock import today
from tracker.core.web import requires
from tracker.leadership import boards
from tracker.leadership.forms.vacancies import CampaignCopyForm, CampaignEditForm, CampaignForm, EndForm
from tracker.leadership.models import Campaign, Vacancy
from tracker.leadership.queries import courses, vacancies
from tracker.leadership.services import campaigns
from tracker.leadership.services.campaigns import Facts
from tracker.leadership.views import acting

blueprint = Blueprint("campaigns", __name__, url_prefix="/leadership/campaigns")


@blueprint.get("")
@requires(Permission.VACANCIES_VIEW)
def index() -> ResponseReturnValue:
    """Every campaign with a vacancy the reader may see."""
    return render_template("leadership/campaigns.html", campaigns=vacancies.campaigns(current_user))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.VACANCIES_EDIT)
def begin() -> ResponseReturnValue:
    """Begin a campaign."""
    form = CampaignForm()
    status = acting.attempt(form, lambda: campaigns.begin(_facts(form), by=current_user))
    return acting.answer(
        status,
        form,
        done="The campaign was begun",
        leads_to=url_for(".show", ref=form.ref.data) if status == 303 else "",
        title="Begin a campaign",
        button="Begin the campaign",
        back_href=url_for(".index"),
    )


def _facts(form: CampaignForm) -> Facts:
    return Facts(form.ref.data or "", (form.name.data or "").strip(), (form.summary.data or "").strip())


@blueprint.get("/<path:ref>")
@requires(Permission.VACANCIES_VIEW, load=vacancies.campaign_page)
def show(page: vacancies.CampaignPage) -> ResponseReturnValue:
    """One campaign: its vacancies by stage, and how far its candidates came."""
    campaign = page.campaign
    mine = Vacancy.campaign_id == campaign.id
    found = vacancies.standings(current_user, today(), campaign=campaign.ref, under_way_only=False)
    return render_template(
        "leadership/campaign.html",
        campaign=campaign,
        standings=found,
        summary=boards.summary(found),
        due=boards.due_words,
        funnel=boards.funnel_rows(courses.funnel(mine, vacancies.seen_by(current_user))),
    )


@blueprint.route("/<path:ref>/edit", methods=["GET", "POST"])
@requires(Permission.VACANCIES_EDIT, load=vacancies.campaign)
def edit(campaign: Campaign) -> ResponseReturnValue:
    """Change what a campaign is called."""
    opened = {"version": campaign.version, "name": campaign.name, "summary": campaign.summary}
    form = CampaignEditForm(opened)

    def act() -> None:
        form.check_version(campaign.version, "this campaign")
        name, summary = (form.name.data or "").strip(), (form.summary.data or "").strip()
        campaigns.edit(campaign, name, summary, by=current_user)

    status = acting.attempt(form, act)
    here = url_for(".show", ref=campaign.ref)
    words = {"title": "Change the campaign", "button": "Save", "done": "The campaign was saved"}
    return acting.answer(status, form, leads_to=here, back_href=here, **words)


@blueprint.route("/<path:ref>/end", methods=["GET", "POST"])
@requires(Permission.VACANCIES_EDIT, load=vacancies.campaign)
def end(campaign: Campaign) -> ResponseReturnValue:
    """Declare a campaign over."""
    form = EndForm({"version": campaign.version})

    def act() -> None:
        form.check_version(campaign.version, "this campaign")
        campaigns.end(campaign, form.ended_on.data or today(), by=current_user)

    status = acting.attempt(form, act)
    here = url_for(".show", ref=campaign.ref)
    words = {"title": "End the campaign", "button": "End the campaign", "done": "The campaign has ended"}
    lead = "Candidates’ details are kept for a time that counts from the day a campaign ended."
    return acting.answer(status, form, leads_to=here, back_href=here, lead=lead, **words)


@blueprint.route("/<path:ref>/copy", methods=["GET", "POST"])
@requires(Permission.VACANCIES_EDIT, load=vacancies.campaign)
def copy(campaign: Campaign) -> ResponseReturnValue:
    """Begin a campaign with the posts of this one."""
    form = CampaignCopyForm({"name": campaign.name, "summary": campaign.summary})

    def act() -> None:
        campaigns.copy(campaign, _facts(form), form.approved_on.data or today(), by=current_user)

    status = acting.attempt(form, act)
    return acting.answer(
        status,
        form,
        done="The campaign was begun with the same posts",
        leads_to=url_for(".show", ref=form.ref.data) if status == 303 else "",
        title=f"Copy campaign {campaign.ref}",
        button="Begin the campaign",
        back_href=url_for(".show", ref=campaign.ref),
        lead="Copies what the posts are. No date, panel or candidate comes along.",
    )
