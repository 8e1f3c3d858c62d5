"""States of a mail."""

from django.db import models
from django.utils.translation import pgettext_lazy


class MailState(models.TextChoices):
    """Where a mail stands on its way out."""

    QUEUED = "queued", pgettext_lazy("mail", "Queued")
    SENT = "sent", pgettext_lazy("mail", "Sent")
    FAILED = "failed", pgettext_lazy("mail", "Failed")
