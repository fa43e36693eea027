"""Loading roles, stages of recruitment, what is measured, and the targets for each stage."""

from typing import Any

from sqlalchemy import select

from tracker.core import reference
from tracker.core.db import db
from tracker.core.reference import Loaded, read_csv
from tracker.leadership.models import (
    LeadershipRole,
    LeadershipRoleSkill,
    RecruitmentMetric,
    RecruitmentStage,
    StageTarget,
)

HERE = "tracker.leadership"


def load_reference_data() -> list[Loaded]:
    """Load what recruitment works with from the shipped files; repeatable. The caller owns the transaction."""
    session = db.session()

    def by_code(code: str) -> dict[str, Any]:
        return {"code": code}

    stages = {
        row.pop("code"): {**row, "position": int(row["position"]), "stage": row["stage"] or None}
        for row in _rows("stages.csv")
    }
    metrics = {row.pop("code"): row for row in _rows("metrics.csv")}
    targets = {row["stage"]: {"days": int(row["days"])} for row in _rows("stage_targets.csv")}
    return [
        *_load_roles(),
        reference.load(session, "recruitment-stages", RecruitmentStage, stages, by_code, {}),
        reference.load(session, "recruitment-metrics", RecruitmentMetric, metrics, by_code, {}),
        reference.load(session, "stage-targets", StageTarget, targets, lambda stage: {"stage": stage}, {"version": 1}),
    ]


def _rows(file: str) -> list[dict[str, Any]]:
    return list(read_csv(HERE, file))


def _load_roles() -> list[Loaded]:
    """Roles, and the skills each requires, in the order of the file."""
    session = db.session()
    roles: dict[str, dict[str, Any]] = {}
    skills: dict[str, dict[str, Any]] = {}
    for row in _rows("roles.csv"):
        roles[row["code"]] = {name: row[name] for name in ("name", "abbreviation", "grade_tier")}
        skills[f"{row['code']}|{row['required_skill']}"] = {"position": len(skills) + 1}
    loaded = reference.load(session, "leadership-roles", LeadershipRole, roles, lambda code: {"code": code}, {})
    ids = dict(session.execute(select(LeadershipRole.code, LeadershipRole.id)).all())

    def by_role(name: str) -> dict[str, Any]:
        code, _, skill = name.partition("|")
        return {"role_id": ids[code], "skill": skill}

    return [loaded, reference.load(session, "leadership-role-skills", LeadershipRoleSkill, skills, by_role, {})]
