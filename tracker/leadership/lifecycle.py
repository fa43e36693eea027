"""The two lifecycles of recruitment, as data: a vacancy's and a candidacy's."""

from enum import StrEnum
from itertools import pairwise

from tracker.ledger.lifecycle import Lifecycle, moves, stages


class VacancyStage(StrEnum):
    """Where a vacancy stands."""

    APPROVAL = "approval"
    ADVERT = "advert"
    CLOSED = "closed"
    SIFT = "sift"
    SHORTLIST = "shortlist"
    ASSESSMENT = "assessment"
    INTERVIEW = "interview"
    MERIT_ORDER = "merit-order"
    OFFER = "offer"
    CHECKS = "checks"
    FORMAL_OFFER = "formal-offer"
    IN_POST = "in-post"
    NO_APPOINTMENT = "no-appointment"
    CANCELLED = "cancelled"


V = VacancyStage

VACANCY_LINE = (
    V.APPROVAL,
    V.ADVERT,
    V.CLOSED,
    V.SIFT,
    V.SHORTLIST,
    V.ASSESSMENT,
    V.INTERVIEW,
    V.MERIT_ORDER,
    V.OFFER,
    V.CHECKS,
    V.FORMAL_OFFER,
    V.IN_POST,
)
"""The stages of a vacancy that is filled, in order."""

_FILLING = VACANCY_LINE[:-1]
_AFTER_CLOSING = _FILLING[_FILLING.index(V.CLOSED) :]

OPEN_STAGES = _FILLING[_FILLING.index(V.ADVERT) :]
"""A vacancy is open from advert to formal offer, both included (fine print E1)."""

OFFER_STAGES = (V.OFFER, V.CHECKS)
"""An offer is out at offer and at checks; a formal offer has been accepted already (fine print E1)."""

VACANCY = Lifecycle(
    strand="leadership",
    stages=stages(
        (V.APPROVAL, "Approval", "grey"),
        (V.ADVERT, "Advert", "blue"),
        (V.CLOSED, "Advert closed", "blue"),
        (V.SIFT, "Sift", "blue"),
        (V.SHORTLIST, "Shortlist", "blue"),
        (V.ASSESSMENT, "Assessment", "teal"),
        (V.INTERVIEW, "Interview", "teal"),
        (V.MERIT_ORDER, "Merit order", "teal"),
        (V.OFFER, "Offer", "yellow"),
        (V.CHECKS, "Checks", "yellow"),
        (V.FORMAL_OFFER, "Formal offer", "yellow"),
        (V.IN_POST, "In post", "green"),
        (V.NO_APPOINTMENT, "No appointment", "orange"),
        (V.CANCELLED, "Cancelled", "red"),
    ),
    moves=moves(
        {
            str(stage): {
                follows,
                # Assessment may be skipped (fine print A23).
                *((V.INTERVIEW,) if stage is V.SHORTLIST else ()),
                *((V.NO_APPOINTMENT,) if stage in _AFTER_CLOSING else ()),
                V.CANCELLED,
            }
            for stage, follows in pairwise(VACANCY_LINE)
        }
        | {str(V.NO_APPOINTMENT): {V.ADVERT}}
    ),
)
"""After a declined offer the vacancy stays where it is: the next in merit order is offered it (fine print A23)."""


class CandidacyStage(StrEnum):
    """Where a candidate for one vacancy stands."""

    APPLIED = "applied"
    SIFTED_IN = "sifted-in"
    SHORTLISTED = "shortlisted"
    INTERVIEWED = "interviewed"
    APPOINTABLE = "appointable"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    IN_POST = "in-post"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    RESERVE = "reserve"
    LAPSED = "lapsed"


C = CandidacyStage

CANDIDACY_LINE = (
    C.APPLIED,
    C.SIFTED_IN,
    C.SHORTLISTED,
    C.INTERVIEWED,
    C.APPOINTABLE,
    C.OFFERED,
    C.ACCEPTED,
    C.IN_POST,
)
"""The stages of a candidate who takes up the post, in order."""

CANDIDACY = Lifecycle(
    strand="leadership",
    stages=stages(
        (C.APPLIED, "Applied", "grey"),
        (C.SIFTED_IN, "Sifted in", "blue"),
        (C.SHORTLISTED, "Shortlisted", "blue"),
        (C.INTERVIEWED, "Interviewed", "teal"),
        (C.APPOINTABLE, "Appointable", "teal"),
        (C.OFFERED, "Offered", "yellow"),
        (C.ACCEPTED, "Accepted", "yellow"),
        (C.IN_POST, "In post", "green"),
        (C.REJECTED, "Rejected", "red"),
        (C.WITHDRAWN, "Withdrawn", "orange"),
        (C.DECLINED, "Declined", "orange"),
        (C.RESERVE, "On the reserve list", "purple"),
        (C.LAPSED, "Lapsed", "grey"),
    ),
    moves=moves(
        {
            str(stage): {
                follows,
                C.REJECTED,
                C.WITHDRAWN,
                C.RESERVE,
                *((C.DECLINED, C.LAPSED) if stage is C.OFFERED else ()),
                *((C.LAPSED,) if stage is C.ACCEPTED else ()),
            }
            for stage, follows in pairwise(CANDIDACY_LINE)
        }
        # Somebody held in reserve is offered this very post where those before them declined it; another post is
        # another candidacy, which enters at offered.
        | {str(C.RESERVE): {C.OFFERED, C.WITHDRAWN, C.LAPSED}}
    ),
)
"""Rejected, withdrawn, declined and lapsed are four different ends. A rejection that was wrong is taken back, which
leaves the candidate at the very stage they had."""


