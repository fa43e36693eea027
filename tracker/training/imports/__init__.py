"""The kinds of file of the training strand: lists of trainees, and histories of what happened to them."""

from tracker.core.intake import Column, Kind
from tracker.training.imports.checks import check_trainees
from tracker.training.imports.cohorts import new_cohorts, staying_cohorts
from tracker.training.imports.history import check_history, load_history, touched_by_history
from tracker.training.imports.reading import HISTORY_FIELDS, TRAINEE_FIELDS, HistoryReader, TraineeReader
from tracker.training.imports.suspects import suspects
from tracker.training.imports.tables import HISTORY_ROW, TRAINEE_ROW
from tracker.training.imports.trainees import load_trainees, touched_by_trainees
from tracker.training.imports.undo import changes, refusals, undo

PERSON_REF = Column(
    "person_ref",
    "The person’s reference, which never changes",
    True,
    (
        "reference",
        "person reference",
        "person id",
        "ref",
        "staff ref",
        "staff number",
        "employee number",
        "trainee ref",
        "trainee id",
    ),
)
COHORT = Column("cohort", "The code of the cohort", True, ("cohort code", "group", "intake"))
STAGE = Column("stage", "The stage it is at now, such as in-training", True, ("status", "current stage"))
EFFECTIVE_ON = Column(
    "effective_on",
    "The day the stage was reached, such as 2026-11-23 or 23/11/2026",
    True,
    ("effective date", "date", "date effective", "stage date", "from date", "effective from"),
)
NOTE = Column("note", "Anything worth keeping about it", False, ("notes", "comment", "comments", "remarks"))

TRAINEES = Kind(
    name="trainees",
    title="Trainees",
    columns=(
        PERSON_REF,
        Column("first_name", "First name", True, ("forename", "given name", "first names", "forenames", "firstname")),
        Column("last_name", "Last name", True, ("surname", "family name", "lastname")),
        Column(
            "email",
            "Work email address",
            True,
            ("email address", "e mail address", "mail", "work email", "contact email"),
        ),
        Column(
            "organisation",
            "Official name, abbreviation or GOV.UK slug",
            True,
            ("department", "organization", "dept", "organisation name", "department name", "body", "employer"),
        ),
        Column("grade", "Civil Service grade, such as SEO", True, ("civil service grade", "grade code", "pay band")),
        Column(
            "programme",
            "The programme’s code or name",
            True,
            ("program", "course", "programme name", "training programme", "scheme"),
        ),
        COHORT,
        STAGE,
        EFFECTIVE_ON,
        Column("profession", "Government profession", False, ("civil service profession", "government profession")),
        Column("region", "Region of work", False, ("location", "work region")),
        Column(
            "fte",
            "Full-time equivalent over 0, up to 1; empty means 1 for somebody new, and no change for others",
            False,
            ("full time equivalent", "hours fte", "working pattern fte"),
        ),
        NOTE,
    ),
    table=TRAINEE_ROW,
    fields=TRAINEE_FIELDS,
    open_reader=TraineeReader,
    check=check_trainees,
    load=load_trainees,
    touched=touched_by_trainees,
    refusals=refusals,
    undo=undo,
    changes=changes,
    suspects=suspects,
    makes=new_cohorts,
    stays=staying_cohorts,
)

HISTORY = Kind(
    name="history",
    title="History",
    columns=(
        PERSON_REF,
        COHORT,
        Column("stage", "The stage that was reached, such as in-training", True, STAGE.synonyms),
        EFFECTIVE_ON,
        Column(
            "recorded_at",
            "When an older system recorded it, in UTC; only where the file is marked as coming from one",
            False,
            ("recorded", "recorded on", "created at"),
        ),
        NOTE,
    ),
    table=HISTORY_ROW,
    fields=HISTORY_FIELDS,
    open_reader=HistoryReader,
    check=check_history,
    load=load_history,
    touched=touched_by_history,
    refusals=refusals,
    undo=undo,
    changes=changes,
)

KINDS = (TRAINEES, HISTORY)
