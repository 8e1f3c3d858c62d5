"""The form with which people choose what they are told of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from academy.mail.enums import Rhythm
from academy.mail.kinds import kinds
from academy.mail.queries import Wish


@dataclass(frozen=True)
class Row:
    """A kind with its fields; `bell` is None for what never stands on the academy's pages."""

    label: str
    rhythm: Any
    bell: Any


@dataclass(frozen=True)
class Group:
    """Kinds that belong together: those that can be chosen, and the names of those that always come."""

    label: str
    rows: list[Row]
    essential: list[str]


class WishesForm(forms.Form):
    """Mail and bell for each kind that can be chosen."""

    def __init__(self, *args: Any, wishes: list[Wish], is_staff: bool, **kwargs: Any) -> None:
        """`is_staff`: the person holds a role, so what is for those who do concerns them."""
        super().__init__(*args, **kwargs)
        self.is_staff = is_staff
        self.wishes = [wish for wish in wishes if is_staff or not wish.kind.for_staff]
        for wish in self.wishes:
            name = wish.kind.code
            self.fields[f"rhythm-{name}"] = forms.ChoiceField(
                label=_("%(kind)s: mail") % {"kind": wish.kind.label}, choices=Rhythm.choices, initial=wish.rhythm
            )
            if wish.kind.in_bell:
                self.fields[f"bell-{name}"] = forms.BooleanField(
                    label=_("%(kind)s: on the academy's pages") % {"kind": wish.kind.label},
                    required=False,
                    initial=wish.in_bell,
                )
        for field in self.fields.values():
            # The table's head says it to those who see it.
            field.widget.attrs["aria-label"] = field.label

    def groups(self) -> Iterator[Group]:
        """Everything that concerns the person, by group; those where there is most to choose come first."""
        return iter(sorted(self._groups(), key=lambda group: -len(group.rows)))

    def _groups(self) -> Iterator[Group]:
        listed = [kind for kind in kinds() if kind.is_listed and (self.is_staff or not kind.for_staff)]
        for label in dict.fromkeys(str(kind.group) for kind in listed):
            of_group = [kind for kind in listed if str(kind.group) == label]
            rows = [
                Row(
                    str(kind.label),
                    self[f"rhythm-{kind.code}"],
                    self[f"bell-{kind.code}"] if f"bell-{kind.code}" in self.fields else None,
                )
                for kind in of_group
                if f"rhythm-{kind.code}" in self.fields
            ]
            yield Group(label, rows, list(dict.fromkeys(str(kind.label) for kind in of_group if kind.essential)))

    def wanted(self) -> list[Wish]:
        """What was chosen."""
        data = self.cleaned_data
        return [
            Wish(wish.kind, Rhythm(data[f"rhythm-{wish.kind.code}"]), bool(data.get(f"bell-{wish.kind.code}")))
            for wish in self.wishes
        ]
