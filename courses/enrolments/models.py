"""Who takes which course, by which frozen rule, and until when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from curriculum.items.models import LearningItem


class Enrolment(models.Model):
    """One person takes one course, once (a cycle). It belongs to the person, not to an employer (decision 9)."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    item = models.ForeignKey(LearningItem, on_delete=models.PROTECT, related_name="+")
    cycle = models.PositiveSmallIntegerField(default=1)
    # Decision 8: a resolved list of items. {"version": 1, "all": [{"kind": "lesson", "key": "<uuid>"},
    # {"kind": "quiz", "key": "<uuid>", "at": 70}]}
    rule = models.JSONField()
    rule_version = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            # The guard against a second click: at most one running enrolment for a person and course.
            models.UniqueConstraint(
                fields=["person", "item"],
                condition=Q(completed_at=None, left_at=None),
                name="enrolment_running_once",
                violation_error_message=_("You take this course already."),
            ),
            models.UniqueConstraint(fields=["person", "item", "cycle"], name="enrolment_cycle_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.item_id} ({self.cycle})"

    @property
    def is_running(self) -> bool:
        """Neither completed nor left."""
        return self.completed_at is None and self.left_at is None


class CourseInterest(models.Model):
    """Someone asked to be told when a course is ready."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(LearningItem, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("interest in a course")
        verbose_name_plural = _("interest in courses")
        constraints = [models.UniqueConstraint(fields=["person", "item"], name="interest_once")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.item_id}"
