"""The outbox: a mail is a row first, written in the transaction of the fact that causes it (architecture rule 5).

Beside it the notices from which mails are made that nobody is in a hurry for, and what people want of them.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .enums import MailState, Rhythm


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
    # Of those that are not, a person gets one a day at most, and can stop them with one click (RFC 8058).
    essential = models.BooleanField(default=True, db_default=True)
    unsubscribes = models.JSONField(
        default=list, db_default=[], blank=True, help_text="Kinds that one click turns off."
    )
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


class Notice(models.Model):
    """News for one person: an item of their bell, and perhaps a part of a mail. `key` names the event.

    `mail_on` is the local day from which it waits to be mailed; without it nothing waits. `thing` names what it is
    about ("duty:17"): while one waits, newer news of the same thing take its place.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    kind = models.CharField(max_length=60)
    thing = models.CharField(max_length=100, blank=True)
    key = models.CharField(max_length=200, unique=True)
    title = models.CharField(_("title"), max_length=250)
    text = models.TextField(_("text"), blank=True)
    url = models.CharField(max_length=500, blank=True, help_text="A path of our own, starting with a slash.")
    language = models.CharField(max_length=10)
    essential = models.BooleanField()
    in_bell = models.BooleanField()
    created_at = models.DateTimeField(_("at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    mail_on = models.DateField(null=True, blank=True)
    # An item lives as long as its mail, a year; one that is taken back takes the item along.
    mailed_by = models.ForeignKey(
        OutgoingEmail, on_delete=models.CASCADE, null=True, blank=True, related_name="notices"
    )

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["person", "-created_at"], name="notice_of_person"),
            models.Index(fields=["person"], condition=Q(read_at=None, in_bell=True), name="notice_unread"),
            models.Index(fields=["mail_on", "person"], condition=Q(mail_on__isnull=False), name="notice_waiting"),
            models.Index(fields=["thing"], condition=~Q(thing=""), name="notice_of_thing"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(url="") | Q(url__startswith="/"), name="notice_url_is_a_path"),
            models.CheckConstraint(condition=Q(mail_on=None) | Q(mailed_by=None), name="notice_waits_or_was_mailed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.key})"


class NotificationPreference(models.Model):
    """What a person wants of one kind of news; without a row, the kind's own default."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_preferences", db_index=False
    )
    kind = models.CharField(max_length=60)
    rhythm = models.CharField(_("mail"), max_length=10, choices=Rhythm.choices)
    in_bell = models.BooleanField(_("on the academy's pages"), default=True)

    class Meta:
        verbose_name = _("wish about notifications")
        verbose_name_plural = _("wishes about notifications")
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="preference_once_per_kind")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.rhythm}"


class MailText(models.Model):
    """Words of a kind in one language that stand in for those of the template (architecture decision 19)."""

    kind = models.CharField(max_length=60)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("text of a mail")
        verbose_name_plural = _("texts of mails")
        constraints = [models.UniqueConstraint(fields=["kind", "language"], name="mail_text_once_per_language")]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language})"
