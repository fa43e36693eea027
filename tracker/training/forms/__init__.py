"""What is asked on the pages of the training strand."""

from tracker.training.forms.acts import (
    AppealForm,
    BreakForm,
    CompleteForm,
    CorrectForm,
    DeferForm,
    EnrolForm,
    ExtendForm,
    PromiseForm,
    ReinstateForm,
    ReturnForm,
    StageForm,
    TakeBackForm,
    WithdrawForm,
    cohort_choices,
    note,
)
from tracker.training.forms.cohorts import DELIVERIES, CohortForm, ConfirmForm, ProgrammeForm

__all__ = [
    "DELIVERIES",
    "AppealForm",
    "BreakForm",
    "CohortForm",
    "CompleteForm",
    "ConfirmForm",
    "CorrectForm",
    "DeferForm",
    "EnrolForm",
    "ExtendForm",
    "ProgrammeForm",
    "PromiseForm",
    "ReinstateForm",
    "ReturnForm",
    "StageForm",
    "TakeBackForm",
    "WithdrawForm",
    "cohort_choices",
    "note",
]
