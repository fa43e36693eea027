"""`/duplicates`: records that may be of one person; making two one, telling them apart, and taking a merge back."""

from collections.abc import Callable

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.forms import BaseForm
from tracker.core.web import address_of_page, requires, see_other
from tracker.people import queries as people
from tracker.people.identity import queries as identity
from tracker.people.identity.models import DuplicatePair, PersonMerge
from tracker.people.models import Person
from tracker.people.services import hold
from tracker.register.effect import Effect, effect
from tracker.register.identity import comparing, queries, services
from tracker.register.identity.comparing import Comparison
from tracker.register.identity.forms import MergeForm, SamePersonForm, TwoPeopleForm, UndoMergeForm, merge_form

blueprint = Blueprint("identity", __name__)


@blueprint.get("/duplicates")
@requires(Permission.PEOPLE_MERGE)
def index() -> ResponseReturnValue:
    """The queue: the pairs that are most alike first."""
    decided = bool(request.args.get("decided"))
    page = comparing.page_of_pairs(request.args.get("page"), address_of_page, decided=decided)
    return render_template("register/identity/index.html", page=page, decided=decided)


@blueprint.route("/duplicates/<ref>", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MERGE, load=queries.pair)
def compare(pair: DuplicatePair) -> ResponseReturnValue:
    """Two records side by side. What would change is shown before they are made one."""
    compared = comparing.compare(pair)
    form = merge_form(
        [one.cohort for one in compared.clashes],
        compared.choices,
        data={"version": compared.version},
        suggested=compared.suggested,
    )
    low, high = pair.low, pair.high
    act = _merging(compared, form)
    status, shown = _measured(form, act, low, high) if form.submitted() else (200, None)
    if shown is not None and form.checked.data == shown.seal(_said(form)):
        status = _done(form, act)
    if status == 303:
        flash("The two records are one now", "success")
        return see_other(url_for("person.show", ref=low.ref if form.survivor.data == comparing.LOW else high.ref))
    form.checked.data = shown.seal(_said(form)) if shown is not None else ""
    return render_template("register/identity/compare.html", compared=compared, form=form, effect=shown), status


def _said(form: MergeForm) -> list[tuple[str, str]]:
    return [(name, field.data) for name, field in form._fields.items() if name != "checked"]


def _merging(compared: Comparison, form: MergeForm) -> Callable[[], object]:
    def act() -> object:
        low, high = compared.pair.low, compared.pair.high
        for person in (low, high):
            hold(person)
        form.check_version(compared.version, "one of the two records")
        survivor, merged, choice = comparing.chosen(compared, dict(_said(form)))
        return services.merge(survivor, merged, choice, reason=form.reason.data, by=current_user)

    return act


def _measured(form: BaseForm, act: Callable[[], object], *people: Person) -> tuple[int, Effect | None]:
    """What the act would change, or the refusal on the form."""
    try:
        return 200, effect(people[0], act, *people[1:])
    except DomainError as refusal:
        form.refuse(refusal)
        return form.status, None


def _done(form: BaseForm, act: Callable[[], object]) -> int:
    """Do the act; 303 if it is done, else the status of the form's page."""
    try:
        with transaction():
            act()
    except DomainError as refusal:
        form.refuse(refusal)
        return form.status
    return 303


@blueprint.route("/duplicates/<ref>/two-people", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MERGE, load=queries.pair)
def two_people(pair: DuplicatePair) -> ResponseReturnValue:
    """Say that they are two people."""
    form = TwoPeopleForm()
    reason = form.reason.data or ""
    if form.submitted() and _done(form, lambda: services.say_two_people(pair, reason=reason, by=current_user)) == 303:
        flash("It is remembered that they are two people", "success")
        return see_other(url_for(".index"))
    words = {"title": "Not the same person", "button": "They are two people"}
    lead = f"{pair.low.name}, {pair.low.ref}, and {pair.high.name}, {pair.high.ref}, will not be suggested again."
    return render_template(
        "register/act.html", form=form, lead=lead, back_href=url_for(".compare", ref=pair.ref), **words
    )


@blueprint.route("/people/<path:ref>/same-person", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MERGE, load=people.person)
def same_person(person: Person) -> ResponseReturnValue:
    """Name another record of somebody, to compare the two."""
    form, found = SamePersonForm(), list[DuplicatePair]()
    if form.submitted() and _done(form, lambda: found.append(services.pair_up(person, form.other.data or ""))) == 303:
        return see_other(url_for(".compare", ref=found[0].ref))
    lead = f"{person.name}, {person.ref}. Nothing is changed yet: the two records are put side by side first."
    words = {"title": "Another record of the same person", "button": "Compare the records", "lead": lead}
    return render_template("register/act.html", form=form, back_href=url_for("person.show", ref=person.ref), **words)


@blueprint.route("/merges/<ref>/undo", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MERGE, load=identity.merge)
def undo(record: PersonMerge) -> ResponseReturnValue:
    """Make two records again of one."""
    form, survivor, merged = UndoMergeForm(), record.survivor, record.merged
    reason = form.reason.data or ""
    if form.submitted() and _done(form, lambda: services.undo_merge(record, reason=reason, by=current_user)) == 303:
        flash(f"{merged.ref} is a record of its own again", "success")
        return see_other(url_for("person.show", ref=merged.ref))
    lead = f"{merged.ref} was merged into {survivor.ref}, {survivor.name}. Both will be as they were before."
    words = {"title": "Undo a merge", "button": "Make two records again", "lead": lead}
    return render_template("register/act.html", form=form, back_href=url_for("person.show", ref=survivor.ref), **words)
