"""States of background work."""

from django.db import models
from django.utils.translation import pgettext_lazy


class JobState(models.TextChoices):
    """Where a piece of background work stands."""

    QUEUED = "queued", pgettext_lazy("job", "Queued")
    DONE = "done", pgettext_lazy("job", "Done")
    FAILED = "failed", pgettext_lazy("job", "Failed")
