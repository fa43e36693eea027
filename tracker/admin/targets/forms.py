"""What is asked when a target is set anew."""

import re
from datetime import date

from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from tracker.core.calendar import parse_day
from tracker.core.forms import BaseForm
from tracker.progress.targets import TargetLine

_LINE = re.compile(r"(?P<day>[^\s,;:]+)[\s,;:]+(?P<value>\d{1,9}(\.\d{1,3})?)", re.ASCII)
REASON = [DataRequired("Say why the target is set or changed"), Length(max=1000)]


def read_points(text: str) -> dict[date, float]:
    """Read dated values, one on a line: a day and a number.

    :raises ValueError: naming the first line that is not so, or a day that is there twice.
    """
    points: dict[date, float] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise ValueError(f"Line {number} must be a day and a number, such as 2027-03-31 500")
        try:
            day = parse_day(match["day"])
        except ValueError:
            raise ValueError(f"Line {number}: there is no such day as {match['day']}") from None
        if day in points:
            raise ValueError(f"Line {number}: the day is there twice")
        points[day] = float(match["value"])
    return points


def written(line: TargetLine | None) -> str:
    """A line as it is edited: a day and a number on each row."""
    points = line.points if line else ()
    return "\n".join(f"{day.isoformat()} {value:g}" for day, value in points)


class LineForm(BaseForm):
    """A whole new line of a target."""

    points = TextAreaField(
        "Dates and values",
        description="One on each line, such as 2027-03-31 500. Between two dates the line is straight",
        validators=[DataRequired("Enter at least one date with a value"), Length(max=8000)],
        render_kw={"rows": 12},
    )
    reason = TextAreaField("Why?", validators=REASON, render_kw={"rows": 3})

    def validate_points(self, field: TextAreaField) -> None:
        """Every line must be a day and a number."""
        try:
            read_points(field.data or "")
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from None


class ShareForm(BaseForm):
    """Sharing a national target out."""

    reason = TextAreaField("Why?", validators=REASON, render_kw={"rows": 3})
