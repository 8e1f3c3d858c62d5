"""Forms of learning."""

from __future__ import annotations

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class CertificateNameForm(forms.Form):
    """The name on the certificate, confirmed before the quiz is handed in."""

    certificate_name = forms.CharField(
        label=_("Your name on the certificate"),
        max_length=150,
        help_text=_("It is printed exactly like this and cannot be changed by yourself afterwards."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def clean_certificate_name(self) -> str:
        """One line of letters that can be printed."""
        name = unicodedata.normalize("NFC", " ".join(self.cleaned_data["certificate_name"].split()))
        if any(unicodedata.category(letter) in {"Cc", "Cf", "Co", "Cn"} for letter in name):
            raise ValidationError(_("This name holds a sign that cannot be printed. Please leave it out."))
        return name
