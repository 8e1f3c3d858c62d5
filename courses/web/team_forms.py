"""Forms of saved lists."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.assignments.enums import ListFormat, ListRhythm


class SavedFilterForm(forms.Form):
    """What a list is called, and whether it comes by mail."""

    name = forms.CharField(label=_("Name of the list"), max_length=100)
    rhythm = forms.ChoiceField(
        label=_("Send it to me by mail"),
        choices=ListRhythm.choices,
        widget=forms.RadioSelect,
        initial=ListRhythm.OFF,
        help_text=_("It comes to you alone, as long as you lead these people."),
    )
    format = forms.ChoiceField(
        label=_("File"), choices=ListFormat.choices, widget=forms.RadioSelect, initial=ListFormat.XLSX
    )
