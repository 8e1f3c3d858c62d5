"""Writes to the outbox."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from . import emails, tasks
from .errors import MailKeyTaken
from .models import OutgoingEmail

logger = logging.getLogger("academy.mail")


def queue(
    *,
    key: str,
    kind: str,
    to: str,
    language: str,
    subject: str,
    text: str,
    html: str = "",
    person: Any = None,
    attachments: Sequence[Mapping[str, str]] = (),
    has_secret: bool = False,
    reply_to: str = "",
    at: datetime | None = None,
) -> OutgoingEmail:
    """Put a mail into the outbox, in the transaction of the fact that causes it; it goes out after the commit.

    `key` names the event ("certificate:17:issued"; no address or name in it): queued twice, the first row stands.
    `kind` is "<sub-domain>/<name>" of the templates. `attachments` are {name, type, text} or {name, type, base64}.
    `has_secret`: the body holds a code or one-time link and is emptied once sent. `at`: not to be sent before.

    Raises MailKeyTaken if the key belongs to a mail to another address.
    """
    mail, is_new = OutgoingEmail.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "to": to,
            "language": language,
            "subject": emails.one_line(subject),
            "text": text,
            "html": html,
            "person": person,
            "attachments": [dict(part) for part in attachments],
            "has_secret": has_secret,
            "reply_to": reply_to,
            "message_id": emails.message_id(key),
            "not_before": at or timezone.now(),
        },
    )
    if not is_new and mail.to != to:
        raise MailKeyTaken(key)
    transaction.on_commit(wake)
    return mail


def wake() -> None:
    """Ring the worker's bell. Beat sweeps the outbox anyway: a broker that is down delays mail, it breaks no page."""
    try:
        tasks.deliver_due.apply_async(retry=False)
    except Exception as error:  # kombu lets through whatever its transport raises
        logger.warning("the worker could not be woken", extra={"event": {"error": type(error).__name__}})
