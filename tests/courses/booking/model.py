"""What dates and bookings do, said a second time in plain Python: lists and numbers, no database, none of our code.

`test_model.py` plays the same steps with this and with the real thing and holds them against each other after each one.
Where a step is not possible, `No` is raised and nothing has changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

LASTS = timedelta(hours=4)
HOLDS = ("offered", "reserved", "booked")
LIVE = ("asked", "waiting", *HOLDS)


class No(Exception):
    """That is not possible now."""


@dataclass
class Seat:
    """Somebody's (or nobody's yet) place at a date."""

    who: int | None
    state: str
    over: bool = False
    until: datetime | None = None
    group: int | None = None


@dataclass
class Date:
    """One date with seats of one kind; `seats` stand in the order of arrival."""

    capacity: int
    starts_at: datetime
    offers: bool = False
    approves: bool = False
    hours: int = 24
    state: str = "planned"
    seats: list[Seat] = field(default_factory=list)

    # -- what can be read ---------------------------------------------------------------------------------------------

    @property
    def taken(self) -> int:
        return sum(seat.state in HOLDS for seat in self.seats)

    @property
    def extra(self) -> int:
        return sum(seat.state in HOLDS and seat.over for seat in self.seats)

    @property
    def free(self) -> int:
        return max(0, self.capacity - (self.taken - self.extra))

    @property
    def queue(self) -> list[Seat]:
        return [seat for seat in self.seats if seat.state == "waiting"]

    def live(self, who: int) -> Seat | None:
        return next((seat for seat in self.seats if seat.who == who and seat.state in LIVE), None)

    @property
    def is_coming(self) -> bool:
        return self.state == "planned"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + LASTS

    def takes(self, at: datetime) -> bool:
        return self.is_coming and at < self.starts_at

    def rows(self) -> list[tuple[int | None, str, bool]]:
        return [(seat.who, seat.state, seat.over) for seat in self.seats]

    # -- what happens by itself ---------------------------------------------------------------------------------------

    def fill(self, at: datetime) -> None:
        while self.takes(at) and self.free and self.queue:
            seat = self.queue[0]
            if self.offers:
                seat.state = "offered"
                seat.until = min(at + timedelta(hours=self.hours), self.starts_at)
            else:
                seat.state = "booked"

    def lapse(self, at: datetime) -> None:
        late = [seat for seat in self.seats if seat.state == "offered" and seat.until and seat.until <= at]
        for seat in late:
            seat.state = "cancelled"
        if late:
            self.fill(at)

    def settle(self, at: datetime) -> None:
        if not self.is_coming or at < self.starts_at:
            return
        for seat in self.seats:
            if seat.state in ("asked", "waiting", "offered", "reserved"):
                seat.state = "cancelled"
        if at >= self.ends_at:
            self.state = "took_place"

    # -- what people do -----------------------------------------------------------------------------------------------

    def book(self, who: int, at: datetime) -> None:
        if not self.takes(at) or self.after_lapse(at).live(who):
            raise No
        self.lapse(at)
        self.seats.append(Seat(who, "asked" if self.approves else self.place()))

    def after_lapse(self, at: datetime) -> Date:
        """How it would stand: what is refused changes nothing."""
        kept = [Seat(seat.who, seat.state, seat.over, seat.until, seat.group) for seat in self.seats]
        other = Date(self.capacity, self.starts_at, self.offers, self.approves, self.hours, self.state, kept)
        other.lapse(at)
        return other

    def place(self) -> str:
        return "booked" if self.free and not self.queue else "waiting"

    def cancel(self, seat: Seat, at: datetime, by_staff: bool) -> None:
        if seat.state not in LIVE or at >= (self.ends_at if by_staff else self.starts_at):
            raise No
        seat.state = "cancelled"
        self.fill(at)

    def accept(self, seat: Seat, at: datetime) -> None:
        if seat.state != "offered" or seat.until is None or at >= seat.until:
            raise No
        seat.state = "booked"

    def decline(self, seat: Seat, at: datetime) -> None:
        if seat.state != "offered":
            raise No
        seat.state = "cancelled"
        self.fill(at)

    def approve(self, seat: Seat, at: datetime) -> None:
        if seat.state != "asked" or at >= self.starts_at:
            raise No
        seat.state = self.place()

    def refuse(self, seat: Seat) -> None:
        if seat.state != "asked":
            raise No
        seat.state = "cancelled"

    def resize(self, capacity: int, at: datetime) -> None:
        if not self.is_coming or capacity < self.taken - self.extra:
            raise No
        self.capacity = capacity
        self.fill(at)

    def shift(self, starts_at: datetime, at: datetime) -> None:
        if not self.is_coming:
            raise No
        self.starts_at = starts_at
        self.fill(at)

    def close(self) -> None:
        if not self.is_coming:
            raise No
        self.state = "cancelled"
        for seat in self.seats:
            if seat.state in LIVE:
                seat.state = "cancelled"

    # -- what staff and managers do -----------------------------------------------------------------------------------

    def seat(self, who: int, at: datetime, reason: str) -> None:
        had = self.live(who)
        if not self.takes(at) or (had and had.state in HOLDS):
            raise No
        over = not (self.free and not self.queue)
        if over and not reason:
            raise No
        if had is None:
            had = Seat(who, "")
            self.seats.append(had)
        had.state, had.over = "booked", over

    def move(self, seat: Seat, to: Date, at: datetime) -> None:
        if seat.state not in LIVE or seat.state == "reserved" or to is self or not to.takes(at):
            raise No
        if not to.free or to.queue or (seat.who is not None and to.live(seat.who)):
            raise No
        seat.state = "cancelled"
        to.seats.append(Seat(seat.who, "booked"))
        self.fill(at)

    def reserve(self, count: int, group: int, at: datetime) -> None:
        if not self.takes(at) or self.queue or self.free < count:
            raise No
        self.seats += [Seat(None, "reserved", group=group) for _ in range(count)]

    def name(self, seat: Seat, who: int, at: datetime) -> None:
        had = self.live(who)
        if not self.takes(at) or seat.state != "reserved" or (had and had.state in ("booked", "offered")):
            raise No
        if had is not None:
            had.state = "cancelled"
        seat.state, seat.who = "booked", who

    def give_back(self, group: int, count: int | None, at: datetime) -> None:
        nameless = [seat for seat in self.seats if seat.group == group and seat.state == "reserved"]
        for seat in nameless[::-1][:count]:
            seat.state = "cancelled"
        self.fill(at)
