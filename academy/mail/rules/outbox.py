"""Writes to the outbox."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.log_actions import log

from academy.kernel.crash import point
from academy.mail import emails, kinds, tasks
from academy.mail.enums import MailState
from academy.mail.errors import MailEmptied, MailKeyTaken, MailWaits
from academy.mail.models import Notice, OutgoingEmail
from academy.mail.queries import forget_unread

logger = logging.getLogger("academy.mail")
RESENT = "academy.resend_mail"
# Stands behind the key of the first mail, so that `withdraw` takes back what is sent again as well.
AGAIN = ":again:"


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
    url: str = "",
) -> OutgoingEmail:
    """Put a mail into the outbox, in the transaction of the fact that causes it; it goes out after the commit.

    `key` names the event ("certificate:17:issued"; no address or name in it): queued twice, the first row stands.
    `kind` is "<sub-domain>/<name>" of the templates. `attachments` are {name, type, text} or {name, type, base64}, and
    with {as: "alternative"} another form of the mail itself (a calendar entry).
    `has_secret`: the body holds a code or one-time link and is emptied once sent. `at`: not to be sent before.
    `url`: a page of ours (its path or its whole address), in the person's language, where they find what the mail is
    about: then it is an item of their bell as well, unless it has a secret or its kind is not for the bell.

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
    if is_new and url:
        _ring(mail, url)
    transaction.on_commit(wake)
    return mail


def _ring(mail: OutgoingEmail, url: str) -> None:
    kind = kinds.find(mail.kind)
    if mail.person_id is None or mail.has_secret or kind is None or not kind.in_bell:
        return
    Notice.objects.create(
        person_id=mail.person_id,
        kind=mail.kind,
        key=f"mail:{mail.key}",
        title=mail.subject,
        url=url.removeprefix(settings.BASE_URL),
        language=mail.language,
        essential=True,
        in_bell=True,
        created_at=mail.created_at,
        mailed_by=mail,
    )
    forget_unread([mail.person_id])


@transaction.atomic
def resend(*, mail: OutgoingEmail, person: Any, reason: str, by: Any, at: datetime) -> OutgoingEmail:
    """Send a mail of this person once more as it was, to their address of today; why goes to the log, not the mail.

    Raises MailWaits while it has not gone out, or goes out once more at this moment; MailEmptied where its words are
    not kept any more (a code's are emptied once it is sent, all others after 30 days).
    """
    first = OutgoingEmail.objects.select_for_update().get(pk=mail.pk)
    root = first.key.partition(AGAIN)[0]
    waiting = OutgoingEmail.objects.filter(key__startswith=f"{root}{AGAIN}", state=MailState.QUEUED)
    if first.state == MailState.QUEUED or waiting.exists():
        raise MailWaits(first.key)
    if not first.text:
        raise MailEmptied(first.key)
    again = queue(
        key=f"{root}{AGAIN}{uuid.uuid4().hex[:12]}",
        kind=first.kind,
        to=person.email,
        language=first.language,
        subject=first.subject,
        text=first.text,
        html=first.html,
        person=person,
        attachments=first.attachments,
        has_secret=first.has_secret,
        reply_to=first.reply_to,
        at=at,
    )
    if not first.essential:
        again.essential, again.unsubscribes = False, first.unsubscribes
        again.save(update_fields=["essential", "unsubscribes"])
    log(instance=person, action=RESENT, user=by, timestamp=at, data={"kind": first.kind, "reason": reason})
    return again


def is_known(key: str) -> bool:
    """Whether there is a mail for this event already: for who would rather not build it again."""
    return OutgoingEmail.objects.filter(key=key).exists()


def withdraw(prefix: str) -> list[str]:
    """Take back mails that nobody has begun to send, by the beginning of their key: what they say holds no more.

    Their keys; one that is being sent at this moment is not among them. Their rows go: the event reached nobody.
    """
    return _take_back(Q(key__startswith=prefix))


def withdraw_keys(keys: Collection[str]) -> list[str]:
    """The same by their whole keys."""
    return _take_back(Q(key__in=keys))


def _take_back(which: Q) -> list[str]:
    waiting = OutgoingEmail.objects.filter(which, state=MailState.QUEUED, attempts=0, leased_until=None)
    with transaction.atomic(savepoint=False):
        # Under a lock, or a mail that is leased between look and deletion would be named as taken back.
        mails = {mail.pk: mail for mail in waiting.select_for_update().only("key", "person_id").order_by("pk")}
        if mails:
            # Their items in the bell go with them.
            OutgoingEmail.objects.filter(pk__in=mails).delete()
            forget_unread(mail.person_id for mail in mails.values() if mail.person_id is not None)
    return [mail.key for mail in mails.values()]


def wake() -> None:
    """Ring the worker's bell. Beat sweeps the outbox anyway: a broker that is down delays mail, it breaks no page."""
    point("after_commit")
    try:
        tasks.deliver_due.apply_async(retry=False)
    except Exception as error:  # kombu lets through whatever its transport raises
        logger.warning("the worker could not be woken", extra={"event": {"error": type(error).__name__}})
