"""Bookings, their history, reserved seats and answers at sign-up."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.people.models import Unit
from courses.booking.enums import BookingState, Why
from courses.booking.states import LIVE

from .sessions import SeatPool, SessionQuestion, WorkshopSession


class Reservation(models.Model):
    """Nameless seats that a manager keeps for a unit; its seats are bookings in the state `reserved`."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(WorkshopSession, on_delete=models.CASCADE, related_name="reservations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Seats without a name by the end of this day (in the date's zone) go back.
    return_on = models.DateField(_("unused seats go back after"))
    returned_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("reserved seats")
        verbose_name_plural = _("reserved seats")
        ordering = ("made_at", "pk")

    def __str__(self) -> str:
        return f"{self.session_id}: {self.unit_id}"


class Booking(models.Model):
    """One person's (or guest's, or still nameless) place at a date: asked, waiting, offered, reserved, booked."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(WorkshopSession, on_delete=models.PROTECT, related_name="bookings")
    pool = models.ForeignKey(SeatPool, on_delete=models.PROTECT, related_name="bookings")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings"
    )
    # Somebody without an account. Emptied a year after the date.
    guest_name = models.CharField(_("name"), max_length=150, blank=True)
    guest_email = models.EmailField(_("e-mail address"), blank=True)
    guest_language = models.CharField(_("language"), max_length=10, blank=True)
    guest_organisation = models.CharField(_("organisation"), max_length=150, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=BookingState.choices)
    # Place in the order of arrival, given under the lock of the date; the waiting list moves by it and nothing else.
    arrival = models.PositiveIntegerField()
    joined_at = models.DateTimeField(default=timezone.now)
    booked_at = models.DateTimeField(null=True, blank=True)
    offered_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended = models.CharField(max_length=20, choices=Why.choices, blank=True)
    # Seated over capacity on purpose; counts as `extra` in the pool.
    is_over = models.BooleanField(default=False)
    reservation = models.ForeignKey(
        Reservation, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # SEQUENCE of the calendar entries that this person was sent last; None before the first.
    sequence = models.PositiveIntegerField(null=True, blank=True)
    # What the last mail about time and place said (booking.queries.sessions.snapshot): changes are told against it.
    told = models.JSONField(default=dict, blank=True)
    feedback_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ("arrival",)
        constraints = [
            models.UniqueConstraint(fields=["session", "arrival"], name="booking_arrival_once"),
            models.UniqueConstraint(
                fields=["session", "person"],
                condition=Q(person__isnull=False, state__in=sorted(LIVE)),
                name="booking_live_once",
                violation_error_message=_("There is a booking for this date already. Nothing was changed."),
            ),
            models.CheckConstraint(
                condition=Q(state="offered", offered_until__isnull=False) | Q(offered_until=None) & ~Q(state="offered"),
                name="booking_offer_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", ended_at__isnull=False) | Q(ended_at=None) & ~Q(state="cancelled"),
                name="booking_end_fits_its_state",
            ),
            models.CheckConstraint(
                condition=~Q(state="booked") | Q(booked_at__isnull=False),
                name="booking_booked_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["reserved", "cancelled"]) | Q(person__isnull=False) | ~Q(guest_name=""),
                name="booking_names_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["pool", "arrival"], condition=Q(state="waiting"), name="booking_waiting"),
            models.Index(fields=["offered_until"], condition=Q(state="offered"), name="booking_offers"),
            models.Index(fields=["person", "state"], name="booking_of_person"),
        ]

    def __str__(self) -> str:
        # No name: what this says is copied into logs.
        return f"{self.session_id}: {self.arrival} {self.state}"

    @property
    def is_live(self) -> bool:
        """Whether it still leads somewhere."""
        return self.state in LIVE

    @property
    def shown_name(self) -> str:
        """The name on lists; empty for a seat without one."""
        return self.person.get_full_name() if self.person is not None else self.guest_name

    @property
    def address(self) -> str:
        """The e-mail address; empty where there is none."""
        return str(self.person.email) if self.person is not None else self.guest_email

    @property
    def mail_language(self) -> str:
        """In which language they are written to."""
        return str(self.person.language) if self.person is not None else self.guest_language

    def is_kept(self, at: datetime) -> bool:
        """Whether a seat is kept for them at this moment."""
        return self.state == BookingState.OFFERED and self.offered_until is not None and at < self.offered_until


class BookingChange(models.Model):
    """One step of a booking: appended, never changed. Its id names the mail that it causes."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="changes")
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10, choices=BookingState.choices)
    why = models.CharField(max_length=20, choices=Why.choices)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("step of a booking")
        verbose_name_plural = _("steps of bookings")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.booking_id}: {self.before} -> {self.after}"


class SignUpAnswer(models.Model):
    """What somebody answered at sign-up. Emptied when the question says so."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(SessionQuestion, on_delete=models.CASCADE, related_name="answers")
    value = models.CharField(max_length=500, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("answer at sign-up")
        verbose_name_plural = _("answers at sign-up")
        ordering = ("question__number",)
        constraints = [models.UniqueConstraint(fields=["booking", "question"], name="sign_up_answer_once")]

    def __str__(self) -> str:
        return f"{self.booking_id}/{self.question_id}"
