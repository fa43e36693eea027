"""What is asked on the pages of the training strand."""

from tracker.training.forms.acts import (
    AppealForm,
    BreakForm,
    CompleteForm,
    CorrectForm,
    DeferForm,
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
from tracker.training.forms.enrolling import (
    FORMS,
    BeginForm,
    EndorseForm,
    EndorsementForm,
    FindForm,
    QuestionForm,
    SectionForm,
)
from tracker.training.forms.follow_ups import USES, FollowUpForm
from tracker.training.forms.skills import DistanceFilterForm, RatingForm, rating_form

__all__ = [
    "DELIVERIES",
    "FORMS",
    "USES",
    "AppealForm",
    "BeginForm",
    "BreakForm",
    "CohortForm",
    "CompleteForm",
    "ConfirmForm",
    "CorrectForm",
    "DeferForm",
    "DistanceFilterForm",
    "EndorseForm",
    "EndorsementForm",
    "ExtendForm",
    "FindForm",
    "FollowUpForm",
    "ProgrammeForm",
    "PromiseForm",
    "QuestionForm",
    "RatingForm",
    "ReinstateForm",
    "ReturnForm",
    "SectionForm",
    "StageForm",
    "TakeBackForm",
    "WithdrawForm",
    "cohort_choices",
    "note",
    "rating_form",
]
