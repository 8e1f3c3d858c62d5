"""Forms of the academy's own pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SignUpForm(forms.Form):
    """What sign-up asks besides the e-mail address."""

    display_name = forms.CharField(label=_("Your name"), max_length=150)

    def signup(self, request: Any, user: Any) -> None:
        """Called by allauth when the person is saved."""
        user.display_name = self.cleaned_data["display_name"]
        user.save(update_fields=["display_name"])
