"""Forms of a date's plan: the date itself, and rows for its meetings, trainers and sign-up questions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.people.models import Organisation
from academy.templatetags.academy import language_name
from academy.web.forms import time_zones
from courses.booking.enums import Approval, QuestionKind, SessionKind, Waiting

# So far from today a date can be planned; what lies beyond is a slip of the finger.
FARTHEST = timedelta(days=5 * 366)
MOST_SEATS = 2000
REPEATS = (
    ("", pgettext_lazy("repeat a date", "Only once")),
    ("7", pgettext_lazy("repeat a date", "Every week")),
    ("91", pgettext_lazy("repeat a date", "Four times a year, every 13 weeks")),
)


class DayField(forms.DateField):
    """A day not too far away."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"], **options)

    def clean(self, value: Any) -> Any:
        """The day."""
        found = super().clean(value)
        if found is not None:
            near(found)
        return found


class WallTime(forms.CharField):
    """A day and a time as clocks on the wall show it, without a zone: the date's zone gives it its moment."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"type": "datetime-local"}))
        super().__init__(max_length=30, **options)

    def clean(self, value: Any) -> Any:
        """The local time, or nothing."""
        typed = super().clean(value)
        if not typed:
            return None
        for pattern in ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"):
            try:
                found = datetime.strptime(typed, pattern)  # noqa: DTZ007  # a time on the wall has no zone yet
            except ValueError:
                continue
            near(found.date())
            return found
        raise ValidationError(_("Enter a day and a time, for example 2027-02-09 10:00."))


def near(day: date) -> None:
    """Refuse a day that nobody can mean."""
    if abs(day - timezone.localdate()) > FARTHEST:
        raise ValidationError(_("This day is more than five years away. Check the year."))


class Row(forms.Form):
    """A form, or a row of one, that can be shown again without being judged: while rows are added or taken out."""

    use_required_attribute = False

    def __init__(self, data: Any = None, *, is_quiet: bool = False, **options: Any) -> None:
        super().__init__(data, **options)
        if is_quiet:
            self._errors = ErrorDict()

    @property
    def id(self) -> str:
        """Which row it is, in the names of its fields."""
        return str(self.prefix).rpartition("-")[2]


class MeetingForm(Row):
    """One meeting. Its zone is the date's."""

    number = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    day = DayField(label=_("Day"))
    start = forms.TimeField(
        label=_("Begins"),
        input_formats=["%H:%M", "%H:%M:%S", "%H.%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=24 * 60)
    fold = forms.ChoiceField(
        label=_("This time comes twice on this day. Which one?"), required=False, widget=forms.RadioSelect
    )
    # Set where the clocks show this time twice.
    asks_fold = False

    def ask_fold(self, first: str, second: str) -> None:
        """Let the reader choose between the two moments, which are told apart by their distance from UTC."""
        self.asks_fold = True
        choices = [
            ("0", _("The first one, %(offset)s") % {"offset": first}),
            ("1", _("The second one, %(offset)s") % {"offset": second}),
        ]
        field: Any = self.fields["fold"]
        field.choices = choices

    def clean_fold(self) -> str:
        """Whatever was chosen; whether it is asked for at all is seen later."""
        return str(self.cleaned_data["fold"])

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        field: Any = self.fields["fold"]
        field.choices = [("0", "0"), ("1", "1")]


class TrainerForm(Row):
    """Who gives the date: an account by its address, or a guest by name."""

    email = forms.EmailField(
        label=_("E-mail address"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(
        label=_("Name of a guest"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class QuestionForm(Row):
    """A question at sign-up."""

    number = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    text = forms.CharField(label=_("Question"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("Answered"), choices=QuestionKind.choices, initial=QuestionKind.TEXT)
    options = forms.CharField(
        label=_("Answers to choose from"),
        help_text=_("One on each line. Only for one of a list."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_required = forms.BooleanField(label=_("Has to be answered"), required=False)
    is_sensitive = forms.BooleanField(
        label=_("Sensitive"),
        help_text=_("About health, food or belief, for example. Only the trainers of this date see the answers."),
        required=False,
    )
    erase_after_days = forms.IntegerField(
        label=_("Sensitive answers are erased after days"), min_value=1, max_value=365, initial=30
    )

    @property
    def options_given(self) -> tuple[str, ...]:
        """The answers to choose from."""
        lines = (line.strip()[:200] for line in str(self.cleaned_data.get("options", "")).splitlines())
        return tuple(dict.fromkeys(line for line in lines if line))

    def clean(self) -> dict[str, Any]:
        """A list has something to choose from."""
        data = super().clean() or {}
        if data.get("kind") == QuestionKind.CHOICE and data.get("text") and len(self.options_given) < 2:
            self.add_error("options", _("Give at least two answers to choose from."))
        return data


class PlanForm(Row):
    """All about a date but its rows."""

    zone = forms.ChoiceField(label=_("Time zone"), help_text=_("All times on this page are on clocks in this zone."))
    venue = forms.CharField(label=_("Building"), required=False, max_length=150)
    room = forms.CharField(label=_("Room"), required=False, max_length=100)
    address = forms.CharField(label=_("Address"), required=False, max_length=250)
    city = forms.CharField(label=_("Town"), required=False, max_length=100)
    access_notes = forms.CharField(
        label=_("How to get there and in"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_step_free = forms.BooleanField(label=_("Step-free access"), required=False)
    join_url = forms.URLField(
        label=_("Link to the online room"),
        help_text=_("Only people with a seat see it, from 15 minutes before each meeting."),
        required=False,
        max_length=500,
        assume_scheme="https",
    )
    seats_place = forms.IntegerField(label=_("Seats on site"), min_value=0, max_value=MOST_SEATS, required=False)
    seats_online = forms.IntegerField(label=_("Seats online"), min_value=0, max_value=MOST_SEATS, required=False)
    language = forms.ChoiceField(label=_("Language"))
    interpreting = forms.MultipleChoiceField(
        label=_("Interpreted into"), required=False, widget=forms.CheckboxSelectMultiple
    )
    has_captions = forms.BooleanField(label=_("Captions"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=SessionKind.choices)
    host = forms.CharField(
        label=_("Host organisation"), help_text=_("For a study visit."), required=False, max_length=200
    )
    minimum = forms.IntegerField(label=_("Fewest people"), min_value=1, max_value=MOST_SEATS)
    decide_on = DayField(
        label=_("Decided on"),
        help_text=_("On this day it goes ahead by itself if enough people have booked; else you are asked."),
        required=False,
    )
    opens_at = WallTime(label=_("Booking opens"), required=False)
    closes_at = WallTime(label=_("Booking closes"), required=False)
    cancel_until = WallTime(label=_("People can cancel until"), required=False)
    approval = forms.ChoiceField(label=_("Who approves a booking"), choices=Approval.choices)
    waiting = forms.ChoiceField(label=_("When a seat becomes free"), choices=Waiting.choices)
    offer_hours = forms.IntegerField(label=_("Hours that a seat is kept"), min_value=1, max_value=336)
    organisations = forms.ModelMultipleChoiceField(
        label=_("Only for people of"),
        help_text=_("Nothing ticked: everybody may book."),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        label=_("Plan it all the same, because"),
        help_text=_("It is written down with your name."),
        required=False,
        max_length=300,
    )
    repeat = forms.ChoiceField(label=_("Repeat"), choices=REPEATS, required=False)
    times = forms.IntegerField(label=_("How many dates in all"), min_value=1, max_value=26, required=False, initial=4)
    is_draft = forms.BooleanField(
        label=_("Keep it as a draft"),
        help_text=_("Nobody is told and nobody can book until you open it."),
        required=False,
    )

    # The order in which the page has them; the sections' fields are written one by one.
    PLACE = ("city", "venue", "room", "address", "access_notes", "is_step_free")
    ONLINE = ("join_url",)
    SEATS = ("seats_place", "seats_online", "minimum", "decide_on")
    SPEECH = ("language", "interpreting", "has_captions")
    BOOKING = (
        "opens_at", "closes_at", "cancel_until", "approval", "waiting", "offer_hours", "organisations",
    )  # fmt: skip
    KIND = ("kind", "host")
    REPEAT = ("repeat", "times", "is_draft")

    def __init__(self, data: Any = None, *, is_new: bool, zone: str = "", **options: Any) -> None:
        super().__init__(data, **options)
        fields: dict[str, Any] = self.fields
        languages = [(code, language_name(code)) for code, _name in settings.LANGUAGES]
        fields["language"].choices = languages
        fields["interpreting"].choices = languages
        fields["zone"].choices = zones_with(zone)
        fields["organisations"].queryset = Organisation.objects.order_by("name")
        if not is_new:
            for name in self.REPEAT:
                del self.fields[name]

    def section(self, name: str) -> list[forms.BoundField]:
        """The fields of a part of the page."""
        return [self[field] for field in getattr(self, name) if field in self.fields]

    def clean_access_notes(self) -> str:
        """Line ends as one character, or the same words would look changed."""
        return str(self.cleaned_data["access_notes"]).replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        """What has to fit together within the date."""
        data = super().clean() or {}
        place, online = data.get("seats_place") or 0, data.get("seats_online") or 0
        if not {"seats_place", "seats_online"} & set(self.errors):
            if not place + online:
                self.add_error("seats_place", _("Give the number of seats on site, online or both."))
            elif "minimum" in data and data["minimum"] > place + online:
                self.add_error("minimum", _("There are fewer seats than that."))
        if place and not (data.get("city") or data.get("venue")) and "city" not in self.errors:
            self.add_error("city", _("Say where it is, or leave the seats on site empty."))
        if online and not data.get("join_url") and "join_url" not in self.errors:
            self.add_error("join_url", _("Give the link, or leave the seats online empty."))
        if data.get("kind") == SessionKind.STUDY_VISIT and not data.get("host"):
            self.add_error("host", _("Say who is visited."))
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("Booking closes before it opens."))
        if data.get("repeat") and not data.get("times") and "times" not in self.errors:
            self.add_error("times", _("Say how many dates."))
        return data


def zones_with(zone: str) -> list[tuple[str, Any]]:
    """The zones of the list, and this one if the list does not have it."""
    found: list[tuple[str, Any]] = list(time_zones())
    listed = {name for _region, names in found for name, _place in names}
    return found if not zone or zone in listed else [(zone, zone), *found]
