"""Attempts at quizzes. Questions are frozen in all their languages when an attempt starts."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.enrolments.models import Enrolment
from curriculum.items.models import LearningItem

from .enums import AttemptState


class FrozenQuestion(models.Model):
    """A question as it was given, in all languages, stored once for all who were given it: its digest is its name."""

    digest = models.CharField(max_length=64, unique=True)
    content = models.JSONField(help_text="What curriculum.quizzes.freezing.freeze returns.")

    class Meta:
        verbose_name = _("frozen question")
        verbose_name_plural = _("frozen questions")

    def __str__(self) -> str:
        return self.digest[:12]


class QuizAttempt(models.Model):
    """One try of one person at one quiz, in one place."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attempts")
    quiz = models.ForeignKey(LearningItem, on_delete=models.PROTECT, related_name="+")
    placement = models.ForeignKey(LearningItem, on_delete=models.PROTECT, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, null=True, blank=True, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    # {"digests": [...], "pass_mark": 70, "titles": {"en": ...}} as it was when the attempt began.
    frozen = models.JSONField()
    state = models.CharField(max_length=10, choices=AttemptState.choices, default=AttemptState.OPEN)
    started_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    points = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    full_points = models.DecimalField(max_digits=7, decimal_places=2)
    passed = models.BooleanField(null=True, blank=True)

    class Meta:
        verbose_name = _("quiz attempt")
        verbose_name_plural = _("quiz attempts")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "quiz", "placement"], condition=Q(state="open"), name="attempt_open_once"
            ),
            models.UniqueConstraint(
                fields=["enrolment", "quiz", "number"],
                name="attempt_number_once",
            ),
            # An attempt is submitted once: with its score or not at all.
            models.CheckConstraint(
                condition=Q(state="open", submitted_at=None, points=None, passed=None)
                | Q(state="submitted", submitted_at__isnull=False, points__isnull=False, passed__isnull=False),
                name="attempt_submitted_with_score",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.quiz_id} ({self.number})"

    @property
    def percent(self) -> int:
        """Whole per cent of the full points, rounded down (70 means at least 70)."""
        if self.points is None or not self.full_points:
            return 0
        return int(self.points * 100 / self.full_points)


class Answer(models.Model):
    """What was answered to one question of an attempt, saved as it was given."""

    attempt = models.ForeignKey(QuizAttempt, on_delete=models.CASCADE, related_name="answers")
    number = models.PositiveSmallIntegerField(help_text="The question's place in the attempt, from 1.")
    value = models.JSONField(help_text="Option ids that were chosen, as a list.")
    saved_at = models.DateTimeField(default=timezone.now)
    points = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["attempt", "number"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.number}"
