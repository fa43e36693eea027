"""The briefing: what somebody takes to a meeting about all government or one organisation, put together from the answer
to the question that the progress pages ask. It names nobody and leads to nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from flask import url_for

from tracker.core.metric import Metric
from tracker.core.text import format_day
from tracker.progress import questions
from tracker.progress.addresses import scope_address
from tracker.progress.asked import Asked
from tracker.progress.bridge import Point
from tracker.progress.change import Ends, account
from tracker.progress.facts import plain_number
from tracker.progress.figures import ALL, NOT_APPLICABLE, Figure, Scope
from tracker.progress.ground import Question, Viewer
from tracker.progress.pages import Page, Sentence, Story, compose
from tracker.progress.structure import Structure
from tracker.progress.table import USUAL, Row
from tracker.progress.taken import MISSING, NOT_FOR_PUBLICATION

MOST_ROWS, MOST_BODIES, PLACE_OF_WORDS = 34, 6, 3
"""Organisations that fit: on a printed side of their own, and on the one side that is all about their parent. The
workbook has them all."""
MOST_NAMED, MOST_BODIES_NAMED = 10, 3
"""Organisations that have not reported are named up to so many, likewise."""
REVISED = (
    "A later record of an earlier day changes what is known of that day; the same figures as known then can be asked "
    "for at any time."
)
FORESEEN = (
    "What is expected is drawn from how long people stayed at each stage before. What has never happened before is not "
    "foreseen."
)
MOST_SAID, MOST_SAID_ON_ONE_SIDE = 140, 150
"""So many characters of why an owner declares a status are printed, and so many of the route to green: of each
headline, and on one side of all together. The pages have it all."""
NOBODY = Viewer(reach=None, may_records=False)
"""Who a briefing is made for: it is handed round, so it leads to no records. Whose briefing a reader may ask for is
decided before."""


@dataclass(frozen=True)
class Briefing:
    """One briefing: whose it is, what the pages say of them, and what led there."""

    scope: Scope
    page: Page
    changed: Sequence[Sentence]

    @property
    def title(self) -> str:
        """What it is called."""
        return f"Briefing: {self.scope.name}"

    @property
    def is_whole(self) -> bool:
        """Whether it is about all government."""
        return self.scope == ALL

    @property
    def metrics(self) -> list[Metric]:
        """The figures it says the meaning of, each once: all it shows; on the one side about an organisation, those it
        leads with."""
        listed = self.page.listed if self.is_whole else ()
        told = [*(story.facts for story in self.page.stories), *listed]
        return list(dict.fromkeys(facts.figure.metric for facts in told))

    @property
    def rows(self) -> list[Row]:
        """The organisations it lists, in the order of the table: those with the most to tell, where not all fit."""
        every = self._every_row
        # What is declared takes the place of some.
        most = MOST_BODIES - PLACE_OF_WORDS if self._declared else MOST_BODIES
        if self.is_whole or len(every) <= most:
            return every[:MOST_ROWS]
        largest = sorted(range(len(every)), key=lambda place: -(every[place].number or 0.0))
        return [every[place] for place in sorted(largest[: most - 1])]

    @property
    def _every_row(self) -> list[Row]:
        return list(self.page.table.rows) if self.page.table and len(self.page.table.rows) > 1 else []

    @property
    def rows_left_out(self) -> int:
        """How many organisations stand only in the workbook."""
        return len(self._every_row) - len(self.rows)

    @property
    def left_out_together(self) -> str:
        """What those come to, each counted in its own row."""
        listed = self.rows
        return plain_number(sum(row.number or 0.0 for row in self._every_row if row not in listed))

    @property
    def file_name(self) -> str:
        """What a file of it is called, without the kind of file."""
        whose = "" if self.is_whole else f"-{self.scope.slug}"
        return f"data-skills-briefing{whose}-{self.page.as_at.isoformat()}"

    def expected(self, story: Story) -> str:
        """What is expected of a headline, in a sentence or two."""
        if story.outlook is None:
            return f"No forecast was made of this by {format_day(self.page.as_at)}."
        return story.outlook.in_short

    def coverage(self, story: Story) -> str:
        """How many have reported, and who has not: the first of them by name."""
        said, missing = story.coverage.text, story.coverage.missing
        if not missing:
            return f"{said}."
        most = MOST_NAMED if self.is_whole else MOST_BODIES_NAMED
        more = f" and {len(missing) - most} more" if len(missing) > most else ""
        return f"{said}. Not yet: {'; '.join(one.name for one in missing[:most])}{more}."

    def declared(self, story: Story) -> str:
        """What the owner declared of a headline, why, and how it becomes green again; nothing where nothing stands."""
        said = story.facts.said
        if said is None:
            return ""
        most = MOST_SAID if self.is_whole else MOST_SAID_ON_ONE_SIDE // self._declared
        return " ".join(_cut(words, most) for words in (f"{said.since}: {said.reason}", said.route) if words)

    @property
    def _declared(self) -> int:
        """Of how many headlines something stands as declared."""
        return sum(story.facts.said is not None for story in self.page.stories)

    @property
    def _confidence(self) -> str:
        rule = self.page.thresholds
        return (
            f"Green, amber and red follow from the chance of reaching the target: green from {rule.green}%, amber from "
            f"{rule.amber}%, red below; grey where there is too little to go on."
        )

    @property
    def caveats(self) -> list[str]:
        """What a reader must know before they quote a number."""
        said = [
            MISSING,
            REVISED,
            FORESEEN,
            self._confidence,
            f"{NOT_APPLICABLE} stands where a figure does not apply, such as a share of nobody.",
            NOT_FOR_PUBLICATION,
        ]
        if self.page.is_live:
            said.insert(0, "No snapshot was kept of this day: the figures were counted from the ledger as asked for.")
        return said


def question_of(structure: Structure, scope: Scope, asked: Asked) -> Question:
    """What a briefing is about.

    :raises DomainError: if there is no such organisation, or it counts under another by the structure of today.
    """
    if scope == ALL:
        return questions.overview(structure, NOBODY, asked)
    return questions.one_organisation(structure, scope.slug, asked)


def brief(structure: Structure, scope: Scope, asked: Asked) -> Briefing:
    """Put a briefing together.

    :param scope: all government, or an organisation with the bodies under it.
    :raises NotCompiled: if no day is asked for and none was ever compiled.
    """
    page = compose(structure, question_of(structure, scope, asked), asked, NOBODY, USUAL)
    moved = [one for one in (_moved(structure, story) for story in page.stories) if one]
    inside = page.changed if page.table and len(page.table.rows) > 1 else []
    return Briefing(scope, page, [*moved, *inside])


def _moved(structure: Structure, story: Story) -> Sentence | None:
    """Why a headline moved since the end of the month before; nothing where that is not known."""
    figure, change = story.facts.figure, story.facts.change
    if change is None:
        return None
    if figure.metric.kind != "count":
        return Sentence(f"{figure.metric.label}: {_small(change.sentence)}", change.href)
    return led_to(structure, Point(change.before.as_at, change.before.known_at), figure)


def led_to(structure: Structure, opening: Point, now: Figure) -> Sentence:
    """What led from an earlier point to a count, in a sentence that leads to the account of it."""
    ends = Ends(opening, Point(now.as_at, now.known_at))
    led = account(structure, now.metric, now.scope, ends, may_records=False)
    question: dict[str, Any] = {**scope_address(now.scope), **ends.address}
    href = url_for("progress_bridge.show", code=now.metric.code, **question)
    return Sentence(f"{now.metric.label}: {_small(led.sentence)}", href)


def _cut(words: str, most: int) -> str:
    """So much of what somebody wrote, with the end of a sentence."""
    said = shorten(words, most, placeholder=" …")
    return said if said[-1] in ".!?…" else f"{said}."


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
