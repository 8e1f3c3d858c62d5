"""Why something at a workshop's date is refused, in words for the reader."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from academy.templatetags.academy import moment
from courses.enrolments.errors import Refused


class SessionUnknown(Refused):
    """There is no such date, or it is not for this person."""

    message = _("There is no such date.")


class BookingUnknown(Refused):
    """There is no such booking, or it is someone else's."""

    message = _("There is no such booking.")


class BookedAlready(Refused):
    """One live booking for a person and a date."""

    message = _("There is a booking for this date already. Nothing was changed.")


class NotBooked(Refused):
    """What was asked for needs a live booking."""

    message = _("There is no booking to change any more. Nothing was changed.")


class NotOpen(Refused):
    """The date takes no bookings."""

    message = _("This date takes no bookings.")


class NotOpenYet(Refused):
    """The booking window begins later."""

    def __init__(self, opens_at: datetime) -> None:
        super().__init__()
        self.opens_at = opens_at

    def __str__(self) -> str:
        return str(_("Booking opens on %(when)s.") % {"when": moment(self.opens_at)})


class BookingClosed(Refused):
    """The booking window is over, or the date has begun."""

    message = _("Booking for this date is closed.")


class NotForYou(Refused):
    """The date is for people of certain organisations."""

    message = _("This date is for people of certain organisations, and yours is not among them.")


class TooLateToCancel(Refused):
    """Cancel-until has passed."""

    message = _("It is too late to cancel this seat here. Please tell the trainer.")


class OfferOver(Refused):
    """The seat is not kept any more."""

    message = _("This seat is not kept for you any more. You can join the waiting list again.")


class NoSeatFree(Refused):
    """There is no seat that could be given."""

    message = _("No seat is free. Nothing was changed.")


class OthersWait(Refused):
    """Seats cannot be reserved or given away past people who wait."""

    message = _("Others wait for a seat at this date, so none can be reserved.")


class TooFewSeats(Refused):
    """The capacity would fall below the seats that are taken."""

    def __init__(self, taken: int) -> None:
        super().__init__()
        self.taken = taken

    def __str__(self) -> str:
        return ngettext(
            "%(taken)s seat is taken, so there cannot be fewer.",
            "%(taken)s seats are taken, so there cannot be fewer.",
            self.taken,
        ) % {"taken": self.taken}


class ReasonMissing(Refused):
    """An override names its reason."""

    message = _("Say why: it is written down with your name.")


class ChangedMeanwhile(Refused):
    """Somebody else changed the date while this form was open."""

    message = _("A colleague has changed this date meanwhile. Look at what it says now, and decide again.")


class Clashes(Refused):
    """A person or a room is taken at this time; `found` says by what (booking.queries.clashes.Clash)."""

    message = _("This overlaps with something else.")

    def __init__(self, found: Iterable[Any] = ()) -> None:
        super().__init__()
        self.found = tuple(found)


class Unavailable(Refused):
    """A trainer has said that they cannot come then. No reason overrides that."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def __str__(self) -> str:
        return str(_("%(name)s has marked this time as not available.") % {"name": self.name})


class Promised(Refused):
    """People answered a question having read when their answer is erased; it is not kept longer."""

    def __init__(self, question: str, days: int) -> None:
        super().__init__()
        self.question, self.days = question, days

    def __str__(self) -> str:
        return ngettext(
            "People have answered “%(question)s” and were told that it is erased %(days)s day after the date. "
            "It stays sensitive and is not kept longer.",
            "People have answered “%(question)s” and were told that it is erased %(days)s days after the date. "
            "It stays sensitive and is not kept longer.",
            self.days,
        ) % {"question": self.question, "days": self.days}


class Over(Refused):
    """The date took place or was cancelled: it cannot be changed any more."""

    message = _("This date is over or cancelled, so it cannot be changed.")


class AttendanceNotOpen(Refused):
    """Attendance opens a quarter of an hour before the meeting."""

    message = _("Attendance opens 15 minutes before the meeting.")


class NotPresent(Refused):
    """Only those who came are asked what they think."""

    message = _("The form is for people who took part.")


class AnsweredAlready(Refused):
    """The feedback form is filled in once."""

    message = _("You have answered already. Thank you.")


class LinkOver(Refused):
    """A link from a mail that is used up, expired or not whole."""

    message = _("This link is not valid any more. Sign in to see where your booking stands.")


class FileUnread(Refused):
    """A file of join times that cannot be read; `why` says what is wrong and where."""

    def __init__(self, why: Any) -> None:
        super().__init__()
        self.why = why

    def __str__(self) -> str:
        return str(self.why)
