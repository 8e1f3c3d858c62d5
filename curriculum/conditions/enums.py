"""Ways through a course or path."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Route(models.TextChoices):
    """Which rule of a course or path somebody follows."""

    FULL = "full", pgettext_lazy("route", "Full route")
    SHORT = "short", pgettext_lazy("route", "Short route")
    REFRESHER = "refresher", pgettext_lazy("route", "Refresher")


class Refresher(models.TextChoices):
    """What is done again before a certificate ends."""

    QUIZ = "quiz", pgettext_lazy("refresher", "The quiz alone")
    ALL = "all", pgettext_lazy("refresher", "The whole course")
