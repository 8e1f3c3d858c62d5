"""Forms of required learning: what is assigned to whom until when, more time, days away, deputies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from academy.people.models import JobRole, Unit, User
from academy.people.queries import find_person
from academy.people.workplaces import working
from academy.templatetags.academy import day
from courses.assignments.models import Extension
from courses.booking.queries.teams import Member
from courses.web.team_doors import Reach, in_tree

MOST_DAYS = 1000
WORDS = 500
# Nobody plans further ahead; a year that is far off is a slip of the finger.
FAR = timedelta(days=3 * 366)
YEAR = timedelta(days=366)
INDENT = "\N{NO-BREAK SPACE}" * 4


class Kinds:
    """How the date of an assignment is meant."""

    ON, DAYS, NONE = "on", "days", "none"


def day_field(label: Any, hint: Any = "", *, required: bool = True) -> forms.DateField:
    """A day, chosen in the browser's own calendar."""
    return forms.DateField(
        label=label,
        help_text=hint,
        required=required,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class DueForm(forms.Form):
    """Until when: on a day, so many days after joining, or without a date."""

    until = forms.ChoiceField(
        label=_("Until when"),
        choices=[
            (Kinds.ON, _("On a fixed day")),
            (Kinds.DAYS, _("Within a number of days of joining")),
            (Kinds.NONE, _("Without a date")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["due_on"] = day_field(_("Day"), _("The last day on which it counts as in time."), required=False)
        self.fields["due_days"] = forms.IntegerField(
            label=_("Number of days"),
            help_text=_("Counted from the day somebody joins; for those who are there already, from today."),
            required=False,
            min_value=1,
            max_value=MOST_DAYS,
            widget=forms.NumberInput(attrs={"class": "input-short", "inputmode": "numeric"}),
        )

    @property
    def due_on(self) -> date | None:
        """The fixed day, where that was chosen."""
        return self.cleaned_data["due_on"] if self.cleaned_data["until"] == Kinds.ON else None

    @property
    def due_days(self) -> int | None:
        """The number of days, where that was chosen."""
        return self.cleaned_data["due_days"] if self.cleaned_data["until"] == Kinds.DAYS else None

    def clean(self) -> dict[str, Any]:
        """What was chosen is filled in, and lies ahead. The other field may hold anything that can be read."""
        until = self.cleaned_data.get("until")
        if until == Kinds.ON and "due_on" in self.cleaned_data:
            self._check_day(self.cleaned_data["due_on"])
        if until == Kinds.DAYS and "due_days" in self.cleaned_data and self.cleaned_data["due_days"] is None:
            self.add_error("due_days", _("Enter how many days people have."))
        return self.cleaned_data

    def _check_day(self, chosen: date | None) -> None:
        if chosen is None:
            self.add_error("due_on", _("Choose a day, or another way to say until when."))
        elif chosen < self.today:
            words = gettext("This day has passed. Choose today, %(today)s, or a later day.")
            self.add_error("due_on", words % {"today": day(self.today)})
        elif chosen > self.today + FAR:
            self.add_error("due_on", _("Choose a day within the next three years."))


class AssignForm(DueForm):
    """Who, what, until when. `members` are those who can be ticked: nobody where the team is too large for a list."""

    PICKED, RULE = "picked", "rule"
    field_order = ("organisation", "mark", "who", "people", "unit", "below", "job", "newcomers", "item")

    organisation = forms.CharField(widget=forms.HiddenInput)
    mark = forms.CharField(widget=forms.HiddenInput, required=False)
    who = forms.ChoiceField(
        label=_("Who"),
        choices=[
            (RULE, _("Everybody in a unit, also who joins later")),
            (PICKED, _("People whom I pick")),
        ],
        widget=forms.RadioSelect,
    )
    below = forms.BooleanField(label=_("Also the units below it"), required=False)
    newcomers = forms.BooleanField(label=_("Only those who join from today on"), required=False)

    def __init__(
        self, *args: Any, reach: Reach, members: Sequence[Member], items: Sequence[tuple[Any, Any]], **kwargs: Any
    ) -> None:
        super().__init__(*args, today=reach.today, **kwargs)
        self.units = {str(unit.pk): unit for unit in reach.open_units}
        self.members = {str(member.person.public_id): member for member in members}
        self.fields["people"] = forms.MultipleChoiceField(
            label=_("People"),
            required=False,
            choices=[(key, _called(member)) for key, member in self.members.items()],
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["unit"] = forms.ChoiceField(label=_("Unit"), choices=unit_choices(reach.open_units), required=False)
        self.jobs = {str(job.pk): job for job in JobRole.objects.all()}
        self.fields["job"] = forms.ChoiceField(
            label=pgettext_lazy("what somebody does", "Job"),
            choices=[("", _("Any job")), *((key, job.label()) for key, job in self.jobs.items())],
            required=False,
        )
        self.fields["item"] = forms.ChoiceField(
            label=_("Path or course"), choices=[("", _("Choose a path or course")), *items]
        )
        self.order_fields(self.field_order)

    @property
    def is_picked(self) -> bool:
        """Whether people were picked, in place of a rule."""
        return bool(self.cleaned_data["who"] == self.PICKED)

    @property
    def picked(self) -> list[User]:
        """Those who were picked."""
        return [self.members[key].person for key in self.cleaned_data["people"]]

    @property
    def unit(self) -> Unit:
        """The unit of the rule."""
        return self.units[self.cleaned_data["unit"]]

    @property
    def job(self) -> JobRole | None:
        """The job that the rule asks for, if any."""
        return self.jobs.get(self.cleaned_data["job"])

    def clean(self) -> dict[str, Any]:
        """Somebody was picked, or a unit chosen."""
        super().clean()
        who = self.cleaned_data.get("who")
        if who == self.PICKED and "people" in self.cleaned_data and not self.cleaned_data["people"]:
            self.add_error("people", _("Pick at least one person."))
        if who == self.RULE and "unit" in self.cleaned_data and not self.cleaned_data["unit"]:
            self.add_error("unit", _("Choose a unit."))
        return self.cleaned_data


class OneDateForm(forms.Form):
    """Another date for one person; empty: none."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["due_on"] = day_field(_("Due on"), _("Leave it empty for no date."), required=False)

    def clean_due_on(self) -> date | None:
        """Today or later."""
        chosen: date | None = self.cleaned_data["due_on"]
        if chosen is not None and chosen < self.today:
            raise forms.ValidationError(
                _("This day has passed. Choose today, %(today)s, or a later day."), params={"today": day(self.today)}
            )
        return _not_far(chosen, self.today)


class MoreTimeForm(forms.Form):
    """Until when somebody would like to have, and why if they wish to say it."""

    def __init__(self, *args: Any, due_on: date, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.after = _floor(due_on, today)
        self.fields["wanted_on"] = day_field(_("New date"))
        self.fields["why"] = forms.CharField(
            label=_("Why"),
            help_text=_("Whoever leads you reads it. You need not say anything about your health or family."),
            required=False,
            max_length=WORDS,
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def clean_wanted_on(self) -> date | None:
        """Later than the date that holds, and not past."""
        chosen: date = self.cleaned_data["wanted_on"]
        return _not_far(_later(chosen, self.after), self.after)


class AnswerForm(forms.Form):
    """Until when it is granted, and words for whoever asked."""

    def __init__(self, extension: Extension, data: Any = None, *, today: date, is_granted: bool = False) -> None:
        super().__init__(data, initial={"granted_on": extension.wanted_on}, prefix=f"r{extension.pk}")
        self.after = _floor(extension.duty.due_on, today)
        self.is_granted = is_granted
        self.fields["granted_on"] = day_field(_("Grant until"), required=is_granted)
        self.fields["words"] = forms.CharField(
            label=pgettext_lazy("answer to a request", "Your words"),
            help_text=_("The person reads them with your answer."),
            required=False,
            max_length=WORDS,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def clean_granted_on(self) -> date | None:
        """Later than the date that holds, and not past; not looked at where nothing is granted."""
        chosen: date | None = self.cleaned_data["granted_on"]
        if not self.is_granted or chosen is None:
            return chosen
        return _not_far(_later(chosen, self.after), self.after)


class PauseForm(forms.Form):
    """From when until when somebody is away. No reason: that is nobody's business here."""

    def __init__(self, data: Any, *, reaches: Sequence[Reach], organisation: str = "") -> None:
        super().__init__(data, initial={"from_day": reaches[0].today, "organisation": organisation})
        self.reaches = {reach.organisation.slug: reach for reach in reaches}
        if len(reaches) > 1:
            self.fields["organisation"] = forms.ChoiceField(
                label=_("Organisation"), choices=[(slug, one.organisation.name) for slug, one in self.reaches.items()]
            )
        self.fields["from_day"] = day_field(_("First day away"))
        self.fields["until_day"] = day_field(
            _("Last day away"), _("Leave it empty if you do not know it yet."), required=False
        )

    @property
    def reach(self) -> Reach:
        """Where the person is away: the only organisation, or the one that was chosen."""
        return self.reaches[self.cleaned_data.get("organisation") or next(iter(self.reaches))]

    def clean_from_day(self) -> date | None:
        """Not years ago or ahead."""
        today = next(iter(self.reaches.values())).today
        chosen: date = self.cleaned_data["from_day"]
        if chosen < today - YEAR:
            raise forms.ValidationError(_("Choose a day within the last year, or a later one."))
        return _not_far(chosen, today)

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        first, last = self.cleaned_data.get("from_day"), self.cleaned_data.get("until_day")
        if first is not None and last is not None:
            _check_last(self, "until_day", first, last)
        return self.cleaned_data


class LastDayForm(forms.Form):
    """Another last day of a pause."""

    def __init__(self, pk: int, first: date, last: date | None, data: Any = None) -> None:
        super().__init__(data, initial={"until_day": last}, prefix=f"p{pk}")
        self.first = first
        self.fields["until_day"] = day_field(_("Last day away"), required=False)

    def clean(self) -> dict[str, Any]:
        """Not before the first day."""
        last = self.cleaned_data.get("until_day")
        if last is not None:
            _check_last(self, "until_day", self.first, last)
        return self.cleaned_data


class DeputyForm(forms.Form):
    """Who stands in, for which unit, until when. `members` are those in the list: nobody where it would be too long."""

    def __init__(self, *args: Any, reach: Reach, members: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach = reach
        self.members = {str(member.person.public_id): member.person for member in members}
        self.units = {str(unit.pk): unit for unit in reach.open_units}
        self.fields["unit"] = forms.ChoiceField(label=_("For which unit"), choices=unit_choices(reach.open_units))
        if self.members:
            listed = [(str(member.person.public_id), _called(member)) for member in members]
            self.fields["person"] = forms.ChoiceField(
                label=_("Who"), choices=[("", _("Nobody from the list")), *listed], required=False
            )
        self.fields["email"] = forms.EmailField(
            label=_("Or by e-mail address") if self.members else _("E-mail address"),
            help_text=_("Anybody who works in %(organisation)s.") % {"organisation": reach.organisation.name},
            required=False,
            widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        )
        self.fields["until_day"] = day_field(_("Until"), _("The last day, at most a year from now."))
        self.person: User | None = None

    @property
    def unit(self) -> Unit:
        """The unit that was chosen."""
        return self.units[self.cleaned_data["unit"]]

    def clean_until_day(self) -> date:
        """From today to a year from now."""
        chosen: date = self.cleaned_data["until_day"]
        last = self.reach.today + YEAR
        if not self.reach.today <= chosen <= last:
            raise forms.ValidationError(
                _("Choose a day from %(first)s to %(last)s."),
                params={"first": day(self.reach.today), "last": day(last)},
            )
        return chosen

    def clean(self) -> dict[str, Any]:
        """One person, who works in the organisation and is not oneself."""
        listed, email = self.cleaned_data.get("person"), self.cleaned_data.get("email")
        if "email" in self.errors or "person" in self.errors:
            return self.cleaned_data
        if listed and email:
            self.add_error("email", _("Choose somebody from the list or enter an address, not both."))
        elif listed:
            self.person = self.members[listed]
        elif email:
            self.person = self._by_address(email)
        else:
            self.add_error("person" if self.members else "email", _("Say who stands in for you."))
        return self.cleaned_data

    def _by_address(self, email: str) -> User | None:
        found = find_person(email)
        if found is not None and found.pk == self.reach.leader.pk:
            self.add_error("email", _("This is you. Name somebody else."))
            return None
        # Who is invited and has not come is nobody yet, with an account elsewhere or without.
        units = Unit.objects.filter(organisation=self.reach.organisation).values("pk")
        if found is None or not found.is_active or not working(units, self.reach.today).filter(person=found).exists():
            words = gettext("Nobody in %(organisation)s has this address.")
            self.add_error("email", words % {"organisation": self.reach.organisation.name})
            return None
        return found


def unit_choices(units: Sequence[Unit]) -> list[tuple[str, str]]:
    """Units as a list to choose from; one below another stands further in."""
    return [(str(unit.pk), f"{INDENT * depth}{unit.name}") for unit, depth in in_tree(units)]


def _called(member: Member) -> str:
    return ", ".join([member.person.get_full_name(), *member.units])


def _floor(due_on: date | None, today: date) -> date:
    """The last day that is too early for more time: the date that holds, or yesterday where that has passed."""
    yesterday = today - timedelta(days=1)
    return max(due_on, yesterday) if due_on is not None else yesterday


def _later(chosen: date, after: date) -> date:
    if chosen <= after:
        raise forms.ValidationError(_("Choose a day after %(day)s."), params={"day": day(after)})
    return chosen


def _not_far(chosen: date | None, today: date) -> date | None:
    if chosen is not None and chosen > today + FAR:
        raise forms.ValidationError(_("Choose a day within the next three years."))
    return chosen


def _check_last(form: forms.Form, name: str, first: date, last: date) -> None:
    if last < first:
        form.add_error(name, gettext("Choose %(first)s or a later day.") % {"first": day(first)})
    elif last > first + FAR:
        form.add_error(name, _("Choose a day within the next three years."))
