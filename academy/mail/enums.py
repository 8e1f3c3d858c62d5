"""States of a mail, and how often somebody wants to be written to."""

from django.db import models
from django.utils.translation import pgettext_lazy


class MailState(models.TextChoices):
    """Where a mail stands on its way out."""

    QUEUED = "queued", pgettext_lazy("mail", "Queued")
    SENT = "sent", pgettext_lazy("mail", "Sent")
    FAILED = "failed", pgettext_lazy("mail", "Failed")


class Rhythm(models.TextChoices):
    """When news of a kind are mailed; whatever is chosen, at most one such mail a day."""

    NOW = "now", pgettext_lazy("rhythm of mails", "As it happens")
    DAILY = "daily", pgettext_lazy("rhythm of mails", "In the morning")
    WEEKLY = "weekly", pgettext_lazy("rhythm of mails", "Monday morning")
    OFF = "off", pgettext_lazy("rhythm of mails", "No mail")
