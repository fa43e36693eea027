"""Whether completing a programme counts to the target: what it would do to the headline is shown before it is saved."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.clock import today
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.web import requires
from tracker.register.forms import QualifyForm
from tracker.register.qualifying import Effect, effect
from tracker.register.views import acting
from tracker.training import queries, services
from tracker.training.models import Programme

blueprint = Blueprint("qualifying", __name__, url_prefix="/training/programmes/<code>/qualifies")


@blueprint.route("", methods=["GET", "POST"])
@requires(Permission.PROGRAMMES_EDIT, load=queries.programme)
def change(programme: Programme) -> ResponseReturnValue:
    """Have completing a programme count, or not, from a day on."""
    form = QualifyForm(
        data={"version": programme.version}, suggested={"qualifies": "no" if programme.qualifies else "yes"}
    )
    here = url_for("programmes.show", code=programme.code)
    shown: list[Effect] = []
    status = _attempt(form, programme, shown)
    words = {"programme": programme, "form": form, "effect": shown[0] if shown else None, "back_href": here}
    if status == 303:
        return acting.answer(status, done="Saved: the figures follow at the next compile", leads_to=here, template="")
    return render_template("register/qualifies.html", **words), status


def _attempt(form: QualifyForm, programme: Programme, shown: list[Effect]) -> int:
    """Show what would change; do it once that was seen. Says 303 if it is done, else the status of the page."""

    def act() -> None:
        services.hold_programme(programme)
        form.check_version(programme.version, "this programme")
        assert form.starts_on.data is not None  # the form asks for it
        services.qualify(
            programme,
            form.qualifies.data == "yes",
            form.starts_on.data,
            reason=form.reason.data or "",
            by=current_user,
        )

    if not form.submitted():
        return 200
    try:
        found = effect(act, today())
        seal = found.seal(form.qualifies.data, form.starts_on.data)
        if form.checked.data == seal:
            with transaction():
                act()
            return 303
    except DomainError as refusal:
        form.refuse(refusal)
        return form.status
    form.checked.data = seal
    shown.append(found)
    return 200
