"""An act for many from the form to the ledger: shown first, done when it comes back as it was shown."""

from typing import Any

from sqlalchemy import Select

from tracker.accounts.models import User
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.text import format_number
from tracker.register.together.acts import Act
from tracker.register.together.forms import TICKED, WhoForm
from tracker.register.together.preview import Preview, preview, read, written
from tracker.register.together.queries import MOST, Candidate

UNSAID = {"checked", "seen", "who", "people", "version"}


class _NotAsShown(Exception):
    """Ends the transaction of an act that would not do what was shown, so that nothing of it is kept."""


def begin(form: WhoForm, listed: list[Candidate]) -> None:
    """Keep on the form who is listed, each at the version that is shown."""
    form.seen.data = written({one.key: one.version for one in listed})


def consider(act: Act, form: WhoForm, people: Select[int], by: User) -> tuple[Preview, bool]:
    """Do the act if it comes back as it was shown; else show what it would do.

    :param people: those who may be changed.
    :returns: the preview, and whether it was done.
    :raises DomainError: if nobody is chosen, or the act could be recorded of nobody.
    """
    seen = read(form.seen.data or "")
    ticked = set(form.people.data or ())
    keys = [key for key in seen if form.who.data != TICKED or key in ticked]
    if not keys:
        raise DomainError("Tick at least one person", "who")
    if len(keys) > MOST:
        raise DomainError(f"Choose at most {MOST} people at once", "who")
    if not form.checked.data:
        return _look(act, form, keys, people, seen), False
    shown: list[Preview] = []
    try:
        with transaction():
            act.hold(keys)
            shown.append(_look(act, form, keys, people, seen))
            if shown[0].changed or not shown[0].can or form.checked.data != seal(form, shown[0]):
                raise _NotAsShown
            act.record([line.candidate.key for line in shown[0].can], act.wish(form), by)  # type: ignore[arg-type]
    except _NotAsShown:
        return shown[0], False
    return shown[0], True


def show(form: WhoForm, shown: Preview) -> None:
    """Keep on the form what its page shows, for when it comes back."""
    form.seen.data = written(shown.versions)
    form.who.data, form.people.data = "all", []
    form.checked.data = seal(form, shown)


def button_words(act: Act, shown: Preview | None) -> str:
    """What the button says: what it does, and for how many."""
    if shown is None or not shown.can:
        return "Show what would change"
    return f"{act.button} for {people_words(len(shown.can))}"


def done_words(act: Act, shown: Preview) -> str:
    """What is said once it is done."""
    left = f". {people_words(len(shown.cannot))} left as they were" if shown.cannot else ""
    return f"{act.text}: done for {people_words(len(shown.can))}{left}"


def people_words(count: int) -> str:
    """So many people, in words."""
    return "1 person" if count == 1 else f"{format_number(count)} people"


def seal(form: WhoForm, shown: Preview) -> str:
    """What stands for a preview and for what was answered."""
    said: list[tuple[str, Any]] = [(name, field.data) for name, field in form._fields.items() if name not in UNSAID]
    return shown.seal(*said)


def _look(act: Act, form: WhoForm, keys: list[str], people: Select[int], seen: dict[str, int]) -> Preview:
    wish = act.wish(form)
    found = act.chosen(keys, people)
    return preview(found, act.refusals([one.key for one in found], wish), wish.words(), seen)  # type: ignore[arg-type]
