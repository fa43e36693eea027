"""What other systems are answered, as classes by which the OpenAPI document describes it."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from tracker.api.messages import Message


class Figure(Message):
    """A figure for an organisation, or `all` of government, as at the close of a day, as known at an instant."""

    figure: str
    organisation: str
    as_at: date
    known_at: str
    value: float | int | None
    numerator: float | int | None
    denominator: int | None
    symbol: str | None
    target: float | int | None
    status: Literal["green", "amber", "red", "grey", "none"]


class List(Message):
    """A page of a list. `next`: the address of the page that follows, null on the last."""

    next: str | None = None


class Figures(List):
    """Figures."""

    data: list[Figure]


class Point(Message):
    """What is expected by a day: in one case of ten at most `p10`, in half `p50`, in nine `p90`."""

    day: date
    p10: int
    p50: int
    p90: int
    plan: float | int | None


class Forecast(Message):
    """What was expected of a headline. `inputs`, which are about all government, only for who sees all of it."""

    figure: str
    organisation: str
    as_at: date
    known_at: str
    made_at: str
    seed: int
    method: str
    enough_to_go_on: bool
    completed_stays: int | None
    target: float | int | None
    target_on: date | None
    probability: float | None
    points: list[Point]
    inputs: dict[str, Any] | None


class Forecasts(List):
    """Forecasts."""

    data: list[Forecast]


class TargetPoint(Message):
    """What a figure should be on a day; between two points the line is straight."""

    date: date
    value: float | int


class Target(Message):
    """The line a figure should follow, in the version that holds now."""

    figure: str
    organisation: str
    reason: str
    since: datetime
    points: list[TargetPoint]


class Targets(List):
    """Targets."""

    data: list[Target]


class Organisation(Message):
    """A department or body, by the structure as it stands. `counted_under`: where it is counted by that of today."""

    slug: str
    name: str
    abbreviation: str
    kind: str
    opened_on: date | None
    closed_on: date | None
    is_closed: bool
    parents: list[str]
    counted_under: str


class Organisations(List):
    """Organisations."""

    data: list[Organisation]


class Cohort(Message):
    """A run of a programme."""

    code: str
    programme: str
    programme_name: str
    qualifies: bool
    starts_on: date | None
    ends_on: date | None
    capacity: int | None
    is_closed: bool


class Cohorts(List):
    """Cohorts."""

    data: list[Cohort]


class Enrolment(Message):
    """Where an enrolment stands now."""

    ref: str
    programme: str
    cohort: str
    stage: str
    since: date
    return_on: date | None


class Person(Message):
    """Somebody, where they are posted now, and where their enrolments stand, the one that changed last first."""

    ref: str
    first_name: str
    last_name: str
    email: str
    fte: float
    organisation: str | None
    grade: str | None
    profession: str | None
    region: str | None
    enrolments: list[Enrolment]


class People(List):
    """People."""

    data: list[Person]


class Line(Message):
    """A line of the ledger as it came to be known: `recorded`, or, of one that was recorded before, `taken-back`.

    `event` is the line's number, for ever; `journey` the reference of the enrolment, placement or vacancy. Of a line
    that was taken back because another took its place, `replaced_by` is the other's number.
    """

    position: int
    type: Literal["recorded", "taken-back"]
    event: int
    strand: Literal["training", "fellowships", "leadership"]
    journey: str
    person: str | None
    kind: Literal["stage", "extended", "transferred"]
    stage: str | None
    cohort: str | None
    effective_on: date
    promised_on: date | None
    recorded_at: datetime
    source: Literal["form", "import", "api", "job"]
    taken_back_at: datetime | None
    replaced_by: int | None


class Feed(Message):
    """Part of the ledger in the order in which it came to be known.

    `next` is always there: keep it, and ask it again for what comes later. `more`: whether something waits there now.
    """

    data: list[Line]
    next: str
    more: bool


class Recorded(Message):
    """What was recorded: the lines that were added, and where the enrolment, placement or vacancy stands.

    `journey`: its reference, as in the feed.
    """

    journey: str
    person: str | None
    stage: str | None
    version: int
    events: list[int]


class Wrong(Message):
    """What is wrong with one thing that was sent."""

    field: str
    message: str


class Problem(Message):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = ""
    field: str = Field(default="", description="What a rule refused")
    errors: list[Wrong] = []
    request_id: str
