"""What the pages of jobs ask: nothing but the button."""

from tracker.core.forms import BaseForm


class ButtonForm(BaseForm):
    """One press."""
