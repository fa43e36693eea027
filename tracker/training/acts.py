"""What can be done with an enrolment where it stands: the usual next step first, then the others. Pure."""

from dataclasses import dataclass

from tracker.training.lifecycle import ENROLMENT, MOVABLE, USUAL_NEXT, Stage


@dataclass(frozen=True)
class Act:
    """Something that can be done now: `code` names the act, `stage` the stage it would record, if it is one."""

    code: str
    text: str
    stage: str = ""


WORDS: dict[str, str] = {
    Stage.NOMINATED: "Record nomination",
    Stage.ENDORSED: "Record endorsement",
    Stage.APPLIED: "Record application",
    Stage.ACCEPTED: "Record acceptance",
    Stage.ENROLLED: "Record enrolment",
    Stage.IN_TRAINING: "Record start of training",
    Stage.IN_ROLE: "Record data science role",
}
RETURN = Act("end_break", "Record return")
EXTEND = Act("extend_break", "Extend break")
RESIT = Act("resit", "Record resit")
PAUSE = Act("start_break", "Put on a break")
WITHDRAW = Act("withdraw", "Withdraw")
REINSTATE = Act("reinstate", "Reinstate")
COMPLETE = Act("complete", "Record completion")
APPEAL = Act("appeal", "Record an appeal that was upheld")
DEFER = Act("defer", "Move to another cohort")


def next_act(stage: str | None) -> Act | None:
    """The usual next step; None where nothing follows."""
    if stage == Stage.ON_BREAK:
        return RETURN
    if stage == Stage.WITHDRAWN:
        return REINSTATE
    if stage == Stage.NOT_COMPLETED:
        return RESIT
    follows = USUAL_NEXT.get(stage) if stage else Stage.NOMINATED
    if follows is None:
        return None
    if follows is Stage.COMPLETED:
        return COMPLETE
    return Act("record_stage", WORDS[follows], follows)


def other_acts(stage: str | None) -> list[Act]:
    """What else can be done, the usual next step left out."""
    usual = next_act(stage)
    possible = {info.code for info in ENROLMENT.next_stages(stage)} if stage else set()
    plain = [code for code in plain_stages(stage) if usual is None or code != usual.stage]
    acts = [Act("record_stage", "Record another stage", "")] if plain else []
    if stage == Stage.ON_BREAK:
        acts = [EXTEND]
    if stage == Stage.NOT_COMPLETED:
        acts.append(APPEAL)
    if stage in MOVABLE:
        acts.append(DEFER)
    if Stage.ON_BREAK in possible:
        acts.append(PAUSE)
    if Stage.WITHDRAWN in possible:
        acts.append(WITHDRAW)
    return acts


def plain_stages(stage: str | None) -> list[str]:
    """The stages that can be recorded by themselves now: those that follow and have no act of their own.

    From a break, a withdrawal and ‘not completed’ the ways on are acts of their own; a completion asks for what shows
    it, except of somebody who is entered as having completed.
    """
    if stage in {Stage.ON_BREAK, Stage.WITHDRAWN, Stage.NOT_COMPLETED}:
        return []
    own = {Stage.ON_BREAK, Stage.WITHDRAWN} if stage is None else {Stage.ON_BREAK, Stage.WITHDRAWN, Stage.COMPLETED}
    return [info.code for info in ENROLMENT.next_stages(stage) if info.code not in own]
