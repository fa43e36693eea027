"""Loading programmes, skills and reasons for leaving from what ships with the package."""

from typing import Any

from tracker.core import reference
from tracker.core.db import db
from tracker.core.reference import Loaded, read_csv
from tracker.organisations.models import CapabilitySkill
from tracker.training.lifecycle import LEAVING_REASONS
from tracker.training.models import LeavingReason, Programme, RoleLevel

HERE = "tracker.training"


def load_reference_data() -> list[Loaded]:
    """Load programmes, the capability framework and the reasons for leaving; repeatable.

    The caller owns the transaction.
    """
    session = db.session()
    programmes: dict[str, dict[str, Any]] = {
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
    skills: dict[str, dict[str, Any]] = {
        f"{row['skill_code']}|{row['level_order']}": {
            name: row[name] for name in ("skill", "summary", "level", "description")
        }
        for row in read_csv(HERE, "skills.csv")
    }

    def skill_key(name: str) -> dict[str, Any]:
        code, _, level = name.rpartition("|")
        return {"skill_code": code, "level_order": int(level)}

    roles: dict[str, dict[str, Any]] = {
        f"{row['skill_code']}|{row['role_order']}": {
            "role": row["role"],
            "grades": row["grades"],
            "level_order": int(row["level_order"]),
        }
        for row in read_csv(HERE, "role_levels.csv")
    }
    reasons: dict[str, dict[str, Any]] = {
        code: {"words": words, "position": place} for place, (code, words) in enumerate(LEAVING_REASONS.items())
    }

    def role_key(name: str) -> dict[str, Any]:
        code, _, order = name.rpartition("|")
        return {"skill_code": code, "role_order": int(order)}

    return [
        reference.load(session, "programmes", Programme, programmes, lambda code: {"code": code}, {"version": 1}),
        reference.load(session, "skills", CapabilitySkill, skills, skill_key, {}),
        reference.load(session, "role-levels", RoleLevel, roles, role_key, {}),
        reference.load(session, "leaving-reasons", LeavingReason, reasons, lambda code: {"code": code}, {}),
    ]
