"""What every form has: its key against double sending, the version it was opened at, and errors in plain words.

The cross-site token is checked for every unsafe request by Flask-WTF before a view is called, so no form repeats it.
"""

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import g, request
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DecimalField, Form, HiddenField, IntegerField
from wtforms.fields import Field, SelectFieldBase
from wtforms.i18n import DummyTranslations
from wtforms.meta import DefaultMeta
from wtforms.validators import ValidationError

from tracker.core.errors import ChangedMeanwhile, DomainError, UnknownValue
from tracker.core.text import format_day

IDEMPOTENCY_FIELD = "_idem"
_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def is_form_key(text: str) -> bool:
    """Whether the text is a key that a form of ours could have been given."""
    return _KEY.fullmatch(text) is not None


class _Words(DummyTranslations):
    """What the library says of a choice that is not offered, such as one that was renamed meanwhile, in our words."""

    NOT_OFFERED = "What you selected is not offered any more. Select again"

    def gettext(self, string: str) -> str:
        """One thing was selected."""
        return self.NOT_OFFERED if string == "Not a valid choice." else string

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """One or several of some were."""
        return self.NOT_OFFERED if "valid choice" in singular else super().ngettext(singular, plural, n)


class BaseForm(Form):
    """The base of every form that is posted.

    Built with what was sent, or, on the way back from signing in, with what was typed before the session ran out. Where
    the record was changed meanwhile, the page says beside every answer that differs what is saved now (`flags.saved`).
    """

    class Meta(DefaultMeta):
        """How the library behaves."""

        def get_translations(self, form: Any) -> _Words:
            """Its sentences."""
            return _Words()

    version = HiddenField()
    status = 200
    """With which its page is answered: 409 after a refusal for what somebody else saved meanwhile."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, suggested: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        """Read the request. Before anything is typed, the form shows what is saved, `data`, and what is `suggested`."""
        sent: MultiDict[str, Any] | None = None
        if request.method == "POST":
            sent = MultiDict(request.form)
            sent.update(request.files)
        elif "parked_form" in g:
            sent = g.parked_form
        self._saved = data or {}
        super().__init__(sent, data={**(suggested or {}), **self._saved}, **kwargs)
        self.idempotency_key = (sent.get(IDEMPOTENCY_FIELD, "") if sent else "") or str(uuid.uuid4())

    def submitted(self) -> bool:
        """Whether this is a POST whose fields are all in order."""
        return request.method == "POST" and self.validate()

    def refuse(self, refusal: DomainError) -> None:
        """Show a rule's refusal: at its field where it has one, else at the top.

        After a change by somebody else the form carries the version whose values it shows: sent once more, it is meant.
        """
        if isinstance(refusal, ChangedMeanwhile):
            self.status = 409
            self.version.data = self.version.object_data
            self._compare()
        field = self._fields.get(refusal.field or "")
        if field is None:
            self.form_errors.append(refusal.message)
        else:
            field.errors = [*field.errors, refusal.message]

    def check_version(self, current: int | str, what: str) -> None:
        """Refuse if the record was saved by somebody else since the form was opened.

        :raises ChangedMeanwhile: naming what changed.
        """
        if (self.version.data or "") != str(current):
            raise ChangedMeanwhile(what)

    def _compare(self) -> None:
        """Note for every question whose answer is on record what is saved now, where something else was typed."""
        for name, field in self._fields.items():
            if name in self._saved and not isinstance(field, HiddenField):
                now = _in_words(field, field.object_data)
                if now != _in_words(field, field.data):
                    field.flags.saved = now or "nothing"


def _in_words(field: Field, value: Any) -> str:
    """A value of a field as a person reads it."""
    if isinstance(field, BooleanField):
        return "Yes" if value else "No"
    if isinstance(field, SelectFieldBase):
        offered: Iterable[Any] = field.iter_choices()
        labels = {str(choice.value): str(choice.label) for choice in offered}
        chosen = ["" if one is None else str(one) for one in (value if isinstance(value, list) else [value])]
        return ", ".join(sorted(labels.get(one, one) for one in chosen))
    if isinstance(value, date):
        return format_day(value)
    if isinstance(value, Decimal | float):
        return f"{float(value):g}"
    return "" if value is None else "\n".join(str(value).strip().splitlines())


def check_filters(form: Form) -> None:
    """Refuse what an address asks for and the filters of its list do not offer.

    :raises UnknownValue: naming it.
    """
    for field in form:
        if isinstance(field, SelectFieldBase):
            offered: Iterable[Any] = field.iter_choices()
            known = {choice.value for choice in offered}
            for value in field.data if isinstance(field.data, list) else [field.data]:
                if value and value not in known:
                    raise UnknownValue(field.label.text, value)


class CountField(IntegerField):
    """A whole number that is not negative, or nothing; anything else, such as 1.5 or -1, is refused in words."""

    MOST_DIGITS = 6

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read plain digits; what was typed stays to be shown again."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        if not (text.isascii() and text.isdigit() and len(text) <= self.MOST_DIGITS):
            raise ValueError("Enter a whole number in digits, such as 20")
        self.data = int(text)


class PartField(DecimalField):
    """A number with decimal places, such as a full-time equivalent; anything else is refused in words.

    How large it may be is the form's or the service's to say, of numbers that can be reckoned with: 1e309 cannot.
    """

    MOST_DIGITS = 6
    """Before the point."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; what was typed stays to be shown again."""
        words = "Enter a number in digits, such as 0.8"
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(words) from None
        if isinstance(self.data, Decimal) and not (self.data.is_finite() and self.data.adjusted() < self.MOST_DIGITS):
            self.data = None
            raise ValueError(words)


