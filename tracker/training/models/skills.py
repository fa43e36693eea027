"""The skills of the capability framework."""

from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model


class CapabilitySkill(Model):
    """A skill of the capability framework at one of its four levels."""

    __tablename__ = "capability_skill"

    skill_code: Mapped[str] = mapped_column(String(100), primary_key=True)
    level_order: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    skill: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    level: Mapped[str] = mapped_column(String(40))
    description: Mapped[str] = mapped_column(Text, default="")
