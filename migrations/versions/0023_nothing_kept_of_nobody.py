"""Of a scope in which there is nothing to count no figure is kept, but of all government."""

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.execute(
        "DELETE FROM snapshot WHERE coalesce(numerator, 0) = 0 AND coalesce(denominator, 0) = 0 "
        "AND coalesce(value, 0) = 0 AND scope_id NOT IN (SELECT id FROM figure_scope WHERE kind = 'all')"
    )


def downgrade() -> None:
    """An earlier release takes what is missing for not compiled; its next compile keeps it again."""
