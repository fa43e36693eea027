"""What recruitment is recorded in."""

from tracker.leadership.models.candidates import (
    AssessmentNote,
    Candidacy,
    CandidacyLeaving,
    Candidate,
    CandidateChange,
    Interview,
    MeritPlace,
    Offer,
    Recusal,
    Score,
)
from tracker.leadership.models.reference import (
    LeadershipRole,
    LeadershipRoleSkill,
    RecruitmentMetric,
    RecruitmentStage,
    StageTarget,
)
from tracker.leadership.models.vacancies import Advert, Campaign, Criterion, PanelMember, Vacancy, VacancyPause

__all__ = [
    "Advert",
    "AssessmentNote",
    "Campaign",
    "Candidacy",
    "CandidacyLeaving",
    "Candidate",
    "CandidateChange",
    "Criterion",
    "Interview",
    "LeadershipRole",
    "LeadershipRoleSkill",
    "MeritPlace",
    "Offer",
    "PanelMember",
    "RecruitmentMetric",
    "RecruitmentStage",
    "Recusal",
    "Score",
    "StageTarget",
    "Vacancy",
    "VacancyPause",
]
