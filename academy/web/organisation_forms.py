"""Forms of an organisation's own pages: units, people, roles, the organisation itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.people import logos
from academy.people.enums import Role
from academy.people.errors import LogoRefused
from academy.people.models import JobRole, Organisation, Unit
from academy.people.workplaces import Branch

from .forms import time_zones

# What an organisation's administrator may give: all of them name a unit of theirs.
GIVEN = (
    Role.MANAGER,
    Role.DEPUTY,
    Role.TRAINING_COORDINATOR,
    Role.TRAINER,
    Role.AUDITOR,
    Role.ORGANISATION_ADMIN,
)


class DayField(forms.DateField):
    """A day, with the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class UnitField(forms.ChoiceField):
    """A unit out of a tree; cleaned to the unit, None where it may stay empty."""

    def __init__(self, *, branches: Sequence[Branch], empty: Any = "", **kwargs: Any) -> None:
        self.units = {str(branch.unit.pk): branch.unit for branch in branches}
        groups = [
            (name, [(str(branch.unit.pk), branch.indented) for branch in some])
            for name, some in groupby(branches, key=lambda branch: branch.unit.organisation.name)
        ]
        choices: list[Any] = groups if len(groups) > 1 else [choice for _name, some in groups for choice in some]
        if empty or len(self.units) > 1:
            choices = [("", empty or _("Choose")), *choices]
        kwargs.setdefault("error_messages", {"required": _("Choose a unit.")})
        super().__init__(choices=choices, **kwargs)

    def clean(self, value: Any) -> Any:
        """The unit."""
        return self.units.get(str(super().clean(value)))


class JobField(forms.ModelChoiceField):
    """What somebody does in a unit; may stay empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            JobRole.objects.all(),
            required=False,
            label=pgettext_lazy("what somebody does", "Job"),
            empty_label=_("Not said"),
            **kwargs,
        )


class NewUnitForm(forms.Form):
    """A unit below another one."""

    name = forms.CharField(label=_("Name of the unit"), max_length=200)

    def __init__(self, *args: Any, branches: Sequence[Branch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"] = UnitField(branches=branches, label=_("It belongs to"))


class UnitForm(forms.Form):
    """Another name or place for a unit; the first one of an organisation has its place."""

    name = forms.CharField(label=_("Name of the unit"), max_length=200)

    def __init__(self, data: Any = None, *, unit: Unit, branches: Sequence[Branch]) -> None:
        super().__init__(data, initial={"name": unit.name, "parent": str(unit.parent_id or "")})
        if branches:
            self.fields["parent"] = UnitField(
                branches=branches,
                label=_("It belongs to"),
                help_text=_("Units below it move along. Reports about earlier days stay as they are."),
            )


class FindForm(forms.Form):
    """Part of a name or of an address, in a unit and below."""

    wanted = forms.CharField(
        label=_("Part of a name or of an e-mail address"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "search"}),
    )

    def __init__(self, *args: Any, branches: Sequence[Branch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = UnitField(branches=branches, empty=_("All units"), label=_("Unit"), required=False)


class MembershipForm(forms.Form):
    """Another unit in which somebody works as well."""

    def __init__(self, *args: Any, branches: Sequence[Branch], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = UnitField(branches=branches, label=_("Unit"))
        self.fields["job"] = JobField()
        self.fields["from_day"] = DayField(label=_("From"), initial=today)


class JobForm(forms.Form):
    """What somebody does in a unit."""

    job = JobField()


class LastDayForm(forms.Form):
    """The last day of something that began on `begun`."""

    last_day = DayField(label=_("Last day"))

    def __init__(self, data: Any = None, *, begun: date | None, today: date) -> None:
        super().__init__(data, initial={"last_day": today})
        self.begun = begun

    def clean_last_day(self) -> date:
        """Not before the first."""
        day: date = self.cleaned_data["last_day"]
        if self.begun is not None and day < self.begun:
            raise forms.ValidationError(_("This is before the first day. Choose a later one."), code="early")
        return day


class RoleForm(forms.Form):
    """A role for a unit and all below it, with an end or without."""

    role = forms.ChoiceField(
        label=pgettext_lazy("what somebody may do", "Role"),
        choices=[(role.value, role.label) for role in GIVEN],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, branches: Sequence[Branch], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["unit"] = UnitField(branches=branches, label=_("For this unit and all below it"))
        self.fields["until_day"] = DayField(
            label=_("Last day"), required=False, help_text=_("Leave it empty for a role without an end.")
        )

    def clean_until_day(self) -> date | None:
        """Today or later."""
        day: date | None = self.cleaned_data["until_day"]
        if day is not None and day < self.today:
            raise forms.ValidationError(_("This day is over. Choose today or a later one."), code="early")
        return day


class OrganisationForm(forms.ModelForm):
    """Name, type, country, time zone and logo."""

    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("Due dates end at midnight there."))
    country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label=_("Country"),
        required=False,
        help_text=_("Two letters: BE, DE, FR, NL."),
        error_messages={"invalid": _("Write the two letters of the country, for example NL.")},
        widget=forms.TextInput(attrs={"class": "input-short", "autocomplete": "country", "maxlength": 2}),
    )
    picture = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG, JPEG or WebP, 1 MB at most. People who work here see it at the top of each page."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    removes_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    class Meta:
        model = Organisation
        fields = ("name", "kind", "country", "time_zone")

    field_order = ("name", "kind", "country", "time_zone", "picture", "removes_logo")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone: Any = self.fields["time_zone"]
        zone.choices = time_zones()
        kind: Any = self.fields["kind"]
        kind.empty_label = _("Not said")
        self.fields["kind"].required = False
        if not self.instance.logo:
            del self.fields["removes_logo"]

    def clean_country(self) -> str:
        """In capitals, as ISO 3166 has it."""
        return str(self.cleaned_data["country"]).upper()

    def clean_picture(self) -> Any:
        """The picture as it will be kept; None where none was sent."""
        file = self.cleaned_data["picture"]
        if file is None:
            return None
        try:
            return logos.clean(file.read(logos.MEGABYTE + 1))
        except LogoRefused as error:
            raise forms.ValidationError(str(error), code="logo") from error

    def changes(self) -> dict[str, Any]:
        """What to write."""
        fields = {name: self.cleaned_data[name] for name in self._meta.fields or ()}
        if self.cleaned_data["picture"] is not None:
            fields["logo"] = self.cleaned_data["picture"]
        elif self.cleaned_data.get("removes_logo"):
            fields["logo"] = ""
        return fields
