"""The figures of recruitment: what each is called and what it means. How each counts is in `spans`."""

from tracker.core.metric import Metric
from tracker.leadership.lifecycle import OFFER_STAGES, OPEN_STAGES, CandidacyStage
from tracker.leadership.metrics.leading import TO_BE_APPOINTED
from tracker.leadership.metrics.spans import (
    answered,
    applicants,
    appointed,
    closed_lately,
    days_to_fill,
    days_to_hire,
    known,
    standing_at,
)

WHERE = "in the organisation that has the post"

REPORTED = Metric(
    code="leadership.reported",
    label="Vacancies known",
    unit="vacancies",
    kind="count",
    definition="Senior data posts of which anything is known that happened by the day, "
    f"{WHERE}. An organisation with none has not reported.",
    numerator=known,
    record="journey",
)

METRICS: tuple[Metric, ...] = (
    Metric(
        code="leadership.appointed",
        label="Leaders appointed",
        unit="posts",
        kind="count",
        definition=f"Senior data posts that somebody took up on or before the day, {WHERE}.",
        numerator=appointed,
        is_headline=True,
        leading=TO_BE_APPOINTED,
        record="journey",
    ),
    Metric(
        code="leadership.open",
        label="Open vacancies",
        unit="posts",
        kind="count",
        definition=f"Senior data posts that stand on the day between advert and formal offer, both included, {WHERE}.",
        numerator=standing_at(*OPEN_STAGES),
        record="journey",
    ),
    Metric(
        code="leadership.offers_out",
        label="Offers out",
        unit="posts",
        kind="count",
        definition=f"Senior data posts that stand on the day at offer or at pre-employment checks, {WHERE}.",
        numerator=standing_at(*OFFER_STAGES),
        record="journey",
    ),
    Metric(
        code="leadership.median_days_to_hire",
        label="Median days to hire",
        unit="days",
        kind="median",
        definition="Of the posts last offered in the 12 months to the day, half took no more than this many calendar "
        "days from the latest closing before that offer to the offer. An offer that was declined and taken up by the "
        "next in merit order is still that offer. Posts filled without a competition are left out. Each counts "
        f"{WHERE}.",
        numerator=days_to_hire,
        decimals=1,
        record="journey",
    ),
    Metric(
        code="leadership.median_days_to_fill",
        label="Median days to fill",
        unit="days",
        kind="median",
        definition="Of the posts taken up in the 12 months to the day, half took no more than this many calendar days "
        "from the first approval to the day in post, also where they were advertised twice. Posts filled without a "
        f"competition are left out. Each counts {WHERE}.",
        numerator=days_to_fill,
        decimals=1,
        record="journey",
    ),
    Metric(
        code="leadership.applicants_per_post",
        label="Applicants per post",
        unit="applicants per post",
        kind="ratio",
        definition="Candidates, whatever came of them, for each post whose advert closed in the 12 months to the day. "
        f"A post that closed twice counts once, with the candidates of both adverts, {WHERE}.",
        numerator=applicants,
        denominator=closed_lately,
        decimals=1,
        record="journey",
    ),
    Metric(
        code="leadership.offer_acceptance",
        label="Offers accepted",
        unit="ratio",
        kind="ratio",
        definition="Candidates who accepted an offer in the 12 months to the day, as a share of those who accepted or "
        f"declined one; an offer not answered is in neither part. Each counts {WHERE}.",
        numerator=answered(CandidacyStage.ACCEPTED),
        denominator=answered(CandidacyStage.ACCEPTED, CandidacyStage.DECLINED),
        decimals=1,
        record="journey",
    ),
)
