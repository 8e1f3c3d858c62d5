"""What is different between two plans of a date, in words: before a move is saved, and after a colleague has saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from academy.people.models import Organisation
from academy.templatetags.academy import day, language_name, moment, span
from courses.booking.enums import Approval, QuestionKind, SeatMode, SessionKind, Waiting
from courses.booking.rules.plans import MeetingPlan, Plan


@dataclass(frozen=True)
class Difference:
    """One thing that is different; a text is empty where there was or is nothing."""

    label: Any
    before: list[str]
    after: list[str]


def differences(before: Plan, after: Plan) -> list[Difference]:
    """What is different, in the order of the form."""
    found = []
    for label, words in WORDS:
        # Times of booking are read on the clocks of the date.
        old, new = words(before), words(after)
        if old != new:
            found.append(Difference(label, old, new))
    return found


def is_moved(before: Plan, after: Plan) -> bool:
    """Whether people have to be told: another time or place (as courses.booking.queries.sessions.snapshot has it)."""
    return _told(before) != _told(after)


def _told(plan: Plan) -> Any:
    meetings = sorted(
        (meeting.stretch.starts_at, meeting.number or 0, meeting.minutes, meeting.zone) for meeting in plan.meetings
    )
    return meetings, _place(plan), bool(plan.join_url)


def _place(plan: Plan) -> list[str]:
    return [part for part in (plan.room, plan.venue, plan.address, plan.city) if part]


def _meetings(plan: Plan) -> list[str]:
    rows: list[MeetingPlan] = sorted(plan.meetings, key=lambda meeting: meeting.stretch.starts_at)
    return [span(row.stretch.starts_at, row.stretch.ends_at, row.zone) for row in rows]


def _text(name: str) -> Callable[[Plan], list[str]]:
    return lambda plan: [str(getattr(plan, name))] if getattr(plan, name) else []


def _moment(name: str) -> Callable[[Plan], list[str]]:
    def words(plan: Plan) -> list[str]:
        value: datetime | None = getattr(plan, name)
        if value is None:
            return []
        with timezone.override(plan.meetings[0].zone):
            return [moment(value)]

    return words


def _yes_no(name: str) -> Callable[[Plan], list[str]]:
    return lambda plan: [pgettext("answer", "Yes") if getattr(plan, name) else pgettext("answer", "No")]


def _choice(name: str, choices: Any) -> Callable[[Plan], list[str]]:
    return lambda plan: [str(choices(getattr(plan, name)).label)]


def _seats(mode: SeatMode) -> Callable[[Plan], list[str]]:
    return lambda plan: [str(plan.seats.get(mode.value, 0))]


def _trainers(plan: Plan) -> list[str]:
    return [
        row.person.get_full_name() if row.person is not None else f"{row.name} ({row.email})" if row.email else row.name
        for row in plan.trainers
    ]


def _questions(plan: Plan) -> list[str]:
    found = []
    for row in plan.questions:
        words = row.text
        if row.options:
            words += f" ({', '.join(row.options)})"
        notes = [str(QuestionKind(row.kind).label)]
        if row.is_required:
            notes.append(_("has to be answered"))
        if row.is_sensitive:
            notes.append(_("sensitive, erased after %(days)s days") % {"days": row.erase_after_days})
        found.append(", ".join([words, *notes]))
    return found


def _organisations(plan: Plan) -> list[str]:
    names = Organisation.objects.filter(pk__in=plan.organisations).order_by("name").values_list("name", flat=True)
    return list(names) if plan.organisations else []


WORDS: tuple[tuple[Any, Callable[[Plan], list[str]]], ...] = (
    (pgettext_lazy("date", "When"), _meetings),
    (pgettext_lazy("date", "Where"), lambda plan: [", ".join(_place(plan))] if _place(plan) else []),
    (gettext_lazy("How to get there and in"), _text("access_notes")),
    (gettext_lazy("Step-free access"), _yes_no("is_step_free")),
    (gettext_lazy("Link to the online room"), _text("join_url")),
    (gettext_lazy("Seats on site"), _seats(SeatMode.PLACE)),
    (gettext_lazy("Seats online"), _seats(SeatMode.ONLINE)),
    (gettext_lazy("Fewest people"), _text("minimum")),
    (gettext_lazy("Decided on"), lambda plan: [day(plan.decide_on)] if plan.decide_on else []),
    (gettext_lazy("Language"), lambda plan: [language_name(plan.language)]),
    (gettext_lazy("Interpreted into"), lambda plan: [language_name(code) for code in plan.interpreting]),
    (gettext_lazy("Captions"), _yes_no("has_captions")),
    (gettext_lazy("Trainers"), _trainers),
    (gettext_lazy("Kind"), _choice("kind", SessionKind)),
    (gettext_lazy("Host organisation"), _text("host")),
    (gettext_lazy("Booking opens"), _moment("opens_at")),
    (gettext_lazy("Booking closes"), _moment("closes_at")),
    (gettext_lazy("People can cancel until"), _moment("cancel_until")),
    (gettext_lazy("Who approves a booking"), _choice("approval", Approval)),
    (gettext_lazy("When a seat becomes free"), _choice("waiting", Waiting)),
    (gettext_lazy("Hours that a seat is kept"), _text("offer_hours")),
    (gettext_lazy("Only for people of"), _organisations),
    (gettext_lazy("Questions at sign-up"), _questions),
)
