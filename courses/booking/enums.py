"""Fixed lists of booking, in the words of the interface (shared terms: one run is a date, a part of it a meeting)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SessionKind(models.TextChoices):
    """What kind of gathering a date is."""

    WORKSHOP = "workshop", pgettext_lazy("date", "Workshop")
    COMMUNITY = "community", pgettext_lazy("date", "Community of Practice day")
    STUDY_VISIT = "study_visit", pgettext_lazy("date", "Study visit")
    KICK_OFF = "kick_off", pgettext_lazy("date", "Kick-off")


class SessionState(models.TextChoices):
    """Where a date stands. Open, full and closed are derived, never stored."""

    DRAFT = "draft", pgettext_lazy("date", "Draft")
    PLANNED = "planned", pgettext_lazy("date", "Planned")
    GOING_AHEAD = "going_ahead", pgettext_lazy("date", "Going ahead")
    TOOK_PLACE = "took_place", pgettext_lazy("date", "Took place")
    CANCELLED = "cancelled", pgettext_lazy("date", "Cancelled")


class SeatMode(models.TextChoices):
    """How somebody takes part."""

    PLACE = "place", pgettext_lazy("seat", "On site")
    ONLINE = "online", pgettext_lazy("seat", "Online")


class Approval(models.TextChoices):
    """Who has to agree before somebody has a seat."""

    NONE = "none", pgettext_lazy("approval", "Nobody")
    MANAGER = "manager", pgettext_lazy("approval", "The manager")


class Waiting(models.TextChoices):
    """How the waiting list moves."""

    AUTOMATIC = "automatic", pgettext_lazy("waiting list", "The next person has the seat at once")
    OFFER = "offer", pgettext_lazy("waiting list", "The seat is kept for the next person, who says yes or no")


class BookingState(models.TextChoices):
    """Where a booking stands; see states.py for the ways between them."""

    ASKED = "asked", pgettext_lazy("booking", "Waits for approval")
    WAITING = "waiting", pgettext_lazy("booking", "On the waiting list")
    OFFERED = "offered", pgettext_lazy("booking", "A seat is kept")
    RESERVED = "reserved", pgettext_lazy("booking", "Reserved, no name yet")
    BOOKED = "booked", pgettext_lazy("booking", "Booked")
    CANCELLED = "cancelled", pgettext_lazy("booking", "Cancelled")


class Why(models.TextChoices):
    """Why a booking went from one state to another."""

    BOOKED = "booked", pgettext_lazy("booking", "Booked by the person")
    BY_STAFF = "by_staff", pgettext_lazy("booking", "Booked for the person")
    ARRIVED = "arrived", pgettext_lazy("booking", "Joined the waiting list")
    ASKED = "asked", pgettext_lazy("booking", "Asked for approval")
    APPROVED = "approved", pgettext_lazy("booking", "Approved")
    PROMOTED = "promoted", pgettext_lazy("booking", "Moved up from the waiting list")
    OFFER = "offer", pgettext_lazy("booking", "A seat became free and was kept")
    ACCEPTED = "accepted", pgettext_lazy("booking", "Accepted the seat")
    RESERVED = "reserved", pgettext_lazy("booking", "Reserved without a name")
    NAMED = "named", pgettext_lazy("booking", "Named by the manager")
    OVER = "over", pgettext_lazy("booking", "Seated over capacity on purpose")
    OVERRIDE = "override", pgettext_lazy("booking", "Seated before others on purpose")
    WALKED_IN = "walked_in", pgettext_lazy("booking", "Came without booking")
    MOVED = "moved", pgettext_lazy("booking", "Moved to another date")
    LEFT = "left", pgettext_lazy("booking", "Cancelled by the person")
    REMOVED = "removed", pgettext_lazy("booking", "Cancelled for the person")
    DECLINED = "declined", pgettext_lazy("booking", "Let the seat go")
    LAPSED = "lapsed", pgettext_lazy("booking", "Did not answer in time")
    REFUSED = "refused", pgettext_lazy("booking", "Not approved")
    RETURNED = "returned", pgettext_lazy("booking", "Reserved seat given back")
    SESSION_CANCELLED = "session_cancelled", pgettext_lazy("booking", "The date was cancelled")
    TIME_OVER = "time_over", pgettext_lazy("booking", "The date began")
    ERASED = "erased", pgettext_lazy("booking", "The account was deleted")


class Change(models.TextChoices):
    """What was changed at a date."""

    CREATED = "created", pgettext_lazy("date changed", "Planned")
    PUBLISHED = "published", pgettext_lazy("date changed", "Opened")
    MOVED = "moved", pgettext_lazy("date changed", "Time or place changed")
    EDITED = "edited", pgettext_lazy("date changed", "Details changed")
    CAPACITY = "capacity", pgettext_lazy("date changed", "Number of seats changed")
    GOES_AHEAD = "goes_ahead", pgettext_lazy("date changed", "Goes ahead")
    ENDED = "ended", pgettext_lazy("date changed", "Took place")
    CANCELLED = "cancelled", pgettext_lazy("date changed", "Cancelled")
    CLASH = "clash", pgettext_lazy("date changed", "Planned in spite of a clash")


class Presence(models.TextChoices):
    """Whether somebody was there, at one meeting."""

    FULL = "full", pgettext_lazy("attendance", "Full")
    PART = "part", pgettext_lazy("attendance", "Part")
    ABSENT = "absent", pgettext_lazy("attendance", "Absent")


class QuestionKind(models.TextChoices):
    """How a sign-up question is answered."""

    TEXT = "text", pgettext_lazy("sign-up question", "In words")
    YES_NO = "yes_no", pgettext_lazy("sign-up question", "Yes or no")
    CHOICE = "choice", pgettext_lazy("sign-up question", "One of a list")


class Group(models.TextChoices):
    """To whom a trainer writes."""

    BOOKED = "booked", _("People with a seat")
    WAITING = "waiting", _("People who wait")
    ABSENT = "absent", _("People who did not come")
    PRESENT = "present", _("People who came")


class Availability(models.TextChoices):
    """What can be had at a date, derived from its seats, its window and its state."""

    OPEN = "open", pgettext_lazy("seats", "Seats free")
    FULL = "full", pgettext_lazy("seats", "Full")
    NOT_YET = "not_yet", pgettext_lazy("seats", "Booking is not open yet")
    CLOSED = "closed", pgettext_lazy("seats", "Booking is closed")
    OVER = "over", pgettext_lazy("seats", "Over")
    CANCELLED = "cancelled", pgettext_lazy("seats", "Cancelled")
