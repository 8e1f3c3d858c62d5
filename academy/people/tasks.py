"""What is tidied once a day: data are kept as long as the privacy registry says and no longer."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from celery import shared_task
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from academy.jobs.enums import JobState
from academy.jobs.models import Job
from academy.mail.enums import MailState
from academy.mail.models import OutgoingEmail

from .models import User

BODIES = timedelta(days=30)
MAILS = timedelta(days=365)
JOBS = timedelta(days=30)
# Accounts whose address was never confirmed hold nothing but the address.
UNCONFIRMED = timedelta(days=7)


@shared_task
def clean_up() -> None:
    """Ended sessions, old mail, finished jobs, accounts that were never confirmed. Safe to run at any time."""
    now = timezone.now()
    call_command("clearsessions")
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    over = OutgoingEmail.objects.exclude(state=MailState.QUEUED)
    over.filter(created_at__lt=now - BODIES).exclude(text="", html="").update(text="", html="", attachments=[])
    over.filter(created_at__lt=now - MAILS).delete()
    Job.objects.exclude(state=JobState.QUEUED).filter(created_at__lt=now - JOBS).delete()
    confirmed = EmailAddress.objects.filter(verified=True).values("user")
    User.objects.filter(
        date_joined__lt=now - UNCONFIRMED,
        last_login=None,
        is_staff=False,
        is_superuser=False,
        erased_at=None,
        memberships=None,
        role_grants=None,
        emailaddress__verified=False,
    ).exclude(pk__in=confirmed).delete()
