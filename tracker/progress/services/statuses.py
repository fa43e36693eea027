"""Statuses: what owners declare, from when on one is worked out otherwise, and what was worked out each night."""

from datetime import date, datetime, timedelta

from sqlalchemy import insert

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core.calendar import end_of_day, month_ends
from tracker.core.clock import today
from tracker.core.db import db, take_turns, transaction
from tracker.core.errors import ChangedMeanwhile, DomainError
from tracker.core.metric import Metric
from tracker.progress.figures import Scope
from tracker.progress.headlines import LEADING, Headline
from tracker.progress.models import Compilation, Declared, StatusDeclared, StatusKept, StatusRule
from tracker.progress.queries.cases import Clocks, cases, home_scopes
from tracker.progress.queries.forecasts import forecast_of
from tracker.progress.queries.snapshots import compilation_of, compiled_figures, required_compilation, scope_ids
from tracker.progress.queries.statuses import kept_days, latest_declared, latest_rule_id, rule_on, thresholds_of
from tracker.progress.queries.targets import line_of, target_lines
from tracker.progress.services.forecasting import SEED
from tracker.progress.status import Thresholds, verdict
from tracker.progress.structure import load_structure

FEWEST_STAYS = 20
"""No forecast is made from fewer stays, so that no rule can ask for fewer."""
MONTHS_BACK = 24


class StatusNotAllowed(DomainError):
    """A status, or a way to work one out, that the rules refuse."""


def declare(
    of: Headline, colour: Declared, reason: str, route: tuple[str, date | None], *, version: str, by: User
) -> StatusDeclared:
    """Say what the owner takes the status of a headline to be. It stands until it is replaced or withdrawn.

    :param route: how it becomes green again, and by which London day; kept only where it is not green.
    :param version: the number of what was declared last when the form was opened; 0 for nothing.
    :raises ChangedMeanwhile: if something else has been declared by now.
    :raises StatusNotAllowed: without a target, a reason or, unless it is green, a route to green with a day ahead.

    Flushes; the caller owns the transaction.
    """
    number = _next_number(of, version)
    line = line_of(target_lines([of.metric.code]), load_structure(), of.metric.code, _scope(of))
    if line is None:
        raise StatusNotAllowed(f"{of.whose} has no target for this figure, so there is nothing to be green against")
    words, green_by = route[0].strip() or None, route[1]
    if colour is Declared.GREEN:
        words = green_by = None
    elif words is None:
        raise StatusNotAllowed("Say how it becomes green again", "route")
    elif green_by is None or green_by <= today():
        raise StatusNotAllowed("The day by which it is green again must be in the future", "green_by")
    return _say(of, number, colour, reason, (words, green_by), by)


def withdraw(of: Headline, reason: str, *, version: str, by: User) -> StatusDeclared:
    """Take back what stands as declared; nothing stands then.

    :raises ChangedMeanwhile: as `declare`.
    :raises StatusNotAllowed: if nothing stands, or without a reason.
    """
    number = _next_number(of, version)
    latest = latest_declared(of.place)
    if latest is None or latest.colour is Declared.WITHDRAWN:
        raise StatusNotAllowed("Nothing is declared that could be withdrawn")
    return _say(of, number, Declared.WITHDRAWN, reason, (None, None), by)


def _scope(of: Headline) -> Scope:
    return next(scope for scope in home_scopes(load_structure()) if scope.organisation_id == of.organisation_id)


def _next_number(of: Headline, version: str) -> int:
    take_turns(f"status:{of.metric.code}/{of.slug}")
    latest = latest_declared(of.place)
    number = latest.number if latest else 0
    if version != str(number):
        raise ChangedMeanwhile("this status")
    return number + 1


def _say(
    of: Headline, number: int, colour: Declared, reason: str, route: tuple[str | None, date | None], by: User
) -> StatusDeclared:
    if not reason.strip():
        raise StatusNotAllowed("Say why", "reason")
    said = StatusDeclared(
        figure=of.metric.code,
        organisation_id=of.organisation_id,
        number=number,
        colour=colour,
        reason=reason.strip(),
        route=route[0],
        green_by=route[1],
        declared_by_id=by.id,
    )
    db.session.add(said)
    db.session.flush()
    verb = "status.withdrawn" if colour is Declared.WITHDRAWN else "status.declared"
    green_by = route[1].isoformat() if route[1] else None
    after = {"colour": str(colour), "reason": said.reason, "route": said.route, "green_by": green_by}
    audit.record(verb, f"status:{of.metric.code}/{of.slug}", actor=by, after=after)
    return said


