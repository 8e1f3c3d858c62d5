"""The form of grading again."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class RegradeForm(forms.Form):
    """Why answers are graded again; it is kept with the change."""

    reason = forms.CharField(
        label=_("Why are the answers graded again?"),
        help_text=_("It is kept with the list of who changed. Do not name people."),
        max_length=300,
        error_messages={"required": _("Say why: others will read it in a year.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
