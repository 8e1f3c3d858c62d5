"""A date's plan between page and rules: what the forms show, what they say when they are sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.kernel.clock import TimeDoesNotExist, comes_twice, ends, instant, overlap
from academy.people.enums import Role
from academy.people.models import RoleGrant
from courses.booking.enums import SeatMode, SessionKind
from courses.booking.rules.plans import MeetingPlan, Plan, QuestionPlan, TrainerPlan

from .planning_forms import MeetingForm, PlanForm, QuestionForm, Row, TrainerForm
from .plans import COLUMNS, MOMENTS

ROWS: dict[str, type[Row]] = {"meeting": MeetingForm, "trainer": TrainerForm, "question": QuestionForm}
MOST_ROWS = 15


class Planning:
    """The forms of one date. Bound to what was posted, or showing a plan."""

    def __init__(
        self,
        *,
        plan: Plan,
        is_new: bool,
        data: QueryDict | None = None,
        is_quiet: bool = False,
    ) -> None:
        self.before = plan
        self.is_new = is_new
        zone = plan.meetings[0].zone if plan.meetings else "UTC"
        self.main = PlanForm(data, is_new=is_new, zone=zone, is_quiet=is_quiet, initial=_initial(plan, zone))
        self.rows: dict[str, list[Row]] = {}
        shown = _rows_of(plan)
        for kind, form in ROWS.items():
            if data is None:
                self.rows[kind] = [
                    form(prefix=f"{kind}-{number}", initial=values) for number, values in enumerate(shown[kind], 1)
                ]
            else:
                self.rows[kind] = [
                    form(data, prefix=f"{kind}-{number}", is_quiet=is_quiet) for number in _ids(data, kind)
                ]
        self._ask_folds()

    @property
    def meetings(self) -> list[Row]:
        """Rows of meetings."""
        return self.rows["meeting"]

    @property
    def trainers(self) -> list[Row]:
        """Rows of trainers."""
        return self.rows["trainer"]

    @property
    def questions(self) -> list[Row]:
        """Rows of questions at sign-up."""
        return self.rows["question"]

    @property
    def place(self) -> list[BoundField]:
        """Fields of the place."""
        return self.main.section("PLACE")

    @property
    def seats(self) -> list[BoundField]:
        """Fields of the seats and what it takes to go ahead."""
        return self.main.section("SEATS")

    @property
    def speech(self) -> list[BoundField]:
        """Fields of languages."""
        return self.main.section("SPEECH")

    @property
    def booking(self) -> list[BoundField]:
        """Fields of booking."""
        return self.main.section("BOOKING")

    @property
    def kind(self) -> list[BoundField]:
        """Fields of the kind of date."""
        return self.main.section("KIND")

    @property
    def repeat(self) -> list[BoundField]:
        """Fields of repeating."""
        return self.main.section("REPEAT")

    @property
    def has_booking_errors(self) -> bool:
        """Whether the folded part about booking has to be open."""
        return any(field.errors for field in self.booking)

    @property
    def has_kind(self) -> bool:
        """Whether the folded part about the kind has to be open."""
        return any(field.errors for field in self.kind) or self.main["kind"].value() != SessionKind.WORKSHOP

    @property
    def has_repeat(self) -> bool:
        """Whether the folded part about repeating has to be open."""
        return bool(self.main["repeat"].value() or self.main["is_draft"].value() or self.main["times"].errors)

    @property
    def forms(self) -> list[Row]:
        """All forms in the order of the page."""
        return [*self.meetings, self.main, *self.trainers, *self.questions]

    @property
    def error_count(self) -> int:
        """How many fields are wrong."""
        return sum(len(form.errors) for form in self.forms if form.is_bound)

    def is_valid(self) -> bool:
        """Whether all that was posted makes a plan; errors stand on their fields."""
        valid = [form.is_valid() for form in self.forms]
        if not self.meetings:
            self.main.add_error("zone", _("A date needs at least one day. Add a part."))
            return False
        zone = self.main.cleaned_data.get("zone")
        if zone:
            self._check_times(zone)
        self._check_trainers()
        return all(valid) and not self.error_count

    @property
    def plan(self) -> Plan:
        """What was posted; after `is_valid`."""
        data = self.main.cleaned_data
        zone = data["zone"]
        columns: dict[str, Any] = {
            name: _moment(data[name], zone) if name in MOMENTS else data[name] for name in COLUMNS
        }
        return Plan(
            meetings=tuple(self._meeting(form, zone) for form in self.meetings),
            seats={
                SeatMode.PLACE.value: data["seats_place"] or 0,
                SeatMode.ONLINE.value: data["seats_online"] or 0,
            },
            trainers=tuple(form.cleaned_data["plan"] for form in self.trainers if form.cleaned_data.get("plan")),
            questions=tuple(_question(form) for form in self.questions if form.cleaned_data["text"]),
            organisations=tuple(sorted(one.pk for one in data["organisations"])),
            interpreting=tuple(code for code in data["interpreting"] if code != data["language"]),
            **columns,
        )

    def for_clashes(self) -> Plan | None:
        """Times, room and trainers alone, as far as they are filled in; None without any time. Never saved."""
        rows = [form for form in self.meetings if not form.errors]
        if not rows or "zone" in self.main.errors:
            return None
        data = self.main.cleaned_data
        return Plan(
            meetings=tuple(self._meeting(form, data["zone"]) for form in rows),
            seats={},
            language="en",
            trainers=tuple(form.cleaned_data["plan"] for form in self.trainers if form.cleaned_data.get("plan")),
            venue=data.get("venue", ""),
            room=data.get("room", ""),
            city=data.get("city", ""),
        )

    @property
    def reason(self) -> str:
        """Why it is planned in spite of a clash."""
        return str(self.main.cleaned_data.get("reason", ""))

    def trainer_is_away(self, words: str) -> None:
        """Say so at the trainer whom it is about."""
        for form in self.trainers:
            plan = form.cleaned_data.get("plan")
            if plan and plan.person is not None and plan.person.get_full_name() in words:
                form.add_error("email", words)
                return
        self.main.add_error(None, words)

    def _meeting(self, form: Row, zone: str) -> MeetingPlan:
        data = form.cleaned_data
        return MeetingPlan(
            day=data["day"],
            start=data["start"],
            minutes=data["minutes"],
            zone=zone,
            fold=int(data["fold"] or 0) if comes_twice(data["day"], data["start"], zone) else 0,
            number=data.get("number"),
        )

    def _check_times(self, zone: str) -> None:
        """Each meeting has a moment, none of them the same, and what is agreed about booking comes before the first."""
        had = {meeting.number: meeting.stretch.starts_at for meeting in self.before.meetings if not self.is_new}
        found: list[tuple[datetime, datetime]] = []
        for form in self.meetings:
            if form.errors:
                continue
            data = form.cleaned_data
            if comes_twice(data["day"], data["start"], zone) and data["fold"] not in ("0", "1"):
                form.add_error("fold", _("Choose one of the two."))
                continue
            try:
                starts_at = self._meeting(form, zone).stretch.starts_at
            except TimeDoesNotExist as why:
                form.add_error("start", does_not_exist(why))
                continue
            until = ends(starts_at, data["minutes"])
            if starts_at <= timezone.now() and had.get(data.get("number")) != starts_at:
                form.add_error("day", _("This lies in the past."))
            if any(overlap(starts_at, until, *other) for other in found):
                form.add_error("start", _("This overlaps with another part of the same date."))
            found.append((starts_at, until))
        if found and len(found) == len(self.meetings):
            self._check_window(zone, min(starts_at for starts_at, _until in found))

    def _check_window(self, zone: str, first: datetime) -> None:
        data = self.main.cleaned_data
        for name in MOMENTS:
            if not data.get(name):
                continue
            try:
                moment = _moment(data[name], zone)
            except TimeDoesNotExist as why:
                self.main.add_error(name, does_not_exist(why))
                continue
            if moment is not None and moment > first:
                self.main.add_error(name, _("This is after the beginning of the first meeting."))
        if data.get("decide_on") and data["decide_on"] > first.astimezone(ZoneInfo(zone)).date():
            self.main.add_error("decide_on", _("This is after the first meeting."))

    def _check_trainers(self) -> None:
        """Find the accounts; a guest has a name."""
        rows = [form for form in self.trainers if not form.errors]
        people = trainers_with([form.cleaned_data["email"] for form in rows])
        people |= {one.person.email.lower(): one.person for one in self.before.trainers if one.person is not None}
        seen: set[Any] = set()
        for form in rows:
            email, name = form.cleaned_data["email"], " ".join(form.cleaned_data["name"].split())
            person = people.get(email.lower()) if email else None
            if person is None and not name:
                if email:
                    form.add_error("email", _("No trainer has this address. Give a name as well for a guest."))
                continue
            plan = TrainerPlan(person=person) if person is not None else TrainerPlan(name=name, email=email)
            if (person.pk if person is not None else plan) in seen:
                form.add_error("email", _("This person stands here twice."))
                continue
            seen.add(person.pk if person is not None else plan)
            form.cleaned_data["plan"] = plan

    def _ask_folds(self) -> None:
        """Ask which of two equal times is meant, wherever a row shows one."""
        zone = self.main["zone"].value()
        for form in self.meetings:
            try:
                day = form.fields["day"].clean(form["day"].value())
                start = form.fields["start"].clean(form["start"].value())
                if comes_twice(day, start, zone):
                    offsets = [f"UTC{datetime.combine(day, start, ZoneInfo(zone)).replace(fold=n):%z}" for n in (0, 1)]
                    form.ask_fold(*offsets)  # type: ignore[attr-defined]  # rows of meetings are MeetingForm
            except (ValueError, TypeError, KeyError, OverflowError, LookupError, ValidationError):
                # Nothing to ask as long as day, time or zone is not one; the field says so when it is sent.
                continue


def does_not_exist(why: TimeDoesNotExist) -> str:
    """The clocks jump over this time."""
    return _("On this day the clocks are put forward and this time does not exist. The next one is %(time)s.") % {
        "time": f"{why.instead:%H:%M}"
    }


def with_rows(data: QueryDict) -> QueryDict:
    """What was posted, with a row more or one less, as the button `rows` says: "add-meeting", "remove-trainer-2"."""
    changed = data.copy()
    act, _dash, rest = data.get("rows", "").partition("-")
    kind, _dash, which = rest.partition("-")
    if kind not in ROWS:
        return changed
    ids = _ids(data, kind)
    if act == "remove":
        ids = [number for number in ids if str(number) != which]
    elif act == "add" and len(ids) < MOST_ROWS:
        new = max(ids, default=0) + 1
        if kind == "meeting" and ids:
            # Most often the next part begins at the same time and lasts as long.
            for name in ("start", "minutes"):
                changed[f"meeting-{new}-{name}"] = data.get(f"meeting-{ids[-1]}-{name}", "")
        if kind == "question":
            changed[f"question-{new}-kind"], changed[f"question-{new}-erase_after_days"] = "text", "30"
        ids.append(new)
    changed.setlist(kind, [str(number) for number in ids])
    return changed


def trainers_with(addresses: Iterable[str]) -> dict[str, Any]:
    """Trainers of today by address, in small letters. One query."""
    wanted = {address.lower() for address in addresses if address}
    if not wanted:
        return {}
    grants = RoleGrant.objects.on(timezone.localdate()).filter(role=Role.TRAINER)
    people = get_user_model()._default_manager.filter(
        pk__in=grants.values("person_id"), is_active=True, email__in=wanted
    )
    return {person.email.lower(): person for person in people}


def _ids(data: QueryDict, kind: str) -> list[int]:
    found = dict.fromkeys(
        int(text) for text in data.getlist(kind) if text.isascii() and text.isdigit() and len(text) < 4
    )
    return list(found)[:MOST_ROWS]


def _initial(plan: Plan, zone: str) -> dict[str, Any]:
    shown = {name: getattr(plan, name) for name in COLUMNS}
    for name in MOMENTS:
        moment = shown[name]
        shown[name] = moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") if moment else ""
    return shown | {
        "zone": zone,
        "interpreting": list(plan.interpreting),
        "organisations": list(plan.organisations),
        "seats_place": plan.seats.get(SeatMode.PLACE.value) or None,
        "seats_online": plan.seats.get(SeatMode.ONLINE.value) or None,
    }


def _rows_of(plan: Plan) -> Mapping[str, list[dict[str, Any]]]:
    meetings = [
        {"number": row.number, "day": row.day, "start": row.start, "minutes": row.minutes, "fold": str(row.fold)}
        for row in plan.meetings
    ]
    trainers = [
        {"email": row.person.email if row.person is not None else row.email, "name": "" if row.person else row.name}
        for row in plan.trainers
    ]
    questions = [
        {
            "number": row.number,
            "text": row.text,
            "kind": row.kind,
            "options": "\n".join(row.options),
            "is_required": row.is_required,
            "is_sensitive": row.is_sensitive,
            "erase_after_days": row.erase_after_days,
        }
        for row in plan.questions
    ]
    return {"meeting": meetings, "trainer": trainers, "question": questions}


def _question(form: Row) -> QuestionPlan:
    data = form.cleaned_data
    options = form.options_given if data["kind"] == "choice" else ()  # type: ignore[attr-defined]  # QuestionForm
    return QuestionPlan(
        data["text"], data["kind"], options, data["is_required"], data["is_sensitive"], data["erase_after_days"],
        data.get("number"),
    )  # fmt: skip


def _moment(wall: datetime | None, zone: str) -> datetime | None:
    return instant(wall.date(), wall.time(), zone) if wall else None
