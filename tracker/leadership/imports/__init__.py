"""The kinds of file of recruitment: vacancies, and the candidates for them."""

from tracker.core.intake import Column, Kind
from tracker.leadership.imports import candidates, vacancies
from tracker.leadership.imports.checks import nobody_touched
from tracker.leadership.imports.reading import CANDIDATE_FIELDS, VACANCY_FIELDS, CandidateReader, VacancyReader
from tracker.leadership.imports.tables import CANDIDATE_ROW, VACANCY_ROW

VACANCY_REF = Column(
    "vacancy_ref", "The vacancy’s reference, which never changes", True, ("vacancy", "vacancy reference", "vacancy id")
)
STAGE = Column("stage", "The stage that was reached, such as advert", True, ("status", "current stage"))
EFFECTIVE_ON = Column(
    "effective_on",
    "The day the stage was reached, such as 2026-11-23 or 23/11/2026",
    True,
    ("effective date", "date", "date effective", "stage date", "from date", "effective from"),
)

VACANCIES = Kind(
    name="vacancies",
    title="Vacancies",
    columns=(
        VACANCY_REF,
        Column("campaign", "The campaign’s reference; one that does not exist is created", True, ("campaign ref",)),
        Column("role", "The role’s code or name", True, ("role id", "role name", "post", "job title")),
        Column("grade", "G6, or SCS1 to SCS4", True, ("civil service grade", "grade code")),
        Column(
            "organisation",
            "Official name, abbreviation or GOV.UK slug",
            True,
            ("department", "organization", "dept", "organisation name", "department name", "body"),
        ),
        STAGE,
        EFFECTIVE_ON,
    ),
    table=VACANCY_ROW,
    fields=VACANCY_FIELDS,
    open_reader=VacancyReader,
    check=vacancies.check,
    load=vacancies.load,
    refusals=vacancies.refusals,
    undo=vacancies.undo,
    touched=nobody_touched,
    changes=vacancies.changes,
)

CANDIDATES = Kind(
    name="candidates",
    title="Candidates",
    columns=(
        VACANCY_REF,
        Column(
            "candidate_ref",
            "The candidate’s reference, which never changes",
            True,
            ("candidate", "candidate reference", "candidate id", "applicant id"),
        ),
        STAGE,
        EFFECTIVE_ON,
        Column(
            "person_ref",
            "The person’s reference, where the candidate is somebody the programme knows",
            False,
            ("person reference", "person id", "staff number", "employee number"),
        ),
        Column("first_name", "First name", False, ("forename", "given name", "first names", "firstname")),
        Column("last_name", "Last name", False, ("surname", "family name", "lastname")),
        Column("email", "Email address", False, ("email address", "e mail address", "mail", "contact email")),
    ),
    table=CANDIDATE_ROW,
    fields=CANDIDATE_FIELDS,
    open_reader=CandidateReader,
    check=candidates.check,
    load=candidates.load,
    refusals=candidates.refusals,
    undo=candidates.undo,
    touched=nobody_touched,
    changes=candidates.changes,
)

KINDS = (VACANCIES, CANDIDATES)
