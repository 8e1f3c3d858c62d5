"""Who works where and who may what, in the Wagtail admin. The rules write, so that each change is a fact."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from academy.people import rules
from academy.people.enums import Role
from academy.people.models import Membership, RoleGrant

from .choices import CentreViewSet, JobRoleViewSet, MailDomainViewSet, OrganisationTypeViewSet
from .organisations import ByRule, OrganisationViewSet, UnitViewSet

# Roles that a competence centre can give: what its organisations share.
FOR_CENTRES = (Role.TRAINER, Role.TRAINING_COORDINATOR, Role.AUDITOR)


class _DatedForm(WagtailAdminModelForm):
    """Somebody and something, from a day until a day. Afterwards only the end changes: what was, was."""

    changeable: tuple[str, ...] = ("until_day",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ended = self.instance.until_day
        if self.instance.pk is None:
            self.fields["from_day"].initial = timezone.localdate()
            return
        for name, field in self.fields.items():
            field.disabled = name not in self.changeable

    def clean_until_day(self) -> date | None:
        """An end that was told stays one; another day may be."""
        day: date | None = self.cleaned_data["until_day"]
        if day is None and self.ended is not None:
            raise ValidationError(_("This has ended. Add a new one instead of taking the last day away."))
        return day


class MembershipForm(_DatedForm):
    """Who works where; job and last day can change."""

    changeable = ("job", "until_day")

    class Meta:
        model = Membership
        fields = ("person", "unit", "job", "from_day", "until_day")


class RoleGrantForm(_DatedForm):
    """Who may what: for a unit, for a competence centre, or everywhere."""

    class Meta:
        model = RoleGrant
        fields = ("person", "role", "unit", "centre", "from_day", "until_day")

    def clean(self) -> dict[str, Any]:
        """A centre shares trainers and reports; nobody leads or administers through it."""
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("centre") and cleaned.get("role") not in FOR_CENTRES:
            raise ValidationError(
                {"centre": _("Only trainers, training coordinators and auditors have a role for a centre.")}
            )
        return cleaned


class MembershipCreateView(ByRule, generic.CreateView):
    """Somebody joins a unit."""

    def save_instance(self) -> Membership:
        """See rules.join and rules.leave."""
        data = dict(self.form.cleaned_data)
        last_day, at = data.pop("until_day"), timezone.now()
        membership = rules.join(**data, by=self.by, at=at)
        return rules.leave(membership=membership, last_day=last_day, by=self.by, at=at) if last_day else membership


class MembershipEditView(ByRule, generic.EditView):
    """Another job, or the last day."""

    def save_instance(self) -> Membership:
        """See rules.change_job and rules.leave."""
        data, at = self.form.cleaned_data, timezone.now()
        fresh = Membership.objects.select_related("unit", "person", "job").get(pk=self.form.instance.pk)
        rules.change_job(membership=fresh, job=data["job"], by=self.by, at=at)
        if data["until_day"] != fresh.until_day:
            rules.leave(membership=fresh, last_day=data["until_day"], by=self.by, at=at)
        return fresh


class MembershipDeleteView(ByRule, generic.DeleteView):
    """What was, was: it is ended as of yesterday instead."""

    success_message = _("“%(object)s” has ended.")

    def form_valid(self, form: Any) -> HttpResponse:
        """See rules.leave."""
        at = timezone.now()
        last_day = max(self.object.from_day, _yesterday())
        rules.leave(membership=self.object, last_day=last_day, by=self.by, at=at)
        return redirect(self.index_url_name)


class RoleGrantCreateView(ByRule, generic.CreateView):
    """Somebody gets a role."""

    def save_instance(self) -> RoleGrant:
        """See rules.grant_role."""
        data = dict(self.form.cleaned_data)
        return rules.grant_role(**data | {"role": Role(data["role"])}, by=self.by, at=timezone.now())


class RoleGrantEditView(ByRule, generic.EditView):
    """The last day of a role."""

    def save_instance(self) -> RoleGrant:
        """See rules.end_role."""
        fresh = RoleGrant.objects.select_related("unit", "person").get(pk=self.form.instance.pk)
        last_day = self.form.cleaned_data["until_day"]
        if last_day != fresh.until_day:
            rules.end_role(grant=fresh, last_day=last_day, by=self.by, at=timezone.now())
        return fresh


class RoleGrantDeleteView(ByRule, generic.DeleteView):
    """A role that was held is ended as of yesterday, one that had not begun is taken back."""

    success_message = _("“%(object)s” has ended.")

    def form_valid(self, form: Any) -> HttpResponse:
        """See rules.end_role."""
        if self.object.until_day is None or self.object.until_day > _yesterday():
            rules.end_role(grant=self.object, last_day=_yesterday(), by=self.by, at=timezone.now())
        return redirect(self.index_url_name)


def _yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)


class MembershipViewSet(ModelViewSet):
    """Who works where, from when until when. A membership is ended by its last day, not deleted."""

    model = Membership
    icon = "user"
    list_display = ["person", "unit", "job", "from_day", "until_day"]
    list_filter = ["unit__organisation", "job"]
    search_fields = ["person__display_name", "person__email"]
    copy_view_enabled = False
    add_view_class = MembershipCreateView
    edit_view_class = MembershipEditView
    delete_view_class = MembershipDeleteView

    def get_form_class(self, for_update: bool = False) -> type[MembershipForm]:
        """Person, unit, job and days."""
        return MembershipForm


class RoleGrantViewSet(ModelViewSet):
    """Who holds which role for which unit and all below it, or for which centre, from when until when."""

    model = RoleGrant
    icon = "key"
    list_display = ["person", "role", "unit", "centre", "from_day", "until_day"]
    list_filter = ["role", "unit__organisation", "centre"]
    search_fields = ["person__display_name", "person__email"]
    copy_view_enabled = False
    add_view_class = RoleGrantCreateView
    edit_view_class = RoleGrantEditView
    delete_view_class = RoleGrantDeleteView

    def get_form_class(self, for_update: bool = False) -> type[RoleGrantForm]:
        """Person, role, where it holds, and days."""
        return RoleGrantForm


class OrganisationsGroup(ViewSetGroup):
    """One menu for all of them."""

    menu_label = _("Organisations")
    menu_icon = "group"
    menu_order = 610
    items = (
        OrganisationViewSet,
        UnitViewSet,
        MembershipViewSet,
        RoleGrantViewSet,
        CentreViewSet,
        MailDomainViewSet,
        OrganisationTypeViewSet,
        JobRoleViewSet,
    )
