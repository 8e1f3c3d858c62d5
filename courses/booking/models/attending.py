"""Who came, what they thought of it, who wants a date, who cannot, and private calendars."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.booking.enums import Presence
from curriculum.items.models import LearningItem

from .bookings import Booking
from .sessions import Meeting, WorkshopSession


class Attendance(models.Model):
    """Whether somebody was at one meeting."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="attendances")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    presence = models.CharField(_("attendance"), max_length=6, choices=Presence.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = [models.UniqueConstraint(fields=["booking", "meeting"], name="attendance_once")]

    def __str__(self) -> str:
        return f"{self.booking_id}/{self.meeting_id}: {self.presence}"


class AttendanceChange(models.Model):
    """A later edit of an attendance: what it said before, who changed it."""

    attendance = models.ForeignKey(Attendance, on_delete=models.CASCADE, related_name="changes")
    before = models.CharField(max_length=6, choices=Presence.choices)
    after = models.CharField(max_length=6, choices=Presence.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("change of an attendance")
        verbose_name_plural = _("changes of attendance")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.attendance_id}: {self.before} -> {self.after}"


class Feedback(models.Model):
    """One filled-in form. No person and no time of day: only `Booking.feedback_at` says who has answered."""

    session = models.ForeignKey(WorkshopSession, on_delete=models.CASCADE, related_name="feedback")
    useful = models.PositiveSmallIntegerField(_("useful for my work"))
    clear = models.PositiveSmallIntegerField(_("clear"))
    pace = models.PositiveSmallIntegerField(_("pace"))
    liked = models.TextField(_("what helped"), max_length=1000, blank=True)
    better = models.TextField(_("what could be better"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("feedback on a date")
        verbose_name_plural = _("feedback on dates")
        # Not by id: the order of ids is the order of answering.
        ordering = ("useful", "clear", "pace", "liked", "better")
        constraints = [
            models.CheckConstraint(
                condition=Q(useful__range=(1, 5)) & Q(clear__range=(1, 5)) & Q(pace__range=(1, 5)),
                name="feedback_from_one_to_five",
            )
        ]

    def __str__(self) -> str:
        return f"{self.session_id}"


class WorkshopInterest(models.Model):
    """Somebody wants to be told when a workshop has a date."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(LearningItem, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("interest in a workshop")
        verbose_name_plural = _("interest in workshops")
        constraints = [models.UniqueConstraint(fields=["person", "item"], name="workshop_interest_once")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.item_id}"


class Unavailability(models.Model):
    """A stretch of time in which a trainer gives no workshop."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("time not available")
        verbose_name_plural = _("times not available")
        ordering = ("starts_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="unavailability_lasts",
                violation_error_message=_("The end lies before the beginning."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.starts_at:%Y-%m-%d}"


class CalendarFeed(models.Model):
    """A person's private calendar address: only the hash of its token is kept, so nobody reads it out of a backup."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("private calendar")
        verbose_name_plural = _("private calendars")

    def __str__(self) -> str:
        return str(self.person_id)
