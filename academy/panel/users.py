"""People in the Wagtail admin: one name, no user name, and an address that counts as confirmed.

Deleting somebody here erases them by the privacy registry: their records may have to stay, without a name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import BooleanColumn, BulkActionsCheckboxColumn, Column, DateColumn
from wagtail.admin.views.account import NameEmailSettingsPanel
from wagtail.users.forms import UserCreationForm as WagtailUserCreationForm
from wagtail.users.forms import UserEditForm as WagtailUserEditForm
from wagtail.users.views.users import IndexView as WagtailIndexView
from wagtail.users.views.users import UserColumn
from wagtail.users.views.users import UserViewSet as WagtailUserViewSet

from academy.people.errors import LastAdministrator
from academy.people.models import User
from academy.people.rules import confirm_address, erase_person

FIELDS = ("email", "display_name", "language", "time_zone")


class OurFields:
    """Wagtail's form of a person with our fields in place of first and last name."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name"):
            self.fields.pop(name, None)
        self.fields["display_name"].required = True
        if "password1" in self.fields:
            self.fields["password1"].help_text = gettext_lazy(
                "Leave it empty and the person signs in with a code that is sent to them."
            )

    def clean_email(self) -> str:
        """Addresses are kept in lower case."""
        cleaned: dict[str, Any] = self.cleaned_data  # type: ignore[attr-defined]  # of the form this is mixed into
        return str(cleaned["email"]).lower()

    def save(self, commit: bool = True) -> User:
        """The person, with a confirmed address, and with the mark of who may enter the CMS kept in step."""
        person: User = super().save(commit=commit)  # type: ignore[misc]  # of the form this is mixed into
        if commit:
            confirm_address(person=person)
            fresh = User.objects.get(pk=person.pk)
            person.is_staff = fresh.is_active and fresh.has_perm("wagtailadmin.access_admin")
            person.save(update_fields=["is_staff"])
        return person


class UserCreationForm(OurFields, WagtailUserCreationForm):
    """A new person; the password may stay empty."""

    class Meta(WagtailUserCreationForm.Meta):
        fields = (*FIELDS, "is_superuser", "groups")


class UserEditForm(OurFields, WagtailUserEditForm):
    """A person who is here already."""

    class Meta(WagtailUserEditForm.Meta):
        fields = (*FIELDS, "is_active", "is_superuser", "groups")


class IndexView(WagtailIndexView):
    """The list of people: name, address, where they work, last seen."""

    @cached_property
    def columns(self) -> list[Any]:
        """Columns of the list."""
        name_column = self._get_title_column_class(UserColumn)
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type="user"),
            name_column("name", accessor="get_full_name", label=_("Name"), sort_key="name", get_url=self.get_edit_url),
            Column("email", label=_("E-mail address"), sort_key="email"),
            Column("language", accessor="get_language_display", label=_("Language"), sort_key="language"),
            BooleanColumn("is_staff", label=_("May enter the CMS"), sort_key="is_staff"),
            BooleanColumn("is_active", label=_("Active"), sort_key="is_active"),
            DateColumn("last_login", label=_("Last sign-in"), sort_key="last_login"),
        ]

    @cached_property
    def search_fields(self) -> set[str]:
        """Where the search looks."""
        return {"email", "display_name"}

    def get_base_queryset(self) -> QuerySet[User]:
        """People who were not erased."""
        return super().get_base_queryset().filter(erased_at=None)

    def order_queryset(self, queryset: QuerySet[User]) -> QuerySet[User]:
        """Sorted by one name field."""
        if self.ordering in {"name", "-name"}:
            return queryset.order_by(self.ordering.replace("name", "display_name"))
        return super().order_queryset(queryset)


class UserViewSet(WagtailUserViewSet):
    """Wagtail's user administration with our person's fields."""

    ordering = "display_name"
    menu_label = gettext_lazy("People")
    index_view_class = IndexView
    search_fields = ["email", "display_name"]

    def get_form_class(self, for_update: bool = False) -> Any:
        """The form to make or change a person."""
        return UserEditForm if for_update else UserCreationForm


class NameForm(forms.ModelForm):
    """The name, on Wagtail's page of one's own account."""

    class Meta:
        model = User
        fields = ("display_name",)


# Wagtail's page asks for a first and a last name, which our people do not have, and offers no setting to change that.
NameEmailSettingsPanel.form_class = NameForm


def erase_instead_of_delete(request: HttpRequest, person: User) -> HttpResponse | None:
    """For the hook `before_delete_user`: the confirmed deletion of one person."""
    if request.method != "POST":
        return None
    _erase(request, [person])
    return redirect("wagtailusers_users:index")


def erase_instead_of_bulk_delete(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any
) -> HttpResponse | None:
    """For the hook `before_bulk_action`: the confirmed deletion of several people."""
    if action_type != "delete" or not issubclass(action.model, User):
        return None
    _erase(request, [person for person in objects if action.check_perm(person)])
    return redirect("wagtailusers_users:index")


def _erase(request: HttpRequest, people: list[User]) -> None:
    by = User.objects.get(pk=request.user.pk or 0)
    for person in people:
        try:
            erase_person(person=person, by=by, at=timezone.now())
        except LastAdministrator:
            messages.error(request, _("Nobody else administrates the academy. Give somebody else that right first."))
        else:
            messages.success(request, _("The account was erased."))
