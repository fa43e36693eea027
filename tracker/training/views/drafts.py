"""A draft of an enrolment: its sections, one question to a page, the check before it is made into an enrolment."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.db import transaction
from tracker.core.errors import ChangedMeanwhile, DomainError
from tracker.core.web import requires, see_other
from tracker.training import drafting, queries, questions, services
from tracker.training.forms import FORMS, ConfirmForm, SectionForm
from tracker.training.models import EnrolmentDraft
from tracker.training.queries import DraftPart
from tracker.training.views import acting

blueprint = Blueprint("drafts", __name__, url_prefix="/training/enrol/drafts/<ref>")


@blueprint.get("")
@requires(Permission.ENROL, load=queries.draft)
def show(draft: EnrolmentDraft) -> ResponseReturnValue:
    """The task list: each section with how far it is."""
    tasks = drafting.tasks(draft)
    return render_template(
        "training/draft.html",
        draft=draft,
        title=drafting.title(draft),
        hands=drafting.hands(draft),
        items=[{"text": one["section"].title, "href": _go_on(draft, one), "state": one["state"]} for one in tasks],
        is_ready=drafting.is_ready(draft),
    )


def _go_on(draft: EnrolmentDraft, task: dict[str, Any]) -> str:
    """Where to go on with a section: at its first open question, or at its check."""
    if task["question"] is not None:
        return url_for(".question", ref=draft.ref, key=task["question"])
    return url_for(".section", ref=draft.ref, key=task["section"].key)


@blueprint.route("/questions/<key>", methods=["GET", "POST"])
@requires(Permission.ENROL, load=queries.draft_question)
def question(part: DraftPart) -> ResponseReturnValue:
    """One question."""
    draft, asked = part.draft, questions.QUESTIONS[part.key]
    choices = drafting.choices_of(draft, part.key)
    opened = {**drafting.typed(draft, part.key), "version": draft.version}
    form = FORMS[part.key](choices, data=opened)

    def act() -> None:
        services.hold_draft(draft, form.version.data or "")
        services.save_answers(draft, part.key, form.typed(), by=current_user)

    status = acting.attempt(form, act)
    section = questions.section_of(part.key)
    words = {"form": form, "asked": asked, "section": section, "draft": draft, "who": drafting.title(draft)}
    leads_to, page = _after(draft, part.key), "training/question.html"
    return acting.answer(status, done="", leads_to=leads_to, template=page, has_choices=bool(choices), **words)


def _after(draft: EnrolmentDraft, key: str) -> str:
    """Back to the page that the change was asked on; else on to the next question of the section, or to its check."""
    then, follows = request.args.get("then"), questions.following(key)
    if then == "check":
        return url_for(".check", ref=draft.ref)
    if then != "section" and follows is not None:
        return url_for(".question", ref=draft.ref, key=follows)
    return url_for(".section", ref=draft.ref, key=questions.section_of(key).key)


@blueprint.route("/sections/<key>", methods=["GET", "POST"])
@requires(Permission.ENROL, load=queries.draft_section)
def section(part: DraftPart) -> ResponseReturnValue:
    """What a section says, and the tick that completes it."""
    draft = part.draft
    form = SectionForm(data={"version": draft.version, "is_done": part.key in draft.done})

    def act() -> None:
        services.hold_draft(draft, form.version.data or "")
        services.tick_section(draft, part.key, bool(form.is_done.data), by=current_user)

    status = acting.attempt(form, act)
    said = next(one for one in questions.SECTIONS if one.key == part.key)
    words = {
        "form": form,
        "draft": draft,
        "section": said,
        "rows": drafting.rows(draft, said, _change(draft, "section")),
    }
    leads_to = url_for(".show", ref=draft.ref)
    return acting.answer(status, done="", leads_to=leads_to, template="training/section.html", **words)


def _change(draft: EnrolmentDraft, then: str) -> drafting.Href:
    return lambda key: url_for(".question", ref=draft.ref, key=key, then=then)


@blueprint.route("/check", methods=["GET", "POST"])
@requires(Permission.ENROL, load=queries.draft)
def check(draft: EnrolmentDraft) -> ResponseReturnValue:
    """Everything that was answered, once more; the button begins the enrolment."""
    form, begun = ConfirmForm(data={"version": draft.version}), [""]

    def act() -> None:
        services.hold_draft(draft, form.version.data or "")
        begun[0] = services.begin_enrolment(draft, by=current_user).ref

    status, refused = _try(form, draft, act)
    if status == 303:
        return see_other(url_for("enrolling.begun", ref=begun[0]))
    return render_template("training/check.html", form=form, **_check_words(draft, refused)), status


def _try(form: ConfirmForm, draft: EnrolmentDraft, act: Any) -> tuple[int, DomainError | None]:
    """Begin the enrolment; else the status of the page, and the rule that refused."""
    if not form.submitted():
        return 200, None
    try:
        with transaction():
            act()
    except ChangedMeanwhile as refusal:
        form.refuse(refusal)
        return form.status, None
    except DomainError as refusal:
        return 200, refusal
    return 303, None


def _check_words(draft: EnrolmentDraft, refused: DomainError | None) -> dict[str, Any]:
    parts = questions.sections(draft.person is not None, draft.answers)
    return {
        "draft": draft,
        "who": drafting.title(draft),
        "parts": [
            {
                "section": one,
                "rows": drafting.rows(draft, one, _change(draft, "check")),
                "is_done": one.key in draft.done,
            }
            for one in parts
        ],
        "similar": services.similar(draft),
        "problems": _problems(draft, refused),
    }


def _problems(draft: EnrolmentDraft, refused: DomainError | None) -> list[dict[str, str]]:
    """Why it was refused, with the way to the question that the rule is about, or to the sections not completed."""
    if refused is None:
        return []
    asked = questions.question_of(refused.field) if refused.field else None
    if asked is not None:
        return [{"text": refused.message, "href": _change(draft, "check")(asked)}]
    open_still = [one["section"] for one in drafting.tasks(draft) if one["section"].key not in draft.done]
    if open_still:
        return [
            {"text": f"Complete ‘{one.title}’", "href": url_for(".section", ref=draft.ref, key=one.key)}
            for one in open_still
        ]
    return [{"text": refused.message, "href": "#main-content"}]


@blueprint.post("/told-apart")
@requires(Permission.ENROL, load=queries.draft)
def told_apart(draft: EnrolmentDraft) -> ResponseReturnValue:
    """Say that none of the similar people is this one."""
    form = ConfirmForm(data={"version": draft.version})

    def act() -> None:
        services.hold_draft(draft, form.version.data or "")
        services.tell_apart(draft, by=current_user)

    status, refused = _try(form, draft, act)
    if status == 303:
        return see_other(url_for(".check", ref=draft.ref))
    return render_template("training/check.html", form=form, **_check_words(draft, refused)), status


@blueprint.route("/discard", methods=["GET", "POST"])
@requires(Permission.ENROL, load=queries.draft)
def discard(draft: EnrolmentDraft) -> ResponseReturnValue:
    """Throw the draft away."""
    form, who, here = ConfirmForm(), drafting.title(draft), url_for(".show", ref=draft.ref)
    status = acting.attempt(form, lambda: services.discard_draft(draft, by=current_user))
    words = {
        "title": f"Throw away the draft for {who}?",
        "consequence": "Everything that was typed into it is gone. Nobody has been enrolled by it.",
        "button": "Throw it away",
        "back_href": here,
    }
    leads_to, page = url_for("enrolling.index"), "training/confirm.html"
    return acting.answer(status, done="The draft is thrown away", leads_to=leads_to, template=page, form=form, **words)
