"""Forms of a date's desk: seating, cancelling and moving somebody, cancelling the date, writing, time not available."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.kernel.clock import TimeDoesNotExist, instant
from academy.templatetags.academy import language_name, span
from courses.booking.enums import Group, SeatMode
from courses.booking.models import SeatPool, WorkshopSession
from courses.booking.queries.sessions import zone_of
from courses.booking.rules.seats import Who
from courses.flows.plan_date import PLACEHOLDERS

from .planning import does_not_exist
from .planning_forms import WallTime

NAMES = re.compile(r"\{([^{}]*)\}")


class SeatForm(forms.Form):
    """Somebody whom a trainer seats on purpose: an account of theirs, or a guest."""

    email = forms.EmailField(
        label=_("E-mail address"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(
        label=_("Name"),
        help_text=_("Only for a guest without an account."),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    organisation = forms.CharField(
        label=_("Organisation"), help_text=_("Only for a guest."), required=False, max_length=150
    )
    language = forms.ChoiceField(label=_("Language"), help_text=_("Only for a guest: in which we write."))
    mode = forms.ChoiceField(label=pgettext_lazy("seat", "Seat"))
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Needed where no seat is free or others wait: the seat is then over capacity on purpose."),
        required=False,
        max_length=300,
    )

    def __init__(self, people: Q, session: WorkshopSession, modes: list[str], data: Any = None) -> None:
        super().__init__(data, initial={"language": session.language}, use_required_attribute=False)
        self.people = people
        self.who = Who()
        fields: dict[str, Any] = self.fields
        fields["language"].choices = [(code, language_name(code)) for code, _name in settings.LANGUAGES]
        fields["mode"].choices = [(mode, SeatMode(mode).label) for mode in modes]
        if len(modes) == 1:
            fields["mode"].initial = modes[0]
            fields["mode"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """An account in the trainer's scope, else a guest with a name."""
        data = super().clean() or {}
        if "email" not in data or "name" not in data:
            return data
        email, name = data["email"], " ".join(data["name"].split())
        people = get_user_model()._default_manager.filter(self.people, is_active=True)
        person = people.filter(email__iexact=email).first() if email else None
        if person is not None:
            self.who = Who(person)
        elif name:
            self.who = Who(None, name, email, data.get("language", ""), data.get("organisation", ""))
        elif email:
            self.add_error("name", _("Nobody whom you train has this address. Give a name to seat them as a guest."))
        else:
            self.add_error("email", _("Give the address of an account, or the name of a guest."))
        return data


class ReasonForm(forms.Form):
    """Why something is taken away; people read it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, data: Any = None, *, is_required: bool = True, help_text: Any = "", auto_id: str = "id_%s"
    ) -> None:
        super().__init__(data, use_required_attribute=False, auto_id=auto_id)
        self.fields["reason"].required = is_required
        self.fields["reason"].help_text = help_text


class MoveForm(forms.Form):
    """To which date somebody is moved, and to what kind of seat."""

    to = forms.ChoiceField(label=_("To this date"), widget=forms.RadioSelect)

    def __init__(self, free: list[tuple[WorkshopSession, SeatPool]], data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)
        field: Any = self.fields["to"]
        field.choices = [
            (f"{session.public_id} {pool.mode}", f"{_when(session)}, {_where(session, pool)}") for session, pool in free
        ]

    @property
    def target(self) -> tuple[str, str]:
        """The date's id and the kind of seat."""
        date, _space, mode = str(self.cleaned_data["to"]).partition(" ")
        return date, mode


