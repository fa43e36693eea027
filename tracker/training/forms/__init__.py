"""What is asked on the pages of the training strand."""

from tracker.training.forms.acts import (
    BreakForm,
    CorrectForm,
    EnrolForm,
    ExtendForm,
    PromiseForm,
    ReinstateForm,
    ReturnForm,
    StageForm,
    TakeBackForm,
    WithdrawForm,
    cohort_choices,
)

__all__ = [
    "BreakForm",
    "CorrectForm",
    "EnrolForm",
    "ExtendForm",
    "PromiseForm",
    "ReinstateForm",
    "ReturnForm",
    "StageForm",
    "TakeBackForm",
    "WithdrawForm",
    "cohort_choices",
]
