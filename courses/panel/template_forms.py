"""The form of a certificate template: what it says in each language, its pictures, and what is wrong with them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel, ObjectList, TabbedInterface

from academy.people.models import Organisation
from courses.certificates.access import administered_organisations, can_revoke
from courses.certificates.editing import MAX_FILE_BYTES, PICTURES, keep_picture, problems, read_file
from courses.certificates.errors import TemplateFileRefused
from courses.certificates.models import CertificateTemplate
from courses.certificates.pictures import MAX_BYTES, PictureRefused
from courses.certificates.templates import LONGEST

LABELS = {
    "region": (_("Country or region of the issuer"), _("In this language. Stands beside the issuer.")),
    "quality": (
        _("Quality assurance"),
        _("Who looks after the quality of the courses, and how. Empty: the issuer, without external accreditation."),
    ),
    "closing": (_("Closing line"), _("A sentence above the signature. Empty: none.")),
    "completion": (
        _("Sentence on certificates of completion"),
        _("With {name} and {course}, in this order. Empty: the usual one."),
    ),
    "participation": (
        _("Sentence on statements of participation"),
        _("With {name} and {course}, in this order. Empty: the usual one."),
    ),
}
LANGUAGES = [code for code, _name in settings.LANGUAGES]
PICTURE_HELP = _("PNG or JPEG, at most 2 MB and 4,000 pixels wide or high. On white, or transparent.")


@lazy
def _in_language(label: Any, language: str) -> str:
    """A label with the language that its field is for."""
    return f"{label} ({get_language_info(language)['name_translated']})"


def _word_fields() -> dict[str, forms.Field]:
    """One field for each text and language."""
    return {
        f"{name}_{language}": forms.CharField(
            label=_in_language(label, language),
            help_text=hint,
            required=False,
            max_length=LONGEST[name],
            widget=forms.TextInput(attrs={"lang": language}),
        )
        for language in LANGUAGES
        for name, (label, hint) in LABELS.items()
    }


class TemplateFields(WagtailAdminModelForm):
    """All that a template has. Nothing is kept that could not be printed."""

    logo_file = forms.FileField(label=_("Logo"), help_text=PICTURE_HELP, required=False)
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)
    signature_file = forms.FileField(
        label=_("Picture of the signature"),
        help_text=format_lazy("{} {}", PICTURE_HELP, _("It is shown above the name of who signs.")),
        required=False,
    )
    remove_signature = forms.BooleanField(label=_("Remove the picture of the signature"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language, texts in (self.instance.words or {}).items():
            for name, text in texts.items():
                self.initial.setdefault(f"{name}_{language}", text)
        for name in PICTURES:
            if f"remove_{name}" in self.fields and getattr(self.instance, name) is None:
                del self.fields[f"remove_{name}"]
        field: Any = self.fields["organisation"]
        if self.for_user is not None and not can_revoke(self.for_user):
            field.queryset = Organisation.objects.filter(pk__in=administered_organisations(self.for_user))
            field.required, field.empty_label = True, None

    def clean_logo_file(self) -> Any:
        """See `_picture`."""
        return self._picture("logo_file")

    def clean_signature_file(self) -> Any:
        """See `_picture`."""
        return self._picture("signature_file")

    def _picture(self, field: str) -> Any:
        """The picture that was uploaded, checked by its content and kept; None if none was."""
        file = self.cleaned_data.get(field)
        try:
            # One more byte than is allowed is enough to see that it is too large.
            return keep_picture(file.read(MAX_BYTES + 1)) if file else None
        except PictureRefused as refused:
            raise ValidationError(str(refused)) from refused

    def clean(self) -> dict[str, Any]:
        """Texts and pictures are laid into the template, which is then tried out."""
        cleaned: dict[str, Any] = super().clean()
        template: CertificateTemplate = self.instance
        template.words = {
            language: texts
            for language in LANGUAGES
            if (texts := {name: text for name in LABELS if (text := cleaned.get(f"{name}_{language}", "").strip())})
        }
        for name in PICTURES:
            if cleaned.get(f"remove_{name}"):
                setattr(template, name, None)
            if cleaned.get(f"{name}_file"):
                setattr(template, name, cleaned[f"{name}_file"])
        organisation = cleaned.get("organisation")
        if organisation is not None or template._state.adding or "organisation" in self.changed_data:
            template.is_default = organisation is None
        if not self.errors:
            for field in ("issuer", "signatory_name", "signatory_role"):
                setattr(template, field, cleaned.get(field, ""))
            for field, reason in problems(template).items():
                self.add_error(field, reason)
        return cleaned

    def _post_clean(self) -> None:
        """Constraints look at fields that no form field stands for: `is_default` was set above."""
        super()._post_clean()
        if not self.errors:
            try:
                self.instance.validate_constraints()
            except ValidationError as error:
                self.add_error("is_active" if "is_active" in self.fields else None, error.messages)


BaseTemplateForm = type("BaseTemplateForm", (TemplateFields,), _word_fields())


def edit_handler() -> TabbedInterface:
    """The form in parts: who and how, then one part for each language."""
    general = ObjectList(
        [
            MultiFieldPanel([FieldPanel("name"), FieldPanel("organisation"), FieldPanel("is_active")]),
            MultiFieldPanel(
                [FieldPanel(name) for name in ("issuer", "signatory_name", "signatory_role")], heading=_("Who signs")
            ),
            MultiFieldPanel(
                [FieldPanel(f"{name}_file") for name in PICTURES] + [FieldPanel(f"remove_{name}") for name in PICTURES],
                heading=_("Pictures"),
            ),
        ],
        heading=_("Issuer and pictures"),
    )
    by_language = [
        ObjectList(
            [
                HelpPanel(_("What is left empty is taken from another language, or from the usual words.")),
                *(FieldPanel(f"{name}_{language}") for name in LABELS),
            ],
            heading=_in_language(_("Words"), language),
        )
        for language in LANGUAGES
    ]
    return TabbedInterface([general, *by_language], base_form_class=BaseTemplateForm)


class ImportForm(forms.Form):
    """A file that was exported, and for whom the template is. It is checked as if it had been typed."""

    file = forms.FileField(label=_("File"), help_text=_("A file that was exported from certificate templates."))
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Organisation"), required=False, empty_label=_("Everybody")
    )

    def __init__(self, *args: Any, user: Any, form_class: type[TemplateFields], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.form_class = user, form_class
        field: Any = self.fields["organisation"]
        if can_revoke(user):
            field.queryset = Organisation.objects.all()
        else:
            field.queryset = Organisation.objects.filter(pk__in=administered_organisations(user))
            field.required, field.empty_label = True, None

    def clean(self) -> dict[str, Any]:
        """Everything in the file is valid, or all that is wrong stands on the field and nothing is written."""
        cleaned: dict[str, Any] = super().clean() or {}
        file = cleaned.get("file")
        if file is None or self.errors:
            return cleaned
        try:
            values, pictures = read_file(file.read(MAX_FILE_BYTES + 1))
        except TemplateFileRefused as refused:
            raise ValidationError({"file": refused.reason}) from refused
        organisation = cleaned.get("organisation")
        # Not in use at once: what was in use stays so until somebody has looked at it.
        data = values | {"organisation": organisation.pk if organisation else "", "is_active": ""}
        files = {f"{name}_file": SimpleUploadedFile(name, content) for name, content in pictures.items()}
        self.template_form = self.form_class(data=data, files=files, for_user=self.user)
        if not self.template_form.is_valid():
            for name, errors in self.template_form.errors.items():
                label = self.template_form.fields[name].label if name in self.template_form.fields else ""
                for error in errors:
                    self.add_error("file", f"{label}: {error}" if label else error)
        return cleaned

    def save(self) -> CertificateTemplate:
        """The new template."""
        made: CertificateTemplate = self.template_form.save()
        return made
