"""The audit trail: who did and who looked at what. Rows are added, never changed: the database itself refuses."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models.users import User
from tracker.core.db import Model, UtcDateTime

GENESIS = "0" * 64
"""What the first entry follows."""
ERASED = '{"erased": true}'
"""What stands in `after` of an entry whose words were erased: the only change the database lets through."""


class AuditEntry(Model):
    """One thing that was done or looked at.

    `number` counts from 1 without gaps. `hash` is taken over the entry and the hash of the one before it, so that an
    entry that is altered, added or removed breaks the chain. `before` and `after` are JSON as it was hashed, without
    secrets.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index(None, "subject_type", "subject_ref"),
        Index(None, "actor_id", "number"),
        CheckConstraint("number > 0", name="number"),
    )

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    verb: Mapped[str] = mapped_column(String(60), index=True)
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_ref: Mapped[str] = mapped_column(String(200))
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    request_id: Mapped[str] = mapped_column(String(40), default="")
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    actor: Mapped[User | None] = relationship()

    def digest(self) -> str:
        """The SHA-256 over all of the entry and the hash of the one before it."""
        at = self.at.isoformat(timespec="microseconds")
        content = [self.number, at, self.actor_id, self.verb, self.subject_type, self.subject_ref]
        content += [self.before, self.after, self.request_id, self.previous_hash]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()

    @property
    def changes(self) -> list[dict[str, Any]]:
        """What changed, field by field: name, before, after."""
        before, after = (json.loads(text) if text else {} for text in (self.before, self.after))
        names = [*before, *(name for name in after if name not in before)]
        return [{"field": name, "before": before.get(name), "after": after.get(name)} for name in names]


class AuditHead(Model):
    """The last entry of the chain, in one row: whoever adds to the chain holds it, so entries never share a number."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer)
    hash: Mapped[str] = mapped_column(String(64))
