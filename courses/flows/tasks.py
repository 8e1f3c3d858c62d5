"""Work in courses that the clock starts. Here because in a sub-domain rules may wake tasks and never the reverse."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from courses.attempts import rules as attempts
from courses.attempts.rules import activities
from courses.booking.rules.wishes import forget
from courses.certificates import rules as certificates
from courses.certificates.bundles import forget_expired
from courses.certificates.editing import forget_unused_pictures
from courses.figures import rules as figures

from . import assign_learning, remind_duties, team_digest
from .free_seat import lapse_due, return_due, settle_due
from .plan_date import decide_due, remind_due
from .saved_filters import send_due
from .submit_attempt import close_overdue


@shared_task
def forget_answers() -> None:
    """Delete answers in quizzes and activities that are older than we keep them; safe to run at any time."""
    attempts.forget_answers(at=timezone.now())
    activities.forget_statements(at=timezone.now())


@shared_task
def close_attempts() -> None:
    """Hand in attempts whose time is over; safe to run at any time and at the same time."""
    close_overdue(at=timezone.now())


@shared_task
def keep_dates() -> None:
    """Pass lapsed offers and unused seats on, settle what has begun or ended; safe to run at any time."""
    at = timezone.now()
    lapse_due(at=at)
    return_due(at=at)
    settle_due(at=at)


@shared_task
def remind() -> None:
    """Ask trainers to decide, remind who has a seat; each once, safe to run at any time."""
    at = timezone.now()
    decide_due(at=at)
    remind_due(at=at)


@shared_task
def forget_sign_up() -> None:
    """Empty sensitive sign-up answers, and names of guests, whose time is over; safe to run at any time."""
    forget(at=timezone.now())


@shared_task
def remind_certificates() -> None:
    """Tell holders whose certificate ends soon, or has ended; each once, safe to run at any time."""
    certificates.remind(at=timezone.now())


@shared_task
def forget_bundles() -> None:
    """Delete bundles of certificates whose days are over, and pictures that nothing shows; safe to run at any time."""
    at = timezone.now()
    forget_expired(at=at)
    forget_unused_pictures(at=at)


@shared_task
def take_figures() -> None:
    """Take this week's figures about groups unless they are there; safe to run at any time and at the same time."""
    figures.take_snapshots(at=timezone.now())


@shared_task
def follow_rules() -> None:
    """Have all rules looked at again: memberships begin and end without anybody at work; safe to run at any time."""
    assign_learning.follow_all()


@shared_task
def remind_of_duties() -> None:
    """Remind people of what is due or overdue; each step once, safe to run at any time and at the same time."""
    remind_duties.remind(at=timezone.now())


@shared_task
def send_team_digests() -> None:
    """Tell whoever leads people what waits, on Monday mornings; each once, safe to run at any time."""
    team_digest.send(at=timezone.now())


@shared_task
def send_saved_filters() -> None:
    """Mail saved lists of teams that are due today; safe to run at any time and at the same time."""
    send_due(at=timezone.now())
