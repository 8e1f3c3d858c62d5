"""Organisations, units, memberships, roles, centres and mail domains in the Wagtail admin. The rules write them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from academy.people import rules
from academy.people.access import units_below
from academy.people.models import Organisation, Unit, User


class UnitForm(WagtailAdminModelForm):
    """A unit: name and place in the tree. An organisation's units stay with it."""

    class Meta:
        model = Unit
        fields = ("organisation", "parent", "name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].required = self.instance.pk is None or self.instance.parent_id is not None
        if self.instance.pk is not None:
            self.fields["organisation"].disabled = True
            others = Unit.objects.filter(organisation=self.instance.organisation)
            self.fields["parent"].queryset = others.exclude(pk__in=units_below(self.instance))

    def clean(self) -> dict[str, Any]:
        """The unit above belongs to the same organisation."""
        cleaned: dict[str, Any] = super().clean()
        parent, organisation = cleaned.get("parent"), cleaned.get("organisation")
        if parent and organisation and parent.organisation_id != organisation.pk:
            raise ValidationError({"parent": _("Choose a unit of the same organisation.")})
        return cleaned


class ByRule:
    """A view that lets a rule write, so that history and audit trail are kept as everywhere else."""

    form: Any
    request: Any

    @property
    def by(self) -> User:
        """Who is at it."""
        return User.objects.get(pk=self.request.user.pk)


class OrganisationCreateView(ByRule, generic.CreateView):
    """A new organisation comes with the unit that stands for the whole of it."""

    def save_instance(self) -> Organisation:
        """See rules.create_organisation."""
        return rules.create_organisation(**self.form.cleaned_data, by=self.by, at=timezone.now())


class UnitCreateView(ByRule, generic.CreateView):
    """A new unit."""

    def save_instance(self) -> Unit:
        """See rules.add_unit."""
        at = timezone.now()
        return rules.add_unit(**self.form.cleaned_data, from_day=timezone.localdate(at), by=self.by, at=at)


class UnitEditView(ByRule, generic.EditView):
    """A unit is renamed or moved from today on; what it was before stays known."""

    def save_instance(self) -> Unit:
        """See rules.change_unit."""
        at = timezone.now()
        data = self.form.cleaned_data
        return rules.change_unit(
            unit=self.form.instance,
            name=data["name"],
            parent=data["parent"],
            from_day=timezone.localdate(at),
            by=self.by,
            at=at,
        )


class GuardedDeleteView(generic.DeleteView):
    """What others belong to is not deleted; the page says so instead of failing."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Delete, or say why not and go back to the list."""
        try:
            with transaction.atomic():
                response: HttpResponse = super().form_valid(form)
        except (ProtectedError, PermissionDenied):  # Wagtail denies what its index of references knows
            messages.error(
                self.request,
                _("“%(name)s” cannot be deleted, because other things belong to it.") % {"name": self.object},
            )
            return redirect(self.index_url_name)
        return response


class OrganisationEditView(ByRule, generic.EditView):
    """Another name, type, country or time zone."""

    def save_instance(self) -> Organisation:
        """See rules.change_organisation."""
        fresh = Organisation.objects.get(pk=self.form.instance.pk)
        rules.change_organisation(organisation=fresh, fields=self.form.cleaned_data, by=self.by, at=timezone.now())
        return fresh


class OrganisationViewSet(ModelViewSet):
    """Public bodies whose people learn here."""

    model = Organisation
    icon = "home"
    form_fields = ["name", "slug", "kind", "country", "time_zone"]
    list_display = ["name", "kind", "country"]
    list_filter = ["kind"]
    search_fields = ["name"]
    copy_view_enabled = False
    add_view_class = OrganisationCreateView
    edit_view_class = OrganisationEditView
    delete_view_class = GuardedDeleteView


class UnitViewSet(ModelViewSet):
    """Parts of organisations, as a tree."""

    model = Unit
    icon = "list-ul"
    list_display = ["name", "parent", "organisation"]
    list_filter = ["organisation"]
    search_fields = ["name"]
    copy_view_enabled = False
    add_view_class = UnitCreateView
    edit_view_class = UnitEditView
    delete_view_class = GuardedDeleteView

    def get_form_class(self, for_update: bool = False) -> type[UnitForm]:
        """Name and place in the tree."""
        return UnitForm
