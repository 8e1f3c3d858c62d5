"""The form that asks for a bundle of certificates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from academy.people.models import Unit
from courses.certificates.access import administered_units, can_revoke
from courses.certificates.models import Certificate
from curriculum.items.models import LearningItem


class UnitField(forms.ModelChoiceField):
    """Units with the organisation that they belong to."""

    def label_from_instance(self, obj: Any) -> str:
        """As in "Buying (Town of Lindau)"; the first unit of an organisation is the organisation."""
        return obj.name if obj.parent_id is None else f"{obj.name} ({obj.organisation.name})"


class ItemsField(forms.ModelMultipleChoiceField):
    """Courses, paths and workshops by title."""

    def label_from_instance(self, obj: Any) -> str:
        """As in "CPA-1 Circular procurement: the foundations"."""
        return f"{obj.code} {obj.title}".strip()


class BundleForm(forms.Form):
    """Whose certificates, issued when, for what."""

    unit = UnitField(
        Unit.objects.none(),
        label=_("Whose certificates"),
        help_text=_("People who worked there, or in a unit below it, on the day of issue."),
        empty_label=None,
    )
    from_day = forms.DateField(
        label=_("Issued from"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    until_day = forms.DateField(
        label=_("Issued until"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    items = ItemsField(
        LearningItem.objects.none(),
        label=_("For what"),
        help_text=_("Choose none to have all of them."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["unit"]
        units = Unit.objects.select_related("organisation").order_by("organisation__name", "parent_id", "name")
        if can_revoke(user):
            unit.queryset, unit.required, unit.empty_label = units, False, _("Everybody")
        else:
            unit.queryset = units.filter(pk__in=administered_units(user))
        items: Any = self.fields["items"]
        items.queryset = LearningItem.objects.filter(pk__in=Certificate.objects.values("item").distinct()).order_by(
            "code", "title"
        )

    def clean(self) -> dict[str, Any]:
        """The days stand in their order."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("from_day"), cleaned.get("until_day")
        if first and last and last < first:
            raise ValidationError({"until_day": _("The last day lies before the first.")})
        return cleaned
