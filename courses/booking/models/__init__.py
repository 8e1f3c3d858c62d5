"""Dates of workshops, bookings, attendance."""

from .attending import (
    Attendance,
    AttendanceChange,
    CalendarFeed,
    Feedback,
    Unavailability,
    WorkshopInterest,
)
from .bookings import Booking, BookingChange, Reservation, SignUpAnswer
from .sessions import (
    Meeting,
    SeatPool,
    SessionChange,
    SessionMessage,
    SessionQuestion,
    SessionTrainer,
    WorkshopSession,
)

__all__ = [
    "Attendance", "AttendanceChange", "Booking", "BookingChange", "CalendarFeed", "Feedback", "Meeting",
    "Reservation", "SeatPool", "SessionChange", "SessionMessage", "SessionQuestion", "SessionTrainer", "SignUpAnswer",
    "Unavailability", "WorkshopInterest", "WorkshopSession",
]  # fmt: skip
