"""What the public calendar and its feed are narrowed down by; read from addresses, so nothing here needs a script."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.templatetags.academy import language_name
from courses.booking.enums import SessionKind
from courses.booking.queries.calendar import ONLINE, Filters, places_and_topics

LONGEST_TOWN = 100
LANGUAGES = [(code, language_name(code)) for code, _name in settings.LANGUAGES]


class FilterForm(forms.Form):
    """The filters of a feed: any town, since dates in one come and go while the address of the feed stays."""

    language = forms.ChoiceField(
        label=_("Held in"),
        help_text=_("Dates that are interpreted into this language count too."),
        required=False,
        choices=[("", pgettext_lazy("filter: language", "Any language")), *LANGUAGES],
    )
    place = forms.CharField(label=pgettext_lazy("filter", "Place"), required=False, max_length=LONGEST_TOWN)
    topic = forms.UUIDField(label=_("Workshop"), required=False)
    kind = forms.ChoiceField(
        label=pgettext_lazy("filter", "Kind"),
        required=False,
        choices=[("", pgettext_lazy("filter: kind", "Any kind")), *SessionKind.choices],
    )
    captions = forms.BooleanField(label=_("With captions"), required=False)
    step_free = forms.BooleanField(label=_("With step-free access"), required=False)

    @property
    def filters(self) -> Filters:
        """What is asked for, as far as it was understood."""
        said = self._understood
        topic = said.get("topic")
        return Filters(
            language=said.get("language", ""),
            place=said.get("place", ""),
            topic=UUID(str(topic)) if topic else None,
            kind=said.get("kind", ""),
            has_captions=said.get("captions", False),
            is_step_free=said.get("step_free", False),
            has_seats=said.get("seats", False),
        )

    @property
    def chosen(self) -> dict[str, str]:
        """The filters as they stand in an address; what was not understood stands in none."""
        return {name: "1" if value is True else str(value) for name, value in self._understood.items() if value}

    @property
    def _understood(self) -> dict[str, Any]:
        """Values of the fields without an error."""
        self.is_valid()
        return self.cleaned_data


class CalendarForm(FilterForm):
    """The filters of the page: towns and workshops that there are dates in and of."""

    seats = forms.BooleanField(label=_("Only with free seats"), required=False)

    def __init__(self, data: Mapping[str, Any], language: str, at: datetime) -> None:
        super().__init__(data)
        towns, topics = places_and_topics(language, at)
        place = str(data.get("place", "")).strip()
        if place and place != ONLINE and place not in towns and len(place) <= LONGEST_TOWN and place.isprintable():
            # A kept address of a town whose dates are over still says what it asks for.
            towns = [*towns, place]
        self.fields["place"] = forms.ChoiceField(
            label=pgettext_lazy("filter", "Place"),
            required=False,
            choices=[
                ("", pgettext_lazy("filter: place", "Any place")),
                (ONLINE, pgettext_lazy("filter: place", "Online")),
                *((town, town) for town in towns),
            ],
        )
        self.fields["topic"] = forms.ChoiceField(
            label=_("Workshop"),
            required=False,
            choices=[
                ("", pgettext_lazy("filter: workshop", "Any workshop")),
                *((str(key), title) for key, title in topics),
            ],
        )

    @property
    def selects(self) -> list[forms.BoundField]:
        """Its lists to choose from."""
        return [self[name] for name in ("language", "place", "topic", "kind")]

    @property
    def ticks(self) -> list[forms.BoundField]:
        """Its boxes to tick."""
        return [self[name] for name in ("captions", "step_free", "seats")]

    def query(self, **more: Any) -> str:
        """The filters and more as the query of an address."""
        return urlencode(self.chosen | {name: value for name, value in more.items() if value})

    def feed_query(self, language: str) -> str:
        """The query of the feed of the same dates, in the words of a language. Seats come and go: no part of it."""
        chosen = {name: value for name, value in self.chosen.items() if name != "seats"}
        return urlencode({"lang": language, **chosen})
