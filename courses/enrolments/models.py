"""Who takes which course, by which frozen rule, and until when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from curriculum.conditions.enums import Route
from curriculum.items.models import LearningItem


class Enrolment(models.Model):
    """One person takes one course or path, once (a cycle). It is the person's, not an employer's (decision 9)."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    item = models.ForeignKey(LearningItem, on_delete=models.PROTECT, related_name="+")
    cycle = models.PositiveSmallIntegerField(default=1)
    route = models.CharField(max_length=10, choices=Route.choices, default=Route.FULL)
    # Decision 8: a resolved tree of items (curriculum.conditions.nodes). {"version": 2, "since": null or a moment,
    # "root": node, "advised": [node], "locks": {key: node}, "valid_months": 24}, and "beyond": [key] where it asks for
    # lessons, quizzes or activities of other courses.
    # Version 1 had {"version": 1, "since": ..., "all": [part]}.
    rule = models.JSONField()
    # Keys of what its rule asked for and need not be done any more: derived from the facts, as ItemProgress is.
    waived = models.JSONField(default=list, blank=True)
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