class WriteForm(forms.Form):
    """A message to a group: in the date's language, and in others if the trainer writes them."""

    group = forms.ChoiceField(label=pgettext_lazy("message", "To"), widget=forms.RadioSelect)

    def __init__(self, session: WorkshopSession, counts: Mapping[str, int], data: Any = None) -> None:
        super().__init__(data, initial={"group": Group.BOOKED.value}, use_required_attribute=False)
        others = [code for code, _name in settings.LANGUAGES if code != session.language]
        self.languages = [session.language, *others]
        self.counts = counts
        field: Any = self.fields["group"]
        field.choices = [(group.value, f"{group.label} ({counts[group.value]})") for group in Group]
        for code in self.languages:
            is_own = code == session.language
            name = language_name(code)
            self.fields[f"subject_{code}"] = forms.CharField(
                label=_("Subject in %(language)s") % {"language": name}, max_length=150, required=is_own
            )
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("Text in %(language)s") % {"language": name},
                max_length=5000,
                required=is_own,
                widget=forms.Textarea(attrs={"rows": 8}),
            )

    @property
    def own(self) -> list[forms.BoundField]:
        """The fields of the date's language."""
        return self._fields_of(self.languages[0])

    @property
    def others(self) -> list[tuple[str, list[forms.BoundField], bool]]:
        """Fields of the other languages, and whether to show them at once."""
        found = []
        for code in self.languages[1:]:
            fields = self._fields_of(code)
            found.append((code, fields, any(field.value() or field.errors for field in fields)))
        return found

    @property
    def words(self) -> dict[str, dict[str, str]]:
        """{language: {"subject", "text"}}, as courses.flows.plan_date.write takes it."""
        data = self.cleaned_data
        return {
            code: {
                "subject": " ".join(data[f"subject_{code}"].split()),
                "text": data[f"text_{code}"].replace("\r\n", "\n"),
            }
            for code in self.languages
            if data.get(f"text_{code}")
        }

    def clean(self) -> dict[str, Any]:
        """Subject and text go together, and nothing stands between braces that is not filled in."""
        data = super().clean() or {}
        if data.get("group") and not self.counts[data["group"]]:
            self.add_error("group", _("There is nobody in this group with an e-mail address."))
        for code in self.languages:
            subject, text = data.get(f"subject_{code}", ""), data.get(f"text_{code}", "")
            if text and not subject and f"subject_{code}" not in self.errors:
                self.add_error(f"subject_{code}", _("Give a subject in this language, too."))
            if subject and not text and f"text_{code}" not in self.errors:
                self.add_error(f"text_{code}", _("Give a text in this language, too."))
            for name, typed in ((f"subject_{code}", subject), (f"text_{code}", text)):
                unknown = [f"{{{word}}}" for word in NAMES.findall(typed) if word not in PLACEHOLDERS]
                if unknown:
                    self.add_error(
                        name,
                        _("This is not filled in: %(names)s. You can use %(known)s.")
                        % {
                            "names": ", ".join(dict.fromkeys(unknown)),
                            "known": ", ".join(f"{{{word}}}" for word in PLACEHOLDERS),
                        },
                    )
        return data

    def _fields_of(self, code: str) -> list[forms.BoundField]:
        return [self[f"subject_{code}"], self[f"text_{code}"]]


class UnavailableForm(forms.Form):
    """From when until when a trainer gives no workshop, on the clocks of their own zone."""

    starts = WallTime(label=_("From"))
    ends = WallTime(label=_("Until"))

    def __init__(self, zone: str, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)
        self.zone = zone
        self.moments: tuple[datetime, datetime] | None = None

    def clean(self) -> dict[str, Any]:
        """Two moments, one after the other."""
        data = super().clean() or {}
        found = []
        for name in ("starts", "ends"):
            wall = data.get(name)
            if wall is None:
                continue
            try:
                found.append(instant(wall.date(), wall.time(), self.zone))
            except TimeDoesNotExist as why:
                self.add_error(name, does_not_exist(why))
        if len(found) == 2:
            if found[1] <= found[0]:
                self.add_error("ends", _("The end lies before the beginning."))
            else:
                self.moments = (found[0], found[1])
        return data


def _when(session: WorkshopSession) -> str:
    first = session.meetings.all()[0]
    return span(first.starts_at, first.ends_at, zone_of(session))


def _where(session: WorkshopSession, pool: SeatPool) -> str:
    online = str(SeatMode.ONLINE.label)
    return online if pool.mode == SeatMode.ONLINE else session.city or session.venue or str(SeatMode.PLACE.label)
