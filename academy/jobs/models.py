"""Background work as leased rows; Celery only rings the bell (architecture rule 5)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .enums import JobState


class Job(models.Model):
    """One piece of work. `kind` names a registered function, `payload` holds its primitive arguments."""

    key = models.CharField(max_length=200, help_text="Names the work: queued twice, it is done once.")
    kind = models.CharField(max_length=60)
    payload = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0, help_text="Per cent.")
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("background job")
        verbose_name_plural = _("background jobs")
        constraints = [models.UniqueConstraint(fields=["key"], condition=Q(state="queued"), name="job_waits_once")]
        indexes = [models.Index(fields=["not_before"], condition=Q(state="queued"), name="job_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"


class Heartbeat(models.Model):
    """When a part of the machinery was last seen alive; `manage.py doctor` and readiness read it."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.at:%Y-%m-%d %H:%M}"
