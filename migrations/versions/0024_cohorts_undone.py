"""An undo takes the cohorts away that its import made, unless somebody uses or has changed them."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

CHANGED = """
UPDATE cohort SET changed_at = CURRENT_TIMESTAMP
WHERE starts_on IS NOT NULL OR ends_on IS NOT NULL OR capacity IS NOT NULL OR owner_id IS NOT NULL
   OR closed_at IS NOT NULL OR provider <> '' OR host_site <> ''
"""
REMOVED = """
UPDATE cohort SET removed_at = CURRENT_TIMESTAMP
WHERE changed_at IS NULL
  AND import_id IN (SELECT id FROM import_batch WHERE status = 'undone')
  AND NOT EXISTS (
    SELECT 1 FROM enrolment_key k JOIN journey j ON j.id = k.journey_id
    WHERE k.cohort_id = cohort.id AND (
      j.import_id IS NULL
      OR j.import_id NOT IN (SELECT id FROM import_batch WHERE status = 'undone')
      OR EXISTS (
        SELECT 1 FROM event e WHERE e.journey_id = j.id
        AND NOT EXISTS (SELECT 1 FROM event_void v WHERE v.event_id = e.id))))
  AND NOT EXISTS (
    SELECT 1 FROM event_cohort n
    WHERE (n.cohort_id = cohort.id OR n.left_cohort_id = cohort.id)
    AND NOT EXISTS (SELECT 1 FROM event_void v WHERE v.event_id = n.event_id))
"""


def upgrade() -> None:
    for name in ("changed_at", "removed_at"):
        op.add_column("cohort", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.execute(CHANGED)
    op.execute(REMOVED)


def downgrade() -> None:
    for name in ("removed_at", "changed_at"):
        op.drop_column("cohort", name)
