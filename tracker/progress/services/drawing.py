"""Drawing the charts of the usual pages ahead of their readers, once figures were compiled."""

from tracker.core.config import Settings
from tracker.progress import gallery, questions
from tracker.progress.addresses import about
from tracker.progress.asked import Asked
from tracker.progress.charts import Chart
from tracker.progress.figures import ALL
from tracker.progress.ground import Question, Viewer, drawings, gather
from tracker.progress.queries.snapshots import latest_compilation
from tracker.progress.questions import HEADLINES
from tracker.progress.registry import METRICS
from tracker.progress.structure import Structure, load_structure

EVERYTHING = Viewer(reach=None, may_records=False)


def draw_charts(settings: Settings) -> int:
    """Draw what the usual pages of the latest day show. Returns how many were drawn.

    Of all government every figure, of each organisation that has a target the headlines. Nothing is written to the
    database, so it needs no transaction.

    :raises NotMade: if the drawing process fails; the pages then ask for each chart by itself.
    """
    if latest_compilation() is None:
        return 0
    structure = load_structure()
    national = Question(list(METRICS.values()), [], [ALL], [])
    homes = [questions.with_bodies(structure, scope.slug, today=False) for scope in structure.by_organisation()]
    charts = [*_charts(structure, national), *_charts(structure, Question(HEADLINES, [], homes, []))]
    return gallery.draw(settings, charts)


def _charts(structure: Structure, question: Question) -> list[tuple[str, Chart]]:
    ground = gather(structure, question, Asked(), EVERYTHING)
    # A page shows every headline beside the one that has a target there.
    homes = [scope for scope in question.homes if scope == ALL or any(ground.line(one, scope) for one in HEADLINES)]
    shown = [(metric, scope) for metric in question.leading for scope in homes]
    found = []
    for metric, scope in shown:
        if ground.reading.figure(metric, scope) is not None:
            found += [(about(metric, scope), chart) for chart in drawings(ground, metric, scope).values()]
    return found
