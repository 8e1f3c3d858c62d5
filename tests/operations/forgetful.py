"""The control: a worker that marks a mail as sent before it sends it, as outboxes without a lease do."""

from datetime import datetime

import django

django.setup()

from django.utils import timezone  # noqa: E402  models need Django to be set up

from academy.celery import app  # noqa: E402  the same
from academy.mail import tasks  # noqa: E402  the same
from academy.mail.enums import MailState  # noqa: E402  the same
from academy.mail.models import OutgoingEmail  # noqa: E402  the same

__all__ = ["app"]
leased = tasks.lease


def mark_first(now: datetime) -> OutgoingEmail | None:
    """The next mail, marked before it is sent."""
    mail = leased(now)
    if mail is not None:
        sent = {"state": MailState.SENT, "sent_at": timezone.now(), "leased_until": None}
        OutgoingEmail.objects.filter(pk=mail.pk).update(**sent)
    return mail


tasks.lease = mark_first
