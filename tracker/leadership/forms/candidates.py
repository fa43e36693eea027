"""What recruitment leads and panels are asked about candidates. Choices are handed in; the rules are the services'."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from wtforms import EmailField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from tracker.core.clock import LONDON
from tracker.core.forms import BaseForm, CountField, DayField
from tracker.leadership.lifecycle import CANDIDACY, LEAVING_CHOICES, LEAVING_REASONS, CandidacyStage

NOTE_LENGTH = 4_000
WHEN = "Enter the date it happened"
MARKS = {
    "1": "1: not demonstrated",
    "2": "2: minimal",
    "3": "3: moderate",
    "4": "4: acceptable",
    "5": "5: good",
    "6": "6: strong",
    "7": "7: outstanding",
}
_TIME = re.compile(r"([01]?\d|2[0-3])[:.][0-5]\d\Z", re.ASCII)


def note() -> Field:
    """A remark, for the panel and the recruitment lead."""
    limit = Length(max=NOTE_LENGTH, message=f"The note must be {NOTE_LENGTH:,} characters or fewer")
    return TextAreaField("Note (optional)", validators=[limit], render_kw={"rows": 3})


def words(question: str, missing: str, description: str = "") -> Field:
    """Words that must be given."""
    limit = Length(max=NOTE_LENGTH, message=f"It must be {NOTE_LENGTH:,} characters or fewer")
    return TextAreaField(
        question, description=description, validators=[InputRequired(missing), limit], render_kw={"rows": 4}
    )


def name(label: str) -> Field:
    """A part of a name; not needed where the candidate is known already."""
    limit = Length(max=100, message=f"The {label.lower()} must be 100 characters or fewer")
    return StringField(label, validators=[limit], render_kw={"spellcheck": "false", "autocomplete": "off"})


class AddForm(BaseForm):
    """Somebody who applied."""

    ref = StringField(
        "Candidate reference, if they applied before (optional)",
        description="Such as C-7KQ2M4ABCD. Leave the name and address empty then.",
        validators=[Length(max=100, message="The reference must be 100 characters or fewer")],
    )
    first_name = name("First name")
    last_name = name("Last name")
    email = EmailField(
        "Email address (optional)",
        validators=[Length(max=254, message="The address must be 254 characters or fewer")],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    person_ref = StringField(
        "Reference among the people, if the programme knows them (optional)",
        validators=[Length(max=100, message="The reference must be 100 characters or fewer")],
    )
    applied_on = DayField("When did the application come?", required="Enter the date the application came")
    note = note()


class RecordForm(BaseForm):
    """Move on to a stage of the line before an offer."""

    stage = RadioField(
        "What is the new stage?", validators=[InputRequired("Select the new stage")], validate_choice=False
    )
    on = DayField("When did it happen?", required=WHEN)
    note = note()

    def __init__(self, stages: Iterable[str], **kwargs: Any) -> None:
        """Offer the stages that may follow."""
        super().__init__(**kwargs)
        self.stage.choices = {stage: CANDIDACY.label(stage) for stage in stages}


class EndForm(BaseForm):
    """Reject, or record a withdrawal, with the reason."""

    reason = RadioField("Why?", validators=[InputRequired("Select the reason")])
    on = DayField("When did it happen?", required=WHEN)
    note = note()

    def __init__(self, stage: str, **kwargs: Any) -> None:
        """Offer the reasons that fit that end."""
        super().__init__(**kwargs)
        self.reason.choices = {code.value: LEAVING_REASONS[code] for code in LEAVING_CHOICES.get(stage, ())}


class TakeBackForm(BaseForm):
    """Take back the last entry."""

    reason = words("Why was the entry wrong?", "Say why the entry was wrong")


class StandBackForm(BaseForm):
    """Stand back because of a conflict of interest."""

    scope = RadioField(
        "What do you stand back from?",
        choices={"candidate": "This candidate", "vacancy": "The whole vacancy, for good"},
        description="You will see nothing more of what you stand back from, and your scores of it will not count.",
        validators=[InputRequired("Select what you stand back from")],
    )
    reason = words("What is the conflict of interest?", "Say what the conflict of interest is")


class NoteForm(BaseForm):
    """What was found at an assessment."""

    kind = RadioField("What is the note about?", validators=[InputRequired("Select what the note is about")])
    held_on = DayField("When was it?", required="Enter the date it was held")
    text = words("What was found?", "Enter what was found")

    def __init__(self, kinds: Mapping[str, str], **kwargs: Any) -> None:
        """Offer what a note may be about."""
        super().__init__(**kwargs)
        self.kind.choices = dict(kinds)


class InterviewForm(BaseForm):
    """When and where a candidate is seen; `reason` where an interview that is set is moved."""

    day = DayField("Date of the interview", required="Enter the date of the interview")
    at = StringField(
        "Time it starts",
        description="London time, such as 9:30 or 14:00",
        validators=[
            InputRequired("Enter the time it starts"),
            Regexp(_TIME, message="Enter a time such as 9:30 or 14:00"),
        ],
        render_kw={"class": "govuk-input--width-5"},
    )
    place = StringField(
        "Where (optional)", validators=[Length(max=200, message="The place must be 200 characters or fewer")]
    )
    reason = words("Why is the interview moved?", "Say why the interview is moved")

    def __init__(self, *, is_moved: bool, **kwargs: Any) -> None:
        """Ask for a reason only where there is an interview to move."""
        super().__init__(**kwargs)
        if not is_moved:
            del self.reason

    def validate_at(self, field: Field) -> None:
        """A time that the clock skips in spring is no time."""
        if (
            not field.errors
            and self.day.data is not None
            and self.starts_at.astimezone(LONDON).replace(tzinfo=None) != self._said
        ):
            raise ValidationError("The clocks go forward over this time: enter another")

    @property
    def _said(self) -> datetime:
        hours, minutes = re.split("[:.]", self.at.data or "")
        return datetime.combine(self.day.data or date.min, time(int(hours), int(minutes)))

    @property
    def starts_at(self) -> datetime:
        """The instant that was said, in UTC."""
        return datetime.fromtimestamp(self._said.replace(tzinfo=LONDON).timestamp(), LONDON)


class OfferForm(BaseForm):
    """Offer the post, with so many working days to answer."""

    on = DayField("When was the offer made?", required="Enter the date the offer was made")
    working_days = CountField(
        "Working days to answer",
        description="Weekends and bank holidays of England and Wales do not count. After the last one it lapses.",
        validators=[
            InputRequired("Enter how many working days they have to answer"),
            NumberRange(1, 60, message="Enter a number of working days from 1 to 60"),
        ],
        render_kw={"inputmode": "numeric", "class": "govuk-input--width-3"},
    )


class SimilarForm(OfferForm):
    """Offer a similar post in an organisation, from the reserve list."""

    organisation = SelectField("Organisation of the post", validators=[InputRequired("Select the organisation")])
    order = ("organisation", "on", "working_days")

    def __init__(self, organisations: Mapping[str, str], **kwargs: Any) -> None:
        """Offer organisations, by slug."""
        super().__init__(**kwargs)
        self.organisation.choices = {"": "Choose", **organisations}


class AnswerForm(BaseForm):
    """What came of an offer."""

    answer = RadioField(
        "What was the answer?",
        choices={CandidacyStage.ACCEPTED.value: "They accepted", CandidacyStage.DECLINED.value: "They declined"},
        validators=[InputRequired("Select the answer")],
    )
    on = DayField("When did they answer?", required="Enter the date they answered")
    reason = SelectField("Why, if they declined", validators=[Optional()])
    note = note()

    def __init__(self, **kwargs: Any) -> None:
        """Offer the reasons for declining."""
        super().__init__(**kwargs)
        declined = LEAVING_CHOICES[CandidacyStage.DECLINED]
        self.reason.choices = {"": "Choose", **{code.value: LEAVING_REASONS[code] for code in declined}}


class ChecksForm(BaseForm):
    """What came of the checks."""

    passed = RadioField(
        "Were the checks passed?",
        choices={"yes": "Yes: the formal offer is made", "no": "No: the acceptance lapses"},
        validators=[InputRequired("Select whether the checks were passed")],
    )
    on = DayField("When was that?", required=WHEN)
    note = note()


class DayForm(BaseForm):
    """An act that needs only its day."""

    on = DayField("When did it happen?", required=WHEN)
    note = note()


class KeepForm(BaseForm):
    """How long candidates' data is kept."""

    months = CountField(
        "Months after the end of the campaign",
        validators=[
            InputRequired("Enter a number of months"),
            NumberRange(1, 120, "Enter a number of months from 1 to 120"),
        ],
        render_kw={"inputmode": "numeric", "class": "govuk-input--width-3"},
    )


def score_form(criteria: Sequence[tuple[int, str]]) -> type[BaseForm]:
    """A form with one question a criterion, `score_<id>`, each from 1 to 7."""
    questions = {
        f"score_{number}": RadioField(text, choices=MARKS, validators=[InputRequired(f"Select a score for ‘{text}’")])
        for number, text in criteria
    }
    return type("ScoreForm", (BaseForm,), questions)


def merit_form(candidates: Sequence[tuple[str, str]]) -> type[BaseForm]:
    """A form with a place for each appointable candidate, `place_<ref>`, and the day the order was settled."""
    places = {str(place): str(place) for place in range(1, len(candidates) + 1)}
    questions: dict[str, Any] = {
        f"place_{ref}": SelectField(
            named, choices={"": "Choose", **places}, validators=[InputRequired(f"Select a place for {named}")]
        )
        for ref, named in candidates
    }
    questions["on"] = DayField("When was the order settled?", required="Enter the date the order was settled")
    return type("MeritForm", (BaseForm,), questions)
