"""What stands on each progress page, put together from the answer to one question.

The order of facts is the same on all of them, so that a reader learns the layout once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.core.metric import Metric
from tracker.core.text import format_day, format_instant
from tracker.progress.asked import Asked
from tracker.progress.coverage import Coverage
from tracker.progress.exports import FORMATS
from tracker.progress.facts import Facts, plain_number
from tracker.progress.figures import ALL
from tracker.progress.ground import Ground, Picture, Question, Viewer, gather, picture
from tracker.progress.outlook import Outlook
from tracker.progress.queries.reading import spark_months
from tracker.progress.rates import has_rates, load_bases
from tracker.progress.revised import Revised, revised
from tracker.progress.status import Thresholds
from tracker.progress.structure import Structure
from tracker.progress.table import Material, Row, Table, table

SENTENCES = 3
"""How many sentences say what changed, and how many what needs attention."""
WORRIES = frozenset({"training.at_risk", "fellowships.logs_overdue"})
"""Figures of which any at all is too many."""


@dataclass(frozen=True)
class Story:
    """One leading figure of one scope, its chart, what is expected of it and how complete it is."""

    facts: Facts
    picture: Picture
    outlook: Outlook | None
    coverage: Coverage
    scenario_href: str | None


@dataclass(frozen=True)
class Sentence:
    """Something worth saying, and where it leads."""

    text: str
    href: str | None


@dataclass(frozen=True)
class Page:
    """Everything that stands on a page, none of it left to be worked out.

    `thresholds`: by which its statuses were worked out. `revised`: the closed months of the one figure of a page that
    is about one.
    """

    asked: Asked
    as_at: date
    known_at: datetime | None
    is_live: bool
    compiled_at: datetime | None
    stories: Sequence[Story]
    listed: Sequence[Facts]
    changed: Sequence[Sentence]
    attention: Sequence[Sentence]
    table: Table | None
    downloads: Sequence[Mapping[str, str]]
    briefing_href: str
    thresholds: Thresholds
    revised: Sequence[Revised] | None = None

    @property
    def is_of_one(self) -> bool:
        """Whether it speaks of one organisation alone, and not of all government."""
        homes = {story.facts.figure.scope for story in self.stories}
        return len(homes) == 1 and ALL not in homes

    @property
    def names_scopes(self) -> bool:
        """Whether the stories must say whose they are, because there are several."""
        return len({story.facts.figure.scope for story in self.stories}) > 1

    @property
    def said(self) -> str:
        """What the page answers for, in a line."""
        known = f", as known at {format_instant(self.known_at)}" if self.asked.known_at and self.known_at else ""
        structure = "today" if self.asked.of_today else "the day"
        return f"As at {format_day(self.as_at)}{known}, by the structure of {structure}"

    @property
    def freshness(self) -> str:
        """Where the numbers come from: a snapshot, or the ledger just now."""
        if self.compiled_at:
            return f"Snapshot compiled {format_instant(self.compiled_at)}. Every number on this page is from it."
        return "Worked out from the ledger just now; no snapshot was kept of this. Every number on this page is live."


def compose(structure: Structure, question: Question, asked: Asked, viewer: Viewer, sort: str) -> Page:
    """Put a page together.

    :param sort: the order of the table, as `table.chosen_sort` gives it.
    :raises NotCompiled: if no day is asked for and none was ever compiled.
    """
    ground = gather(structure, question, asked, viewer)
    listed = [ground.facts(metric, question.homes[0]) for metric in question.listed]
    shown = _table(ground, sort)
    stories = [_story(ground, ground.facts(metric, home)) for metric in question.leading for home in question.homes]
    reading = ground.reading
    return Page(
        asked=asked,
        as_at=reading.as_at,
        known_at=ground.links.known_at,
        is_live=reading.is_live,
        compiled_at=reading.compilation.compiled_at if reading.compilation else None,
        stories=stories,
        listed=listed,
        changed=_changed(shown.rows) if shown else _each_changed(stories),
        attention=_attention(listed, stories, shown),
        table=shown,
        downloads=_downloads(ground, shown),
        revised=_revised(ground),
        briefing_href=ground.links.briefing(question.homes[0]),
        thresholds=ground.judged.thresholds,
    )


def _revised(ground: Ground) -> Sequence[Revised] | None:
    """What became of closed months, on the page of one figure of one scope; elsewhere it is not told."""
    question = ground.question
    if len(question.leading) != 1 or question.listed or len(question.homes) != 1:
        return None
    return revised(question.leading[0], question.homes[0], ground.reading.as_at, ground.links)


def _table(ground: Ground, sort: str) -> Table | None:
    """The table of the first leading figure by organisation; none where there is only one organisation to show."""
    question, reading = ground.question, ground.reading
    if len(question.rows) < 2 or not question.leading:
        return None
    metric, days = question.leading[0], spark_months(reading.as_at)
    material = Material(
        metric=metric,
        lines={scope: ground.line(metric, scope) for scope in (*question.rows, *question.homes)},
        case=ground.case,
        judged=ground.judged,
        series={scope: reading.past(metric, scope, days[0]) for scope in (*question.rows, *question.homes)},
        months=days,
        above=ground.names_above(),
        families={
            scope.organisation_id: figure
            for scope in question.families
            if (figure := reading.figure(metric, scope)) and scope not in question.homes
        },
        parents=ground.structure.parents,
        links=ground.links,
        bases=load_bases(ground.structure) if has_rates(metric) else None,
        unranked=_unranked(ground, metric),
    )
    figures = [figure for scope in question.rows if (figure := reading.figure(metric, scope))]
    total = ground.figure(metric, question.homes[0]) if len(question.homes) == 1 else None
    return table(material, figures, total, sort)


def _story(ground: Ground, told: Facts) -> Story:
    metric, scope = told.figure.metric, told.figure.scope
    outlook = ground.outlooks.get((metric.code, scope))
    href = ground.links.scenario(metric, scope) if outlook and outlook.is_current else None
    return Story(told, picture(ground, told), outlook, ground.reporting.coverage(metric, scope), href)


def _unranked(ground: Ground, metric: Metric) -> str:
    limit = ground.judged.thresholds.coverage
    covered = [ground.reporting.coverage(metric, home) for home in ground.question.homes]
    return next(filter(None, (one.unranked(limit) for one in covered)), "")


def _changed(rows: Sequence[Row]) -> list[Sentence]:
    """What moved most since the month before, each leading to the reasons."""
    moved = [(row, row.facts.change) for row in rows if row.facts.change and row.facts.change.amount]
    moved.sort(key=lambda pair: -abs(pair[1].amount))
    return [
        Sentence(f"{row.name}: {change.sentence[0].lower()}{change.sentence[1:]}", change.href or row.href)
        for row, change in moved[:SENTENCES]
    ]


def _each_changed(stories: Sequence[Story]) -> list[Sentence]:
    """What moved since the month before where there is one organisation, figure by figure."""
    told = [story.facts for story in stories]
    return [
        Sentence(
            f"{one.figure.metric.label}: {one.change.sentence[0].lower()}{one.change.sentence[1:]}",
            one.change.href or one.definition_href,
        )
        for one in told
        if one.change and one.change.amount
    ]


def _attention(listed: Sequence[Facts], stories: Sequence[Story], shown: Table | None) -> list[Sentence]:
    """What somebody should look at, each leading to the list or the page it speaks of."""
    said = [
        Sentence(f"{told.figure.metric.label}: {told.figure.text}", told.href or told.definition_href)
        for told in listed
        if told.figure.metric.code in WORRIES and told.figure.number
    ]
    silent = [len(story.coverage.missing) for story in stories[:1] if story.coverage.missing]
    said += [
        Sentence(f"{count} {'organisation has' if count == 1 else 'organisations have'} not reported yet", "#coverage")
        for count in silent
    ]
    behind = [(row, row.shortfall) for row in (shown.rows if shown else ()) if row.shortfall > 0]
    behind.sort(key=lambda pair: -pair[1])
    said += [Sentence(f"{row.name} is {plain_number(short)} short of its plan", row.href) for row, short in behind]
    return said[:SENTENCES]


def _downloads(ground: Ground, shown: Table | None) -> list[dict[str, str]]:
    """The table as files; the words repeat how many rows they hold."""
    if shown is None:
        return []
    home = ground.question.homes[0]
    number = len(shown.rows)
    text = f"Download {number} {'organisation' if number == 1 else 'organisations'}"
    return [
        {"text": f"{text} ({form.upper()})", "href": ground.links.table(shown.metric, home, form)} for form in FORMATS
    ]


def notes(page: Page) -> list[tuple[str, str]]:
    """What a file says of the table it holds."""
    assert page.table is not None  # only pages with a table are taken away
    metric = page.table.metric
    return [
        ("Figure", metric.label),
        ("Code", metric.code),
        ("Definition", metric.definition),
        ("As at", format_day(page.as_at)),
        ("As known at", format_instant(page.known_at) if page.known_at else "now"),
        ("Answered from", page.freshness),
        ("Structure", "of today" if page.asked.of_today else "of the day"),
        ("Coverage", "; ".join(story.coverage.text for story in page.stories)),
    ]
