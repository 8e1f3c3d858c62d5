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
from academy.mail.models import Notice, OutgoingEmail

from .models import Look, StaffImport, User

BODIES = timedelta(days=30)
MAILS = timedelta(days=365)
JOBS = timedelta(days=30)
# As long as people can read who looked at how their learning stands.
LOOKS = timedelta(days=365)
# Accounts whose address was never confirmed hold nothing but the address.
UNCONFIRMED = timedelta(days=7)


@shared_task
def clean_up() -> None:
    """Ended sessions, old mail and looks, finished jobs, accounts that were never confirmed. Safe to run again."""
    now = timezone.now()
    call_command("clearsessions")
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    over = OutgoingEmail.objects.exclude(state=MailState.QUEUED)
    over.filter(created_at__lt=now - BODIES).exclude(text="", html="").update(text="", html="", attachments=[])
    over.filter(created_at__lt=now - MAILS).delete()
    # News that no bell shows live in their mail alone; a weekly mail to a manager names people.
    unseen = Notice.objects.filter(created_at__lt=now - BODIES, in_bell=False, mail_on=None)
    unseen.exclude(text="").update(text="")
    Notice.objects.filter(created_at__lt=now - MAILS).delete()
    Job.objects.exclude(state=JobState.QUEUED).filter(created_at__lt=now - JOBS).delete()
    Look.objects.filter(day__lt=now.date() - LOOKS).delete()
    # What a list of staff says about people; that it was brought, and how many lines it had, stay.
    StaffImport.objects.filter(expires_at__lt=now).exclude(lines=[]).update(**StaffImport.WIPED)
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
