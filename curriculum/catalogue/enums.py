"""Levels and states of a course."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Level(models.TextChoices):
    """For whom a course is."""

    STARTER = "starter", pgettext_lazy("level", "Starter")
    STARTER_ADVANCED = "starter-advanced", pgettext_lazy("level", "Starter to advanced")
    ADVANCED = "advanced", pgettext_lazy("level", "Advanced")


class CourseStatus(models.TextChoices):
    """Whether a course can be taken. In preparation: read what is there, no certificate yet."""

    OPEN = "open", pgettext_lazy("course", "Open")
    IN_PREPARATION = "in_preparation", pgettext_lazy("course", "In preparation")
