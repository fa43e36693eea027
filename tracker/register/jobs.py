"""What the register does by night: forget the candidates whose time to be kept is over, wherever they are named."""

from datetime import date

from tracker.core.db import transaction
from tracker.core.job import Job
from tracker.register import services


def forget_candidates(day: date) -> int:
    """Anonymise the candidates whose time was over on the day, one by one; how many they were.

    One whom a file names that waits to be loaded is left for another night.
    """
    forgotten = 0
    for ref in services.candidates_due(day):
        try:
            with transaction():
                done = services.forget_candidate(ref)
        except services.AnonymisingNotAllowed:
            continue
        for path in done.files:
            path.unlink(missing_ok=True)
        forgotten += 1
    return forgotten


JOBS = (
    Job(
        name="forget-candidates",
        title="Forget candidates",
        description="Anonymises candidates when their data has been kept for as long as the setting says after their "
        "campaign ended. All counts stay.",
        cron="20 3 * * *",
        run=forget_candidates,
    ),
)
