"""Takes queued mails out: lease, send, mark. Safe to run twice, beside itself, and after a kill in the middle.

A mail is leased before it is sent and marked after it was sent. A worker that dies in between leaves the row queued;
once the lease is over it is sent again with the same Message-ID. So a mail may come twice after a crash, never not at
all. The lease is short, so that what a kill held up is late by less than a minute; as long as a mail server takes its
time, the lease is renewed beside it, so that slowness alone never sends a mail twice.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread

from celery import shared_task
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, connections
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from academy.kernel.crash import point

from . import emails
from .enums import MailState
from .models import OutgoingEmail
from .posting import post

logger = logging.getLogger("academy.mail")

# Longer than any sane mail server takes for one mail: whoever sends longer is taken to hang, and is not waited for.
LONGEST = timedelta(minutes=10)
# Waits after the first, second ... failed try; after the last one the mail has failed for good (about a day).
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 480, 720))
MAX_ATTEMPTS = len(WAITS) + 1


@shared_task
def deliver_due(limit: int = 200) -> int:
    """Send what is due, at most `limit` mails; the number that went out. Beat rings twice a minute."""
    sent = 0
    point("before_lease")
    connection = get_connection()
    try:
        for _ in range(limit):
            mail = lease(timezone.now())
            if mail is None:
                break
            point("after_lease")
            sent += deliver(mail, connection)
    finally:
        connection.close()
    return sent


@shared_task
def post_notices() -> int:
    """Make mails of the news that are due; how many. Beat rings every 15 minutes; safe to run at any time.

    They go out with the next sweep of the outbox.
    """
    return post(at=timezone.now())


def lease(now: datetime) -> OutgoingEmail | None:
    """Take the next due mail for us alone until the lease is over; None if nothing is due.

    A try counts when it begins: a mail that kills its worker each time must end as failed too.
    """
    due = Q(state=MailState.QUEUED, not_before__lte=now) & (Q(leased_until=None) | Q(leased_until__lte=now))
    for pk in OutgoingEmail.objects.filter(due).order_by("not_before", "id").values_list("pk", flat=True)[:20]:
        # One conditional update: who changes the row has it, whatever other workers do at this moment.
        if OutgoingEmail.objects.filter(due, pk=pk).update(
            leased_until=now + settings.MAIL_LEASE, attempts=F("attempts") + 1
        ):
            return OutgoingEmail.objects.get(pk=pk)
    return None


def deliver(mail: OutgoingEmail, connection: BaseEmailBackend) -> bool:
    """Send a leased mail and mark it; True if it went out. A failure sets the next try or ends the mail."""
    if mail.attempts > MAX_ATTEMPTS:
        _close(mail, state=MailState.FAILED, last_error=mail.last_error or "worker died")
        return False
    try:
        with kept(mail):
            connection.send_messages([emails.message(mail)])
    except Exception as error:  # whatever a server, a network or a broken row may do: this mail's trouble, no other's
        connection.close()
        _failed(mail, error)
        return False
    point("after_send")
    _close(mail, state=MailState.SENT, sent_at=timezone.now(), last_error="")
    return True


@contextmanager
def kept(mail: OutgoingEmail) -> Iterator[None]:
    """The lease is ours for as long as the block lasts (at most `LONGEST`), and soon over if we are killed in it."""
    over = Event()
    renewing = Thread(target=_renew, args=(mail, over), name="lease", daemon=True)
    renewing.start()
    try:
        yield
    finally:
        over.set()
        # `mail.leased_until` is what marks the row as ours: nobody writes it from here on.
        renewing.join()


def _renew(mail: OutgoingEmail, over: Event) -> None:
    """Beside the sending, on a connection of its own. Stops where the lease was lost: the row is another's then."""
    turn = settings.MAIL_LEASE / 3
    for _ in range(LONGEST // turn):
        if over.wait(turn.total_seconds()):
            break
        until = timezone.now() + settings.MAIL_LEASE
        try:
            is_ours = _mine(mail).update(leased_until=until)
        except DatabaseError as error:
            # There is time for another try before the lease is over.
            logger.warning("lease not renewed", extra={"event": {"mail": mail.pk, "error": type(error).__name__}})
            connections.close_all()
            continue
        if not is_ours:
            break
        mail.leased_until = until
    connections.close_all()


def _failed(mail: OutgoingEmail, error: Exception) -> None:
    # What a mail server says often repeats the address: only the kind of error and its number are kept.
    text = describe(error)
    logger.warning("mail not sent", extra={"event": {"mail": mail.pk, "attempt": mail.attempts, "error": text}})
    if mail.attempts >= MAX_ATTEMPTS or is_final(error):
        _close(mail, state=MailState.FAILED, last_error=text)
    else:
        not_before = timezone.now() + WAITS[mail.attempts - 1]
        _mine(mail).update(leased_until=None, not_before=not_before, last_error=text)


def _close(mail: OutgoingEmail, **fields: object) -> None:
    """The mail's last state. Codes and one-time links are not kept a moment longer than needed."""
    wiped: dict[str, object] = {"text": "", "html": "", "attachments": []} if mail.has_secret else {}
    _mine(mail).update(leased_until=None, **fields, **wiped)


def _mine(mail: OutgoingEmail) -> QuerySet[OutgoingEmail]:
    """The row as long as our lease holds: a worker that was given up must not overwrite what its successor wrote."""
    return OutgoingEmail.objects.filter(pk=mail.pk, state=MailState.QUEUED, leased_until=mail.leased_until)


def is_final(error: Exception) -> bool:
    """True where the server refused the address for good (SMTP 5xx): asking again would only annoy it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return False


def describe(error: Exception) -> str:
    """An error without personal data: its class, and the server's number where there is one."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _ in error.recipients.values()})
        return f"{type(error).__name__} {codes}"
    code = getattr(error, "smtp_code", None) or getattr(error, "errno", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
