"""Where progress stands, for leadership's weekly email: what changed in the week, what is at risk, where to look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urljoin

from flask import url_for

from tracker.core.text import format_day
from tracker.progress.asked import Asked
from tracker.progress.bridge import Point
from tracker.progress.briefing import Briefing, brief, led_to
from tracker.progress.figures import ALL
from tracker.progress.pages import Sentence, Story
from tracker.progress.queries.snapshots import NotCompiled, compilation_of
from tracker.progress.structure import Structure, load_structure

A_WEEK = timedelta(days=7)
AT_RISK = frozenset({"Red", "Amber"})


@dataclass(frozen=True)
class Standing:
    """What is told: as at when, and sentences under headings. Their links lead from the root of the service."""

    said: str
    sections: Sequence[tuple[str, Sequence[Sentence]]]
    briefing_href: str


def of_the_week() -> Standing | None:
    """Where all government stands on the latest compiled day, by the briefing's own answer; None before there is one.

    It names nobody and leads to nobody. Its links need a request.
    """
    structure = load_structure()
    try:
        told = brief(structure, ALL, Asked())
    except NotCompiled:
        return None
    page = url_for("progress.show")
    stories = told.page.stories
    risks = [_risk(told, one) for one in stories if one.facts.tag and one.facts.tag.label in AT_RISK]
    attention = [Sentence(one.text, urljoin(page, one.href) if one.href else None) for one in told.page.attention]
    sections = (
        ("Where things stand", [Sentence(one.facts.standing, one.facts.definition_href) for one in stories]),
        ("What changed in the week", _week(structure, told)),
        ("At risk", [*risks, *attention]),
    )
    return Standing(f"As at {format_day(told.page.as_at)}.", sections, told.page.briefing_href)


def _risk(told: Briefing, story: Story) -> Sentence:
    figure, tag = story.facts.figure, story.facts.tag
    assert tag is not None  # who is at risk has a status
    return Sentence(f"{figure.metric.label}: {tag.label.lower()}. {told.expected(story)}", story.facts.definition_href)


def _week(structure: Structure, told: Briefing) -> list[Sentence]:
    """Why each headline moved since the same day of the week before, as it was known then."""
    opening = told.page.as_at - A_WEEK
    known = compilation_of(opening)
    found = []
    for story in told.page.stories:
        figure = story.facts.figure
        if figure.metric.kind == "count":
            found.append(led_to(structure, Point(opening, known.known_at if known else None), figure))
    return found
