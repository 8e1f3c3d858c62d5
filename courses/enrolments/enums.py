"""How an enrolment stands with its due date."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Due(models.TextChoices):
    """What a list says about an enrolment (the states of components/status.html); `NONE` has no due date."""

    OVERDUE = "overdue", pgettext_lazy("due", "Overdue")
    DUE_SOON = "due", pgettext_lazy("due", "Due soon")
    ON_TRACK = "on_track", pgettext_lazy("due", "On track")
    PAUSED = "paused", pgettext_lazy("due", "Paused")
    COMPLETED = "completed", pgettext_lazy("due", "Completed")
    NONE = "in_progress", pgettext_lazy("due", "In progress")
