"""Loading programmes, skills and reasons for leaving from what ships with the package."""

from collections.abc import Callable
from typing import Any

from tracker.core import reference
from tracker.core.db import db
from tracker.core.reference import Loaded, read_csv
from tracker.organisations.models import CapabilitySkill
from tracker.training.lifecycle import LEAVING_REASONS
from tracker.training.models import LeavingReason, Programme, RoleLevel

HERE = "tracker.training"
Rows = dict[str, dict[str, Any]]
"""What is written, by a name that is for ever."""


def load_reference_data() -> list[Loaded]:
    """Load programmes, the capability framework and the reasons for leaving; repeatable.

    The caller owns the transaction.
    """
    session = db.session()
    reasons: Rows = {
        code: {"words": words, "position": place} for place, (code, words) in enumerate(LEAVING_REASONS.items())
    }
    by_code = _named_by("code")
    return [
        reference.load(session, "programmes", Programme, _programmes(), by_code, {"version": 1}),
        reference.load(session, "skills", CapabilitySkill, _skills(), _named_by("skill_code", "level_order"), {}),
        reference.load(session, "role-levels", RoleLevel, _role_levels(), _named_by("skill_code", "role_order"), {}),
        reference.load(session, "leaving-reasons", LeavingReason, reasons, by_code, {}),
    ]


def _programmes() -> Rows:
    return {
        row["code"]: {
            "name": row["name"],
            "provider": row["provider"],
            "kind": row["kind"],
            "level": row["level"],
            "qualifies": row["qualifies"] == "yes",
            "length_days": int(row["length_days"]) if row["length_days"] else None,
            "completion_rule": row["completion_rule"],
        }
        for row in read_csv(HERE, "programmes.csv")
    }


def _skills() -> Rows:
    return {
        f"{row['skill_code']}|{row['level_order']}": {
            name: row[name] for name in ("skill", "summary", "level", "description")
        }
        for row in read_csv(HERE, "skills.csv")
    }


def _role_levels() -> Rows:
    return {
        f"{row['skill_code']}|{row['role_order']}": {
            "role": row["role"],
            "grades": row["grades"],
            "level_order": int(row["level_order"]),
        }
        for row in read_csv(HERE, "role_levels.csv")
    }


def _named_by(code: str, order: str = "") -> Callable[[str], dict[str, Any]]:
    """How a row is found by its name: by a code, or by a code and, after a bar, a number."""

    def key(name: str) -> dict[str, Any]:
        if not order:
            return {code: name}
        first, _, number = name.rpartition("|")
        return {code: first, order: int(number)}

    return key
