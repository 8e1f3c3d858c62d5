"""Work in courses that the clock starts. Here because in a sub-domain rules may wake tasks and never the reverse."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from courses.attempts import rules as attempts

from .submit_attempt import close_overdue


@shared_task
def forget_answers() -> None:
    """Delete quiz answers that are older than we say that they are kept; safe to run at any time."""
    attempts.forget_answers(at=timezone.now())


@shared_task
def close_attempts() -> None:
    """Hand in attempts whose time is over; safe to run at any time and at the same time."""
    close_overdue(at=timezone.now())