def set_rule(thresholds: Thresholds, starts_on: date, reason: str, *, version: str, by: User) -> StatusRule:
    """Have every status worked out otherwise from a London day on. Days before it keep their colours.

    :param version: the number of the rule that was set last when the form was opened.
    :raises ChangedMeanwhile: if another has been set by now.
    :raises StatusNotAllowed: for thresholds that are in no order, a day that is over, or where nothing would change.

    Flushes; the caller owns the transaction.
    """
    take_turns("status-rule")
    if version != str(latest_rule_id()):
        raise ChangedMeanwhile("how a status is worked out")
    check(thresholds, starts_on)
    if not reason.strip():
        raise StatusNotAllowed("Say why", "reason")
    rule = StatusRule(**vars(thresholds), starts_on=starts_on, reason=reason.strip(), set_by_id=by.id)
    db.session.add(rule)
    db.session.flush()
    after = {**vars(thresholds), "starts_on": starts_on.isoformat(), "reason": rule.reason}
    audit.record("status-rule.set", f"status-rule:{rule.id}", actor=by, after=after)
    return rule


def check(thresholds: Thresholds, starts_on: date) -> None:
    """Refuse thresholds that cannot hold from a London day on.

    :raises StatusNotAllowed: as `set_rule`.
    """
    if not 0 < thresholds.amber < thresholds.green <= 100:
        raise StatusNotAllowed("Amber must begin above 0% and below where green begins", "amber")
    if not 0 <= thresholds.coverage <= 100:
        raise StatusNotAllowed("Enter a percentage from 0 to 100", "coverage")
    if thresholds.fewest_stays < FEWEST_STAYS:
        raise StatusNotAllowed(f"No forecast is made from fewer than {FEWEST_STAYS} stays", "fewest_stays")
    if starts_on < today():
        raise StatusNotAllowed("It must be today or later: days that are over keep their colours", "starts_on")
    if thresholds == thresholds_of(rule_on(starts_on)):
        raise StatusNotAllowed("This is how a status is worked out on that day already", "green")


def keep_statuses(day: date) -> int:
    """Keep the statuses of the headlines as at a compiled London day, and what they were at earlier month ends.

    The latter by the forecasts made as known at their close, in the two years before, where none was kept. A scope
    without a status has none kept. Safe to repeat: what is kept stays. Opens its own transactions.

    :return: how many were kept.
    :raises NotCompiled: if the day is not compiled.
    """
    required_compilation(day)
    first = day - timedelta(days=31 * MONTHS_BACK)
    kept = 0
    for metric in LEADING:
        known = kept_days(metric.code, first, day)
        for end in month_ends(first, day - timedelta(days=1)):
            if end not in known and forecast_of(metric.code, end, end_of_day(end), SEED):
                kept += _keep(metric, end, end_of_day(end))
        if day not in known:
            kept += _keep(metric, day, None)
    return kept


def _keep(metric: Metric, day: date, known_at: datetime | None) -> int:
    compilation = compilation_of(day)
    if compilation is None:
        return 0
    rows = _worked_out(metric, compilation, known_at)
    with transaction() as session:
        if rows and day not in kept_days(metric.code, day, day):
            session.execute(insert(StatusKept), rows)
            return len(rows)
    return 0


def _worked_out(metric: Metric, compilation: Compilation, known_at: datetime | None) -> list[dict[str, object]]:
    structure = load_structure()
    ids = scope_ids(home_scopes(structure))
    # An organisation that was added since the last compile is none of the scopes yet.
    scopes = [scope for scope, kept in ids.items() if kept]
    rule = rule_on(compilation.as_at, known_at)
    figures = compiled_figures([compilation], scopes, [metric])
    rows: list[dict[str, object]] = []
    for case in cases(structure, figures, Clocks(compilation.as_at, known_at, compilation)):
        found = verdict(case, thresholds_of(rule))
        if found.colour == "none":
            continue
        rows.append(
            {
                "figure": metric.code,
                "scope_id": ids[case.figure.scope][0],
                "as_at": compilation.as_at,
                "colour": found.colour,
                "why": found.why,
                "rule_id": rule.id,
                "chance": case.chance.probability if case.chance else None,
                "expected": case.coverage.expected,
                "reported": case.coverage.heard,
            }
        )
    return rows
