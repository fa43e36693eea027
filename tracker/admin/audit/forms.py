"""What the audit trail is searched by."""

from datetime import date

from wtforms import Form, SearchField, StringField
from wtforms.validators import Length, ValidationError

from tracker.core.calendar import parse_day


class TrailForm(Form):
    """By who acted, by record, and by day."""

    person = SearchField("Who acted: email address", validators=[Length(max=254)])
    record = StringField(
        "Record", description="Its reference, or its kind and a colon, such as user:", validators=[Length(max=200)]
    )
    day = StringField("Day", description="For example, 23/11/2026", validators=[Length(max=20)])

    def validate_day(self, field: StringField) -> None:
        """A day that is none is said to be none."""
        if field.data:
            self.parsed_day(field.data)

    def parsed_day(self, text: str) -> date:
        """The day as a date."""
        try:
            return parse_day(text)
        except ValueError:
            raise ValidationError("Enter a day such as 23/11/2026") from None

    @property
    def chosen_day(self) -> date | None:
        """The day asked for, if it is one."""
        return self.parsed_day(self.day.data) if self.day.data and not self.day.errors else None
