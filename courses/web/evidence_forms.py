"""The forms that ask for the evidence of a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from academy.templatetags.academy import plain_day
from courses.reports.evidence import Then, UnitThen

INDENT = "\N{NO-BREAK SPACE}" * 3


class DayForm(forms.Form):
    """Which day. `first` and `today` are the first and last one that can be told."""

    day = forms.DateField(
        label=_("Day"),
        help_text=_("You see what was known at the end of this day."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, first: date | None, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first, self.today = first, today
        self.fields["day"].widget.attrs |= {"max": today.isoformat()} | (
            {"min": first.isoformat()} if first is not None else {}
        )

    def clean_day(self) -> date:
        """Neither in the future nor before anything was recorded."""
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise ValidationError(_("Choose a day that is not in the future."), code="future")
        if self.first is None or day < self.first:
            words = _("Nothing was recorded yet on that day. Choose %(day)s or later.")
            raise ValidationError(words, code="early", params={"day": plain_day(self.first or self.today)})
        return day


class UnitForm(forms.Form):
    """Of which unit, as they stood on that day."""

    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int)

    def __init__(self, *args: Any, then: Then, units: list[UnitThen], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.choices = [(unit.pk, _named(then, unit)) for unit in units]


def _named(then: Then, unit: UnitThen) -> str:
    """The name below those of the units above it; a closed one says so."""
    name = str(_("%(name)s (closed)") % {"name": unit.name}) if unit.closed else unit.name
    return f"{INDENT * (len(then.above(unit.pk)) - 1)}{name}"
