"""The skills of the capability framework, as logs name them."""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from tracker.core.db import db
from tracker.organisations.models import CapabilitySkill


def framework() -> dict[str, str]:
    """The skills by their code, in the order of their names."""
    found = select(CapabilitySkill.skill_code, CapabilitySkill.skill).distinct().order_by(CapabilitySkill.skill)
    return {row.skill_code: row.skill for row in db.session.execute(found)}


def named(codes: Collection[str], names: Mapping[str, str] | None = None) -> list[str]:
    """The names of skills, in order; a code that the framework no longer has stands for itself.

    :param names: the framework, where it was read already.
    """
    known = framework() if names is None else names
    return sorted(known.get(code, code) for code in codes)
