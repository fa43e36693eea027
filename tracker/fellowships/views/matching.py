"""Matching: what a fellow looks for and what projects need, side by side, with the reasons."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.web import requires
from tracker.fellowships import market, skills
from tracker.fellowships.forms.offers import OwnRankForm, PreferenceForm, ProposeForm, RankForm, number_of
from tracker.fellowships.models import Placement
from tracker.fellowships.queries import offers as queries
from tracker.fellowships.queries.offers import Pair
from tracker.fellowships.services import matching
from tracker.fellowships.services.matching import Looked
from tracker.fellowships.views import acting
from tracker.people.models import Person
from tracker.people.queries import person as load_person

blueprint = Blueprint("matching", __name__, url_prefix="/fellowships/matching")


@blueprint.get("")
@requires(Permission.PLACEMENTS_RECORD)
def index() -> ResponseReturnValue:
    """Everybody who looks for a placement."""
    return render_template("fellowships/matching/index.html", people=queries.looking())


@blueprint.get("/<path:ref>")
@requires(Permission.PREFERENCES_WRITE, load=load_person)
def show(person: Person) -> ResponseReturnValue:
    """A fellow beside every project on offer, the best fit first. How hosts rank them is not for the fellow."""
    return render_template(
        "fellowships/matching/show.html",
        person=person,
        wishes=market.wishes(queries.preference(person)),
        matches=market.matches(person),
        may_match=current_user.may(Permission.PLACEMENTS_RECORD),
    )


@blueprint.route("/<path:ref>/preferences", methods=["GET", "POST"])
@requires(Permission.PREFERENCES_WRITE, load=load_person)
def look_for(person: Person) -> ResponseReturnValue:
    """Say what a fellow looks for."""
    form = PreferenceForm(queries.regions(), skills.framework(), data=market.wished(queries.preference(person)))

    def act() -> object:
        region, fte = queries.region(form.region.data), float(form.fte.data or 0)
        looked = Looked(region, form.starts_on.data, form.ends_on.data, fte, form.skills.data or [])
        return matching.look_for(person, looked, by=current_user)

    words = {"title": "What the fellow looks for", "button": "Save", "lead": f"{person.name}, {person.ref}"}
    here = url_for(".show", ref=person.ref)
    return acting.answer(acting.attempt(form, act), form, done="The preferences are saved", leads_to=here, **words)


@blueprint.route("/<path:ref>/rank/<project_ref>", methods=["GET", "POST"])
@requires(Permission.PREFERENCES_WRITE, load=queries.pair)
def rank(pair: Pair) -> ResponseReturnValue:
    """Say how fellow and host rank each other; a fellow says their own rank alone."""
    form_class = RankForm if current_user.may(Permission.PLACEMENTS_RECORD) else OwnRankForm
    form = form_class(data=market.ranked(pair))

    def act() -> object:
        said = {name: number_of(form[name].data) for name in ("fellow_rank", "host_rank") if name in form}
        return matching.rank(pair.person, pair.project, by=current_user, **{**market.ranks(pair), **said})

    words = {"title": "Rank", "button": "Save", "lead": f"{pair.person.name} and ‘{pair.project.title}’"}
    here = url_for(".show", ref=pair.person.ref)
    return acting.answer(acting.attempt(form, act), form, done="The ranks are saved", leads_to=here, **words)


@blueprint.route("/<path:ref>/propose/<project_ref>", methods=["GET", "POST"])
@requires(Permission.PLACEMENTS_RECORD, load=queries.pair)
def propose(pair: Pair) -> ResponseReturnValue:
    """Propose a fellow for a project."""
    form = ProposeForm()
    begun: list[Placement] = []
    status = acting.attempt(form, lambda: begun.append(matching.propose(pair.person, pair.project, by=current_user)))
    lead = f"{pair.person.name} for ‘{pair.project.title}’ at {pair.project.organisation.name}"
    words = {"title": "Propose a placement", "button": "Propose", "lead": lead, "hint": market.last_place(pair.project)}
    here = url_for("placements.show", ref=begun[0].ref) if begun else url_for(".show", ref=pair.person.ref)
    return acting.answer(status, form, done="The placement is proposed", leads_to=here, **words)
