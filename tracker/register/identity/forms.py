"""What is asked before two records are made one, told apart, or taken apart again."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import InputRequired, Length

from tracker.core.forms import BaseForm, DayField
from tracker.register.forms import TransferForm

LONGEST = 500


def reason(question: str, missing: str) -> Field:
    """Why it is so."""
    return TextAreaField(
        question,
        description="Kept for ever.",
        validators=[
            InputRequired(missing),
            Length(max=LONGEST, message=f"The reason must be {LONGEST} characters or fewer"),
        ],
        render_kw={"rows": 3},
    )


def choice(question: str, missing: str, description: str = "") -> Field:
    """Which of the two records says it."""
    return RadioField(question, validators=[InputRequired(missing)], description=description)


class MergeForm(BaseForm):
    """From which record each fact is taken. `checked` says which effect was shown before."""

    survivor = choice(
        "Which record stays?",
        "Select which record stays",
        "The other reference will lead to it, in addresses and in files. Where both say what a fellow looks for, or "
        "rank the same project, what this one says stands",
    )
    name = choice("What are they called?", "Select what they are called")
    email = choice("Which email address do they have now?", "Select the email address")
    fte = choice("What is their full-time equivalent?", "Select the full-time equivalent")
    postings = choice("Where have they been posted?", "Select where they have been posted")
    reason = reason("How do you know that it is the same person?", "Say how you know that it is the same person")
    checked = HiddenField()

    def offer(self, choices: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """Put in what each record says; a question on which both agree is not asked."""
        for name, field in list(self._fields.items()):
            if not isinstance(field, RadioField):
                continue
            if name in choices:
                field.choices = list(choices[name])
            else:
                del self[name]


def merge_form(cohorts: Sequence[str], choices: Mapping[str, Sequence[tuple[str, str]]], **opened: Any) -> MergeForm:
    """The form with a further question for each cohort on which both have an enrolment."""
    questions = {
        f"enrolment_{place}": choice(f"Which enrolment on {cohort} stands for both?", "Select which enrolment stands")
        for place, cohort in enumerate(cohorts)
    }
    form: MergeForm = type("MergeForm", (MergeForm,), questions)(**opened)
    form.offer(choices)
    return form


class TwoPeopleForm(BaseForm):
    """Say that two records are of two people."""

    reason = reason("How do you know that they are two people?", "Say how you know that they are two people")


class UndoMergeForm(BaseForm):
    """Take a merge back."""

    reason = reason("Why are they two people after all?", "Say why they are two people")


class SamePersonForm(BaseForm):
    """Name the other record of somebody."""

    other = StringField(
        "The reference of the other record",
        validators=[InputRequired("Enter the reference of the other record"), Length(max=100)],
        render_kw={"spellcheck": "false"},
    )


class SecondmentForm(TransferForm):
    """A move that has an end."""

    returns_on = DayField(
        "When do they return?", description="The first day back", required="Enter the date of the return"
    )
    order = ("organisation", "grade", "starts_on", "returns_on", "reason")


class ReturnForm(BaseForm):
    """The end of a secondment: returned, or another day of return."""

    answer = RadioField(
        "What has happened?",
        choices={
            "returned": "They have returned, on the date below",
            "extended": "They stay, and return on the date below",
        },
        validators=[InputRequired("Select what has happened")],
    )
    returns_on = DayField("When?", description="The first day back", required="Enter the date of the return")
