"""What a lifecycle is: stages, the moves between them, and whether a history is a legal one. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class StageInfo:
    """How a stage is printed: its words, and the colour of its tag."""

    code: str
    label: str
    colour: str


@dataclass(frozen=True)
class Lifecycle:
    """The stages of a strand and the moves allowed between them.

    The first event of a journey may enter at any stage.
    """

    strand: str
    stages: Mapping[str, StageInfo]
    moves: Mapping[str, frozenset[str]]

    def __post_init__(self) -> None:
        """Refuse a lifecycle that names a stage it does not have."""
        named = set(self.moves) | {stage for targets in self.moves.values() for stage in targets}
        if unknown := named - set(self.stages):
            raise ValueError(f"moves of {self.strand} name unknown stages: {', '.join(sorted(unknown))}")

    def allows(self, before: str | None, after: str) -> bool:
        """Whether a journey standing at `before` (None: not begun) may go to `after`."""
        return before is None or after in self.moves.get(before, frozenset())

    def next_stages(self, stage: str | None) -> list[StageInfo]:
        """The stages that may follow, in the order of the lifecycle."""
        return [info for code, info in self.stages.items() if self.allows(stage, code)]

    def steps(self) -> tuple[tuple[str, str], ...]:
        """Every move, from one stage to another, in the order of the lifecycle."""
        order = list(self.stages)
        return tuple(
            (before, after) for before in order for after in order if after in self.moves.get(before, frozenset())
        )

    def label(self, stage: str) -> str:
        """The stage's words."""
        return self.stages[stage].label


@dataclass(frozen=True)
class Step:
    """One step of a history: a stage entered on a day, or, for an extension, the stage that goes on."""

    stage: str
    effective_on: date
    is_extension: bool = False


@dataclass(frozen=True)
class Break:
    """Where a history stops being legal: the step at `index` may not follow the stage before it."""

    index: int
    before: str | None
    step: Step


def first_break(lifecycle: Lifecycle, history: Sequence[Step]) -> Break | None:
    """The first step of a history that the lifecycle does not allow; None for a legal history.

    :param history: steps in ledger order: by day, then by when they were recorded, then by the order of recording.
    """
    before: str | None = None
    for index, step in enumerate(history):
        legal = before == step.stage if step.is_extension else lifecycle.allows(before, step.stage)
        if not legal:
            return Break(index, before, step)
        before = step.stage
    return None


def stages(*described: tuple[str, str, str]) -> dict[str, StageInfo]:
    """Stages in order, each as (code, words, colour of the tag)."""
    return {code: StageInfo(code, label, colour) for code, label, colour in described}


def moves(table: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """Moves as a table from each stage to those that may follow."""
    return {stage: frozenset(targets) for stage, targets in table.items()}
