"""The acts of the training strand, a verb for each."""

from tracker.training.services.breaks import ReturnPromise, end_break, extend_break, start_break
from tracker.training.services.cohorts import (
    CohortNotAllowed,
    Plan,
    add_cohort,
    change_cohort,
    close_cohort,
    plan_of,
    reopen_cohort,
)
from tracker.training.services.completions import Evidence, appeal, complete, is_page, resit
from tracker.training.services.corrections import Right, correct, take_back
from tracker.training.services.drafts import (
    DraftNotReady,
    begin_draft,
    begin_enrolment,
    discard_draft,
    hold_draft,
    save_answers,
    similar,
    tell_apart,
    tick_section,
)
from tracker.training.services.endorsements import (
    ENDORSE,
    EndorsementNotAllowed,
    answer_endorsement,
    answers_of,
    ask_for_endorsement,
    asked_by_link,
)
from tracker.training.services.enrolments import (
    EnrolmentNotAllowed,
    enrol,
    hold,
    record_stage,
    reinstate,
    stage_to_reinstate,
    withdraw,
)
from tracker.training.services.follow_ups import FOLLOW_UP, Answer, answer_follow_up, ask_what_came, asked_about
from tracker.training.services.leaving import add_reason, retire_reason, reword_reason
from tracker.training.services.moves import defer
from tracker.training.services.places import NoPlace, hold_cohort
from tracker.training.services.programmes import Facts, ProgrammeNotAllowed, change_programme, hold_programme, qualify
from tracker.training.services.reference import load_reference_data
from tracker.training.services.skills import rate
from tracker.training.services.together import record_together, refusals
from tracker.training.services.waiting import join_waiting_list, leave_waiting_list
from tracker.training.services.wishes import GoOnWith, Leave, ReachStage, TakeBreak, Wish

__all__ = [
    "ENDORSE",
    "FOLLOW_UP",
    "Answer",
    "CohortNotAllowed",
    "DraftNotReady",
    "EndorsementNotAllowed",
    "EnrolmentNotAllowed",
    "Evidence",
    "Facts",
    "GoOnWith",
    "Leave",
    "NoPlace",
    "Plan",
    "ProgrammeNotAllowed",
    "ReachStage",
    "ReturnPromise",
    "Right",
    "TakeBreak",
    "Wish",
    "add_cohort",
    "add_reason",
    "answer_endorsement",
    "answer_follow_up",
    "answers_of",
    "appeal",
    "ask_for_endorsement",
    "ask_what_came",
    "asked_about",
    "asked_by_link",
    "begin_draft",
    "begin_enrolment",
    "change_cohort",
    "change_programme",
    "close_cohort",
    "complete",
    "correct",
    "defer",
    "discard_draft",
    "end_break",
    "enrol",
    "extend_break",
    "hold",
    "hold_cohort",
    "hold_draft",
    "hold_programme",
    "is_page",
    "join_waiting_list",
    "leave_waiting_list",
    "load_reference_data",
    "plan_of",
    "qualify",
    "rate",
    "record_stage",
    "record_together",
    "refusals",
    "reinstate",
    "reopen_cohort",
    "resit",
    "retire_reason",
    "reword_reason",
    "save_answers",
    "similar",
    "stage_to_reinstate",
    "start_break",
    "take_back",
    "tell_apart",
    "tick_section",
    "withdraw",
]
