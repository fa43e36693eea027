"""Printing the briefings of the latest day ahead of their readers."""

from tracker.core.config import Settings
from tracker.progress import documents, questions
from tracker.progress.asked import Asked
from tracker.progress.briefing import Briefing, brief
from tracker.progress.figures import ALL, Scope
from tracker.progress.queries.snapshots import NotCompiled, latest_compilation
from tracker.progress.queries.targets import line_of, target_lines
from tracker.progress.questions import HEADLINES
from tracker.progress.structure import Structure, load_structure


def print_usual_briefings(settings: Settings) -> int:
    """Print the briefing of all government and of each organisation that has a target.

    Needs a request, whose links are made. Nothing is written to the database, so it needs no transaction. Returns how
    many were printed; none where this machine cannot.

    :raises NotMade: if the printing process fails; each is then printed when somebody asks for it.
    """
    if latest_compilation() is None or not documents.can_print():
        return 0
    structure, lines = load_structure(), target_lines()
    homes = [questions.with_bodies(structure, one.slug, today=False) for one in structure.by_organisation()]
    aimed = [one for one in homes if any(line_of(lines, structure, metric.code, one) for metric in HEADLINES)]
    told = [_told(structure, one) for one in (ALL, *aimed)]
    return documents.print_briefings(settings, [one for one in told if one])


def _told(structure: Structure, scope: Scope) -> Briefing | None:
    """A briefing; none of an organisation that is younger than the figures."""
    try:
        return brief(structure, scope, Asked())
    except NotCompiled:
        return None
