"""The mail of the fellowships strand: subject, plain text and HTML of each letter."""

from datetime import date

from flask import current_app

from tracker.core.text import format_day
from tracker.fellowships.afterlife import Asked, Side
from tracker.fellowships.models import LogVersion, Placement, WeekLog
from tracker.fellowships.weeks import in_words

Letter = tuple[str, str, str]
"""Subject, plain text, HTML."""


def _letter(template: str, subject: str, /, **words: object) -> Letter:
    templates, address = current_app.jinja_env, current_app.config["TRACKER"].public_url
    plain, html = (
        templates.get_template(f"fellowships/mail/{template}.{kind}").render(
            public_url=address, subject=subject, **words
        )
        for kind in ("txt", "html")
    )
    return subject, plain, html


def weeks_to_sign(name: str, logs: list[tuple[WeekLog, LogVersion]], link: str, runs_out: date) -> Letter:
    """To a supervisor: the weeks that wait for their word, and the link that opens them."""
    fellows = sorted({log.placement.person.name for log, _ in logs})
    told = [(log, in_words(version.days), version.summary) for log, version in logs]
    who = fellows[0] if len(fellows) == 1 else f"{len(fellows)} fellows"
    weeks = "1 week" if len(logs) == 1 else f"{len(logs)} weeks"
    return _letter("sign_off", f"{weeks} to sign off for {who}", name=name, logs=told, link=link, runs_out=runs_out)


def returned(log: WeekLog, by: str, reason: str) -> Letter:
    """To a fellow: a log came back, and why."""
    week = format_day(log.week_ending)
    return _letter("returned", f"Your log for the week ending {week} came back", log=log, by=by, reason=reason)


def log_due(placement: Placement, endings: list[date]) -> Letter:
    """To a fellow: the weeks that no log was sent for."""
    what = f"the week ending {format_day(endings[0])}" if len(endings) == 1 else f"{len(endings)} weeks"
    return _letter("log_due", f"Your log for {what} is due", placement=placement, endings=endings)


def about_a_placement(
    placement: Placement, asked: Asked, side: Side, *, name: str, ended_on: date, link: str, runs_out: date
) -> Letter:
    """To a fellow or a host, by name: three questions about a placement that is over since a day."""
    is_fellow = side is Side.FELLOW
    other = placement.host.name if is_fellow else placement.person.name
    subject = (
        f"How was the placement with {other}?"
        if asked is Asked.END
        else f"Three questions about the placement with {other}, {asked.months} months on"
    )
    whose = f"Your placement at {other}" if is_fellow else f"The placement of {other} at {placement.host.name}"
    words = {"whose": whose, "asked": asked, "name": name, "ended_on": ended_on, "link": link, "runs_out": runs_out}
    return _letter("afterwards", subject, **words)
