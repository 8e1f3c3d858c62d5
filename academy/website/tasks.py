"""Work that the clock starts."""

from __future__ import annotations

from celery import shared_task
from django.core.management import call_command


@shared_task
def publish_scheduled() -> None:
    """Publish and unpublish what was scheduled for a time that has come; safe to run twice."""
    call_command("publish_scheduled", verbosity=0)
