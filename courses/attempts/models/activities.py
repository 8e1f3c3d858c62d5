"""What learners did in activities: attempts, the statements that the player sent, where they left off."""

from __future__ import annotations

import uuid
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.attempts.enums import Reached, Trust, Way
from curriculum.h5p.models import Package
from curriculum.items.models import LearningItem


class ActivityAttempt(models.Model):
    """One go at an activity. Several are kept, the best counts. It stays with the package that it was played with."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="activity_attempts")
    activity = models.ForeignKey(LearningItem, on_delete=models.PROTECT, related_name="+")
    placement = models.ForeignKey(LearningItem, on_delete=models.PROTECT, related_name="+", help_text="The lesson.")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, null=True, blank=True, related_name="attempts")
    way = models.CharField(max_length=12, choices=Way.choices, default=Way.PLAYER)
    number = models.PositiveIntegerField(help_text="From 1, for each person and activity.")
    # Of the enrolment: since when facts count for it (none: all there are), and what it was promised has to be reached,
    # in per cent: 0 where finishing is enough, none where it asks for nothing.
    since = models.DateTimeField(null=True, blank=True)
    mark = models.PositiveSmallIntegerField(null=True, blank=True)
    reached = models.CharField(max_length=12, choices=Reached.choices, default=Reached.VIEWED)
    raw = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    max = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    # What the player said, where the server found another score.
    claimed = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    success = models.BooleanField(null=True, blank=True)
    trust = models.CharField(max_length=12, choices=Trust.choices, default=Trust.CLIENT)
    seconds = models.PositiveIntegerField(default=0, help_text="As the player said, at most the time since it began.")
    started_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("attempt at an activity")
        verbose_name_plural = _("attempts at activities")
        constraints = [
            models.UniqueConstraint(fields=["person", "activity", "number"], name="activity_attempt_number_once"),
            # Two windows go on with one attempt.
            models.UniqueConstraint(
                fields=["person", "activity", "package"],
                condition=Q(finished_at=None),
                name="activity_attempt_open_once",
            ),
            models.CheckConstraint(
                condition=Q(raw=None, max=None) | Q(raw__gte=0, max__gt=0, raw__lte=F("max")),
                name="activity_score_within_bounds",
            ),
        ]
        indexes = [
            models.Index(fields=["activity", "finished_at"], name="activity_attempt_reported"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.activity_id} ({self.number})"

    @property
    def is_open(self) -> bool:
        """Whether it can be gone on with."""
        return self.finished_at is None

    @property
    def percent(self) -> int | None:
        """Whole per cent of the full score, rounded down; None without a score."""
        if self.raw is None or not self.max:
            return None
        return int(self.raw * 100 / self.max)

    @property
    def is_corrected(self) -> bool:
        """Whether the player claimed another score than the server found."""
        return self.claimed is not None and self.claimed != (self.raw or Decimal(0))


class ActivityStatement(models.Model):
    """An xAPI statement of the player, stamped by the server: who, when and of what are ours. Kept as answers are."""

    attempt = models.ForeignKey(ActivityAttempt, on_delete=models.CASCADE, related_name="statements")
    # The player's name for it: sent twice, it is kept once, to whichever attempt it is sent.
    statement_id = models.UUIDField(unique=True)
    verb = models.CharField(max_length=20)
    sub_content_id = models.CharField(max_length=64, blank=True)
    statement = models.JSONField()
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("statement of an activity")
        verbose_name_plural = _("statements of activities")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.attempt_id}: {self.verb}"


class ActivityState(models.Model):
    """Where somebody left off inside an activity, as the player keeps it; it belongs to the attempt's package."""

    attempt = models.ForeignKey(ActivityAttempt, on_delete=models.CASCADE, related_name="states")
    data_type = models.CharField(max_length=64)
    sub_content_id = models.CharField(max_length=64, blank=True)
    value = models.TextField()
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("state of an activity")
        verbose_name_plural = _("states of activities")
        constraints = [
            models.UniqueConstraint(fields=["attempt", "data_type", "sub_content_id"], name="activity_state_once")
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}: {self.data_type}"
