"""Fixed lists about people."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """What a person may do for a unit, or for the whole platform when no unit is named."""

    MANAGER = "manager", pgettext_lazy("role", "Manager")
    DEPUTY = "deputy", pgettext_lazy("role", "Deputy")
    TRAINER = "trainer", pgettext_lazy("role", "Trainer")
    ORGANISATION_ADMIN = "organisation_admin", pgettext_lazy("role", "Organisation administrator")
    PLATFORM_ADMIN = "platform_admin", pgettext_lazy("role", "Platform administrator")
