"""The pages of a draft put together: its task list, its answers in words, what a question can be answered with."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from tracker.core.clock import today
from tracker.core.text import format_day
from tracker.training import queries, rolls
from tracker.training.acts import plain_stages
from tracker.training.lifecycle import ENROLMENT
from tracker.training.models import EnrolmentDraft
from tracker.training.questions import ASK, QUESTIONS, Question, Section, missing, sections, state

COLOURS = {"Completed": "green", "In progress": "blue", "Not started": "grey"}
Href = Callable[[str], str]


def title(draft: EnrolmentDraft) -> str:
    """Whom a draft is about."""
    if draft.person is not None:
        return draft.person.name
    name = f"{draft.answers.get('first_name', '')} {draft.answers.get('last_name', '')}".strip()
    return name or draft.answers.get("email") or "Somebody new"


def hands(draft: EnrolmentDraft) -> str:
    """Who worked on a draft, the last one first."""
    ordered = sorted(draft.hands, key=lambda one: one.last_at, reverse=True)
    return ", ".join(one.user.name for one in ordered)


def tasks(draft: EnrolmentDraft) -> list[dict[str, Any]]:
    """The sections of a draft with the state of each: somebody has to tick it for it to be completed.

    `question` is where to go on: the first that needs an answer; none where all do, and the section is to be checked.
    """
    said = [
        (section, state(section, draft.answers, draft.done))
        for section in sections(draft.person is not None, draft.answers)
    ]
    return [
        {
            "section": section,
            "state": {"label": words, "colour": COLOURS[words]},
            "question": next((one.key for one in missing(section, draft.answers)), None),
        }
        for section, words in said
    ]


def is_ready(draft: EnrolmentDraft) -> bool:
    """Whether every section is completed."""
    return all(one["state"]["label"] == "Completed" for one in tasks(draft))


def rows(draft: EnrolmentDraft, section: Section, href: Href) -> list[dict[str, Any]]:
    """What a section says, question by question, each with the way to change it.

    :param href: the page of a question.
    """
    choices = {question.key: choices_of(draft, question.key) for question in section.questions}
    lacks = {question.key for question in missing(section, draft.answers)}
    return [
        {
            "label": question.title,
            "value": _words(question, draft.answers, choices[question.key]) or None,
            "note": "Not answered yet" if question.key in lacks else "",
            "actions": [{"text": "Change", "href": href(question.key), "about": question.title.lower()}],
        }
        for question in section.questions
    ]


def _words(question: Question, answers: Mapping[str, str], choices: Mapping[str, str]) -> str:
    """The answers of a question as they are printed."""
    said = [answers[name] for name in question.answers if answers.get(name)]
    if question.key == "since":
        return format_day(date.fromisoformat(said[0])) if said else ""
    if question.key == "hours":
        return said[0] if said else "1"
    if question.key in {"line-manager", "head-of-profession"} and said:
        return said[-1] if said[0] == ASK else "Need not be asked by email"
    words = " ".join(choices.get(one, one) for one in said)
    return f"{words}, on the waiting list" if question.key == "cohort" and answers.get("waiting") else words


def choices_of(draft: EnrolmentDraft, question: str) -> dict[str, str]:
    """What a question can be answered with; empty for one that is answered in words."""
    offered: dict[str, Callable[[], dict[str, str]]] = {
        "organisation": queries.organisations,
        "grade": queries.grades,
        "profession": queries.professions,
        "region": queries.regions,
        "programme": queries.programme_choices,
        "cohort": lambda: _cohorts(draft.answers.get("programme", "")),
        "stage": lambda: {stage: ENROLMENT.label(stage) for stage in plain_stages(None)},
    }
    return offered[question]() if question in offered else {}


def _cohorts(programme: str) -> dict[str, str]:
    """The cohorts of a programme that somebody may join today, each with when it begins and the places left."""
    joinable = queries.cohorts_to_join(today(), programme)
    return {
        cohort.code: _cohort_words(cohort.code, cohort.starts_on, rolls.places_in_words(cohort, taken))
        for cohort, taken in joinable
    }


def _cohort_words(code: str, starts_on: date | None, places: str) -> str:
    begins = f", begins {format_day(starts_on)}" if starts_on else ""
    left = "no limit on places" if places == "No limit" else f"places left: {places}"
    return f"{code}{begins}, {left}"


def typed(draft: EnrolmentDraft, question: str) -> dict[str, Any]:
    """The answers of a question as its form shows them."""
    said = {name: draft.answers.get(name, "") for name in QUESTIONS[question].answers}
    if question == "since" and said["effective_on"]:
        return {"when": "another", "effective_on": date.fromisoformat(said["effective_on"])}
    if question == "hours":
        return {"fte": float(said["fte"]) if said["fte"] else None}
    if question == "cohort":
        return {**said, "waiting": bool(draft.answers.get("waiting"))}
    return said
