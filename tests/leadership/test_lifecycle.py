from itertools import pairwise

import pytest

from tracker.leadership.lifecycle import (
    CANDIDACY,
    CANDIDACY_LINE,
    LEAVING_CHOICES,
    LEAVING_REASONS,
    VACANCY,
    VACANCY_LINE,
    CandidacyStage,
    LeavingCode,
    VacancyStage,
)

V, C = VacancyStage, CandidacyStage


def test_a_vacancy_goes_down_its_line_and_may_skip_nothing_but_assessment() -> None:
    skips = {
        (before, after)
        for at, before in enumerate(VACANCY_LINE)
        for after in VACANCY_LINE[at + 2 :]
        if VACANCY.allows(before, after)
    }

    assert all(VACANCY.allows(*step) for step in pairwise(VACANCY_LINE))
    assert skips == {(V.SHORTLIST, V.INTERVIEW)}


@pytest.mark.parametrize("stage", V)
def test_a_vacancy_ends_without_an_appointment_only_after_closing_and_is_cancelled_only_before_it_is_filled(
    stage: VacancyStage,
) -> None:
    ends = {V.IN_POST, V.NO_APPOINTMENT, V.CANCELLED}

    assert VACANCY.allows(stage, V.CANCELLED) == (stage not in ends)
    assert VACANCY.allows(stage, V.NO_APPOINTMENT) == (stage not in ends | {V.APPROVAL, V.ADVERT})


def test_a_vacancy_without_an_appointment_may_only_be_advertised_again() -> None:
    assert [info.code for info in VACANCY.next_stages(V.NO_APPOINTMENT)] == [V.ADVERT]
    assert VACANCY.next_stages(V.IN_POST) == VACANCY.next_stages(V.CANCELLED) == []


@pytest.mark.parametrize("stage", CANDIDACY_LINE[:-1])
def test_a_candidate_may_leave_the_line_from_any_stage_of_it(stage: CandidacyStage) -> None:
    left = {info.code for info in CANDIDACY.next_stages(stage)} - set(CANDIDACY_LINE)

    assert left >= {C.REJECTED, C.WITHDRAWN, C.RESERVE}
    assert (C.DECLINED in left) == (stage is C.OFFERED)
    assert (C.LAPSED in left) == (stage in {C.OFFERED, C.ACCEPTED})


def test_159_an_acceptance_that_lapses_at_the_checks_is_no_rejection_by_the_panel() -> None:
    assert CANDIDACY.allows(C.ACCEPTED, C.LAPSED)
    assert LeavingCode.CHECKS_FAILED in LEAVING_CHOICES[C.LAPSED]
    assert LeavingCode.CHECKS_FAILED not in LEAVING_CHOICES[C.REJECTED]


def test_every_reason_for_leaving_has_its_words() -> None:
    assert set(LEAVING_REASONS) == set(LeavingCode)
    assert {code for codes in LEAVING_CHOICES.values() for code in codes} <= set(LEAVING_REASONS)
