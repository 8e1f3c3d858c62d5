"""Work that the clock starts."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from .models import Feedback

# As the privacy registry says.
MESSAGES = timedelta(days=730)


@shared_task
def publish_scheduled() -> None:
    """Publish and unpublish what was scheduled for a time that has come; safe to run twice."""
    call_command("publish_scheduled", verbosity=0)


@shared_task
def forget_messages() -> None:
    """Delete messages to the operator that are older than we say that they are kept; safe to run at any time."""
    Feedback.objects.filter(created_at__lt=timezone.now() - MESSAGES).delete()
