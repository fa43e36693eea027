"""An import: a file taken in, checked, loaded, perhaps undone."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.clock import now
from tracker.core.db import Model, StrEnumType, UtcDateTime, one_of

HEARTBEAT = timedelta(seconds=60)
"""A worker that has not been heard of for so long is taken to be dead."""


class Status(StrEnum):
    """How far an import has come."""

    RECEIVED = "received"
    CHECKING = "checking"
    CHECKED = "checked"
    LOADING = "loading"
    LOADED = "loaded"
    UNDONE = "undone"
    REFUSED = "refused"
    CANCELLED = "cancelled"


AT_WORK = frozenset({Status.RECEIVED, Status.CHECKING, Status.LOADING})
"""While it is one of these a worker has it in hand, or should have."""


class ImportBatch(Model):
    """One file taken in.

    `reading` says how the file was read (its columns, those ignored, its encoding and separator); `effect` what loading
    it would do to the figures. `read_bytes` of `size` tell how far the reading has come. `heartbeat_at` is when its
    worker was last heard of. The uploaded file itself is `stored_as`, in the folder of uploads, until it is removed on
    a timer.
    """

    __tablename__ = "import_batch"
    __table_args__ = (one_of("status", Status), Index(None, "sha256"), Index(None, "created_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    status: Mapped[Status] = mapped_column(StrEnumType(Status), default=Status.RECEIVED)
    file_name: Mapped[str] = mapped_column(String(200), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    stored_as: Mapped[str | None] = mapped_column(String(100))
    is_historical: Mapped[bool] = mapped_column(default=False)
    accepts_valid: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    heartbeat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    read_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    failure: Mapped[str] = mapped_column(Text, default="")
    reading: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    effect: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    rows: Mapped[int] = mapped_column(Integer, default=0)
    rejected: Mapped[int] = mapped_column(Integer, default=0)
    created: Mapped[int] = mapped_column(Integer, default=0)
    updated: Mapped[int] = mapped_column(Integer, default=0)
    unchanged: Mapped[int] = mapped_column(Integer, default=0)
    events: Mapped[int] = mapped_column(Integer, default=0)
    loaded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    loaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    compiled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    created_by: Mapped[User | None] = relationship(foreign_keys=[created_by_id])
    loaded_by: Mapped[User | None] = relationship(foreign_keys=[loaded_by_id])
    undone_by: Mapped[User | None] = relationship(foreign_keys=[undone_by_id])

    __mapper_args__ = {"version_id_col": version}

    @property
    def accepted(self) -> int:
        """Rows without an error."""
        return self.rows - self.rejected

    @property
    def revised_months(self) -> list[date]:
        """The closed months whose figures loading it would change."""
        return [date.fromisoformat(day) for day in (self.effect or {}).get("final_months", ())]

    @property
    def has_died(self) -> bool:
        """Whether somebody should be at work on it, and nobody has been heard of."""
        heard = self.heartbeat_at or self.created_at
        return self.status in AT_WORK and heard < now() - HEARTBEAT

    @property
    def percent(self) -> int:
        """How much of the file has been read."""
        return min(100, self.read_bytes * 100 // self.size) if self.size else 0


class ImportProblem(Model):
    """One error of one row; row 1 is the first record under the header."""

    __tablename__ = "import_problem"
    __table_args__ = (Index(None, "import_id", "row"), Index(None, "import_id", "code"))

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    row: Mapped[int] = mapped_column(Integer)
    column: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(Text)
    advice: Mapped[str] = mapped_column(Text)
    by_check: Mapped[bool] = mapped_column(default=False)
