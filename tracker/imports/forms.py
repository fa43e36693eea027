"""Sending a file, and what is done with it then."""

from wtforms import BooleanField, FileField, HiddenField, RadioField
from wtforms.validators import InputRequired, ValidationError

from tracker.core.forms import BaseForm


class UploadForm(BaseForm):
    """A file and what kind it is."""

    kind = RadioField("What is in the file?", validators=[InputRequired("Select what is in the file")])
    file = FileField(
        "Choose a file",
        description="CSV, XLSX or ODS, with the names of the columns in the first row.",
        render_kw={"accept": ".csv,.xlsx,.ods"},
    )
    is_historical = BooleanField("It is a history from an older system: take recorded_at from it")

    def validate_file(self, field: FileField) -> None:
        """A file has to be chosen."""
        if not getattr(field.data, "filename", ""):
            raise ValidationError("Choose a file to send")


class PlainForm(BaseForm):
    """A button: try again, cancel, undo."""


class LoadForm(BaseForm):
    """Load; `checked` says what was shown of it."""

    checked = HiddenField()
