"""Forms of certificates: a code, a file, a name and why, a search."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from courses.web.forms import CertificateNameForm

MOST_BYTES = 10 * 1024 * 1024
# How the files begin that can hold a certificate of ours; JSON may have spaces or a byte order mark in front.
PDF, PNG = b"%PDF-", b"\x89PNG\r\n\x1a\n"
LOOKED_AT = 1024


class CodeForm(forms.Form):
    """A code, typed, scanned or pasted as an address."""

    code = forms.CharField(
        label=_("Code or address on the certificate"),
        help_text=_("26 letters and digits. Capitals, spaces and dashes do not matter."),
        max_length=400,
        error_messages={"required": _("Enter the code that stands below the circle on the certificate.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )


class FileForm(forms.Form):
    """A file that somebody wants to know about; judged by what it holds, not by its name."""

    file = forms.FileField(
        label=_("The file"),
        help_text=_("A PDF, or a badge as JSON, PNG or SVG; at most 10 MB."),
        allow_empty_file=True,
        error_messages={"required": _("Choose the file that you want to check.")},
        widget=forms.FileInput(attrs={"accept": ".pdf,.json,.png,.svg"}),
    )

    def clean_file(self) -> UploadedFile:
        """Not too large, and of a kind that can hold a certificate; read in full only after that."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(_("This file is larger than 10 MB; none of ours is."))
        start = file.read(LOOKED_AT)
        file.seek(0)
        if not _can_be_ours(start):
            raise ValidationError(_("This is neither a PDF nor a badge (JSON, PNG or SVG)."))
        return file


def _can_be_ours(start: bytes) -> bool:
    bare = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(PNG) or PDF in start or bare.startswith((b"{", b"<"))


class AskForm(CertificateNameForm):
    """The name that a holder wants instead of the `present` one, and why."""

    why = forms.CharField(
        label=_("What is wrong with the name?"),
        help_text=_("An administrator reads it: a typing error, a new name after a wedding."),
        max_length=300,
        error_messages={"required": _("Say it in a few words, so that the name can be corrected.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, present: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.present = present
        self.fields["certificate_name"].help_text = _("It is printed exactly like this.")

    def clean_certificate_name(self) -> str:
        """Another name than the one that stands there: nothing is issued anew for nothing."""
        name = super().clean_certificate_name()
        if name == self.present:
            raise ValidationError(_("The certificate carries this name already."))
        return name


class SearchForm(forms.Form):
    """Which certificates an administrator looks for."""

    wanted = forms.CharField(
        label=_("Code, or a part of the holder's name"),
        max_length=400,
        error_messages={"required": _("Enter a code or a part of a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class RevokeForm(forms.Form):
    """Why a certificate is revoked."""

    reason = forms.CharField(
        label=_("Why is it revoked?"),
        help_text=_("Everybody who checks the certificate reads this, and the holder gets it by mail."),
        max_length=300,
        error_messages={"required": _("Say why: whoever checks it wants to know.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CorrectForm(AskForm):
    """The right name, for a new certificate that takes the place of the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["certificate_name"].label = _("The right name")
        self.fields["why"].label = _("Why is it corrected?")
        self.fields["why"].help_text = _("It is kept with the old certificate; its holder can read it.")


class DeclineForm(forms.Form):
    """Why a name stays as it is."""

    reason = forms.CharField(
        label=_("Why does the name stay?"),
        help_text=_("The holder gets it by mail."),
        max_length=300,
        error_messages={"required": _("Say why: the holder wants to know.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
