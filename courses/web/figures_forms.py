"""The form that chooses which figures are shown; what it holds stands in the address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from academy.templatetags.academy import day
from courses.figures.queries import ItemRow


class ChooseForm(forms.Form):
    """A course or path, and a week; without a choice the first of them and the newest week."""

    item = forms.TypedChoiceField(label=_("Course or path"), coerce=UUID)
    week = forms.TypedChoiceField(label=_("Week that begins on"), coerce=date.fromisoformat)

    def __init__(self, data: Any, items: Sequence[ItemRow], weeks: Sequence[date]) -> None:
        chosen = {name: data.get(name) for name in ("item", "week") if data.get(name)}
        first = {"item": str(items[0].key) if items else "", "week": weeks[0].isoformat() if weeks else ""}
        super().__init__(first | chosen)
        self.items = items
        # Any: `fields` are plain fields to the stubs, which know no choices.
        item, week = cast(Any, self.fields["item"]), cast(Any, self.fields["week"])
        item.choices = [(str(row.key), row.title) for row in items]
        week.choices = [(each.isoformat(), day(each)) for each in weeks]