class DayField(Field):
    """A calendar day, asked for as day, month and year in three boxes named field-day, field-month and field-year.

    `raw_parts` is what was typed, so that it can be shown again; `data` the date, or None.
    """

    PARTS = ("day", "month", "year")
    FIRST_YEAR = 1900
    """Nothing on record is older; an earlier year, such as 0026, is a slip of the pen."""

    def __init__(
        self,
        label: str,
        validators: Sequence[Any] = (),
        description: str = "For example, 27 3 2026",
        required: str = "",
        **kwargs: Any,
    ) -> None:
        """`required` is the sentence shown when all three boxes are empty; an optional day has none."""
        super().__init__(label, validators=tuple(validators), description=description, **kwargs)
        self.required = required
        self.raw_parts: dict[str, str] = dict.fromkeys(self.PARTS, "")
        self.wrong_parts: list[str] = []

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the three boxes, or the date given, or what the field was defined with."""
        self.process_errors: list[str] = []
        self.data = self.object_data = self.default if data is None or not isinstance(data, date) else data
        if formdata is None or not any(f"{self.name}-{part}" in formdata for part in self.PARTS):
            if formdata is not None:
                self.data = None
            elif self.data is not None:
                self.raw_parts = {"day": str(self.data.day), "month": str(self.data.month), "year": str(self.data.year)}
            return
        self.raw_parts = {part: formdata.get(f"{self.name}-{part}", "").strip()[:20] for part in self.PARTS}
        self.data = None
        try:
            self.data = self._read()
        except ValueError as error:
            self.process_errors.append(str(error))

    def _read(self) -> date | None:
        missing = [part for part in self.PARTS if not self.raw_parts[part]]
        if len(missing) == 3:
            return None
        self.wrong_parts = missing
        if missing:
            raise ValueError(f"{self.label.text.rstrip('?')} must include a {' and a '.join(missing)}")
        self.wrong_parts = list(self.PARTS)
        numbers = list(self.raw_parts.values())
        if (
            not all(number.isascii() and number.isdigit() and len(number) <= 4 for number in numbers)
            or len(numbers[2]) != 4
        ):
            raise ValueError("Write the date in numbers, with the year in full, such as 27 3 2026")
        try:
            day = date(int(numbers[2]), int(numbers[1]), int(numbers[0]))
        except ValueError:
            raise ValueError("There is no such date in the calendar") from None
        if day.year < self.FIRST_YEAR:
            raise ValueError(f"Check the year: it must be {self.FIRST_YEAR} or later")
        self.wrong_parts = []
        return day

    def pre_validate(self, form: Any) -> None:
        """An empty day that is required is said to be missing."""
        if self.data is None and not self.process_errors and self.required:
            self.wrong_parts = list(self.PARTS)
            raise ValidationError(self.required)
