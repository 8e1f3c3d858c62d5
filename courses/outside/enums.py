"""Where training from elsewhere stands."""

from django.db import models
from django.utils.translation import pgettext_lazy


class TrainingState(models.TextChoices):
    """Reported training waits for one answer; it can be withdrawn until there is one."""

    WAITING = "waiting", pgettext_lazy("outside training", "Waits for an answer")
    ACCEPTED = "accepted", pgettext_lazy("outside training", "Accepted")
    REFUSED = "refused", pgettext_lazy("outside training", "Not accepted")
    WITHDRAWN = "withdrawn", pgettext_lazy("outside training", "Withdrawn")
