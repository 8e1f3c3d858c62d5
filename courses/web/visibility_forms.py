"""The form by which an organisation shows its managers more."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from academy.people.enums import Wider
from academy.people.rules import LEAST_REASON


class WidenForm(forms.Form):
    """What is shown, and why."""

    what = forms.ChoiceField(label=_("What managers are to see as well"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Everybody who works there reads it: what it is needed for, and on what it was agreed."),
        min_length=LEAST_REASON,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"min_length": _("Say it in a sentence: at least %(limit_value)d characters.")},
    )
    confirmed = forms.BooleanField(
        label=_("It was agreed with the works council or staff representatives, where there are any."),
        error_messages={"required": _("Confirm this first.")},
    )

    def __init__(self, *args: Any, closed: Collection[Wider], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["what"]
        field.choices = [(each.value, each.label) for each in closed]
