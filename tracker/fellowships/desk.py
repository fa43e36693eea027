"""A supervisor's desk as pages show it: the weeks that wait for their word, and what they said of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.core.text import format_day
from tracker.fellowships import skills
from tracker.fellowships.lifecycle import Decision
from tracker.fellowships.models import Supervisor
from tracker.fellowships.queries import logs as queries
from tracker.fellowships.services.signing import Word, standing
from tracker.fellowships.weeks import in_words

EVERY = "every"
"""What the button says that approves every week on the page."""


@dataclass(frozen=True)
class Waiting:
    """A week that waits: what the fellow sent, and nothing of what is only theirs."""

    log_id: int
    number: int
    title: str
    question: str
    days: str
    summary: str
    blockers: str
    skills: str


def waiting(supervisor: Supervisor) -> list[Waiting]:
    """The weeks that wait for a supervisor, by fellow and week."""
    names = skills.framework()
    return [
        Waiting(
            log_id=log.id,
            number=version.number,
            title=f"{log.placement.person.name}, week ending {format_day(log.week_ending)}",
            question=f"What do you say of the week ending {format_day(log.week_ending)}?",
            days=in_words(version.days),
            summary=version.summary,
            blockers=version.blockers,
            skills=", ".join(skills.named([one.skill_code for one in version.skills], names)),
        )
        for log, version in standing(queries.waiting_for(supervisor))
    ]


def words(said: Mapping[str, str], act: str) -> dict[int, Word]:
    """What was said of the weeks on a page, by the log's number.

    :param said: the form: for each log a decision, a reason, and the version that was read (`seen_…`).
    :param act: the button that was pressed.
    """
    told: dict[int, Word] = {}
    for name, seen in said.items():
        number = name.removeprefix("seen_")
        if number == name or not (number.isdigit() and seen.isdigit()):
            continue
        decision = Decision.APPROVED if act == EVERY else said.get(f"decision_{number}", "")
        if decision in set(Decision):
            told[int(number)] = Word(Decision(decision), int(seen), said.get(f"reason_{number}", ""))
    return told


def thanks(count: int) -> str:
    """What is said when it is done."""
    return "What you said of 1 week is recorded" if count == 1 else f"What you said of {count} weeks is recorded"
