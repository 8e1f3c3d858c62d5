"""Attempts at quizzes. Questions are frozen in all their languages when an attempt starts."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.attempts.enums import AttemptState, Purpose
from courses.enrolments.models import Enrolment
from curriculum.items.models import LearningItem


def private_storage() -> Storage:
    """Where files lie that no web server hands out by itself."""
    return storages["private"]


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
    """One try of one person at one quiz, in one place (a course, or a lesson for practice)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attempts")
    quiz = models.ForeignKey(LearningItem, on_delete=models.PROTECT, related_name="+")
    placement = models.ForeignKey(LearningItem, on_delete=models.PROTECT, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, null=True, blank=True, related_name="attempts")
    purpose = models.CharField(max_length=10, choices=Purpose.choices, default=Purpose.COUNTS)
    number = models.PositiveSmallIntegerField()
    # What the quiz said when the attempt began; see attempts.freezing.settings_of.
    frozen = models.JSONField()
    state = models.CharField(max_length=10, choices=AttemptState.choices, default=AttemptState.OPEN)
    started_at = models.DateTimeField(default=timezone.now)
    # The server's deadline, extra time and extensions included; none without a time limit or closing date.
    deadline_at = models.DateTimeField(null=True, blank=True)
    extensions = models.PositiveSmallIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True, blank=True)
    by_clock = models.BooleanField(default=False, help_text="Handed in because the time was over.")
    points = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    full_points = models.DecimalField(max_digits=7, decimal_places=2)
    passed = models.BooleanField(null=True, blank=True)

    class Meta:
        verbose_name = _("quiz attempt")
        verbose_name_plural = _("quiz attempts")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "quiz", "placement", "purpose"],
                condition=Q(state="open"),
                name="attempt_open_once_for_purpose",
            ),
            models.UniqueConstraint(
                fields=["enrolment", "quiz", "purpose", "number"],
                name="attempt_number_once_for_purpose",
            ),
            # An attempt is submitted once: with its score or not at all; while it waits to be marked it has none.
            models.CheckConstraint(
                condition=Q(state="open", submitted_at=None, points=None, passed=None)
                | Q(state="marking", submitted_at__isnull=False, points=None, passed=None)
                | Q(state="submitted", submitted_at__isnull=False, points__isnull=False, passed__isnull=False),
                name="attempt_state_fits_its_score",
            ),
        ]
        indexes = [
            models.Index(fields=["deadline_at"], condition=Q(state="open"), name="attempt_due"),
            models.Index(fields=["submitted_at"], condition=Q(state="marking"), name="attempt_to_mark"),
            # All that reports ask of an attempt, so that they never read the row itself.
            models.Index(
                fields=["quiz", "id"],
                include=["person", "points", "passed"],
                condition=Q(state="submitted", purpose="counts"),
                name="attempt_reported",
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

    @property
    def is_open(self) -> bool:
        """Whether it can be answered, its deadline aside."""
        return self.state == AttemptState.OPEN

    @property
    def counts(self) -> bool:
        """Whether it is for the record."""
        return self.purpose == Purpose.COUNTS

    def is_over(self, at: datetime) -> bool:
        """Whether the time for answering is over."""
        return self.deadline_at is not None and at >= self.deadline_at


class Answer(models.Model):
    """What was answered to one question of an attempt, saved as it was given."""

    attempt = models.ForeignKey(QuizAttempt, on_delete=models.CASCADE, related_name="answers")
    number = models.PositiveSmallIntegerField(help_text="The question's place in the attempt, from 1.")
    # The question itself, for reports over all attempts; empty in answers from before there were reports.
    question = models.ForeignKey(FrozenQuestion, on_delete=models.PROTECT, null=True, related_name="+")
    value = models.JSONField(help_text="See curriculum.quizzes.reading.")
    saved_at = models.DateTimeField(default=timezone.now)
    seconds = models.PositiveIntegerField(default=0, help_text="Time since the answer before, pauses cut.")
    points = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["attempt", "number"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.number}"


class Unanswered(models.Model):
    """A question that was left out when an attempt that counts was handed in; reports count it as asked."""

    attempt = models.ForeignKey(QuizAttempt, on_delete=models.CASCADE, related_name="unanswered")
    number = models.PositiveSmallIntegerField(help_text="The question's place in the attempt, from 1.")
    question = models.ForeignKey(FrozenQuestion, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("question left out")
        verbose_name_plural = _("questions left out")
        constraints = [models.UniqueConstraint(fields=["attempt", "number"], name="left_out_once")]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.number}"


class HandedIn(models.Model):
    """A document that somebody handed in as their answer; served to them and to those who mark it, nobody else."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attempt = models.ForeignKey(QuizAttempt, on_delete=models.CASCADE, related_name="documents")
    number = models.PositiveSmallIntegerField()
    file = models.FileField(upload_to="handed-in/%Y/", storage=private_storage, max_length=200)
    name = models.CharField(max_length=120)
    size = models.PositiveIntegerField(help_text="Bytes.")
    kind = models.CharField(max_length=10)
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("document handed in")
        verbose_name_plural = _("documents handed in")
        constraints = [models.UniqueConstraint(fields=["attempt", "number"], name="handed_in_once")]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.number}"


class Mark(models.Model):
    """What a trainer says to one open answer; a draft until the whole attempt is given back."""

    answer = models.OneToOneField(Answer, on_delete=models.CASCADE, related_name="mark")
    # {"lines": {"<line id>": 0|1|2}} or {"points": "3.50"}; see curriculum.quizzes.grading.grade_by_hand.
    content = models.JSONField(default=dict)
    feedback = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    is_draft = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")

    def __str__(self) -> str:
        return str(self.answer_id)


class ExtraTime(models.Model):
    """A factor on every time limit of a person's quizzes. No reason is asked for, and none is kept (FEATURES Q6)."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="extra_time")
    factor = models.DecimalField(
        _("factor"),
        max_digits=3,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("1.00")), MaxValueValidator(Decimal("5.00"))],
        help_text=_("1.5 gives half as much time again."),
    )
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("extra time")
        verbose_name_plural = _("extra time")
        constraints = [
            models.CheckConstraint(
                condition=Q(factor__gte=1, factor__lte=5),
                name="extra_time_between_1_and_5",
                violation_error_message=_("The factor lies between 1 and 5."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.factor}"


class AttemptRequest(models.Model):
    """Somebody asks a trainer for another attempt. Nobody else sees that they did."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    trainer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    quiz = models.ForeignKey(LearningItem, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    granted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("request for another attempt")
        verbose_name_plural = _("requests for another attempt")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "quiz"], condition=Q(granted_at=None), name="request_waits_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.quiz_id}"


class Regrade(models.Model):
    """The log of a regrading: which question, from what to what, by whom and why (FEATURES Q10)."""

    question_key = models.UUIDField(db_index=True)
    to_question = models.ForeignKey(FrozenQuestion, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("regrading")
        verbose_name_plural = _("regradings")
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.question_key} ({self.at:%Y-%m-%d})"


class RegradedAttempt(models.Model):
    """What a regrading changed in one attempt."""

    regrade = models.ForeignKey(Regrade, on_delete=models.CASCADE, related_name="changes")
    attempt = models.ForeignKey(QuizAttempt, on_delete=models.CASCADE, related_name="regradings")
    points_before = models.DecimalField(max_digits=7, decimal_places=2)
    points_after = models.DecimalField(max_digits=7, decimal_places=2)
    passed_before = models.BooleanField()
    passed_after = models.BooleanField()

    class Meta:
        verbose_name = _("regraded attempt")
        verbose_name_plural = _("regraded attempts")
        constraints = [models.UniqueConstraint(fields=["regrade", "attempt"], name="regraded_once")]

    def __str__(self) -> str:
        return f"{self.attempt_id}: {self.points_before} -> {self.points_after}"
