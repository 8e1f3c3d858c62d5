"""Forms of lists of staff: the file, and what applying it means."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

A_YEAR = timedelta(days=366)


class StaffFileForm(forms.Form):
    """The list."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or XLSX, 5 MB and 20,000 lines at most. Nothing is changed before you say so."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
        error_messages={"empty": _("The file is empty."), "required": _("Choose a file.")},
    )


class ApplyForm(forms.Form):
    """Whether the list holds everybody, and since when those who have no line are gone."""

    everybody = forms.BooleanField(
        label=_("This file holds everybody: mark those who have no line as having left"), required=False
    )
    last_day = forms.DateField(
        label=_("Their last day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data, initial={"last_day": today}, use_required_attribute=False)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """A day not far from today, where anybody has left."""
        cleaned = super().clean() or {}
        if not cleaned.get("everybody"):
            return cleaned | {"last_day": None}
        last_day = cleaned.get("last_day")
        if "last_day" in self.errors:
            return cleaned
        if last_day is None:
            raise ValidationError({"last_day": _("Say which day was their last.")})
        if abs(last_day - self.today) > A_YEAR:
            raise ValidationError({"last_day": _("Write a day within a year from today.")})
        return cleaned
