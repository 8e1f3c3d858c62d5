"""The field that takes a certificate's code."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """A code, typed, scanned or pasted as an address."""

    code = forms.CharField(
        label=_("Code or address on the certificate"),
        help_text=_("26 letters and digits. Capitals, spaces and dashes do not matter."),
        max_length=400,
        error_messages={"required": _("Enter the code that stands below the circle on the certificate.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
