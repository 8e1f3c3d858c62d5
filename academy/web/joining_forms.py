"""Forms about joining: addresses to invite, links, mail domains, and the answer of who was asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from academy.people.addresses import MOST, is_public, read_addresses, read_domain
from academy.people.workplaces import Branch

from .organisation_forms import DayField, JobField, UnitField

LONGEST_LINK = timedelta(days=366)
MOST_SHOWN = 20


class InviteForm(forms.Form):
    """Addresses as they are pasted, a unit, a job."""

    addresses = forms.CharField(
        label=_("E-mail addresses"),
        max_length=40_000,
        help_text=_("Paste up to 200: from a mail, from a table, one below the other. Names between them do no harm."),
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, branches: Sequence[Branch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = UnitField(branches=branches, label=_("They join"))
        self.fields["job"] = JobField()

    def clean_addresses(self) -> tuple[str, ...]:
        """The addresses, each once. What is none is named, so that it can be corrected."""
        found = read_addresses(self.cleaned_data["addresses"])
        if found.faults:
            shown = ", ".join(found.faults[:MOST_SHOWN])
            raise forms.ValidationError(
                ngettext(
                    "This is no e-mail address: %(shown)s. Correct it or take it out.",
                    "These are no e-mail addresses: %(shown)s. Correct them or take them out.",
                    len(found.faults),
                )
                % {"shown": shown},
                code="faults",
            )
        if not found.addresses:
            raise forms.ValidationError(_("There is no e-mail address in it. Write at least one."), code="none")
        if len(found.addresses) > MOST:
            raise forms.ValidationError(
                gettext("These are %(number)s addresses. Invite %(most)s at a time.")
                % {"number": len(found.addresses), "most": MOST},
                code="many",
            )
        return found.addresses


class LinkForm(forms.Form):
    """A link for joining: to which unit, until when, for how many."""

    def __init__(self, *args: Any, branches: Sequence[Branch], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["unit"] = UnitField(branches=branches, label=_("They join"))
        self.fields["expires_on"] = DayField(label=_("Last day"), initial=today + timedelta(days=30))
        self.fields["seats"] = forms.IntegerField(
            label=_("For how many people"),
            required=False,
            min_value=1,
            max_value=100_000,
            help_text=_("Leave it empty for any number."),
            widget=forms.NumberInput(attrs={"class": "input-short"}),
        )

    def clean_expires_on(self) -> date:
        """From today on, for a year at most."""
        day: date = self.cleaned_data["expires_on"]
        if not self.today <= day <= self.today + LONGEST_LINK:
            raise forms.ValidationError(_("Choose a day from today on, within a year."), code="day")
        return day


class DomainForm(forms.Form):
    """A mail domain of the organisation."""

    domain = forms.CharField(
        label=_("Mail domain"),
        max_length=200,
        help_text=_("What stands behind the @ of your addresses, for example lindenmark.example."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
    )

    def __init__(self, *args: Any, branches: Sequence[Branch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = UnitField(branches=branches, label=_("They join"))

    def clean_domain(self) -> str:
        """A domain that is an organisation's own."""
        found = read_domain(self.cleaned_data["domain"])
        if not found:
            raise forms.ValidationError(
                _("This is no mail domain. Write what stands behind the @ of an address."), code="domain"
            )
        if is_public(found):
            raise forms.ValidationError(
                _("Anybody can have an address there. Name a domain that belongs to your organisation."), code="public"
            )
        return found


class NameForm(forms.Form):
    """The name of somebody whose account was made for an invitation; no field for who has one."""

    def __init__(self, *args: Any, is_nameless: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_nameless:
            self.fields["display_name"] = forms.CharField(
                label=_("Your name"),
                max_length=150,
                help_text=_("Trainers and managers of your organisation see it."),
                widget=forms.TextInput(attrs={"autocomplete": "name"}),
            )
