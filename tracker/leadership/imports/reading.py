"""Reading the rows of files of vacancies and of candidates, cell by cell."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from tracker.core.cells import NAME_LIMIT, past_day, read_email, read_name
from tracker.core.clock import today
from tracker.core.db import db
from tracker.core.intake import CellReader, Code, Problem, Refusal, at_most, optional, required
from tracker.core.text import fold
from tracker.leadership.lifecycle import CANDIDACY, SENIOR_GRADES, VACANCY
from tracker.leadership.models import LeadershipRole
from tracker.ledger.lifecycle import Lifecycle
from tracker.organisations.cells import OrganisationCells, grade_words, word_reader
from tracker.organisations.models import Grade

Cells = Mapping[str, Sequence[str]]
Read = Callable[[str], Any]


def stage_reader(lifecycle: Lifecycle) -> Callable[[str], str | Refusal]:
    """A reader of a stage by its code or its words."""
    words = {fold(name): info.code for info in lifecycle.stages.values() for name in (info.label, info.code)}
    unknown = Refusal(Code.UNKNOWN_STAGE, f"Write one of {', '.join(lifecycle.stages)}")
    return lambda text: words.get(fold(text), unknown)


def _role_words() -> dict[str, int]:
    every = db.session.scalars(select(LeadershipRole))
    return {fold(name): role.id for role in every for name in (role.code, role.name, role.abbreviation) if name.strip()}


def _senior_grade() -> Read:
    """A reader of a grade a senior data post may have."""
    senior = set(db.session.scalars(select(Grade.id).where(Grade.code.in_(SENIOR_GRADES))))
    read = word_reader(grade_words(), Code.UNKNOWN_GRADE, "grade")
    refused = Refusal(Code.UNKNOWN_GRADE, f"A senior data post has one of {', '.join(SENIOR_GRADES)}")

    def read_grade(text: str) -> Any:
        found = read(text)
        return found if isinstance(found, Refusal) or found in senior else refused

    return read_grade


class VacancyReader:
    """Reads rows of a file of vacancies."""

    def __init__(self, is_historical: bool) -> None:
        """Take the reference data as it is now; the file never says when something was recorded (fine print A7)."""
        readers: dict[str, Read] = {
            "vacancy_ref": required(at_most(NAME_LIMIT)),
            "campaign": required(at_most(NAME_LIMIT)),
            "role": required(word_reader(_role_words(), Code.UNKNOWN_REFERENCE, "role")),
            "grade": required(_senior_grade()),
            "stage": required(stage_reader(VACANCY)),
            "effective_on": required(past_day(today())),
        }
        self.readers = {name: CellReader(name, read) for name, read in readers.items()}
        self.organisation = CellReader("organisation", OrganisationCells().read)

    def read(self, rows: Sequence[int], cells: Cells) -> tuple[list[Sequence[Any]], list[Problem]]:
        """As `RowReader.read`, in the order of `VACANCY_FIELDS`."""
        problems: list[Problem] = []
        value = {name: reader.values(rows, cells[name], problems) for name, reader in self.readers.items()}
        texts = cells["organisation"]
        pairs = zip(texts, value["effective_on"], strict=True)
        organisations = self.organisation.values(rows, pairs, problems, shown=texts)
        columns = [value[name] for name in ("vacancy_ref", "campaign", "role", "grade")]
        return [*columns, organisations, value["stage"], value["effective_on"]], problems


VACANCY_FIELDS = ("vacancy_ref", "campaign", "role_id", "grade_id", "organisation_id", "stage", "effective_on")


class CandidateReader:
    """Reads rows of a file of candidates."""

    def __init__(self, is_historical: bool) -> None:
        """The file never says when something was recorded (fine print A7)."""
        readers: dict[str, Read] = {
            "vacancy_ref": required(at_most(NAME_LIMIT)),
            "candidate_ref": required(at_most(NAME_LIMIT)),
            "stage": required(stage_reader(CANDIDACY)),
            "effective_on": required(past_day(today())),
            "person_ref": optional(at_most(NAME_LIMIT)),
            "first_name": optional(read_name),
            "last_name": optional(read_name),
            "email": optional(read_email),
        }
        self.readers = {name: CellReader(name, read) for name, read in readers.items()}

    def read(self, rows: Sequence[int], cells: Cells) -> tuple[list[Sequence[Any]], list[Problem]]:
        """As `RowReader.read`, in the order of `CANDIDATE_FIELDS`."""
        problems: list[Problem] = []
        return [reader.values(rows, cells[name], problems) for name, reader in self.readers.items()], problems


CANDIDATE_FIELDS = (
    "vacancy_ref",
    "candidate_ref",
    "stage",
    "effective_on",
    "person_ref",
    "first_name",
    "last_name",
    "email",
)
