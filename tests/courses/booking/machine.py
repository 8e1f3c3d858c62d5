"""Plays at random with two dates, eight people and a clock, and holds what is booked against the plain model.

After each step: the same states in the same order of arrival, the same counts of seats, the same answer (possible or
not), and nothing that `check_invariants` would find.
"""

from __future__ import annotations

import inspect
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from academy.people.models import Unit
from courses.booking.enums import Approval, Waiting
from courses.booking.invariants import check
from courses.booking.models import Booking, SeatPool, WorkshopSession
from courses.booking.rules import seats
from courses.booking.rules.plans import MeetingPlan, Plan
from courses.booking.rules.seats import Who
from courses.enrolments.errors import Refused
from courses.flows import book_seat, free_seat, plan_date
from tests.factories.booking import AT, DAY, make_date, plan
from tests.factories.curriculum import make_site
from tests.factories.people import make_organisation, make_person

from .model import LIVE, Date, No, Seat

PEOPLE = 8
BERLIN = ZoneInfo("Europe/Berlin")
KINDS = {
    "book", "cancel", "accept", "decline", "approve", "refuse", "reserve", "name", "give back", "seat",
    "move a person", "resize", "move the date", "cancel the date", "time passes",
}  # fmt: skip
# Rules that are wrong in one place of courses/booking/rules/seats.py: the last in line moves up, or nobody does.
MUTANTS = [
    ("fill", 'order_by("arrival")', 'order_by("-arrival")'),
    ("end", "*fill(session, by=by, at=at),", ""),
]
which = st.integers(0, 1)
somebody = st.integers(0, PEOPLE - 1)
picks = st.integers(0, 39)


@dataclass
class World:
    """What is there before the first step, made once for all plays."""

    people: list[Any]
    boss: Any
    unit: Unit
    steps: int = 0
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


def make_world() -> World:
    """Eight people, a manager and a unit, on a site."""
    make_site()
    unit = Unit.objects.filter(organisation=make_organisation()).get()
    return World([make_person() for _ in range(PEOPLE)], make_person(), unit)


def machines(world: World) -> list[type[Machine]]:
    """One for each way in which a date can be booked."""
    ways = [(offers, approves) for offers in (False, True) for approves in (False, True)]
    return [
        type("Playing", (Machine,), {"world": world, "offers": offers, "approves": approves})
        for offers, approves in ways
    ]


def mutant(name: str, right: str, wrong: str) -> Any:
    """A function of the rules with one place in it changed."""
    source = inspect.getsource(getattr(seats, name))
    assert source.count(right) == 1
    names = dict(vars(seats))
    exec(compile(source.replace(right, wrong), "mutant", "exec"), names)  # noqa: S102  our own lines, one of them changed
    return names[name]


def begins(day: date) -> datetime:
    """The moment at which a date on this day begins."""
    return datetime.combine(day, time(10, 0), BERLIN)


