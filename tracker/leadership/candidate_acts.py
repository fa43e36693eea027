"""What can be done about a candidate where they stand: the usual next step first."""

from dataclasses import dataclass

from tracker.leadership.lifecycle import CandidacyStage as C
from tracker.leadership.lifecycle import VacancyStage


@dataclass(frozen=True)
class Act:
    """Something that can be done: `code` names its page, as an endpoint, `choice` what is chosen there already."""

    code: str
    text: str
    choice: str = ""


NEXT: dict[str, Act] = {
    C.APPLIED: Act("candidacy.record", "Sift in", C.SIFTED_IN),
    C.SIFTED_IN: Act("candidacy.record", "Shortlist", C.SHORTLISTED),
    C.SHORTLISTED: Act("candidacy.record", "Record the interview", C.INTERVIEWED),
    C.INTERVIEWED: Act("candidacy.record", "Find appointable", C.APPOINTABLE),
    C.OFFERED: Act("offering.answer", "Record the answer"),
    C.ACCEPTED: Act("offering.checks", "Record the checks"),
    C.RESERVE: Act("offering.similar", "Offer a similar post"),
}
TAKE_UP = Act("offering.take_up", "Record that they are in post")
OFFER = Act("offering.offer", "Make the offer")
INTERVIEW = Act("candidacy.interview", "Set or move the interview")
NOTE = Act("candidacy.note", "Add a note of an assessment")
RESERVE = Act("offering.reserve", "Put on the reserve list")
REJECT = Act("candidacy.end", "Reject", C.REJECTED)
WITHDRAW = Act("candidacy.end", "Record that they withdrew", C.WITHDRAWN)
BACK = Act("candidacy.take_back", "Take back the last entry")
IN_LINE = frozenset({C.APPLIED, C.SIFTED_IN, C.SHORTLISTED, C.INTERVIEWED, C.APPOINTABLE, C.OFFERED})
WITHDRAWABLE = IN_LINE | {C.ACCEPTED, C.RESERVE}


def next_act(stage: str | None, vacancy_stage: str | None, *, is_next: bool) -> Act | None:
    """The usual next step; `is_next` says that the candidate is next in the merit order."""
    if is_next:
        return OFFER
    if stage == C.ACCEPTED and vacancy_stage == VacancyStage.FORMAL_OFFER:
        return TAKE_UP
    return NEXT.get(stage or "")


def other_acts(stage: str | None, *, has_place: bool, is_next: bool, is_first: bool) -> list[Act]:
    """What else can be done. `is_first`: nothing but the application is recorded, which is not taken back."""
    found = [INTERVIEW] if stage == C.SHORTLISTED else []
    found += [NEXT[C.RESERVE]] if stage == C.RESERVE and is_next else []
    found += [NOTE] if stage in WITHDRAWABLE else []
    found += [RESERVE] if stage == C.APPOINTABLE and has_place else []
    found += [REJECT] if stage in IN_LINE else []
    found += [WITHDRAW] if stage in WITHDRAWABLE else []
    return found if is_first else [*found, BACK]
