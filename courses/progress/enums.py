"""Kinds of facts and states of an item."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Fact(models.TextChoices):
    """What can happen to a person and an item. Facts are appended, never changed."""

    COMPLETED = "completed", pgettext_lazy("fact", "Completed")
    UNDONE = "undone", pgettext_lazy("fact", "Marked as not done")
    PASSED = "passed", pgettext_lazy("fact", "Passed")
    FAILED = "failed", pgettext_lazy("fact", "Not passed")
    WAIVED = "waived", pgettext_lazy("fact", "Waived")
    ENROLLED = "enrolled", pgettext_lazy("fact", "Started")
    LEFT = "left", pgettext_lazy("fact", "Left")
    FINISHED = "finished", pgettext_lazy("fact", "Course completed")
    # Another version of the completion rule was applied to a running enrolment: {"from": 1, "to": 2}.
    RULE_CHANGED = "rule_changed", pgettext_lazy("fact", "Completion rule changed")


class Standing(models.TextChoices):
    """How a person stands with an item, in the words of the interface."""

    NOT_STARTED = "not_started", pgettext_lazy("standing", "Not started")
    IN_PROGRESS = "in_progress", pgettext_lazy("standing", "In progress")
    COMPLETED = "completed", pgettext_lazy("standing", "Completed")
