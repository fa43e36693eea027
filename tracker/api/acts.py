"""What another system can record of whatever the feed tells of: the acts of the pages, with what each of their forms
asks. Candidates are in no feed, and nothing is recorded of them."""

from typing import Annotated, Literal

from pydantic import Field, RootModel, StringConstraints

from tracker.api.messages import TEXT, Code, Day, Message, StageCode
from tracker.fellowships.lifecycle import LeavingReason
from tracker.leadership.lifecycle import VacancyStage
from tracker.training.lifecycle import LeavingTrigger

Words = Annotated[str, StringConstraints(max_length=1_000, pattern=TEXT)]


class Happened(Message):
    """What every act says. `version`: that of the record it rests on; changed since, the act is refused."""

    effective_on: Day
    note: Annotated[str, StringConstraints(max_length=500, pattern=TEXT)] = ""
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


class Act(Happened):
    """What happened to an enrolment."""

    enrolment: Code


class PlacementAct(Happened):
    """What happened to a placement."""

    placement: Code


class VacancyAct(Happened):
    """What happened to a vacancy."""

    vacancy: Code


class Stage(Act):
    """A stage was entered."""

    act: Literal["stage"]
    stage: StageCode


class Promise(Act):
    """When they return and to which cohort; without a cohort, when to ask again."""

    return_on: Day
    cohort: Code | None = None


class Break(Promise):
    """A break began."""

    act: Literal["break"]


class ExtendBreak(Promise):
    """A break goes on."""

    act: Literal["extend-break"]


class Return(Act):
    """Somebody returned from a break; without a cohort to the one they left."""

    act: Literal["return"]
    stage: Literal["in-training", "enrolled"]
    cohort: Code | None = None


class Withdraw(Act):
    """Somebody left before the end. `reason`: the code of a reason that can be given now."""

    act: Literal["withdraw"]
    trigger: LeavingTrigger
    reason: Code


class Reinstate(Act):
    """Somebody who withdrew goes on."""

    act: Literal["reinstate"]


class Complete(Act):
    """Somebody completed, with what shows it."""

    act: Literal["complete"]
    evidence: Words
    evidence_url: Words = ""


class Resit(Act):
    """Somebody who did not complete is assessed again."""

    act: Literal["resit"]
    evidence: Words = ""
    evidence_url: Words = ""


class Appeal(Act):
    """An appeal against ‘not completed’ was upheld."""

    act: Literal["appeal"]
    evidence: Words
    evidence_url: Words = ""


class Move(Act):
    """The enrolment goes on with another cohort of its programme."""

    act: Literal["move"]
    cohort: Code


class PlacementStage(PlacementAct):
    """A placement was matched, offered or accepted, or the fellow entered post."""

    act: Literal["placement-stage"]
    stage: Literal["matched", "offered", "accepted", "in-post"]


class PlacementLeave(PlacementAct):
    """An offer was declined, or a placement was withdrawn before it began or ended early."""

    act: Literal["placement-leave"]
    stage: Literal["declined", "withdrawn", "ended-early"]
    reason: LeavingReason


class PlacementComplete(PlacementAct):
    """A placement was completed; with an organisation and a post, by turning into a permanent one."""

    act: Literal["placement-complete"]
    organisation: Code | None = None
    post: Annotated[str, StringConstraints(max_length=200, pattern=TEXT)] = ""


class VacancyEntered(VacancyAct):
    """A vacancy entered a stage; why, in the note, where nobody is appointed or it is cancelled."""

    act: Literal["vacancy-stage"]
    stage: VacancyStage


OfEnrolment = Stage | Break | ExtendBreak | Return | Withdraw | Reinstate | Complete | Resit | Appeal | Move
AnyAct = OfEnrolment | PlacementStage | PlacementLeave | PlacementComplete | VacancyEntered


class Recording(RootModel[Annotated[AnyAct, Field(discriminator="act")]]):
    """One act."""