class Machine(RuleBasedStateMachine):
    """Two dates: one whose list moves by itself or by offers, with approval or without; one to move people to."""

    world: World
    offers: bool
    approves: bool

    @initialize(
        capacity=st.integers(1, 4),
        hours=st.integers(1, 48),
        crowd=st.integers(3, PEOPLE - 1),
    )
    def start(self, capacity: int, hours: int, crowd: int) -> None:
        self.at = AT
        self.has_changed = True
        self.groups: list[tuple[int, Any, date]] = []
        self.models = [
            Date(capacity, begins(DAY), self.offers, self.approves, hours),
            Date(2, begins(DAY)),
        ]
        self.days = [DAY, DAY]
        # A place of their own each, or the rooms of all plays would clash.
        self.rooms = [uuid.uuid4().hex, uuid.uuid4().hex]
        self.dates = [make_date(**self.fields(number), at=AT) for number in (0, 1)]
        for who in range(crowd):
            self.want(0, who, self.world.people[who])
            if self.approves:
                self.decide(0, 1, who % 3 < 2)
        if self.offers:
            # The next in line, if there is one, is asked from the start.
            self.cancel(0, 1, True)
        self.hold(1, 1, 2)

    def fields(self, number: int) -> dict[str, Any]:
        model = self.models[number]
        return {
            "seats": model.capacity,
            "day": self.days[number],
            "room": self.rooms[number],
            "waiting": Waiting.OFFER if model.offers else Waiting.AUTOMATIC,
            "approval": Approval.MANAGER if model.approves else Approval.NONE,
            "offer_hours": model.hours,
        }

    # -- how steps are played -----------------------------------------------------------------------------------------

    def both(self, name: str, modelled: Callable[[], Any], real: Callable[[], Any]) -> bool:
        """The step on both sides: both do it, or both refuse."""
        self.at += timedelta(minutes=1)
        self.world.steps += 1
        self.has_changed = True
        try:
            modelled()
            possible = True
        except No:
            possible = False
        try:
            real()
            happened = True
        except Refused:
            happened = False
        assert happened == possible, f"{name}: {happened=}, {possible=}"
        (self.world.done if happened else self.world.refused)[name] += 1
        return happened

    def pick(self, number: int, pick: int, *states: str) -> tuple[int, Seat, Booking] | None:
        """One seat and its date: mostly one in these states, if need be of the other date."""
        there = [(at, index, seat) for at in (number, 1 - number) for index, seat in enumerate(self.models[at].seats)]
        fitting = [one for one in there if one[2].state in states and pick % 5] or there
        if not fitting:
            return None
        at, index, seat = fitting[pick % len(fitting)]
        booking = Booking.objects.select_related("person").get(session=self.dates[at], arrival=index + 1)
        return at, seat, booking

    # -- people -------------------------------------------------------------------------------------------------------

    @rule(number=which, who=somebody, by_staff=st.booleans())
    def book(self, number: int, who: int, by_staff: bool) -> None:
        self.want(number, who, self.world.boss if by_staff else self.world.people[who])

    def want(self, number: int, who: int, by: Any) -> None:
        self.both(
            "book",
            lambda: self.models[number].book(who, self.at),
            lambda: book_seat.book(
                session_id=self.dates[number].public_id,
                person=self.world.people[who],
                mode="place",
                by=by,
                at=self.at,
                accepts_overlap=True,
            ),
        )

    @rule(number=which, pick=picks, by_staff=st.booleans())
    def cancel(self, number: int, pick: int, by_staff: bool) -> None:
        if found := self.pick(number, pick, *LIVE):
            at, seat, booking = found
            self.both(
                "cancel",
                lambda: self.models[at].cancel(seat, self.at, by_staff),
                lambda: free_seat.cancel(
                    booking_id=booking.public_id,
                    by=self.world.boss if by_staff else booking.person,
                    at=self.at,
                    is_staff=by_staff,
                ),
            )

    @rule(number=which, pick=picks, says_yes=st.booleans())
    def answer(self, number: int, pick: int, says_yes: bool) -> None:
        if found := self.pick(number, pick, "offered"):
            at, seat, booking = found
            person, key = booking.person, booking.public_id
            if says_yes:
                self.both(
                    "accept",
                    lambda: self.models[at].accept(seat, self.at),
                    lambda: book_seat.accept(booking_id=key, by=person, at=self.at),
                )
            else:
                self.both(
                    "decline",
                    lambda: self.models[at].decline(seat, self.at),
                    lambda: free_seat.decline(booking_id=key, by=person, at=self.at),
                )

    # -- managers -----------------------------------------------------------------------------------------------------

    @rule(number=which, pick=picks, says_yes=st.booleans())
    def decide(self, number: int, pick: int, says_yes: bool) -> None:
        if found := self.pick(number, pick, "asked"):
            at, seat, booking = found
            boss, key = self.world.boss, booking.public_id
            if says_yes:
                self.both(
                    "approve",
                    lambda: self.models[at].approve(seat, self.at),
                    lambda: book_seat.approve(booking_id=key, by=boss, at=self.at),
                )
            else:
                self.both(
                    "refuse",
                    lambda: self.models[at].refuse(seat),
                    lambda: book_seat.refuse(booking_id=key, by=boss, at=self.at),
                )

    @rule(number=which, count=st.integers(1, 3), days=st.integers(0, 3))
    def reserve(self, number: int, count: int, days: int) -> None:
        self.hold(number, count, days)

    def hold(self, number: int, count: int, days: int) -> None:
        return_on = self.at.astimezone(BERLIN).date() + timedelta(days=days)
        made: list[Any] = []
        if self.both(
            "reserve",
            lambda: self.models[number].reserve(count, len(self.groups), self.at),
            lambda: made.append(
                book_seat.reserve(
                    session_id=self.dates[number].public_id,
                    unit=self.world.unit,
                    mode="place",
                    count=count,
                    return_on=return_on,
                    by=self.world.boss,
                    at=self.at,
                )
            ),
        ):
            self.groups.append((number, made[0], return_on))

    @rule(number=which, pick=picks, who=somebody)
    def name(self, number: int, pick: int, who: int) -> None:
        if found := self.pick(number, pick, "reserved"):
            at, seat, booking = found
            self.both(
                "name",
                lambda: self.models[at].name(seat, who, self.at),
                lambda: book_seat.name(
                    booking_id=booking.public_id, person=self.world.people[who], by=self.world.boss, at=self.at
                ),
            )

    @rule(pick=picks, count=st.integers(1, 2))
    def give_back(self, pick: int, count: int) -> None:
        if self.groups:
            group = pick % len(self.groups)
            number, reservation, _ = self.groups[group]
            self.both(
                "give back",
                lambda: self.models[number].give_back(group, count, self.at),
                lambda: free_seat.give_back(reservation=reservation, count=count, by=self.world.boss, at=self.at),
            )

    # -- trainers -----------------------------------------------------------------------------------------------------

    @rule(number=which, who=somebody, reason=st.sampled_from(["", "She speaks first"]))
    def seat(self, number: int, who: int, reason: str) -> None:
        self.both(
            "seat",
            lambda: self.models[number].seat(who, self.at, reason),
            lambda: book_seat.seat(
                session_id=self.dates[number].public_id,
                who=Who(self.world.people[who]),
                mode="place",
                by=self.world.boss,
                at=self.at,
                reason=reason,
            ),
        )

    @rule(number=which, pick=picks)
    def move_person(self, number: int, pick: int) -> None:
        if found := self.pick(number, pick, "booked", "waiting"):
            at, seat, booking = found
            other = 1 - at
            self.both(
                "move a person",
                lambda: self.models[at].move(seat, self.models[other], self.at),
                lambda: book_seat.move(
                    booking_id=booking.public_id,
                    to_session_id=self.dates[other].public_id,
                    mode="place",
                    by=self.world.boss,
                    at=self.at,
                ),
            )

    @rule(number=which, capacity=st.integers(0, 6))
    def resize(self, number: int, capacity: int) -> None:
        self.both(
            "resize",
            lambda: self.models[number].resize(capacity, self.at),
            lambda: self.change(number, seats={"place": capacity}),
        )

    @rule(number=which, days=st.integers(1, 40))
    def move_date(self, number: int, days: int) -> None:
        day = self.at.astimezone(BERLIN).date() + timedelta(days=days)
        if self.both(
            "move the date",
            lambda: self.models[number].shift(begins(day), self.at),
            lambda: self.change(number, day=day),
        ):
            self.days[number] = day

    def change(self, number: int, **fields: Any) -> None:
        session = WorkshopSession.objects.get(pk=self.dates[number].pk)
        wanted: Plan = plan(**{**self.fields(number), **fields})
        meetings = tuple(
            MeetingPlan(one.day, one.start, one.minutes, one.zone, one.fold, number=1) for one in wanted.meetings
        )
        plan_date.change(
            public_id=session.public_id,
            plan=Plan(**{**vars(wanted), "meetings": meetings}),
            revision=session.revision,
            by=self.world.boss,
            at=self.at,
        )

    def cancel_date(self, number: int) -> None:
        self.both(
            "cancel the date",
            lambda: self.models[number].close(),
            lambda: plan_date.cancel(
                public_id=self.dates[number].public_id, reason="", revision=None, by=self.world.boss, at=self.at
            ),
        )

    # -- the clock ----------------------------------------------------------------------------------------------------

    @rule(hours=st.integers(0, 30), number=which)
    def time_passes(self, hours: int, number: int) -> None:
        if hours % 10 == 0:
            # Rarely, and not as a step of its own: after it there is one date to play with.
            self.cancel_date(number)
            return
        self.at += timedelta(hours=hours)
        self.both("time passes", self.tick, self.tasks)

    def tick(self) -> None:
        today = self.at.astimezone(BERLIN).date()
        for model in self.models:
            model.lapse(self.at)
        for group, (number, _, return_on) in enumerate(self.groups):
            if today > return_on and self.models[number].is_coming:
                self.models[number].give_back(group, None, self.at)
        for model in self.models:
            model.settle(self.at)

    def tasks(self) -> None:
        free_seat.lapse_due(at=self.at)
        free_seat.return_due(at=self.at)
        free_seat.settle_due(at=self.at)

    # -- what is held against each other ------------------------------------------------------------------------------

    @invariant()
    def agree(self) -> None:
        if not self.has_changed:
            return
        self.has_changed = False
        for model, session in zip(self.models, self.dates, strict=True):
            pool = SeatPool.objects.select_related("session").get(session=session)
            rows = Booking.objects.filter(session=session).order_by("arrival")
            numbers = {person.pk: number for number, person in enumerate(self.world.people)}
            real = [(numbers.get(row.person_id), row.state, row.is_over) for row in rows]
            assert real == model.rows()
            assert (pool.capacity, pool.extra, pool.taken) == (model.capacity, model.extra, model.taken)
            assert (pool.session.state, pool.session.starts_at) == (model.state, model.starts_at)
        mine = WorkshopSession.objects.filter(pk__in=[session.pk for session in self.dates])
        assert check(at=self.at, sessions=mine) == []

    def teardown(self) -> None:
        # What is left would be the next play's offers to lapse.
        for session in getattr(self, "dates", []):
            Booking.objects.filter(session=session, state="offered").update(state="waiting", offered_until=None)
            WorkshopSession.objects.filter(pk=session.pk).update(state="cancelled")
