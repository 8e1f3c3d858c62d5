"""Forms of who leads a team: seats reserved, named and given back, somebody booked, a request answered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from academy.people.models import Unit
from academy.templatetags.academy import day, span
from courses.booking.enums import BookingState, SeatMode
from courses.booking.models import Booking, SeatPool, WorkshopSession
from courses.booking.queries.clashes import Clash
from courses.booking.queries.sessions import formats, local_day, zone_of
from courses.booking.queries.teams import Member, Reserved, Standing

# So long before the date unused seats go back, unless the manager says otherwise.
DAYS_BEFORE = timedelta(days=7)
SEATED = (BookingState.BOOKED, BookingState.OFFERED)
REASON_LENGTH = 300


class PersonSelect(forms.Select):
    """A list of people, in which those whom one cannot choose stand with the reason."""

    def __init__(self, taken: Collection[str] = ()) -> None:
        super().__init__()
        self.taken = frozenset(taken)

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """An option; one that cannot be chosen is shown, but not taken."""
        option = super().create_option(*args, **kwargs)
        if str(option["value"]) in self.taken:
            option["attrs"]["disabled"] = True
        return option


class PersonField(forms.ChoiceField):
    """One of the people of a team, by public id; cleaned to the person. The words are names, never addresses."""

    def __init__(
        self,
        members: Iterable[Member],
        standings: Mapping[int, Standing],
        *,
        taken: Collection[str],
        nobody: Any,
        **options: Any,
    ) -> None:
        self.members = {str(member.person.public_id): member for member in members}
        self.standings = standings
        choices = [("", nobody), *((key, self._words(member)) for key, member in self.members.items())]
        super().__init__(
            choices=choices,
            widget=PersonSelect([key for key, one in self.members.items() if self._state(one) in taken]),
            **options,
        )
        self.taken = taken

    def clean(self, value: Any) -> Any:
        """The person; None where nobody was chosen and nobody had to be."""
        member = self.members.get(super().clean(value))
        if member is None:
            return None
        if self._state(member) in self.taken:
            raise forms.ValidationError(
                _("%(who)s: %(standing)s."),
                params={
                    "who": member.person.get_full_name(),
                    "standing": standing_words(self.standings[member.person.pk]),
                },
            )
        return member.person

    def _state(self, member: Member) -> str:
        standing = self.standings.get(member.person.pk)
        return standing.booking.state if standing is not None else ""

    def _words(self, member: Member) -> str:
        standing = self.standings.get(member.person.pk)
        words = f"{member.person.get_full_name()}, {', '.join(member.units)}"
        return f"{words} ({standing_words(standing)})" if standing is not None else words


class ReserveForm(forms.Form):
    """How many seats are kept for which unit, and until when."""

    # Drawn when the form is shown: the same form sent twice reserves once.
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, session: WorkshopSession, pools: Sequence[SeatPool], units: Sequence[Unit], now: datetime, data: Any
    ) -> None:
        self.units = {str(unit.pk): unit for unit in units}
        self.free = {pool.mode: pool.free for pool in pools}
        zone = zone_of(session)
        self.first = local_day(now, zone)
        self.last = local_day(session.starts_at, zone) if session.starts_at else self.first
        usual = self.last - DAYS_BEFORE
        if usual <= self.first:  # a date that is near: kept today alone they would be of no use
            usual = max(self.first, self.last - timedelta(days=1))
        super().__init__(data, initial={"key": uuid4(), "return_on": usual, "count": 1})
        names = [(key, unit_words(unit)) for key, unit in self.units.items()]
        self.fields["unit"] = forms.ChoiceField(label=_("For which unit"), choices=names)
        if len(pools) > 1:
            self.fields["mode"] = forms.ChoiceField(
                label=_("Kind of seat"),
                choices=[(pool.mode, _free_words(pool)) for pool in pools],
                widget=forms.RadioSelect,
            )
        self.fields["count"] = forms.IntegerField(
            label=_("How many seats"),
            min_value=1,
            help_text="" if len(pools) > 1 else _free_words(pools[0]),
            widget=forms.NumberInput(attrs={"class": "input-short", "inputmode": "numeric"}),
        )
        self.fields["return_on"] = forms.DateField(
            label=_("Keep them until"),
            help_text=_("Seats that have no name by the end of this day go to others. Choose a day up to %(last)s.")
            % {"last": day(self.last)},
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        )

    @property
    def mode(self) -> str:
        """The kind of seat; the only one where there is one."""
        return str(self.cleaned_data.get("mode") or next(iter(self.free)))

    @property
    def unit(self) -> Unit:
        """The unit that was chosen."""
        return self.units[self.cleaned_data["unit"]]

    def clean_return_on(self) -> date:
        """A day from today to the date."""
        chosen: date = self.cleaned_data["return_on"]
        if not self.first <= chosen <= self.last:
            raise forms.ValidationError(
                _("Choose a day from %(first)s to %(last)s."), params={"first": day(self.first), "last": day(self.last)}
            )
        return chosen

    def say_too_many(self, why: object) -> None:
        """Say how many could be had. Asked by the rule alone: the form sent twice is not one too many."""
        free = self.free.get(self.mode, 0)
        words = ngettext("Only %(free)s seat is free.", "Only %(free)s seats are free.", free) % {"free": free}
        self.add_error("count", words if free else str(why))


class NameForm(forms.Form):
    """A person for each seat that has no name; one may be left for later."""

    def __init__(
        self, seats: Sequence[Booking], members: Sequence[Member], standings: Mapping[int, Standing], data: Any
    ) -> None:
        super().__init__(data)
        self.seats = {f"seat_{seat.arrival}": seat for seat in seats}
        for number, name in enumerate(self.seats, 1):
            self.fields[name] = PersonField(
                members,
                standings,
                taken=SEATED,
                nobody=_("Name later"),
                label=_("Seat %(number)s") % {"number": number},
                required=False,
            )

    @property
    def chosen(self) -> dict[str, Any]:
        """The people who were chosen, by the name of the field."""
        return {name: self.cleaned_data[name] for name in self.seats if self.cleaned_data.get(name) is not None}

    def clean(self) -> dict[str, Any]:
        """Nobody has two seats."""
        seen = set()
        for name, person in self.chosen.items():
            if person.pk in seen:
                self.add_error(name, _("%(who)s has another of these seats.") % {"who": person.get_full_name()})
            seen.add(person.pk)
        if not seen and not self.errors:
            raise forms.ValidationError(_("Choose somebody for at least one seat."))
        return self.cleaned_data


class GiveBackForm(forms.Form):
    """How many seats without a name go back."""

    prefix = "back"
    # How many there were when the form was shown: the same form sent twice gives back once.
    had = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, reserved: Reserved, data: Any) -> None:
        super().__init__(data, initial={"had": reserved.nameless, "count": reserved.nameless})
        self.fields["count"] = forms.IntegerField(
            label=_("How many seats"),
            min_value=1,
            max_value=max(1, reserved.seats),
            widget=forms.NumberInput(attrs={"class": "input-short", "inputmode": "numeric"}),
        )

    def clean(self) -> dict[str, Any]:
        """Not more than there were."""
        count, had = self.cleaned_data.get("count"), self.cleaned_data.get("had")
        if count is not None and had is not None and count > had:
            words = ngettext(
                "Only %(had)s seat has no name.",
                "Only %(had)s seats have no name.",
                had,
            )
            self.add_error("count", words % {"had": had})
        return self.cleaned_data


class BookForForm(forms.Form):
    """Who of the team is booked, on which kind of seat."""

    def __init__(
        self,
        pools: Sequence[SeatPool],
        members: Sequence[Member],
        standings: Mapping[int, Standing],
        data: Any,
        *,
        asks_about_overlap: bool = False,
    ) -> None:
        super().__init__(data)
        self.only = pools[0].mode if pools else SeatMode.PLACE.value
        self.fields["person"] = PersonField(
            members,
            standings,
            taken=[state.value for state in BookingState if state != BookingState.CANCELLED],
            nobody=_("Choose somebody"),
            label=_("Who"),
        )
        if len(pools) > 1:
            self.fields["mode"] = forms.ChoiceField(
                label=_("Kind of seat"),
                choices=[(pool.mode, _free_words(pool)) for pool in pools],
                widget=forms.RadioSelect,
            )
        if asks_about_overlap:
            self.fields["accepts_overlap"] = forms.BooleanField(label=_("Book all the same"), required=False)

    @property
    def mode(self) -> str:
        """The kind of seat; the only one where there is one."""
        return str(self.cleaned_data.get("mode") or self.only)


class ReasonForm(forms.Form):
    """Why, in words that the person reads."""

    reason = forms.CharField(
        label=_("Why"),
        help_text=_("The person reads it in the mail."),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def standing_words(standing: Standing) -> str:
    """How somebody stands with a date, in words."""
    state = standing.booking.state
    if state == BookingState.WAITING:
        return gettext("No. %(number)s on the waiting list") % {"number": standing.number}
    if state == BookingState.OFFERED:
        return gettext("a seat is kept for them")
    if state == BookingState.ASKED:
        return pgettext("seat", "waits for approval")
    if state == BookingState.BOOKED:
        return gettext("has a seat")
    return gettext("has no seat")


def clash_words(clash: Clash, language: str) -> str:
    """What overlaps: its title in the language of the page, and when it is."""
    row = formats(language).get(clash.item_key)
    return f"{row.title if row is not None else clash.title}, {span(clash.starts_at, clash.ends_at)}"


def unit_words(unit: Unit) -> str:
    """A unit and its organisation."""
    organisation = unit.organisation.name
    return unit.name if unit.name == organisation else f"{unit.name} ({organisation})"


def _free_words(pool: SeatPool) -> str:
    words = ngettext(
        "%(mode)s: %(free)s of %(capacity)s seats is free",
        "%(mode)s: %(free)s of %(capacity)s seats are free",
        pool.free,
    )
    return words % {"mode": pool.get_mode_display(), "free": pool.free, "capacity": pool.capacity}
