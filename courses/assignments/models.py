"""Required learning: what is asked of whom until when (architecture decision 9).

An `Assignment` links a unit, what is to be learned, and people or a rule. A `Duty` is one person's part in it. The
enrolment stays the person's: whoever changes employer takes it with them, the duty ends.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.people.models import JobRole, Organisation, Unit
from curriculum.items.models import LearningItem

from .enums import Audience, DutyFact, Ended, ExtensionState, ListFormat, ListRhythm


class Assignment(models.Model):
    """An organisation asks people to take a course or path: picked ones, or everybody whom a rule fits."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="assignments")
    # For whose people: the rule's unit, or the one that those who were picked work in or below.
    unit = models.ForeignKey(Unit, on_delete=models.SET_NULL, null=True, blank=True, related_name="assignments")
    item = models.ForeignKey(LearningItem, on_delete=models.PROTECT, related_name="+")
    audience = models.CharField(max_length=10, choices=Audience.choices)
    with_below = models.BooleanField(_("also units below"), default=True)
    job = models.ForeignKey(JobRole, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    newcomers_only = models.BooleanField(_("only who joins from now on"), default=False)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    due_days = models.PositiveSmallIntegerField(_("days after joining"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # The day it was assigned, in the organisation's zone.
    day = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ("-at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on=None) | Q(due_days=None),
                name="assignment_one_kind_of_date",
                violation_error_message=_("Either a date or a number of days after joining, not both."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.unit_id} ({self.day})"

    @property
    def is_open(self) -> bool:
        """Not withdrawn."""
        return self.ended_at is None


class Duty(models.Model):
    """One person's part in an assignment. Organisation and item are the assignment's, kept here for reading."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="duties")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="duties")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(LearningItem, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    # What was agreed, and on which day: at first by the assignment, later by an extension or another date.
    agreed_due = models.DateField(null=True, blank=True)
    agreed_on = models.DateField()
    # Derived: the agreed day, moved by pauses (assignments.due.due_after).
    due_on = models.DateField(null=True, blank=True)
    # Derived from the facts of learning.
    completed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended = models.CharField(max_length=10, choices=Ended.choices, blank=True)

    class Meta:
        verbose_name = _("required learning")
        verbose_name_plural = _("required learning")
        constraints = [
            models.UniqueConstraint(fields=["assignment", "person"], condition=Q(ended_at=None), name="duty_open_once")
        ]
        indexes = [
            models.Index(
                fields=["organisation", "person"],
                include=["item", "due_on", "completed_at"],
                condition=Q(ended_at=None),
                name="duty_of_organisation",
            ),
            models.Index(fields=["due_on"], condition=Q(ended_at=None, completed_at=None), name="duty_due"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.item_id} ({self.due_on})"

    @property
    def is_open(self) -> bool:
        """Neither completed nor ended."""
        return self.completed_at is None and self.ended_at is None


class Extension(models.Model):
    """Somebody asks for more time; whoever leads them grants it or not."""

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="extensions")
    wanted_on = models.DateField(_("new date"))
    why = models.CharField(_("why"), max_length=500, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=12, choices=ExtensionState.choices, default=ExtensionState.ASKED)
    granted_on = models.DateField(_("granted until"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("request for more time")
        verbose_name_plural = _("requests for more time")
        ordering = ("asked_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["duty"],
                condition=Q(state=ExtensionState.ASKED),
                name="extension_waits_once",
                violation_error_message=_("Your request waits for an answer already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.duty_id}: {self.wanted_on} ({self.state})"


class DutyEvent(models.Model):
    """One fact about a duty. Appended, never changed; numbers and words of that day, readable for ever."""

    organisation_ref = models.PositiveBigIntegerField()
    assignment_ref = models.PositiveBigIntegerField()
    duty_ref = models.PositiveBigIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="duty_events")
    item_key = models.UUIDField()
    fact = models.CharField(max_length=12, choices=DutyFact.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    data = models.JSONField(default=dict, blank=True, help_text="{'title', 'code', 'due': '2027-03-01', 'agreed_on'}")

    class Meta:
        verbose_name = _("fact about required learning")
        verbose_name_plural = _("facts about required learning")
        ordering = ("at", "id")
        indexes = [
            models.Index(fields=["organisation_ref", "at"], name="duty_event_as_of"),
            models.Index(fields=["assignment_ref"], name="duty_event_assignment"),
        ]

    def __str__(self) -> str:
        return f"{self.duty_ref}: {self.fact} ({self.at:%Y-%m-%d})"


class SavedFilter(models.Model):
    """A list of the team that somebody saved to open it again, and to get it by mail if they want.

    `query` is that of the board's address (reports.wanted); it names units and courses, never a person.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField(_("name"), max_length=100)
    query = models.CharField(max_length=500, blank=True, editable=False)
    rhythm = models.CharField(_("by mail"), max_length=10, choices=ListRhythm.choices, default=ListRhythm.OFF)
    format = models.CharField(_("file"), max_length=10, choices=ListFormat.choices, default=ListFormat.XLSX)
    # The local day on which it was mailed last; for a new one the day it was saved, so that the next Monday counts.
    last_sent_on = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("saved list")
        verbose_name_plural = _("saved lists")
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "name"],
                name="saved_filter_name_once",
                violation_error_message=_("You have saved a list under this name already."),
            )
        ]

    def __str__(self) -> str:
        # No name: it is the person's own words.
        return f"{self.pk} ({self.rhythm})"
