"""Lists that administrators edit (types of organisations, jobs), centres, and mail domains, in the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from academy.people import rules
from academy.people.addresses import is_public, read_domain
from academy.people.models import Centre, JobRole, MailDomain, OrganisationType

from .organisations import ByRule, GuardedDeleteView


class ChoiceForm(WagtailAdminModelForm):
    """An entry of a list, with a field for its words in each language."""

    class Meta:
        fields = ("code", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, _name in settings.LANGUAGES:
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("Name (%(language)s)") % {"language": get_language_info(code)["name_local"]},
                max_length=100,
                required=False,
                initial=self.instance.names.get(code, ""),
            )
        if self.instance.pk is not None:
            self.fields["code"].disabled = True
            self.fields["code"].help_text = _("Files that are imported name it so.")

    def clean(self) -> dict[str, Any]:
        """A name in one language at least; others fall back to it."""
        cleaned: dict[str, Any] = super().clean()
        names = {code: (cleaned.get(f"name_{code}") or "").strip() for code, _name in settings.LANGUAGES}
        # Words in languages that the site does not speak (any more) stay.
        kept = {code: words for code, words in self.instance.names.items() if code not in names}
        self.instance.names = kept | {code: words for code, words in names.items() if words}
        if not self.instance.names:
            raise ValidationError({f"name_{settings.LANGUAGE_CODE}": _("Write the name in at least one language.")})
        return cleaned


class OrganisationTypeForm(ChoiceForm):
    """A type of organisations."""

    class Meta(ChoiceForm.Meta):
        model = OrganisationType


class JobRoleForm(ChoiceForm):
    """A job."""

    class Meta(ChoiceForm.Meta):
        model = JobRole


class OrganisationTypeViewSet(ModelViewSet):
    """Types of organisations: municipality, water authority, ministry."""

    model = OrganisationType
    icon = "tag"
    list_display = ["label", "code", "position"]
    copy_view_enabled = False
    delete_view_class = GuardedDeleteView

    def get_form_class(self, for_update: bool = False) -> type[ChoiceForm]:
        """Code, names, position."""
        return OrganisationTypeForm


class JobRoleViewSet(ModelViewSet):
    """Jobs: buyer, budget holder, policy adviser."""

    model = JobRole
    icon = "tag"
    list_display = ["label", "code", "position"]
    copy_view_enabled = False
    delete_view_class = GuardedDeleteView

    def get_form_class(self, for_update: bool = False) -> type[ChoiceForm]:
        """Code, names, position."""
        return JobRoleForm


class CentreForm(WagtailAdminModelForm):
    """A centre, with organisations to tick."""

    class Meta:
        model = Centre
        fields = ("name", "slug", "organisations")
        widgets = {"organisations": forms.CheckboxSelectMultiple}


class CentreViewSet(ModelViewSet):
    """Local competence centres: organisations that share trainers and reports."""

    model = Centre
    icon = "site"
    list_display = ["name"]
    search_fields = ["name"]
    copy_view_enabled = False
    delete_view_class = GuardedDeleteView

    def get_form_class(self, for_update: bool = False) -> type[CentreForm]:
        """Name, short name for addresses, organisations."""
        return CentreForm


class MailDomainForm(WagtailAdminModelForm):
    """A mail domain, and whether somebody has checked whose it is."""

    is_verified = forms.BooleanField(
        label=_("I have checked that this domain belongs to the organisation"),
        required=False,
        help_text=_("People with a confirmed address in it may join by themselves from then on."),
    )

    class Meta:
        model = MailDomain
        fields = ("unit", "domain")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.fields["unit"].disabled = self.fields["domain"].disabled = True
            self.fields["is_verified"].initial = self.instance.verified_at is not None

    def clean_domain(self) -> str:
        """One that belongs to somebody."""
        found = read_domain(self.cleaned_data["domain"])
        if not found:
            raise ValidationError(_("This is no mail domain. Write what stands behind the @ of an address."))
        if is_public(found):
            raise ValidationError(_("Anybody can have an address there."))
        return found


class MailDomainCreateView(ByRule, generic.CreateView):
    """A domain is named, and verified if it has been checked."""

    def save_instance(self) -> MailDomain:
        """See rules.name_domain and rules.verify_domain."""
        data, at = self.form.cleaned_data, timezone.now()
        row = rules.name_domain(unit=data["unit"], domain=data["domain"], by=self.by, at=at)
        return rules.verify_domain(domain=row, is_verified=data["is_verified"], by=self.by, at=at)


class MailDomainEditView(ByRule, generic.EditView):
    """A domain is verified, or doubted again."""

    def save_instance(self) -> MailDomain:
        """See rules.verify_domain."""
        fresh = MailDomain.objects.get(pk=self.form.instance.pk)
        is_verified = self.form.cleaned_data["is_verified"]
        return rules.verify_domain(domain=fresh, is_verified=is_verified, by=self.by, at=timezone.now())


class MailDomainViewSet(ModelViewSet):
    """Mail domains whose people may join by themselves, once they are verified."""

    model = MailDomain
    icon = "mail"
    list_display = ["domain", "unit", "by", "at", "verified_at"]
    list_filter = ["unit__organisation"]
    search_fields = ["domain"]
    copy_view_enabled = False
    add_view_class = MailDomainCreateView
    edit_view_class = MailDomainEditView

    def get_form_class(self, for_update: bool = False) -> type[MailDomainForm]:
        """Unit, domain, whether it is verified."""
        return MailDomainForm
