"""Every figure there is: the strands' lists added up. Whoever shows, compiles or explains figures walks these lists."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.core.metric import Metric, Spans
from tracker.fellowships import metrics as fellowships
from tracker.fellowships.lifecycle import PLACEMENT
from tracker.leadership import metrics as leadership
from tracker.leadership.lifecycle import CANDIDACY, VACANCY
from tracker.ledger.lifecycle import Lifecycle
from tracker.quality import metrics as quality
from tracker.training import metrics as training
from tracker.training.lifecycle import ENROLMENT

METRICS: dict[str, Metric] = {
    metric.code: metric for metric in (*training.METRICS, *fellowships.METRICS, *leadership.METRICS, *quality.METRICS)
}
"""The figures by their codes, in the order they are shown."""

REPORTED: dict[str, Metric] = {
    "training": training.REPORTED,
    "fellowships": fellowships.REPORTED,
    "leadership": leadership.REPORTED,
    "quality": training.REPORTED,
}
"""For each strand, what tells whether an organisation has reported: compiled beside the figures, shown as coverage.
A figure may say otherwise (`Metric.reported`)."""

TARGETED = frozenset(METRICS)
"""Figures that may have a target."""

LIFECYCLES: dict[str, Lifecycle] = {
    ENROLMENT.strand: ENROLMENT,
    PLACEMENT.strand: PLACEMENT,
    VACANCY.strand: Lifecycle(VACANCY.strand, {**CANDIDACY.stages, **VACANCY.stages}, VACANCY.moves),
    "quality": ENROLMENT,
}
"""How stages are called in words, for each strand; the figures of data quality rest on enrolments."""

VACANCY_STRAND = VACANCY.strand
"""The strand whose records are vacancies and candidacies, and no person's."""

TOUCHED_SINCE = (fellowships.touched_since,)
"""Who was touched since an instant by what a strand keeps beside the ledger: calls that give selects of person ids."""

CHANGED_BY_THE_CALENDAR = (fellowships.changed_by_the_calendar,)
"""Whose figures may change from day to day though nothing is recorded: calls that give selects of person ids."""

STRANDS = tuple(dict.fromkeys(metric.strand for metric in METRICS.values()))


@dataclass(frozen=True)
class Part:
    """A set of counting spans that a figure is made from; `number` names it inside one statement.

    `is_shared`: its spans say where a record counts for several organisations at once.
    """

    number: int
    metric: Metric
    spans: Spans
    is_denominator: bool = False
    is_shared: bool = False

    @property
    def is_spread(self) -> bool:
        """Whether it matters how often each value occurs, not only how many spans there are."""
        return self.metric.kind == "median"

    @property
    def is_summed(self) -> bool:
        """Whether the values of the spans are added up."""
        return self.metric.kind == "sum"


def parts_of(metrics: list[Metric]) -> list[Part]:
    """What the figures are made from, numbered."""
    sides = [
        (metric, spans, spans is metric.denominator, spans is metric.shared)
        for metric in metrics
        for spans in (metric.numerator, metric.denominator, metric.shared)
        if spans is not None
    ]
    return [Part(number, *side) for number, side in enumerate(sides)]


def apart(parts: Sequence[Part]) -> list[tuple[Part, ...]]:
    """The parts in groups that one statement can count: organisations are numbers in one, texts in the other."""
    groups = (tuple(part for part in parts if part.is_shared is shared) for shared in (False, True))
    return [group for group in groups if group]


def several(organisations: str) -> frozenset[int]:
    """The organisations that a span of a shared part names."""
    return frozenset(map(int, organisations.split(",")))


def reported_of(metric: Metric) -> Metric:
    """What tells whether an organisation has reported of a figure."""
    return metric.reported or REPORTED[metric.strand]


COMPILED = list(dict.fromkeys([*METRICS.values(), *REPORTED.values(), *map(reported_of, METRICS.values())]))
"""What is kept of every day."""


def stage_label(metric: Metric, stage: str) -> str:
    """A stage of the figure's strand, in words."""
    return LIFECYCLES[metric.strand].label(stage)
