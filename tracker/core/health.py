"""Whether the service can do its work: checks that the slices add, asked by a probe."""

from collections.abc import Callable, Collection

from sqlalchemy import text

from tracker.core import schema
from tracker.core.db import db

Check = Callable[[], str | None]
"""Says what is wrong, or None."""

DATABASE = "database"
_checks: dict[str, Check] = {}
_vital: set[str] = set()


def add_readiness_check(name: str, check: Check, *, vital: bool = True) -> None:
    """Have a check made with the others.

    :param vital: whether the pages cannot be served without it; a scheduler that stands still, say, is shown and no
        more.
    """
    _checks[name] = check
    if vital:
        _vital.add(name)


def is_vital(name: str) -> bool:
    """Whether the pages cannot be served while a check finds something wrong."""
    return name in _vital


def readiness(*, known: Collection[str] = ()) -> dict[str, str | None]:
    """What each check found wrong; None where it found nothing. A check that cannot be made is wrong.

    :param known: checks that need not be made, because who asks knows that all is well.
    """
    return {name: _made(check) for name, check in _checks.items() if name not in known}


def _made(check: Check) -> str | None:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - whatever keeps a check from answering is what the probe is after
        db.session.rollback()
        return f"{type(error).__name__}: {error}".splitlines()[0][:200]


def _database_answers() -> str | None:
    db.session.execute(text("SELECT 1"))
    return None


def _schema_is_current() -> str | None:
    at, expected = schema.current(), schema.head()
    return (
        None if at == expected else f"the schema is at {at or 'nothing'}, the code expects {expected}: run tracker init"
    )


add_readiness_check(DATABASE, _database_answers)
add_readiness_check("schema", _schema_is_current)
