"""Where an enrolment stands now, in one sentence, and what can be done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.core.text import format_day
from tracker.ledger.models import EventKind
from tracker.training.acts import Act, next_act, other_acts
from tracker.training.lifecycle import ENROLMENT, Stage
from tracker.training.models import Enrolment
from tracker.training.queries import Entry

SENTENCES = {
    Stage.NOMINATED: "Nominated for {cohort} since {since}.",
    Stage.ENDORSED: "Endorsed for {cohort} since {since}.",
    Stage.APPLIED: "Applied for {cohort} on {since}.",
    Stage.ACCEPTED: "Accepted on {cohort} since {since}.",
    Stage.NOT_ACCEPTED: "Not accepted on {cohort}: decided on {since}.",
    Stage.ENROLLED: "Enrolled on {cohort} since {since}, not yet started.",
    Stage.IN_TRAINING: "In training on {cohort} since {since}.",
    Stage.COMPLETED: "Completed {cohort} on {since}.",
    Stage.NOT_COMPLETED: "Did not complete {cohort}: decided on {since}.",
    Stage.WITHDRAWN: "Withdrew from {cohort} on {since}.",
    Stage.IN_ROLE: "In a data science role since {since}, after {cohort}.",
}


@dataclass(frozen=True)
class Standing:
    """An enrolment with where it stands; `stage` is None where nothing that is recorded still counts."""

    enrolment: Enrolment
    entries: Sequence[Entry]
    stage: str | None
    since: date | None
    return_on: date | None
    return_known: bool
    return_cohort: str | None

    @property
    def stage_before_break(self) -> str | None:
        """The stage the break interrupted."""
        before = [one.event.stage for one in self.entries if one.void is None and one.event.kind is EventKind.STAGE]
        return next((stage for stage in reversed(before) if stage != Stage.ON_BREAK), None)

    @property
    def label(self) -> str:
        """The words of the stage."""
        return ENROLMENT.label(self.stage) if self.stage else "No history"

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        return ENROLMENT.stages[self.stage].colour if self.stage else "red"

    @property
    def next_act(self) -> Act | None:
        """The usual next step."""
        return next_act(self.stage)

    @property
    def other_acts(self) -> list[Act]:
        """What else can be done."""
        return other_acts(self.stage)

    def is_overdue(self, day: date) -> bool:
        """Whether the person is on a break whose day has passed."""
        return self.stage == Stage.ON_BREAK and self.return_on is not None and self.return_on < day

    def sentence(self, day: date) -> str:
        """What is true of the enrolment on a day, in one sentence."""
        cohort = self.enrolment.cohort.code
        if self.stage is None or self.since is None:
            return f"Nothing that is recorded on {cohort} still counts."
        if self.stage == Stage.ON_BREAK:
            return f"On a break from {cohort} since {format_day(self.since)}{self._promise(day)}."
        return SENTENCES[Stage(self.stage)].format(cohort=cohort, since=format_day(self.since))

    def _promise(self, day: date) -> str:
        if self.return_on is None:
            return ", without a planned return"
        on = format_day(self.return_on)
        if not self.return_known:
            asked = "to be asked again on" if self.return_on >= day else "should have been asked again on"
            return f"; {asked} {on}"
        verb = "due back on" if self.return_on >= day else "was due back on"
        into = f" in {self.return_cohort}" if self.return_cohort else ""
        return f"; {verb} {on}{into}"


def stands(enrolment: Enrolment, entries: Sequence[Entry]) -> Standing:
    """Where an enrolment stands after the lines of its ledger that count.

    :param entries: all of its lines, in ledger order. A break that was extended has stood since it began.
    """
    counting = [one for one in entries if one.void is None and one.event.kind is not EventKind.TRANSFERRED]
    if not counting:
        return Standing(enrolment, entries, None, None, None, True, None)
    last = counting[-1]
    began = next(one for one in reversed(counting) if one.event.kind is EventKind.STAGE or one is counting[0])
    return Standing(
        enrolment,
        entries,
        stage=last.event.stage,
        since=began.event.effective_on,
        return_on=last.event.promised_on,
        return_known=last.is_known is not False,
        return_cohort=last.cohort,
    )
