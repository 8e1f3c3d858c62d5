"""Fixed lists about required learning."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Audience(models.TextChoices):
    """Whom an assignment is for."""

    PICKED = "picked", pgettext_lazy("audience", "People who were picked")
    RULE = "rule", pgettext_lazy("audience", "Everybody who fits, also who joins later")


class Ended(models.TextChoices):
    """Why somebody need not do it any more."""

    WITHDRAWN = "withdrawn", pgettext_lazy("duty", "Withdrawn")
    LEFT = "left", pgettext_lazy("duty", "Left the organisation or the unit")


class ExtensionState(models.TextChoices):
    """How a request for more time stands."""

    ASKED = "asked", pgettext_lazy("extension", "Waits for an answer")
    GRANTED = "granted", pgettext_lazy("extension", "Granted")
    DENIED = "denied", pgettext_lazy("extension", "Not granted")
    TAKEN_BACK = "taken_back", pgettext_lazy("extension", "Taken back")


class DutyFact(models.TextChoices):
    """What can happen to a duty. Facts are appended, never changed."""

    GIVEN = "given", pgettext_lazy("duty fact", "Assigned")
    DUE = "due", pgettext_lazy("duty fact", "Due date set")
    COMPLETED = "completed", pgettext_lazy("duty fact", "Completed")
    REOPENED = "reopened", pgettext_lazy("duty fact", "No longer completed")
    ENDED = "ended", pgettext_lazy("duty fact", "No longer required")
    ASKED = "asked", pgettext_lazy("duty fact", "More time asked for")
    ANSWERED = "answered", pgettext_lazy("duty fact", "Request for more time answered")


class ListRhythm(models.TextChoices):
    """How often somebody gets a list that they saved."""

    OFF = "off", pgettext_lazy("saved list", "Never")
    WEEKLY = "weekly", pgettext_lazy("saved list", "Every Monday")
    MONTHLY = "monthly", pgettext_lazy("saved list", "On the first of each month")


class ListFormat(models.TextChoices):
    """What kind of file a list is."""

    XLSX = "xlsx", pgettext_lazy("saved list", "Spreadsheet (XLSX)")
    CSV = "csv", pgettext_lazy("saved list", "Text (CSV)")
