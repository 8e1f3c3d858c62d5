"""The outbox: a mail is a row first, written in the transaction of the fact that causes it (architecture rule 5)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .enums import MailState


class OutgoingEmail(models.Model):
    """One mail to one address. `key` names the event, so that an event has exactly one row."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    to = models.EmailField()
    reply_to = models.EmailField(blank=True)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=250)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    attachments = models.JSONField(
        default=list, blank=True, help_text="List of {name, type, text} or {name, type, base64}."
    )
    # A body with a code or a one-time link is emptied as soon as it was sent.
    has_secret = models.BooleanField(default=False)
    message_id = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        ordering = ("-created_at", "-id")
        indexes = [models.Index(fields=["not_before"], condition=Q(state="queued"), name="mail_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"
