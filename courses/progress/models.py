"""What happened (facts, append-only) and how things stand (summaries that can be rebuilt from the facts)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from curriculum.items.models import LearningItem

from .enums import Fact, Standing


class LearningEvent(models.Model):
    """One fact: person, item, what, when, by whom. Never changed; erasing a person is the one exception."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="learning_events")
    item = models.ForeignKey(LearningItem, on_delete=models.PROTECT, related_name="+")
    fact = models.CharField(max_length=20, choices=Fact.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    data = models.JSONField(default=dict, blank=True, help_text="Details without personal data: {'percent': 80}.")

    class Meta:
        verbose_name = _("learning event")
        verbose_name_plural = _("learning events")
        ordering = ("at", "id")
        indexes = [models.Index(fields=["person", "item", "at"], name="event_person_item")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.item_id} {self.fact}"


class ItemProgress(models.Model):
    """How a person stands with an item: derived from the events, one row for both."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="item_progress")
    item = models.ForeignKey(LearningItem, on_delete=models.PROTECT, related_name="+")
    standing = models.CharField(max_length=20, choices=Standing.choices, default=Standing.NOT_STARTED)
    completed_at = models.DateTimeField(null=True, blank=True)
    percent = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Best score of a quiz, else empty.")

    class Meta:
        verbose_name = _("progress of an item")
        verbose_name_plural = _("progress of items")
        constraints = [models.UniqueConstraint(fields=["person", "item"], name="progress_once")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.item_id} {self.standing}"


class Place(models.Model):
    """Where a person was last in a course; Continue opens it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="places")
    course = models.ForeignKey(LearningItem, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(LearningItem, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("last place")
        verbose_name_plural = _("last places")
        constraints = [models.UniqueConstraint(fields=["person", "course"], name="place_once")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.item_id}"