class PanelRole(StrEnum):
    """What somebody sits on a panel as."""

    CHAIR = "chair"
    MEMBER = "member"
    COMMISSIONER = "commissioner"


PANEL_ROLES: dict[str, str] = {
    PanelRole.CHAIR: "Chair",
    PanelRole.MEMBER: "Member",
    PanelRole.COMMISSIONER: "Civil Service Commissioner",
}

COMMISSIONER_GRADES = frozenset({"SCS2", "SCS3", "SCS4"})
"""Grades whose competitions a Civil Service Commissioner oversees: SCS pay band 2 and above."""

SENIOR_GRADES = ("G6", "SCS1", "SCS2", "SCS3", "SCS4")
"""Grades a senior data post may have (domain page, Vacancy)."""


class Route(StrEnum):
    """How a post is filled. Only a competition has a time to hire; the others are a class of their own."""

    COMPETITION = "competition"
    MANAGED_MOVE = "managed-move"
    LOAN = "loan"
    MERIT_LIST = "merit-list"


ROUTES: dict[str, str] = {
    Route.COMPETITION: "Competition",
    Route.MANAGED_MOVE: "Managed move",
    Route.LOAN: "Loan",
    Route.MERIT_LIST: "Offer from a merit or reserve list",
}


class LeavingCode(StrEnum):
    """Why a candidacy ended, by codes that are for ever."""

    NOT_MET_SIFT = "not-met-at-sift"
    NOT_SHORTLISTED = "not-shortlisted"
    NOT_MET_INTERVIEW = "not-met-at-interview"
    NOT_ELIGIBLE = "not-eligible"
    OTHER_POST = "took-another-post"
    PAY = "pay-or-terms"
    LOCATION = "location"
    PERSONAL = "personal"
    OFFER_EXPIRED = "offer-expired"
    CHECKS_FAILED = "checks-not-met"
    RESERVE_ENDED = "reserve-ended"
    VACANCY_ENDED = "vacancy-ended"
    OTHER = "other"
    NOT_KNOWN = "not-known"


LEAVING_REASONS: dict[str, str] = {
    LeavingCode.NOT_MET_SIFT: "Did not meet the criteria at sift",
    LeavingCode.NOT_SHORTLISTED: "Met the criteria but was not shortlisted",
    LeavingCode.NOT_MET_INTERVIEW: "Did not meet the standard at interview",
    LeavingCode.NOT_ELIGIBLE: "Is not eligible",
    LeavingCode.OTHER_POST: "Took another post",
    LeavingCode.PAY: "Pay or terms",
    LeavingCode.LOCATION: "Location",
    LeavingCode.PERSONAL: "Personal reasons",
    LeavingCode.OFFER_EXPIRED: "The offer ran out without an answer",
    LeavingCode.CHECKS_FAILED: "The checks were not passed",
    LeavingCode.RESERVE_ENDED: "The time on the reserve list was over",
    LeavingCode.VACANCY_ENDED: "The vacancy was cancelled or ended without an appointment",
    LeavingCode.OTHER: "Another reason",
    LeavingCode.NOT_KNOWN: "Not known",
}

LEAVING_CHOICES: dict[str, tuple[LeavingCode, ...]] = {
    C.REJECTED: (
        LeavingCode.NOT_MET_SIFT,
        LeavingCode.NOT_SHORTLISTED,
        LeavingCode.NOT_MET_INTERVIEW,
        LeavingCode.NOT_ELIGIBLE,
        LeavingCode.VACANCY_ENDED,
        LeavingCode.OTHER,
    ),
    C.WITHDRAWN: (
        LeavingCode.OTHER_POST,
        LeavingCode.PAY,
        LeavingCode.LOCATION,
        LeavingCode.PERSONAL,
        LeavingCode.VACANCY_ENDED,
        LeavingCode.OTHER,
        LeavingCode.NOT_KNOWN,
    ),
    C.DECLINED: (
        LeavingCode.OTHER_POST,
        LeavingCode.PAY,
        LeavingCode.LOCATION,
        LeavingCode.PERSONAL,
        LeavingCode.OTHER,
        LeavingCode.NOT_KNOWN,
    ),
    C.LAPSED: (
        LeavingCode.OFFER_EXPIRED,
        LeavingCode.CHECKS_FAILED,
        LeavingCode.RESERVE_ENDED,
        LeavingCode.VACANCY_ENDED,
        LeavingCode.OTHER,
    ),
}
"""The reasons that fit each way of leaving."""
