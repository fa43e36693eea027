"""The kinds of file of the fellowships strand: lists of placements, and weekly logs."""

from tracker.core.intake import Column, Kind
from tracker.fellowships.imports.checks import check_placements
from tracker.fellowships.imports.logs import check_logs, load_logs, no_changes, touched_by_logs
from tracker.fellowships.imports.placements import changes, load_placements, touched_by_placements
from tracker.fellowships.imports.reading import LOG_FIELDS, PLACEMENT_FIELDS, LogReader, PlacementReader
from tracker.fellowships.imports.tables import LOG_ROW, PLACEMENT_ROW
from tracker.fellowships.imports.undo import log_refusals, placement_refusals, undo_logs, undo_placements
from tracker.ledger.imports.people import COLUMNS as PERSON

PLACEMENT_REF = Column(
    "placement_ref", "The placement’s reference, which never changes", True, ("placement reference", "placement id")
)

PLACEMENTS = Kind(
    name="placements",
    title="Placements of fellows",
    columns=(
        PLACEMENT_REF,
        *PERSON,
        Column("scheme", "The scheme’s code or name", True, ("fellowship scheme", "scheme id", "programme")),
        Column(
            "host_organisation",
            "The host’s official name, abbreviation or GOV.UK slug",
            True,
            ("host", "host department", "host organization", "organisation", "department"),
        ),
        Column("supervisor_email", "Address of the host supervisor", False, ("supervisor", "supervisor address")),
        Column("project", "What the fellow works on", False, ("project title", "project name")),
        Column(
            "fte",
            "Full-time equivalent over 0, up to 1; empty means 1",
            False,
            ("full time equivalent", "working pattern fte"),
        ),
        Column("planned_start", "The planned first day", True, ("start", "start date", "planned start date")),
        Column("planned_end", "The planned last day", True, ("end", "end date", "planned end date")),
        Column("stage", "The stage that was reached, such as in-post", True, ("status", "current stage")),
        Column(
            "effective_on",
            "The day the stage was reached, such as 2026-11-23 or 23/11/2026",
            True,
            ("effective date", "date", "date effective", "stage date"),
        ),
    ),
    table=PLACEMENT_ROW,
    fields=PLACEMENT_FIELDS,
    open_reader=PlacementReader,
    check=check_placements,
    load=load_placements,
    touched=touched_by_placements,
    refusals=placement_refusals,
    undo=undo_placements,
    changes=changes,
)

LOGS = Kind(
    name="logs",
    title="Weekly logs of fellows",
    columns=(
        PLACEMENT_REF,
        Column("week_ending", "The Friday that ends the week", True, ("week", "week ending date", "week end")),
        Column("days", "Days worked, in halves from 0 to 5", True, ("days worked",)),
        Column("summary", "What was done", True, ("work done", "description")),
        Column("skills", "Skills of the framework that were used, with | between two", False, ("skills used",)),
        Column("blockers", "What stood in the way", False, ("blocker", "issues")),
    ),
    table=LOG_ROW,
    fields=LOG_FIELDS,
    open_reader=LogReader,
    check=check_logs,
    load=load_logs,
    touched=touched_by_logs,
    refusals=log_refusals,
    undo=undo_logs,
    changes=no_changes,
)

KINDS = (PLACEMENTS, LOGS)
