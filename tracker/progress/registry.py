"""Every figure there is: the strands' lists added up. Whoever shows, compiles or explains figures walks these lists."""

from dataclasses import dataclass

from tracker.core.metric import Metric, Spans
from tracker.ledger.lifecycle import Lifecycle
from tracker.quality import metrics as quality
from tracker.training import metrics as training
from tracker.training.lifecycle import ENROLMENT

METRICS: dict[str, Metric] = {metric.code: metric for metric in (*training.METRICS, *quality.METRICS)}
"""The figures by their codes, in the order they are shown."""

REPORTED: dict[str, Metric] = {"training": training.REPORTED, "quality": training.REPORTED}
"""For each strand, what tells whether an organisation has reported: compiled beside the figures, shown as coverage."""

TARGETED = frozenset(METRICS) | {"fellowships.started_in_year", "leadership.appointed"}
"""Figures that may have a target: also the headlines of strands whose figures are not kept here, so that none is
lost."""

LIFECYCLES: dict[str, Lifecycle] = {ENROLMENT.strand: ENROLMENT, "quality": ENROLMENT}
"""How stages are called in words, for each strand; the figures of data quality rest on enrolments."""

STRANDS = tuple(dict.fromkeys(metric.strand for metric in METRICS.values()))


@dataclass(frozen=True)
class Part:
    """A set of counting spans that a figure is made from; `number` names it inside one statement."""

    number: int
    metric: Metric
    spans: Spans
    is_denominator: bool = False

    @property
    def is_spread(self) -> bool:
        """Whether the values of the spans matter, not only how many there are."""
        return self.metric.kind == "median"


def parts_of(metrics: list[Metric]) -> list[Part]:
    """What the figures are made from, numbered."""
    sides = [
        (metric, spans, spans is metric.denominator)
        for metric in metrics
        for spans in (metric.numerator, metric.denominator)
        if spans is not None
    ]
    return [Part(number, *side) for number, side in enumerate(sides)]


COMPILED = list(dict.fromkeys([*METRICS.values(), *REPORTED.values()]))
"""What is kept of every day."""


def stage_label(metric: Metric, stage: str) -> str:
    """A stage of the figure's strand, in words."""
    return LIFECYCLES[metric.strand].label(stage)
