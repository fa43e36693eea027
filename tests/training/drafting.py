"""A draft in the state a test needs it in."""

from tests.factories import make_cohort, make_user
from tracker.people.models import Person
from tracker.training.models import EnrolmentDraft
from tracker.training.services import begin_draft

PERSON = {"first_name": "Zoë", "last_name": "Bhriain", "email": "zoe.bhriain@example.gov.uk"}
POST = {"organisation": "home-office", "grade": "SEO", "fte": "0.8"}
COURSE = {"programme": "accelerator", "cohort": "DSA-1"}
START = {"stage": "nominated", "effective_on": "2026-03-02"}
ENDORSERS = {
    "line_manager": "ask",
    "line_manager_email": "boss@example.gov.uk",
    "head_of_profession": "ask",
    "head_of_profession_email": "head@example.gov.uk",
}
EVERYTHING = {**PERSON, **POST, **COURSE, **START, **ENDORSERS}
SECTIONS = ["person", "post", "course", "start", "endorsement"]


def make_draft(person: Person | None = None, *, done: list[str] | None = None, **answers: str) -> EnrolmentDraft:
    """A draft that is ready to be made into an enrolment on DSA-1, unless said otherwise; an empty answer is none."""
    said = {name: value for name, value in {**EVERYTHING, **answers}.items() if value}
    draft = begin_draft(person, said, by=make_user(name="Mary Manager"))
    draft.done = SECTIONS if done is None else done
    return draft


def make_cohort_for_it(**fields: object) -> None:
    """The cohort a draft names."""
    make_cohort("DSA-1", **fields)
