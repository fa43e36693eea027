"""The acts of the training strand, a verb for each."""

from tracker.training.services.breaks import ReturnPromise, end_break, extend_break, start_break
from tracker.training.services.completions import Evidence, appeal, complete, is_page
from tracker.training.services.corrections import Right, correct, take_back
from tracker.training.services.enrolments import (
    EnrolmentNotAllowed,
    enrol,
    hold,
    record_stage,
    reinstate,
    stage_to_reinstate,
    withdraw,
)
from tracker.training.services.leaving import add_reason, retire_reason, reword_reason
from tracker.training.services.moves import defer
from tracker.training.services.reference import load_reference_data

__all__ = [
    "EnrolmentNotAllowed",
    "Evidence",
    "ReturnPromise",
    "Right",
    "add_reason",
    "appeal",
    "complete",
    "correct",
    "defer",
    "end_break",
    "enrol",
    "extend_break",
    "hold",
    "is_page",
    "load_reference_data",
    "record_stage",
    "reinstate",
    "retire_reason",
    "reword_reason",
    "stage_to_reinstate",
    "start_break",
    "take_back",
    "withdraw",
]
