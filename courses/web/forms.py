"""Forms of learning."""

from __future__ import annotations

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from courses.certificates.document import missing_signs


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
        missing = missing_signs(name)
        if missing:
            raise ValidationError(
                _("We cannot print these signs: %(signs)s. Please write the name without them."),
                params={"signs": " ".join(missing)},
            )
        return name
