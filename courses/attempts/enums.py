"""States of an attempt."""

from django.db import models
from django.utils.translation import pgettext_lazy


class AttemptState(models.TextChoices):
    """An attempt is open until it was submitted."""

    OPEN = "open", pgettext_lazy("attempt", "Open")
    SUBMITTED = "submitted", pgettext_lazy("attempt", "Handed in")
