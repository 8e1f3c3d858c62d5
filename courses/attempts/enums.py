"""States and purposes of an attempt."""

from django.db import models
from django.utils.translation import pgettext_lazy


class AttemptState(models.TextChoices):
    """An attempt is open until it is handed in; where a person has to read answers, it has no score until then."""

    OPEN = "open", pgettext_lazy("attempt", "Open")
    MARKING = "marking", pgettext_lazy("attempt", "Waits to be marked")
    SUBMITTED = "submitted", pgettext_lazy("attempt", "Handed in")


class Purpose(models.TextChoices):
    """What an attempt is for. Only one that counts leaves a fact."""

    COUNTS = "counts", pgettext_lazy("attempt", "Counts")
    PRACTICE = "practice", pgettext_lazy("attempt", "Practice")
    PRETEST = "pretest", pgettext_lazy("attempt", "Before the course")
