"""What is compiled by the calendar."""

from datetime import date

from flask import current_app

from tracker.core.job import Job
from tracker.progress.recount.services import recount
from tracker.progress.services.briefings import print_usual_briefings
from tracker.progress.services.drawing import draw_charts
from tracker.progress.services.forecasting import forecast_headlines
from tracker.progress.services.nightly import compile_month_end, compile_nightly
from tracker.progress.services.statuses import keep_statuses
from tracker.progress.workshop import clear_out


def compile_figures(day: date) -> int:
    """Compile a day and what is known otherwise by now of earlier months, and draw the charts of the usual pages.

    Charts and documents of earlier days make room.
    """
    settings = current_app.config["TRACKER"]
    written = compile_nightly(day)
    draw_charts(settings)
    clear_out(settings)
    return written


def forecast(day: date) -> int:
    """Forecast the headlines of a day, keep the statuses that follow, and draw the charts of the usual pages anew."""
    made = forecast_headlines(day)
    made += keep_statuses(day)
    draw_charts(current_app.config["TRACKER"])
    return made


def print_briefings(_: date) -> int:
    """Print the briefings of the latest day, with what is expected."""
    settings = current_app.config["TRACKER"]
    # Links are made as a request to the public address would make them.
    with current_app.test_request_context(base_url=settings.public_url):
        return print_usual_briefings(settings)


JOBS = (
    Job(
        name="compile-figures",
        title="Compile figures",
        description="Compiles every figure as at yesterday, and every month end whose figures are known otherwise by "
        "now; also after an import. Draws the charts.",
        # In UTC: after two in London in summer and in winter, on nights when the clocks change too.
        cron="15 2 * * *",
        run=compile_figures,
    ),
    Job(
        name="forecast",
        title="Forecast the headlines",
        description="Forecasts every headline figure from the ledger and keeps that; makes some forecasts of the last "
        "two years, as known then, by which forecasts are scored. Keeps the colours that follow.",
        cron="0 3 * * *",
        run=forecast,
    ),
    Job(
        name="briefings",
        title="Print the briefings",
        description="Makes the briefing of all government, and of each organisation that has a target, as PDF, with "
        "the figures and the forecast of the night.",
        cron="30 3 * * *",
        run=print_briefings,
    ),
    Job(
        name="recount",
        title="Count again",
        description="Counts every figure that rests on the ledger a second time, by other means, on the latest "
        "compiled day and some earlier ones. Fails where a kept figure comes out otherwise.",
        cron="20 3 * * *",
        run=recount,
    ),
    Job(
        name="compile-month-end",
        title="Close the month",
        description="On the first working day of a month, compiles the last day of the month before from the whole "
        "ledger and marks it final: what differs later shows as a revision.",
        # The first working day is one of these; on the others there is nothing to do.
        cron="45 2 1-7 * *",
        run=compile_month_end,
    ),
)
