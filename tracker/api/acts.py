"""What another system can record of an enrolment: the acts of the pages, with what each of their forms asks."""

from typing import Annotated, Literal

from pydantic import Field, RootModel, StringConstraints

from tracker.api.messages import TEXT, Code, Day, Message, StageCode
from tracker.training.lifecycle import LeavingTrigger

Words = Annotated[str, StringConstraints(max_length=1_000, pattern=TEXT)]


class Act(Message):
    """What every act says. `version`: that of the enrolment it rests on; changed since, the act is refused."""

    enrolment: Code
    effective_on: Day
    note: Annotated[str, StringConstraints(max_length=500, pattern=TEXT)] = ""
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


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


AnyAct = Stage | Break | ExtendBreak | Return | Withdraw | Reinstate | Complete | Resit | Appeal | Move


class Recording(RootModel[Annotated[AnyAct, Field(discriminator="act")]]):
    """One act."""
