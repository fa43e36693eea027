"""Figures, forecasts and targets as other systems read them: those of the pages, within the same reach."""

from collections.abc import Sequence
from datetime import timedelta

from tracker.accounts.models import User
from tracker.accounts.permissions import Permission
from tracker.api import answers, queries
from tracker.api.messages import AskFigures, AskForecasts, AskTargets
from tracker.api.operations import NotThere, following
from tracker.core import clock
from tracker.core.errors import DomainError
from tracker.core.metric import Metric
from tracker.progress.figures import EVERYBODY, Scope
from tracker.progress.printing import forecast_printed, plain, printed
from tracker.progress.queries.answers import compiled_answer, live_answer
from tracker.progress.queries.cases import Clocks, cases
from tracker.progress.queries.forecasts import latest_forecasts, points
from tracker.progress.queries.snapshots import NotCompiled, compilation_of
from tracker.progress.queries.statuses import rule_on, thresholds_of
from tracker.progress.registry import METRICS
from tracker.progress.structure import Structure, load_structure

NO_SUCH = "There is no such organisation within the reach of this token"


def figures(asked: AskFigures, user: User) -> answers.Figures:
    """A page of figures: as compiled, or counted live.

    :raises NotThere: if the organisation is not there or beyond reach, or the day is not compiled.
    """
    structure, metrics = load_structure(), _metrics(asked.figure)
    as_at = asked.as_at or clock.today() - timedelta(days=1)
    scopes = _scopes(asked, structure, user.reach(Permission.PROGRESS_VIEW))
    answered = live_answer if asked.live else compiled_answer
    try:
        found = answered(structure, scopes, metrics, as_at, asked.known_at)
    except NotCompiled as missing:
        raise NotThere(missing.message) from missing
    shown = found[asked.cursor : asked.cursor + asked.limit]
    clocks = Clocks(as_at, asked.known_at, None if asked.live else compilation_of(as_at, asked.known_at))
    thresholds = thresholds_of(rule_on(as_at, asked.known_at))
    judged = cases(structure, shown, clocks, today=asked.structure == "today")
    data = [answers.Figure(**printed(case, thresholds)) for case in judged]
    end = asked.cursor + len(shown)
    # The pages that follow are of the same day and instant, whatever is compiled or recorded meanwhile.
    pinned = {"as_at": as_at.isoformat(), "known_at": data[-1].known_at} if data else {}
    return answers.Figures(data=data, next=following(end, **pinned) if end < len(found) else None)


def _metrics(codes: Sequence[str]) -> list[Metric]:
    unknown = [code for code in codes if code not in METRICS]
    if unknown:
        raise NotThere(f"There is no figure ‘{unknown[0]}’", "figure")
    return [METRICS[code] for code in dict.fromkeys(codes or METRICS)]


def _scopes(asked: AskFigures, structure: Structure, reach: frozenset[int] | None) -> list[Scope]:
    today = asked.structure == "today"
    every = structure.by_organisation(with_children=asked.with_children, today=today)
    within = [scope for scope in every if reach is None or scope.organisation_id in reach]
    if asked.organisation is None:
        return within if asked.by or reach is not None else [structure.scope(None)]
    one = _scope(structure, asked.organisation, reach, with_children=asked.with_children, today=today)
    members = structure.members(one)
    return [scope for scope in within if scope.organisation_id in members] if asked.by else [one]


def _scope(
    structure: Structure, slug: str, reach: frozenset[int] | None, *, with_children: bool, today: bool = False
) -> Scope:
    try:
        found = structure.scope(slug, with_children=with_children, today=today)
    except DomainError as refusal:
        raise NotThere(NO_SUCH, "organisation") from refusal
    if reach is not None and found.organisation_id not in reach:
        raise NotThere(NO_SUCH, "organisation")
    return found


def forecasts(asked: AskForecasts, user: User) -> answers.Forecasts:
    """What was last forecast of the headlines; nothing is forecast for being asked."""
    structure, reach = load_structure(), user.reach(Permission.PROGRESS_VIEW)
    as_at = asked.as_at or clock.today() - timedelta(days=1)
    if asked.organisation is None and reach is None:
        scopes = [structure.scope(None)]
    elif asked.organisation is None:
        scopes = [one for one in structure.by_organisation() if one.organisation_id in (reach or ())]
    else:
        scopes = [_scope(structure, asked.organisation, reach, with_children=asked.with_children)]
    data = []
    leading = [metric.code for metric in _metrics(asked.figure) if metric.leading]
    latest = latest_forecasts(leading, as_at, asked.known_at)
    expected = points(list(latest.values()), scopes)
    for made in (latest[code] for code in leading if code in latest):
        for scope in scopes:
            said = forecast_printed(made, scope, expected.get((made.id, scope), []))
            if reach is not None:
                said |= {"inputs": None, "completed_stays": None}
            data.append(answers.Forecast(**said))
    return answers.Forecasts(data=data)


def targets(asked: AskTargets, user: User) -> answers.Targets:
    """The targets that hold now, within reach."""
    structure, reach = load_structure(), user.reach(Permission.TARGETS_VIEW)
    wanted = None
    if asked.organisation is not None:
        wanted = _scope(structure, asked.organisation, reach, with_children=False).organisation_id
    data = [
        answers.Target(
            figure=one.figure,
            organisation=structure.by_id[one.organisation_id].slug if one.organisation_id else EVERYBODY,
            reason=one.reason,
            since=one.created_at,
            points=[answers.TargetPoint(date=point.day, value=plain(point.value) or 0) for point in one.points],
        )
        for one in queries.current_targets([metric.code for metric in _metrics(asked.figure)])
        if (asked.organisation is None or one.organisation_id == wanted)
        and (reach is None or one.organisation_id in reach)
    ]
    return answers.Targets(data=data)
