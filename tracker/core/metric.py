"""What a figure is: a set of counting spans. Slices declare theirs; progress compiles, explains and shows them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Select

Kind = Literal["count", "ratio", "median", "sum"]


@dataclass(frozen=True)
class Knowledge:
    """What the ledger is asked as: everything known at an instant, by everybody or for some people.

    `at`: an instant in UTC, itself included; None for all that is known now. `people`: a select of person ids that
    narrows the answer (for an incremental compile); None for everybody. `journeys`: a select of journey ids that
    narrows it likewise, for strands whose journeys are nobody's. `on`: the one day the answer is for, so that what does
    not matter to it may be left out and spans may be cut short around it; None for every day.
    """

    at: datetime | None = None
    people: Select[int] | None = None
    on: date | None = None
    journeys: Select[int] | None = None


NOW = Knowledge()

Spans = Callable[[Knowledge], Select[Any]]
"""Builds the select of a figure's counting spans.

Columns: `record_id` (what is counted: a person, or a journey), `journey_id` (the journey it rests on),
`organisation_id` (whom it counts for), `starts_on` and `ends_on` (it counts on every day from the first up to, not
including, the second), and for a median or a sum `value`. The spans of one record never overlap, so a count on a day
is the number of spans that hold it, over any set of organisations. Where a record may count for several organisations
at once, its spans overlap, though never for one organisation, and the figure says where (`Metric.shared`).
"""


@dataclass(frozen=True)
class OneOf:
    """Counting spans that are one sort of several which are quickest worked out together.

    `together` gives those of some sorts, with a further column `sort`.
    """

    together: Callable[[Knowledge, Sequence[str]], Select[Any]]
    sort: str

    def __call__(self, knowledge: Knowledge) -> Select[Any]:
        """The spans of this sort alone."""
        return self.together(knowledge, (self.sort,))


@dataclass(frozen=True)
class Intake:
    """Places that are still to be filled: a cohort or a project that has not begun.

    `programme`: as in `Leading.journeys`. `places`: how many there are; `taken`: people on it already, those who ask
    for a place too. `organisation_id`: whom the places count for; None where anybody may have them.
    """

    ref: str
    programme: str
    starts_on: date
    places: int
    taken: int
    organisation_id: int | None


@dataclass(frozen=True)
class Plans:
    """What is planned to begin after a day, as it stands now: plans have no clock, so an earlier day's are not known.

    `offered` and `filled`: the places of what began in the two years up to the day, and how many people took one up.
    """

    intakes: Sequence[Intake]
    offered: int
    filled: int


@dataclass(frozen=True)
class Parting:
    """A stage that is left well or badly: of those who leave it one way or the other, a share goes well."""

    name: str
    at: str
    well: frozenset[str]
    badly: frozenset[str]


@dataclass(frozen=True)
class Leading:
    """How journeys come to be counted by a headline: what its forecast is made from.

    `stages` and `moves`: the lifecycle, stages in its order. `arrives_at`: where a journey counts. `journeys`: given
    what is known and a London day, a select of the journeys that count once they arrive: `journey_id`, `record_id`
    (what is counted), `programme` (a name: journeys of one are alike), `organisation_id` (whom it counts for then),
    `intake` and `planned_on` (what it is planned to begin with, and when; null where there is no such plan).
    `is_yearly`: whether the count begins anew on 1 April.

    `names`: a select of the programmes' names as journeys have them, and as readers know them.

    `starts_at`: the stage that a planned beginning means; `starts`: that in words, as what people, or posts, do.
    `kind`: what a programme is called. `plans`: what is planned after a day. `partings`: rates that a scenario may
    change.
    """

    stages: tuple[str, ...]
    moves: tuple[tuple[str, str], ...]
    arrives_at: frozenset[str]
    journeys: Callable[[Knowledge, date], Select[Any]]
    names: Callable[[], Select[str, str]]
    starts_at: str
    starts: str
    kind: str
    plans: Callable[[date], Plans]
    partings: tuple[Parting, ...] = ()
    is_yearly: bool = False


@dataclass(frozen=True)
class Metric:
    """The definition of a figure.

    `code` is for ever: it stands in every snapshot. `definition` is printed beside the figure: a sentence a minister
    can read, saying which organisation a mover counts for. A count has `numerator`; a ratio also `denominator`; a
    median takes the median of `value` over the spans of `numerator`, a sum their sum. A headline that is forecast has
    `leading`.

    `is_aside`: shown on the page of its strand and on its own, and not beside the headlines.

    `reported`: what tells whether an organisation has reported of it, where that is not what tells it of the strand.

    `shared`: the days on which one record counts for several organisations at once, as counting spans whose
    `organisation_id` names all of them, as text with commas between: over organisations together it counts once (fine
    print B8).
    """

    code: str
    label: str
    unit: str
    kind: Kind
    definition: str
    numerator: Spans
    denominator: Spans | None = None
    decimals: int = 0
    is_headline: bool = False
    record: Literal["person", "journey"] = "person"
    shared: Spans | None = None
    leading: Leading | None = None
    reported: "Metric | None" = None
    is_aside: bool = False

    @property
    def is_percentage(self) -> bool:
        """Whether the figure is a share of a whole, printed in percent: a ratio with no unit of its own."""
        return self.kind == "ratio" and self.unit == "ratio"

    @property
    def is_yearly(self) -> bool:
        """Whether the count begins anew on 1 April."""
        return self.leading is not None and self.leading.is_yearly

    @property
    def strand(self) -> str:
        """The strand the figure belongs to: the part of the code before the dot."""
        return self.code.split(".")[0]
