"""What is asked to enrol somebody, as data: sections with their questions in order, and the answers. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.training.lifecycle import Stage

ASK, NOT_NEEDED = "ask", "not-needed"
YES = "yes"


@dataclass(frozen=True)
class Question:
    """One page: what is asked, the names of its answers, and which of them it cannot do without."""

    key: str
    title: str
    answers: tuple[str, ...]
    needed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """Some questions that belong together. `newcomer`: asked only about somebody who is not known yet."""

    key: str
    title: str
    questions: tuple[Question, ...]
    newcomer: bool = False


SECTIONS: tuple[Section, ...] = (
    Section(
        "person",
        "Personal details",
        (
            Question("name", "What is their name?", ("first_name", "last_name"), ("first_name", "last_name")),
            Question("email", "What is their work email address?", ("email",), ("email",)),
            Question("reference", "Does their department have a reference for them?", ("person_ref",)),
        ),
        newcomer=True,
    ),
    Section(
        "post",
        "Post",
        (
            Question("organisation", "Which organisation do they work for?", ("organisation",), ("organisation",)),
            Question("grade", "What is their grade?", ("grade",), ("grade",)),
            Question("profession", "What is their profession?", ("profession",)),
            Question("region", "Where do they work?", ("region",)),
            Question("hours", "How much do they work?", ("fte",)),
        ),
        newcomer=True,
    ),
    Section(
        "course",
        "Programme and cohort",
        (
            Question("programme", "Which programme do they join?", ("programme",), ("programme",)),
            Question("cohort", "Which cohort?", ("cohort",), ("cohort",)),
        ),
    ),
    Section(
        "start",
        "Where they stand",
        (
            Question("stage", "Where do they stand?", ("stage",), ("stage",)),
            Question("since", "Since when?", ("effective_on",), ("effective_on",)),
            Question("note", "Is there anything to note?", ("note",)),
        ),
    ),
    Section(
        "endorsement",
        "Endorsement",
        (
            Question(
                "line-manager",
                "Who is their line manager?",
                ("line_manager", "line_manager_email"),
                ("line_manager",),
            ),
            Question(
                "head-of-profession",
                "Who is their head of profession?",
                ("head_of_profession", "head_of_profession_email"),
                ("head_of_profession",),
            ),
        ),
    ),
)

QUESTIONS: Mapping[str, Question] = {one.key: one for section in SECTIONS for one in section.questions}

FOLLOWS: Mapping[str, tuple[str, ...]] = {"programme": ("cohort", "waiting"), "cohort": ("waiting",)}
"""Answers that mean nothing any more once another one is changed."""


def sections(is_known: bool, answers: Mapping[str, str]) -> list[Section]:
    """The sections that are asked about somebody who is known already, or about somebody new.

    Who stands further than nominated needs no endorsement any more.
    """
    is_further = answers.get("stage", Stage.NOMINATED) != Stage.NOMINATED
    return [
        section
        for section in SECTIONS
        if not (is_known and section.newcomer) and not (is_further and section.key == "endorsement")
    ]


def section_of(question: str) -> Section:
    """The section a question belongs to."""
    return next(section for section in SECTIONS if any(one.key == question for one in section.questions))


def question_of(answer: str) -> str | None:
    """The question that gives an answer; None where none does."""
    if answer == "waiting":
        return "cohort"
    return next((one.key for one in QUESTIONS.values() if answer in one.answers), None)


def following(question: str) -> str | None:
    """The question after one in its section; None after the last."""
    keys = [one.key for one in section_of(question).questions]
    place = keys.index(question) + 1
    return keys[place] if place < len(keys) else None


def missing(section: Section, answers: Mapping[str, str]) -> list[Question]:
    """The questions of a section that still need an answer."""
    return [one for one in section.questions if any(not answers.get(name) for name in one.needed)]


def state(section: Section, answers: Mapping[str, str], done: list[str]) -> str:
    """Whether a section is completed (somebody ticked it), in progress, or not started."""
    if section.key in done:
        return "Completed"
    begun = any(answers.get(name) for question in section.questions for name in question.answers)
    return "In progress" if begun else "Not started"
