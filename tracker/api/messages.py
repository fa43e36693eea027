"""What other systems ask, as classes that check it and by which the OpenAPI document describes it."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from tracker.api.cursors import number_of
from tracker.core.calendar import parse_day
from tracker.progress.asked import read_as_at, read_known_at
from tracker.progress.registry import METRICS
from tracker.training.lifecycle import ENROLMENT

MOST = 1_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LINE = r"^[^\x00-\x1f\x7f]*$"
TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"


def _day(text: Any) -> date:
    if isinstance(text, date):
        return text
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        raise ValueError("Write a day as 2026-10-31")
    return parse_day(text)


def _read(read: Any) -> BeforeValidator:
    """Read what stands in an address by one of the rules of the pages."""
    return BeforeValidator(lambda text: read(text) if isinstance(text, str) else text)


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
AsAt = Annotated[date, _read(read_as_at), WithJsonSchema({"type": "string", "format": "date"})]
KnownAt = Annotated[
    datetime,
    _read(read_known_at),
    WithJsonSchema({"type": "string", "description": "A day (its last second in London) or an instant in UTC"}),
]
Cursor = Annotated[int, _read(number_of), WithJsonSchema({"type": "string", "description": "From ‘next’"})]
Code = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=LINE)]
FigureCode = Annotated[str, Field(json_schema_extra={"enum": list(METRICS)})]
StageCode = Annotated[str, Field(json_schema_extra={"enum": list(ENROLMENT.stages)})]


class Message(BaseModel):
    """The base of everything that is sent: what is not named is refused, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Pages(Message):
    """How much of a list is asked for, and from where."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = 100
    cursor: Cursor = 0


class AskFigures(Pages):
    """As `tracker figures`. Without an organisation: all government, or, where the token reaches less, what it
    reaches."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = MOST
    as_at: AsAt | None = None
    known_at: KnownAt | None = None
    organisation: Code | None = None
    with_children: bool = False
    structure: Annotated[str, Field(pattern="^(day|today)$")] = "day"
    figure: list[FigureCode] = []
    by: Annotated[str, Field(pattern="^organisation$")] | None = None
    live: bool = False


class AskForecasts(Message):
    """Forecasts as they were last made as at a day, as known at an instant."""

    as_at: AsAt | None = None
    known_at: KnownAt | None = None
    organisation: Code | None = None
    with_children: bool = False
    figure: list[FigureCode] = []


class AskTargets(Message):
    """Targets that hold now."""

    organisation: Code | None = None
    figure: list[FigureCode] = []


class AskPeople(Pages):
    """People within reach, by where they are now and where an enrolment of theirs stands now."""

    organisation: Code | None = None
    programme: Code | None = None
    cohort: Code | None = None
    stage: list[StageCode] = []


class Nothing(Message):
    """No parameters."""
