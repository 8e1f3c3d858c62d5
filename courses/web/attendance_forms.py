"""Forms of attendance: who was there, somebody who came without booking, a file of join times."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.templatetags.academy import zone_name
from courses.booking import reading
from courses.booking.enums import Presence, SeatMode
from courses.booking.errors import FileUnread
from courses.booking.models import SeatPool
from courses.booking.queries.attendance import Person, Sheet, person_with_address
from courses.booking.rules.attending import Seen
from courses.booking.rules.seats import Who

NOTE_LENGTH = 200


class PersonForm(forms.Form):
    """What is noted about one person."""

    presence = forms.ChoiceField(
        label=_("Attendance"), choices=Presence.choices, required=False, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=pgettext_lazy("attendance", "Note"), max_length=NOTE_LENGTH, required=False, strip=True
    )


@dataclass
class Line:
    """One person of the list and their fields; `minutes` is how long a file says that they were there."""

    person: Person
    form: PersonForm
    minutes: float | None = None
    proposed: str = ""

    @property
    def proposed_name(self) -> str:
        """The proposal in words."""
        return str(Presence(self.proposed).label) if self.proposed else ""


class AttendanceForm:
    """The list of a meeting. Only what somebody changed is kept: others may note people at the same moment."""

    def __init__(
        self,
        sheet: Sheet,
        data: Mapping[str, Any] | None = None,
        proposed: Mapping[int, tuple[float, str]] | None = None,
    ) -> None:
        self.data = data
        self.lines = []
        for person in sheet.people:
            minutes, proposal = (proposed or {}).get(person.booking.pk, (None, ""))
            initial = {"presence": person.presence or proposal, "note": person.note}
            form = PersonForm(data, prefix=f"p-{person.key}", initial=initial)
            self.lines.append(Line(person, form, minutes, proposal))
        self._shown = _read_shown(data)

    @property
    def shown(self) -> str:
        """What the page showed, for the form to say later what was changed in it."""
        if self._shown:
            return json.dumps(self._shown)
        return json.dumps({line.person.key: [line.person.presence, line.person.note] for line in self.lines})

    def is_valid(self, *, rest_is_full: bool) -> bool:
        """Whether all fields can be kept. A note needs its attendance, unless all others are noted as there."""
        for line in self.lines:
            if not line.form.is_valid():
                continue
            said = line.form.cleaned_data
            if said["note"] and not said["presence"] and not rest_is_full:
                line.form.add_error("presence", _("Choose one of the three as well, so that the note can be kept."))
        return not self.error_count

    @property
    def error_count(self) -> int:
        """How many fields are wrong."""
        return sum(len(line.form.errors) for line in self.lines) if self.data is not None else 0

    def seen(self, *, rest_is_full: bool) -> dict[int, Seen]:
        """What is to be noted, by id of the booking."""
        found = {}
        for line in self.lines:
            said = line.form.cleaned_data
            presence, note = said["presence"], said["note"]
            if not presence and note and rest_is_full:
                presence = Presence.FULL.value
            was = self._shown.get(line.person.key, [line.person.presence, line.person.note])
            if presence and [presence, note] != was:
                found[line.person.booking.pk] = Seen(presence, note)
        return found


class WalkInForm(forms.Form):
    """Somebody who came without a seat: by the address of their account, or by name."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Of their account here, if they have one."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=pgettext_lazy("person", "Name"),
        help_text=_("For somebody without an account."),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    organisation = forms.CharField(label=_("Organisation"), max_length=150, required=False)
    mode = forms.ChoiceField(label=_("Takes part"), choices=SeatMode.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Only where no seat is free: it is written down with your name."),
        max_length=300,
        required=False,
    )

    def __init__(self, pools: Iterable[SeatPool], data: Mapping[str, Any] | None = None, *, language: str = "") -> None:
        modes = [pool.mode for pool in pools]
        super().__init__(data, prefix="new", initial={"mode": modes[0] if modes else SeatMode.PLACE.value})
        self.language = language
        self.person: Any = None
        choice: Any = self.fields["mode"]
        choice.choices = [(mode, label) for mode, label in SeatMode.choices if mode in modes]
        if len(modes) < 2:
            choice.required = False
            choice.widget = forms.HiddenInput()

    @property
    def is_wanted(self) -> bool:
        """Whether somebody is to be added: the button says so, or what was typed."""
        names = (self.add_prefix(name) for name in ("email", "name", "organisation", "reason"))
        return "add" in self.data or any(str(self.data.get(name, "")).strip() for name in names)

    def clean(self) -> dict[str, Any]:
        """Find the account; without one a name is needed."""
        said = super().clean() or {}
        email = said.get("email", "")
        self.person = person_with_address(email) if email else None
        if self.person is None and not said.get("name") and "email" not in self.errors and "name" not in self.errors:
            words = _("There is no account with this address. Enter a name.") if email else _("Enter a name.")
            self.add_error("name", ValidationError(words))
        return said

    @property
    def who(self) -> Who:
        """Who has come."""
        said = self.cleaned_data
        if self.person is not None:
            return Who(self.person)
        return Who(name=said["name"], email=said["email"], language=self.language, organisation=said["organisation"])

    @property
    def takes_part(self) -> str:
        """On site or online."""
        return str(self.cleaned_data.get("mode") or self.initial["mode"])


class JoinTimesForm(forms.Form):
    """A file of join times. It is read and forgotten."""

    file = forms.FileField(
        label=_("File with join times"),
        help_text=_("CSV, at most 1 MB. It is read once and not kept."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )

    def __init__(self, zones: Iterable[str], around: reading.Around, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.around = around
        self.stays: list[reading.Stay] = []
        choices = [(zone, _("%(zone)s time") % {"zone": zone_name(zone)}) for zone in dict.fromkeys(zones)]
        if len(choices) > 1:
            self.fields["zone"] = forms.ChoiceField(
                label=_("The times in the file are"), choices=choices, initial=around.zone, required=False
            )

    def clean(self) -> dict[str, Any]:
        """Read the file. What is wrong with it stands at its field."""
        said = super().clean() or {}
        file: UploadedFile | None = said.get("file")
        if file is None or self.errors:
            return said
        zone = said.get("zone") or self.around.zone
        self.around = reading.Around(self.around.starts_at, self.around.ends_at, zone)
        try:
            # One byte more than is allowed tells that there is more, whatever the browser said of the size.
            self.stays = reading.read(file.read(reading.MOST_BYTES + 1), self.around)
        except FileUnread as why:
            self.add_error("file", str(why))
        return said


def _read_shown(data: Mapping[str, Any] | None) -> dict[str, list[str]]:
    """What the page showed, as the form says it; nothing where that makes no sense."""
    try:
        found = json.loads(str((data or {}).get("shown", "{}")))
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        str(key): [str(part) for part in value]
        for key, value in found.items()
        if isinstance(value, list) and len(value) == 2
    }
