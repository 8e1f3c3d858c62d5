"""What is tidied once a day."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from . import storage


@shared_task
def sweep_packages() -> int:
    """Take away what work on packages left on the disk when it was killed; how many files and folders. Safe to run
    again, also beside such work."""
    return storage.sweep(at=timezone.now())
