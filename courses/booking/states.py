"""The one state machine of bookings: which ways there are, and which states hold a seat. README.md has the drawing.

Nothing but `rules.seats.shift` changes a booking's state, and it asks here.
"""

from __future__ import annotations

from .enums import BookingState

S = BookingState

# From -> where to. None is "no booking yet".
WAYS: dict[BookingState | None, frozenset[BookingState]] = {
    None: frozenset({S.ASKED, S.WAITING, S.OFFERED, S.RESERVED, S.BOOKED}),
    S.ASKED: frozenset({S.WAITING, S.OFFERED, S.BOOKED, S.CANCELLED}),
    S.WAITING: frozenset({S.OFFERED, S.BOOKED, S.CANCELLED}),
    S.OFFERED: frozenset({S.BOOKED, S.CANCELLED}),
    S.RESERVED: frozenset({S.BOOKED, S.CANCELLED}),
    S.BOOKED: frozenset({S.CANCELLED}),
    S.CANCELLED: frozenset(),
}
# These count as taken in the pool of seats.
HOLDING = frozenset({S.OFFERED, S.RESERVED, S.BOOKED})
# A person has at most one of these for a date.
LIVE = frozenset({S.ASKED, S.WAITING, S.OFFERED, S.RESERVED, S.BOOKED})


def may_go(before: str | None, after: str) -> bool:
    """Whether a booking may go from one state to the other."""
    start = BookingState(before) if before is not None else None
    return BookingState(after) in WAYS[start]


def seats_held(before: str | None, after: str) -> int:
    """By how much the number of taken seats changes: 1, 0 or -1."""
    return int(after in HOLDING) - int(before in HOLDING)
