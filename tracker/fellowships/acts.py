"""What can be done with a placement where it stands: the usual next step first, then the others. Pure."""

from dataclasses import dataclass

from tracker.fellowships.lifecycle import ENDED, PLACEMENT, USUAL_NEXT, Stage


@dataclass(frozen=True)
class Act:
    """Something that can be done now: `code` names its page, `stage` the stage it would record, if it is one."""

    code: str
    text: str
    stage: str = ""


WORDS: dict[str, str] = {
    Stage.PROPOSED: "Record proposal",
    Stage.MATCHED: "Record match",
    Stage.OFFERED: "Record offer",
    Stage.ACCEPTED: "Record acceptance",
    Stage.IN_POST: "Record start in post",
}
COMPLETE = Act("placements.complete", "Record completion")
LEAVING: dict[str, Act] = {
    Stage.DECLINED: Act("placements.leave", "Record that the offer was declined", Stage.DECLINED),
    Stage.WITHDRAWN: Act("placements.leave", "Withdraw", Stage.WITHDRAWN),
    Stage.ENDED_EARLY: Act("placements.leave", "End early", Stage.ENDED_EARLY),
}
EXTEND = Act("placements.ask_extension", "Ask for an extension")
SUPERVISOR = Act("placements.change_supervisor", "Change the supervisor")
HOST = Act("placements.change_host", "Move to another host")
HOURS = Act("placements.change_hours", "Change the working hours")
OBJECTIVE = Act("placement_reviews.agree", "Add an objective")
REVIEW = Act("placement_reviews.review", "Record the mid-point review")


def next_act(stage: str | None) -> Act | None:
    """The usual next step; None where nothing follows."""
    if stage == Stage.IN_POST:
        return COMPLETE
    follows = USUAL_NEXT.get(stage) if stage else Stage.PROPOSED
    return None if follows is None else Act("placements.record_stage", WORDS[follows], follows)


def other_acts(stage: str | None) -> list[Act]:
    """What else can be done, the usual next step left out."""
    if stage is None:
        return [SUPERVISOR]
    acts = [LEAVING[info.code] for info in PLACEMENT.next_stages(stage) if info.code in LEAVING]
    if stage == Stage.IN_POST:
        acts = [EXTEND, *acts, REVIEW]
    if stage not in ENDED:
        acts += [OBJECTIVE, HOURS, SUPERVISOR, HOST]
    return acts


def plain_stages(stage: str | None) -> list[str]:
    """The stages that can be recorded by themselves now: those that follow and have no act of their own."""
    if stage is None:
        return list(WORDS)
    return [info.code for info in PLACEMENT.next_stages(stage) if info.code in WORDS]


def ways_out(stage: str | None) -> list[str]:
    """The stages by which a placement can be left now."""
    return [info.code for info in PLACEMENT.next_stages(stage) if info.code in LEAVING] if stage else []
